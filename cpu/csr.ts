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

const COUNTERS = {
  cycle: { enabledBy: SCOUNTEREN.CY, read: cycles },
  time: { enabledBy: SCOUNTEREN.TM, read: (hart: CsrContext) => Math.floor(cycles(hart) / CYCLES_PER_TICK) },
  instret: {
    enabledBy: SCOUNTEREN.IR,
    read(hart: CsrContext) {
      hart.time.settle();
      return hart.counts[COUNT_SLOT.instret];
    },
  },
} as const;

/** A counter of the unprivileged architecture (Volume I, 10.1). */
export type Counter = keyof typeof COUNTERS;

const COUNTER_NAMES = Object.keys(COUNTERS) as Counter[];

const USER_CSRS: ReadonlyMap<number, UserCsr> = new Map(COUNTER_NAMES.map((name) => [CSRS[name], COUNTERS[name]]));

/** The counter that is CSR `number`, or null. */
export function counterOf(number: number): Counter | null {
  return COUNTER_NAMES.find((name) => CSRS[name] === number) ?? null;
}

/** The bit of scounteren that lets user mode read the counter. */
export function enabledBy(counter: Counter): number {
  return COUNTERS[counter].enabledBy;
}

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
