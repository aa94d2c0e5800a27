/**
 * CSR: what the guest's reads and writes of control and status registers do. One row a register that user mode may touch.
 *
 * (1) A number without a row here is an illegal instruction in user mode: it does not exist, or needs more privilege.
 * (2) A read gives the value before the instruction that reads.
 *
 * Source: Volume II, sections 2.1, 3.1.10, 4.1.5; Volume I, chapters 9 and 10.
 */

import { CYCLES_PER_TICK } from "./costs.ts";
import { CSRS } from "./isa.ts";
import type { RunTime } from "./run-time.ts";
import { COUNT_SLOT, CSR_SLOT } from "./state.ts";

/** Bits of scounteren: what user mode may read (section 4.1.5). All are set after reset. */
export const SCOUNTEREN = { CY: 1, TM: 2, IR: 4 } as const;

/** What the registers' meanings need of a hart. */
export interface CsrContext {
  readonly csr32: Uint32Array;
  readonly counts: Float64Array;
  readonly time: RunTime;
}

interface UserCsr {
  /** Bit of scounteren that must be set. */
  readonly enabledBy: number;
  /** A safe integer. */
  read(hart: CsrContext): number;
}

function cycles({ time }: CsrContext): number {
  time.settle();
  return time.clock.cycles;
}

const USER_CSRS: ReadonlyMap<number, UserCsr> = new Map([
  [CSRS.cycle, { enabledBy: SCOUNTEREN.CY, read: cycles }],
  [CSRS.time, { enabledBy: SCOUNTEREN.TM, read: (hart: CsrContext) => Math.floor(cycles(hart) / CYCLES_PER_TICK) }],
  [
    CSRS.instret,
    {
      enabledBy: SCOUNTEREN.IR,
      read(hart: CsrContext) {
        hart.time.settle();
        return hart.counts[COUNT_SLOT.instret];
      },
    },
  ],
]);

/** Number bits 11:10 of a read-only CSR (section 2.1). */
const isReadOnly = (number: number) => number >> 10 === 3;

/**
 * Reads CSR `number` for an instruction that also writes it if `writes`.
 * @returns its value, or null: illegal instruction
 */
export function readCsr(hart: CsrContext, number: number, writes: boolean): bigint | null {
  const csr = USER_CSRS.get(number);
  if (csr === undefined || (writes && isReadOnly(number))) return null;
  if ((hart.csr32[2 * CSR_SLOT.scounteren] & csr.enabledBy) === 0) return null;
  return BigInt(csr.read(hart));
}
