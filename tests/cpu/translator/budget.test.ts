/** Who looks at the budget, on random graphs: every way that control can go is followed. */

import fc from "fast-check";
import { expect, it } from "vitest";
import { loopsAround } from "../../../cpu/translator/around.ts";
import { Budget } from "../../../cpu/translator/budget.ts";
import { Effects } from "../../../cpu/translator/effects.ts";
import type { Block, Region, Target } from "../../../cpu/translator/region.ts";
import { MOST, region } from "./random-regions.ts";

const blockOf = (to: Target) => ("block" in to ? [to.block] : []);

/** Where control goes without being elsewhere in between. */
function waysOf({ end }: Block): readonly number[] {
  if (end.kind === "callWithin" || end.kind === "returnWithin") return [end.to];
  if (end.kind === "branch") return [...blockOf(end.taken), ...blockOf(end.next)];
  return end.kind === "goto" ? blockOf(end.to) : [];
}

/** Blocks that control may come to from outside the region, or in between from elsewhere. */
function entriesOf({ blocks, landings }: Region): readonly number[] {
  const backs = blocks.flatMap(({ end }) =>
    end.kind === "call" || end.kind === "callRegister" ? blockOf(end.back) : [],
  );
  return [0, ...landings, ...backs];
}

/** Cycles of the longest way from a block to the next ones that look, which is on no way twice unless it takes none. */
function longestFrom(block: number, region: Region, asked: Int32Array, before: readonly number[] = []): number {
  const cycles = effects.cycles[block]!;
  if (before.includes(block)) {
    expect(cycles, "cycles in a round that nobody asks for").toBe(0);
    return 0;
  }
  const on = waysOf(region.blocks[block]!).filter((to) => asked[to] === 0);
  return cycles + Math.max(0, ...on.map((to) => longestFrom(to, region, asked, [...before, block])));
}

// One for all regions: what it knows of one must not be left over for the next.
const effects = new Effects();
const budget = new Budget();

it("is asked for the longest way, wherever control may come from elsewhere, and in each round of a loop", () => {
  let silent = 0;
  fc.assert(
    fc.property(region, (region) => {
      effects.analyse(region);
      const loops = loopsAround(region, effects);
      budget.analyse(region, effects, loops, false);
      const asked = budget.asked.slice(0, MOST);
      const isEnough = (block: number) => asked[block]! >= longestFrom(block, region, asked);
      for (const entry of entriesOf(region)) expect(isEnough(entry)).toBe(true);
      for (const [index, block] of region.blocks.entries()) {
        if (asked[index] !== 0) expect(isEnough(index)).toBe(true);
        for (const to of waysOf(block)) if (region.blocks[to]!.at !== block.at) expect(isEnough(to)).toBe(true);
      }
      for (const { chain } of loops.values())
        for (const to of chain.flatMap((block) => waysOf(region.blocks[block]!)))
          if (!chain.includes(to)) expect(isEnough(to)).toBe(true);
      silent += asked.filter((cycles) => cycles === 0).length;
    }),
    { seed: 12, numRuns: 300 },
  );
  expect(silent).toBeGreaterThan(300);
});

it("is asked for by each block where accesses may take cycles for their walks", () => {
  fc.assert(
    fc.property(region, (region) => {
      effects.analyse(region);
      budget.analyse(region, effects, new Map(), true);
      expect(budget.asked.subarray(0, MOST)).toEqual(effects.cycles.subarray(0, MOST));
    }),
    { seed: 13, numRuns: 50 },
  );
});
