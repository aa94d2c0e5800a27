/** Fast entry: where the fast TLBs have a virtual address, as WebAssembly (layout.ts). */

import type { FunctionBody } from "../wasm/body.ts";
import type { Local } from "../wasm/types.ts";
import { FAST_MASK } from "./layout.ts";

/** Pushes the offset of the address's entry in each of the tables: i32. @param va i64 */
export function pushFastEntry(b: FunctionBody, va: Local): void {
  b.local_get(va);
  b.i32_wrap_i64();
  b.i32_const(8);
  b.i32_shr_u();
  b.i32_const(FAST_MASK);
  b.i32_and();
}
