/**
 * Misses: how often a region leaves in the middle of a block, which is where the fast TLB has no answer for an access. Counted in the heat of
 * the entry where the region begins, which nobody else counts as long as there is one. It begins with 1 and is never 0 (regions.ts, (4)).
 */

import type { FunctionBody } from "../wasm/body.ts";
import type { Local } from "../wasm/types.ts";
import { CONTEXT, ENTRY, EXIT, type Surroundings } from "./layout.ts";
import type { Region } from "./region.ts";
import { entryAt } from "./tier1-jumps.ts";

/**
 *     misses = entry.heat + 1; entry.heat = misses; context.place = entry
 *     context.exit = misses > MISSES ? missed : step
 */
export function emitCountMiss(b: FunctionBody, s: Surroundings, { pages, blocks }: Region, misses: Local): void {
  const entry = entryAt(pages[0]!, blocks[0]!.at);
  b.i32_const(0);
  b.i32_const(0);
  b.i32_load16_u(entry + ENTRY.heat);
  b.i32_const(1);
  b.i32_add();
  b.local_tee(misses);
  b.i32_store16(entry + ENTRY.heat);
  b.i32_const(0);
  b.i32_const(entry);
  b.i32_store(s.area + CONTEXT.place);
  b.i32_const(0);
  b.i32_const(EXIT.missed);
  b.i32_const(EXIT.step);
  b.local_get(misses);
  b.i32_const(s.misses);
  b.i32_gt_u();
  b.select();
  b.i32_store(s.area + CONTEXT.exit);
}
