/** Effects of a region's blocks, on random graphs, against their definitions. */

import fc from "fast-check";
import { expect, it } from "vitest";
import { Effects } from "../../../cpu/translator/effects.ts";
import type { Block, Region, Target } from "../../../cpu/translator/region.ts";
import { LOOKUPS, MOST, region } from "./random-regions.ts";

/** All instructions of a block, the one that ends it included. */
const allOf = ({ insns, end }: Block) => ("insn" in end ? [...insns, end.insn] : insns);
const bits = (registers: readonly number[]) => registers.reduce((set, register) => set | (1 << register), 0) & ~1;

/** Where control goes while registers stay in locals: not behind a call. */
function waysOf({ end }: Block, landings: readonly number[]): readonly number[] {
  if (end.kind === "jumpRegister") return landings;
  if (end.kind === "callWithin" || end.kind === "returnWithin") return [end.to];
  const targets = end.kind === "goto" ? [end.to] : end.kind === "branch" ? [end.taken, end.next] : [];
  return targets.flatMap((to) => ("block" in to ? [to.block] : []));
}

function reachedFrom(start: number, { blocks, landings }: Region): Set<number> {
  const seen = new Set([start]);
  for (const index of seen) for (const to of waysOf(blocks[index]!, landings)) seen.add(to);
  return seen;
}

it("are what is counted, read, written, and dirty where control comes to without a call after it was written", () => {
  // One for all regions: what it knows of one must not be left over for the next.
  const effects = new Effects();
  fc.assert(
    fc.property(region, (region) => {
      effects.analyse(region);
      const dirty = new Int32Array(MOST);
      for (const [index, block] of region.blocks.entries()) {
        const all = allOf(block);
        const isJump = block.end.kind === "goto" && block.end.jump;
        expect(effects.cycles[index]).toBe(all.length + (isJump ? 1 : 0));
        expect(effects.lookups[index]).toBe(block.insns.filter(({ mnemonic }) => LOOKUPS.includes(mnemonic)).length);
        for (const to of reachedFrom(index, region)) dirty[to]! |= bits(all.map(({ rd }) => rd));
      }
      const everything = region.blocks.flatMap(allOf);
      expect(effects.written).toBe(bits(everything.map(({ rd }) => rd)));
      expect(effects.read).toBe(bits(everything.flatMap(({ rs1, rs2 }) => [rs1, rs2])));
      expect([...effects.dirty.subarray(0, MOST)]).toEqual([...dirty]);
    }),
    { seed: 11, numRuns: 300 },
  );
});

const blocksOf = (targets: readonly Target[]) => targets.flatMap((to) => ("block" in to ? [to.block] : []));

/** The blocks that control may go to behind a block, also when it comes back from a call; each once. */
function nextOf({ end }: Block): ReadonlySet<number> {
  if (end.kind === "goto") return new Set(blocksOf([end.to]));
  if (end.kind === "branch") return new Set(blocksOf([end.taken, end.next]));
  if (end.kind === "call" || end.kind === "callRegister") return new Set(blocksOf([end.back]));
  return new Set(end.kind === "callWithin" || end.kind === "returnWithin" ? [end.to] : []);
}

it("count the blocks that lead to each block, a branch of two equal ways once, and landings and the beginning", () => {
  const effects = new Effects();
  fc.assert(
    fc.property(region, (region) => {
      effects.analyse(region);
      const ways = region.blocks.map((_, index) => {
        const from = region.blocks.filter((block) => nextOf(block).has(index)).length;
        return from + (region.landings.includes(index) ? 1 : 0) + (index === 0 ? 1 : 0);
      });
      expect([...effects.countWays(region).subarray(0, MOST)]).toEqual(ways);
    }),
    { seed: 12, numRuns: 300 },
  );
});
