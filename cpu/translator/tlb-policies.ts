/** TLB policies: what those of replacement.ts do, as tlb-path.ts emits it. */

import type { ReplacementName } from "../replacement.ts";

/** What `used` and `filled` of replacement.ts do to a stamp. */
export type Effect = "nothing" | "stamp" | "mark" | "point";
/** What `victim` chooses by: the least stamp, the first of several; the generator; the tree. */
type Choice = "least" | "generator" | "tree";

export interface Policy {
  readonly used: Effect;
  readonly filled: Effect;
  readonly victim: Choice;
}

/** REPLACEMENTS as they are emitted. */
// biome-ignore format: a table is read in columns
export const POLICIES: Readonly<Record<ReplacementName, Policy>> = {
  fifo:   { used: "nothing", filled: "stamp",   victim: "least" },
  lru:    { used: "stamp",   filled: "stamp",   victim: "least" },
  nru:    { used: "mark",    filled: "mark",    victim: "least" },
  plru:   { used: "point",   filled: "point",   victim: "tree" },
  random: { used: "nothing", filled: "nothing", victim: "generator" },
};

/** Whether a hit under that policy may change nothing but the count of lookups: else there are no fast entries. */
export function hasFastEntries(replacement: ReplacementName): boolean {
  const { used } = POLICIES[replacement];
  return used === "nothing" || used === "mark";
}
