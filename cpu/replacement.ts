/**
 * Replacement: which entry of a full TLB set gives way. A policy is chosen by name; each is deterministic.
 *
 * (1) A policy sees only the stamps of one set; it never chooses between sets.
 * (2) `lookups`, the count of TLB accesses so far, is the time that stamps may be taken from: later is larger.
 */

/** The part of a TLB that policies work on. */
export interface Stamped {
  /** One number an entry, the policy's own. That of a free entry means nothing. */
  readonly stamp: Float64Array;
  /** Entries of a set; those of set n begin at n * ways. */
  readonly ways: number;
}

export interface Replacement {
  /** An access found `entry`. */
  used(tlb: Stamped, entry: number, lookups: number): void;
  /** `entry` was filled. */
  filled(tlb: Stamped, entry: number, lookups: number): void;
  /** The entry to replace among the `ways` entries from `first` on, none of them free. */
  victim(stamps: Float64Array, first: number, ways: number): number;
}

/** The entry with the least stamp, the first of several. */
function least(stamps: Float64Array, first: number, ways: number): number {
  let choice = first;
  for (let entry = first + 1; entry < first + ways; entry++) {
    if (stamps[entry] < stamps[choice]) choice = entry;
  }
  return choice;
}

/** First in, first out: use does not count. The naive policy; also known as round robin. */
const fifo: Replacement = {
  used() {},
  filled({ stamp }, entry, lookups) {
    stamp[entry] = lookups;
  },
  victim: least,
};

/** Least recently used, exactly: every use stamps the entry anew. */
const lru: Replacement = {
  used({ stamp }, entry, lookups) {
    stamp[entry] = lookups;
  },
  filled({ stamp }, entry, lookups) {
    stamp[entry] = lookups;
  },
  victim: least,
};

/**
 * Not recently used: one bit an entry, as hardware has it. A use sets it; where that would leave a set with all bits set,
 * the others are cleared. So a use that finds the bit set changes nothing, which costs a fast engine nothing.
 */
const nru: Replacement = {
  used: mark,
  filled: mark,
  victim: least,
};

function mark({ stamp, ways }: Stamped, entry: number): void {
  if (stamp[entry] === 1) return;
  const first = entry - (entry % ways);
  stamp[entry] = 1;
  for (let other = first; other < first + ways; other++) if (stamp[other] !== 1) return;
  for (let other = first; other < first + ways; other++) stamp[other] = other === entry ? 1 : 0;
}

export const REPLACEMENTS = { fifo, lru, nru } as const satisfies Record<string, Replacement>;

export type ReplacementName = keyof typeof REPLACEMENTS;

export const DEFAULT_REPLACEMENT: ReplacementName = "nru";
