/**
 * Counters: cycle, time and instret as user mode reads them (csr.ts), from the cycles left. Both tiers emit these.
 *
 *     cycle   = context.end - cycles left                     as they were before the instruction that reads
 *     time    = floor(cycle / CYCLES_PER_TICK)
 *     instret = cycle - context.behind - context.other
 *
 * (1) All are safe integers, as in the reference engine: their f64 are exact.
 * (2) A counter that scounteren does not enable is the reference engine's business: it raises the exception.
 */

import { CYCLES_PER_TICK } from "../costs.ts";
import { type Counter, counterOf, enabledBy } from "../csr.ts";
import type { Insn } from "../decode.ts";
import { CSR_SLOT, HART_LAYOUT } from "../state.ts";
import type { FunctionBody } from "../wasm/body.ts";
import { CONTEXT, type Surroundings } from "./layout.ts";
import { MEANINGS } from "./meaning.ts";

interface Place {
  readonly b: FunctionBody;
  readonly s: Surroundings;
}

/** The counter that the instruction reads and leaves as it is; null: it does anything else. */
export function counterRead({ mnemonic, rs1, imm, csr }: Insn): Counter | null {
  // Only the register forms have an rs1, the others an immediate: what is set or cleared.
  return MEANINGS[mnemonic].kind === "csr" && rs1 === 0 && imm === 0 ? counterOf(csr) : null;
}

/** Pushes whether user mode may not read the counter: i32. */
export function pushIsClosed({ b, s }: Place, counter: Counter): void {
  b.i32_const(0);
  b.i32_load(s.hart + HART_LAYOUT.csr.at + 8 * CSR_SLOT.scounteren);
  b.i32_const(enabledBy(counter));
  b.i32_and();
  b.i32_eqz();
}

/** Pushes what the counter says: i64. @param left pushes the cycles left before the instruction: f64 */
export function pushCounter({ b, s }: Place, counter: Counter, left: () => void): void {
  const field = (name: "end" | "behind") => {
    b.i32_const(0);
    b.f64_load(s.area + CONTEXT[name]);
  };
  field("end");
  left();
  b.f64_sub();
  if (counter === "time") {
    b.f64_const(CYCLES_PER_TICK);
    b.f64_div();
  } else if (counter === "instret") {
    field("behind");
    b.f64_sub();
    b.i32_const(0);
    b.i32_load(s.area + CONTEXT.other);
    b.f64_convert_i32_s();
    b.f64_sub();
  }
  // Towards 0: that is down.
  b.i64_trunc_f64_s();
}
