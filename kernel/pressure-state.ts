/** Pressure as plain data: imported by all, importing nothing. Owned by pressure.ts. */

/**
 * What a sleeping process is kept from by a shortage: by a disk, by memory, or by both, when it waits for a page of its
 * working set that was taken from it. "none": it waits for an event, as most sleepers do.
 */
export type Stall = "none" | "disk" | "memory" | "refault";

export interface PressureState {
  /** Cycle up to which `totals` count. */
  counted: number;
  /** Processes that run or could run. */
  running: number;
  /** Sleepers that wait for a disk, and that wait for memory; "refault" counts as both. */
  waitingForDisk: number;
  waitingForMemory: number;
  /** The kernel is taking pages back: the processor does nothing else. */
  reclaiming: boolean;
  /** Cycles in each state since power-on, and as they were at the last sample: by number of STALL_STATES. */
  readonly totals: Float64Array;
  readonly sampled: Float64Array;
  /** Three running averages of each, in percent, fixed point of 11 bits as Linux keeps them. */
  readonly averages: Float64Array;
  /** Cycle of the next sample. */
  nextSample: number;
}
