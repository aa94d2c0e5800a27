/** Tier 0 of the default computer, for tools/tier0.ts. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { surroundingsOf } from "../cpu/machine.ts";
import { emitTier0 } from "../cpu/translator/tier0.ts";
import { keyOf } from "../cpu/translator/tier0-instance.ts";
import { OPTIONS } from "../kernel/options.ts";

/** Writes it into the folder of built parts. */
export function buildTier0(folder: string): void {
  const { ram, tlb } = OPTIONS;
  const surroundings = surroundingsOf({ ramBytes: ram.parse(ram.default), tlb: tlb.parse(tlb.default) });
  writeFileSync(join(folder, "tier0.wasm"), emitTier0(surroundings));
  writeFileSync(join(folder, "tier0.key"), keyOf(surroundings));
}
