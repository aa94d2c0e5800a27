/**
 * Clock: virtual time of the machine, in cycles since it was switched on.
 *
 * (1) `cycles` is a safe integer and never decreases, except by restoring a snapshot.
 */

import { CYCLES_PER_TICK } from "./costs.ts";
import { MACHINE_LAYOUT } from "./state.ts";

export interface Clock {
  readonly cycles: number;
  /** Lets time pass. @param cycles of COSTS, times a count */
  charge(cycles: number): void;
}

/** The clock that owns the time; the hart and the machine move it. */
export class MachineClock implements Clock {
  private readonly at: Float64Array;

  constructor(memory: WebAssembly.Memory) {
    this.at = new Float64Array(memory.buffer, MACHINE_LAYOUT.cycles, 1);
  }

  get cycles(): number {
    return this.at[0];
  }

  set cycles(value: number) {
    this.at[0] = value;
  }

  charge(cycles: number): void {
    this.at[0] += cycles;
  }

  /** mtime: whole ticks of the 10 MHz timer. */
  get ticks(): number {
    return Math.floor(this.at[0] / CYCLES_PER_TICK);
  }
}
