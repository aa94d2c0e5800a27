/** Effects of a region's blocks, on random graphs, against their definitions. */

import fc from "fast-check";
import { expect, it } from "vitest";
import { decode, type Insn } from "../../../cpu/decode.ts";
import { Effects } from "../../../cpu/translator/effects.ts";
import type { Block, BlockEnd, Region, Target } from "../../../cpu/translator/region.ts";
import { assemble } from "../assemble.ts";

const SOURCE =
  "jalr zero, 0(ra); addi a0, a1, 1; add zero, a2, t6; ld s0, 8(sp); sd a3, 0(t0); amoadd.d a4, a5, (a6); fence.i; lui s11, 5";
const [RETURN, ...PLAIN] = Array.from(assemble(SOURCE), (word) => decode(word)) as [Insn, ...Insn[]];
const LOOKUPS = ["ld", "sd", "amoadd.d"];
const MOST = 12;

const number = fc.nat(MOST - 1);
const target = fc.oneof(
  number.map((block) => ({ block })),
  fc.constant({ away: 64 }),
);
const end: fc.Arbitrary<BlockEnd> = fc.oneof(
  fc.record({ kind: fc.constant("goto" as const), to: target, jump: fc.boolean() }),
  fc.record({ kind: fc.constant("branch" as const), insn: fc.constantFrom(...PLAIN), taken: target, next: target }),
  fc.record({
    kind: fc.constant("call" as const),
    insn: fc.constantFrom(...PLAIN),
    callee: fc.constant(0),
    back: target,
  }),
  fc.record({ kind: fc.constant("callRegister" as const), insn: fc.constantFrom(...PLAIN), back: target }),
  fc.record({ kind: fc.constant("callWithin" as const), insn: fc.constantFrom(...PLAIN), to: number }),
  fc.record({
    kind: fc.constant("returnWithin" as const),
    insn: fc.constant(RETURN),
    to: number,
    back: fc.constant(0),
  }),
  fc.record({ kind: fc.constant("jumpRegister" as const), insn: fc.constant(RETURN), isReturn: fc.boolean() }),
  fc.constant({ kind: "leave" as const }),
);
const block: fc.Arbitrary<Block> = fc.record({
  at: fc.constant(0),
  insns: fc.array(fc.constantFrom(...PLAIN), { maxLength: 5 }),
  end,
});
const region: fc.Arbitrary<Region> = fc.record({
  blocks: fc.array(block, { minLength: MOST, maxLength: MOST }),
  pages: fc.constant([]),
  landings: fc.uniqueArray(number, { maxLength: 3 }),
});

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
