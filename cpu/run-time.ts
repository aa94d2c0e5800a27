/**
 * RunTime: the cycles that a hart has left before it must look up. MMU, interpreter and CSRs draw on it, and it tells
 * the clock and the count of retired instructions.
 *
 * (1) Every instruction takes one cycle from `left`; everything else that takes time goes through `charge`.
 * (2) After `settle` the clock and instret are exact.
 */

import type { MachineClock } from "./clock.ts";
import { COUNT_SLOT } from "./state.ts";

export class RunTime {
  /** Cycles left; a small integer. At 0 or below the hart stops before the next instruction. */
  left = 0;
  private granted = 0;
  private held = 0;
  /** Cycles since `granted` that no retired instruction accounts for. */
  private other = 0;

  constructor(
    readonly clock: MachineClock,
    private readonly counts: Float64Array,
  ) {}

  /** Allows `cycles` more; less than 2^30, so that the engine counts in small integers. */
  grant(cycles: number): void {
    this.granted = cycles;
    this.left = cycles;
    this.other = 0;
  }

  charge(cycles: number): void {
    this.left -= cycles;
    this.other += cycles;
  }

  /** Brings clock and instret up to date. */
  settle(): void {
    const used = this.granted - this.left;
    this.clock.charge(used);
    this.counts[COUNT_SLOT.instret] += used - this.other;
    this.granted = this.left;
    this.other = 0;
  }

  /** The clock, with what has been used since it was last told; not while suspended. */
  get now(): number {
    return this.clock.cycles + this.granted - this.left;
  }

  /** Ends the run behind the present instruction, which is not to be counted; `resume` says how much time is left then. */
  suspend(): void {
    this.held = this.left;
    this.left = 0;
  }

  resume(): void {
    this.left = this.held;
  }

  /** Settles, and lets the hart stop after the present instruction: what it has been granted may no longer be right. */
  cut(): void {
    this.settle();
    this.granted = 0;
    this.left = 0;
  }
}
