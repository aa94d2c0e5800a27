/** Pressure as plain data: imported by all, importing nothing. Owned by pressure.ts. */

/**
 * What keeps a sleeping process. "none": an event, as with most sleepers. "disk"; "memory": that frames become free.
 * The others wait for a disk to bring back a page that was taken too early (vm/refault.ts): "refault", and "working-set"
 * where Linux sees a shortage of memory in it.
 */
export type Stall = "none" | "disk" | "memory" | "refault" | "working-set";

export interface PressureState {
  /** Cycle up to which `totals` count. */
  counted: number;
  /** Processes that run or could run. */
  running: number;
  /** Sleepers that wait for a disk, for memory, for a page that was taken too early: by STALLS (pressure.ts). */
  waitingForDisk: number;
  waitingForMemory: number;
  refaulting: number;
  /** The kernel is taking pages back: the processor does nothing else. */
  reclaiming: boolean;
  /** Cycles in each state since power-on, and as they were at the last sample: by number of STALL_STATES. */
  readonly totals: Float64Array;
  readonly sampled: Float64Array;
  /** Three running averages of each, in percent, fixed point of 11 bits as Linux keeps them. */
  readonly averages: Float64Array;
  /** Cycle of the next sample. */
  nextSample: number;
  readonly thrashing: ThrashingState;
}

/** What is known of thrashing: thrash-window.ts, vm/thrashing.ts. */
export interface ThrashingState {
  /** Cycle at which the present window began, and how much of it has been lost. */
  windowStart: number;
  lost: number;
  /** What part of the last whole window was lost. */
  share: number;
  phase: "calm" | "suspected" | "thrashing";
  /** Cycle at which the window began that brought the phase. */
  since: number;
  /** How often it has begun, and the cycles of all that is over. */
  episodes: number;
  cycles: number;
  /** Cycle of the last look; the log has told of a beginning and of no end yet; time of thrashing that it has told of. */
  seen: number;
  told: boolean;
  toldTime: number;
}

/** What a shortage of memory costs a process: of its struct. */
export interface ProcessPressure {
  /** Cycles that it has waited for frames or for pages that were taken too early, and up to the last look (vm/thrashing.ts). */
  stalled: number;
  stalledBefore: number;
  /** Pages that it wanted back: vm/refault.ts. Null: none yet. `early` as it was at the last look. */
  refaults: RefaultCounts | null;
  earlyBefore: number;
  /** Its own time, in cycles, at which its pages are looked at next: vm/working-set.ts. */
  nextLook: number;
}

/** Pages that came back: of the computer, or of a process. */
export interface RefaultCounts {
  /** By class of their distance: distanceClass of vm/refault.ts. */
  readonly byDistance: Float64Array;
  /** Those that had been taken too early. */
  early: number;
}
