/**
 * Replacement: which entry of a full TLB set gives way. A policy is chosen by name; each is deterministic.
 *
 * (1) A policy sees only the stamps of one set, and one number of the TLB's; it never chooses between sets.
 * (2) `lookups`, the count of TLB accesses so far, is the time that stamps may be taken from: later is larger.
 */

/** The part of a TLB that policies work on. */
export interface Stamped {
  /** One number an entry, the policy's own. Only nru and plru look at that of a free entry. */
  readonly stamp: Float64Array;
  /** One number, the state of `random`'s generator: 0 to 2^32 - 1. */
  readonly generator: Float64Array;
  /** Entries of a set; those of set n begin at n * ways. */
  readonly ways: number;
}

export interface Replacement {
  /** An access found `entry`. */
  used(tlb: Stamped, entry: number, lookups: number): void;
  /** `entry` was filled. */
  filled(tlb: Stamped, entry: number, lookups: number): void;
  /** The entry to replace among those of the set that begins at `first`, none of them free. */
  victim(tlb: Stamped, first: number): number;
}

/** The entry with the least stamp, the first of several. */
function least({ stamp, ways }: Stamped, first: number): number {
  let choice = first;
  for (let entry = first + 1; entry < first + ways; entry++) {
    if (stamp[entry] < stamp[choice]) choice = entry;
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

/** Multiplier and increment of `random`'s generator: x = a * x + c modulo 2^32 (Numerical Recipes, "quick and dirty"). */
export const GENERATOR = { multiplier: 1_664_525, increment: 1_013_904_223 } as const;

/** Any of the entries, by the generator's high bits. */
const random: Replacement = {
  used() {},
  filled() {},
  victim({ generator, ways }, first) {
    const next = (Math.imul(generator[0], GENERATOR.multiplier) + GENERATOR.increment) >>> 0;
    generator[0] = next;
    return first + Math.floor((next / 2 ** 32) * ways);
  },
};

/**
 * Tree pseudo-LRU: a binary tree over the ways of a set, one bit a node, which says in which half the victim lies. A use
 * turns the bits on its way from the root so that they point away from it. Node n, from 1 on, has the children 2n and
 * 2n + 1 and its bit in the stamp of the set's n-th entry.
 */
const plru: Replacement = {
  used: pointAway,
  filled: pointAway,
  victim({ stamp, ways }, first) {
    let node = 1;
    while (node < ways) node = 2 * node + stamp[first + node];
    return first + node - ways;
  },
};

function pointAway({ stamp, ways }: Stamped, entry: number): void {
  const way = entry % ways;
  const first = entry - way;
  for (let half = ways / 2, node = 1; half >= 1; half /= 2) {
    const side = way & half ? 1 : 0;
    stamp[first + node] = 1 - side;
    node = 2 * node + side;
  }
}

export const REPLACEMENTS = { fifo, lru, nru, plru, random } as const satisfies Record<string, Replacement>;

export type ReplacementName = keyof typeof REPLACEMENTS;

export const DEFAULT_REPLACEMENT: ReplacementName = "nru";
