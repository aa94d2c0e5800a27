/**
 * The types of what reclaim and the flusher remember, and nothing else: plain data. Which file owns which part stands beside
 * each. types.ts hands them on.
 */
import type { RefaultCounts } from "../pressure-state.ts";
import type { PageKey } from "./reference-observer.ts";

/** What reclaim works with: reclaim.ts; the lists are the policy's (replacement.ts). */
export interface ReclaimState {
  /** Free frames: below `low` background reclaim begins, at `high` it rests; `min` only who frees memory may use. */
  watermarks: { min: number; low: number; high: number };
  /** Some mapping or segment is locked no longer: pages of the list `unevictable` may be evictable. */
  unlocked: boolean;
  /** Frames that the handler which runs now asked for and did not get. Cleared when a handler begins. */
  shortage: number;
  /** Frames on their way out: freed when their transfer ends. */
  leaving: number;
  /** Woken when frames have become free, or a process has left. */
  readonly channel: number;
  /** By list number: first and last frame (index plus one), frames in it. List 0 is none. */
  readonly heads: Int32Array;
  readonly tails: Int32Array;
  readonly lengths: Int32Array;
  /** Times that processes have waited for memory since anybody got on: shortage.ts. */
  stalls: number;
  /** Attempts of background reclaim in a row that got nothing: it rests until something changes. */
  failures: number;
  /** Trouble that taking pages of each kind has made lately, in pages, and the turn of the two: replacement-two-lists.ts. */
  readonly cost: { anonymous: number; file: number };
  turn: number;
  /** Evictions and activations since boot: refault-activation.ts. */
  age: number;
  /** When the policy looks at the A bits again, in cycles, and evictions since it did: replacement-ageing.ts. */
  nextSample: number;
  evicted: number;
  /** Generations of pages, and how the pages of their tiers fared: replacement-generations.ts. */
  readonly generations: GenerationState;
  /** By frame index, of the policy wsclock only: virtual time of its last use, and the pid by whose clock that is. */
  readonly usedAt: Float64Array;
  readonly usedBy: Int32Array;
  /** The last moment that policies were told of, in cycles; when their next tick begins; who ran; processors' time by pid: replacement.ts. */
  now: number;
  nextTick: number;
  running: number;
  readonly virtual: Map<number, number>;
  /** The laboratory's limit of pages, 0: none; its own chance: resident-limit.ts, residents.ts. */
  readonly resident: number;
  chance: number;
  /** Whether arrivals of pages are followed: under a limit, or when references are recorded. */
  readonly follows: boolean;
  /** Frames that a process began to map, with the slot that each has or 0, until they are told of; those that have arrived
   * since anybody executed an instruction. residents.ts */
  readonly arriving: number[];
  readonly fresh: number[];
  /** By frame index, under a limit only: what the policy keeps of its page's last eviction (ReplacementPolicy.evicted). */
  readonly tokens: Float64Array;
  /** Under a limit: whether swap had a slot for every page that could be taken, when the last one arrived. */
  room: boolean;
  /** A page is being taken: that its last entry goes is no departure of its own. */
  evicting: boolean;
}

/** Owned by replacement-generations.ts; by kind (0 anonymous, 1 file) times four tiers, in pages. */
export interface GenerationState {
  /** Sequence number of the youngest generation, and of the oldest of each kind. */
  max: number;
  readonly min: [anonymous: number, file: number];
  /** Of the oldest generation: pages that came back, were taken, were kept for their tier. */
  readonly refaulted: Float64Array;
  readonly evicted: Float64Array;
  readonly protected: Float64Array;
  /** Moving averages of the generations before: pages that came back; those taken or kept. */
  readonly averageRefaulted: Float64Array;
  readonly averageTotal: Float64Array;
}

/** What a page that was evicted has left behind: refault.ts. */
export interface Shadow {
  /** Its eviction's number, from 1 on. */
  readonly eviction: number;
  /** ReclaimState.age then. */
  readonly age: number;
  /** It had been active: two lists only. */
  readonly wasActive: boolean;
  /** What the policy keeps of it (ReplacementPolicy.evicted); 0: nothing. */
  readonly token: number;
}

/** Which pages were used lately: working-set.ts. */
export interface UseState {
  /** Cycles of a process's own time; 0: nobody asks. */
  readonly window: number;
  /** By entry of the reverse map. */
  marks: Uint8Array;
}

/** What was evicted, and came back: refault.ts. */
export interface RefaultState {
  /** Pages that have left RAM since boot. */
  evictions: number;
  /** By page; in the order of their evictions. */
  readonly shadows: Map<PageKey, Shadow>;
  readonly counts: RefaultCounts;
  /** By frame: what is known of the page that came into it last. Bits of RETURN. */
  readonly returns: Uint8Array;
}

/** Dirty pages that have a home, and when they go there: flusher.ts. */
export interface FlusherState {
  /** By PageObject.id: the cycle since which it has dirty pages. */
  readonly dirtied: Map<number, number>;
  /** When the flusher looks next, in cycles; Infinity: nothing is dirty. */
  due: number;
  /** Pages on their way there, and how many were ever started. */
  writing: number;
  started: number;
  /** Woken when few enough are left: throttle.ts. */
  readonly channel: number;
}
