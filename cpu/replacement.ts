/**
 * Replacement: which entry of a full TLB set gives way. A policy is chosen by name; each is deterministic.
 *
 * (1) A policy sees only the stamps of one set; it never chooses between sets.
 * (2) `lookups`, the count of TLB accesses so far, is the time that stamps are taken from: later is larger.
 */

export interface Replacement {
  /** An access found `entry`. */
  used(stamps: Float64Array, entry: number, lookups: number): void;
  /** `entry` was filled. */
  filled(stamps: Float64Array, entry: number, lookups: number): void;
  /** The entry to replace among the `ways` entries from `first` on, none of them free. */
  victim(stamps: Float64Array, first: number, ways: number): number;
}

/** The entry with the oldest stamp. */
function oldest(stamps: Float64Array, first: number, ways: number): number {
  let choice = first;
  for (let entry = first + 1; entry < first + ways; entry++) {
    if (stamps[entry] < stamps[choice]) choice = entry;
  }
  return choice;
}

/** First in, first out: use does not count. The naive policy; also known as round robin. */
const fifo: Replacement = {
  used() {},
  filled(stamps, entry, lookups) {
    stamps[entry] = lookups;
  },
  victim: oldest,
};

/** Least recently used, exactly: every use stamps the entry anew. */
const lru: Replacement = {
  used(stamps, entry, lookups) {
    stamps[entry] = lookups;
  },
  filled(stamps, entry, lookups) {
    stamps[entry] = lookups;
  },
  victim: oldest,
};

export const REPLACEMENTS = { fifo, lru } as const satisfies Record<string, Replacement>;

export type ReplacementName = keyof typeof REPLACEMENTS;
