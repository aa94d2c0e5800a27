/**
 * Shape: what a random case is, drawn from its seed: the machine, the kinds of things that its program and its kernel do,
 * and how much of each.
 */

import type { MachineConfig } from "../../../cpu/machine.ts";
import type { PagingMode } from "../../../cpu/paging.ts";
import type { Random } from "../../../cpu/random.ts";
import { DEFAULT_REPLACEMENT, REPLACEMENTS, type ReplacementName } from "../../../cpu/replacement.ts";
import type { TranslationScheme } from "../../../cpu/satp.ts";

/** Kinds of things that a program may be full of or lack. */
export const FEATURES = [
  /** Loads, stores and jumps that fault. */
  "faults",
  /** Stores into code. */
  "selfModifying",
  /** Code that the program makes itself, in pages of its own, again and again. */
  "generated",
  /** Device registers in the program's space. */
  "devices",
  /** Timer interrupts. */
  "timer",
  /** Transfers of a disk into code and data. */
  "disk",
  /** Several address spaces, and page tables that change. */
  "spaces",
  /** Indirect jumps to wrong places. */
  "wildJumps",
  /** Many functions that are each called now and then. */
  "wide",
  /** Pages of the code are replaced by others that are much like them, while loops go over their ends; little else happens. */
  "swaps",
  /** Page tables lie in the program's space. */
  "tables",
  /** Counters are read and spoil registers where they differ. */
  "counters",
  /** Stack, loops and calls only: hot code that nothing disturbs. */
  "calm",
] as const;

export type Feature = (typeof FEATURES)[number];

export interface Shape {
  readonly seed: number;
  readonly mode: PagingMode;
  /** It is no part of what is drawn: a seed has the same program under each. */
  readonly scheme: TranslationScheme;
  readonly ramBytes: number;
  readonly tlb: MachineConfig["tlb"];
  readonly has: ReadonlySet<Feature>;
  /** Pages of code, 1 to 8. */
  readonly codePages: number;
  /** Address spaces. */
  readonly spaces: number;
  /** A rare thing happens once in so many passes: a power of two. */
  readonly rarity: number;
  /** Iterations of a loop, about. */
  readonly iterations: number;
}

const TLBS = [
  [1, 1],
  [1, 2],
  [2, 1],
  [2, 2],
  [1, 8],
  [8, 1],
  [16, 4],
  [64, 4],
] as const;

export function drawShape(seed: number, random: Random, scheme: TranslationScheme): Shape {
  const one = <T>(choices: readonly T[]): T => choices[random.below(choices.length)];
  const [sets, ways] = one(TLBS);
  const has = new Set<Feature>(
    FEATURES.filter((name) => name !== "calm" && random.below(5) < (name === "swaps" ? 1 : 2)),
  );
  const calm = random.below(5) === 0;
  if (calm) {
    for (const name of FEATURES) if (random.below(4) > 0 && name !== "timer") has.delete(name);
    has.add("calm");
  }
  if (has.has("swaps")) {
    for (const name of ["faults", "wildJumps", "selfModifying", "generated"] as const) has.delete(name);
    has.add("spaces");
  }
  return {
    seed,
    scheme,
    mode: one(["sv39", "sv48"]),
    ramBytes: one([1, 2, 2, 3]) * 2 ** 20,
    tlb: { sets, ways, replacement: one([DEFAULT_REPLACEMENT, ...(Object.keys(REPLACEMENTS) as ReplacementName[])]) },
    has,
    codePages: has.has("swaps") ? 2 + random.below(2) : 1 + random.below(has.has("wide") ? 8 : 5),
    spaces: has.has("spaces") ? 2 + random.below(2) : 1,
    rarity: one([4, 32, 256]),
    iterations: one([10, 100, 1000, 5000]),
  };
}
