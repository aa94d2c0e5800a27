/** Discover: what becomes a region, on a few lines of assembly each. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decode } from "../../../cpu/decode.ts";
import type { Mnemonic } from "../../../cpu/isa.ts";
import { type Code, discover } from "../../../cpu/translator/discover.ts";
import { MEANINGS } from "../../../cpu/translator/meaning.ts";
import type { Region, RegionPage } from "../../../cpu/translator/region.ts";
import { regionText } from "../../../cpu/translator/region-text.ts";
import { assemble } from "../assemble.ts";

const PAGE = 4096;
const emits = (mnemonic: Mnemonic) => ["compute", "load", "store", "nothing"].includes(MEANINGS[mnemonic].kind);

interface Program {
  readonly source: string;
  /** Distance of the first word. */
  readonly from?: number;
  readonly entry?: number;
  /** Distances where jumps arrive. */
  readonly landings?: readonly number[];
  /** Distances of the pages that are there besides 0. */
  readonly pages?: readonly number[];
}

function codeOf(words: ArrayLike<number>, { from = 0, landings = [], pages = [] }: Omit<Program, "source">): Code {
  return {
    word: (page, offset) => words[(page.at + offset - from) >> 2] ?? 0,
    pageAt: (at) => (at === 0 || pages.includes(at) ? { at, frame: 10 + at / PAGE, decoded: 1000 + at } : null),
    isLanding: (page, offset) => landings.includes(page.at + offset),
    emits,
  };
}

function found(program: Program): Region {
  return discover(codeOf(assemble(program.source, program.from ?? 0), program), program.entry ?? program.from ?? 0);
}

/** The region as text, as it is to be compared: without the first indentation. */
const text = (program: Program) => `\n${regionText(found(program))}\n`;
const lines = (expected: string) => expected.replace(/^ {6}/gm, "").replace(/ +$/, "");

describe("discover", () => {
  it("follows both ways of branches, and jumps", () => {
    const source = "beq a0, zero, a; addi a0, a0, 1; jal zero, b; a: addi a0, a0, 2; b: jalr zero, 0(ra)";
    expect(text({ source })).toBe(
      lines(`
      0: 0x0
        -> beq 2 else 1
      1: 0x4
        addi a0,a0,1
        -> jump 3
      2: 0xc
        addi a0,a0,2
        -> fall 3
      3: 0x10
        -> return
      `),
    );
  });

  it("cuts a block where a branch leads into it, also when that is found later", () => {
    const source = "addi a0, a0, 1; loop: addi a0, a0, -1; bne a0, zero, loop; jalr zero, 0(ra)";
    expect(text({ source })).toBe(
      lines(`
      0: 0x0
        addi a0,a0,1
        -> fall 1
      1: 0x4
        addi a0,a0,-1
        -> bne 1 else 2
      2: 0xc
        -> return
      `),
    );
  });

  it("has the entry as block 0 wherever it lies", () => {
    const source = "outer: addi a1, a1, 1; inner: addi a0, a0, -1; bne a0, zero, inner; jal zero, outer";
    expect(text({ source, entry: 4 })).toBe(
      lines(`
      0: 0x4
        addi a0,a0,-1
        -> bne 0 else 2
      1: 0x0
        addi a1,a1,1
        -> fall 0
      2: 0xc
        -> jump 1
      `),
    );
  });

  it("does not follow calls, but goes on where they come back", () => {
    const source = "jal ra, f; addi a0, a0, 1; jalr ra, 0(a5); jalr zero, 0(ra); f: addi a0, a0, 2; jalr zero, 0(ra)";
    expect(text({ source })).toBe(
      lines(`
      0: 0x0
        -> call 0x10 back 1
      1: 0x4
        addi a0,a0,1
        -> call register back 2
      2: 0xc
        -> return
      `),
    );
  });

  it("leaves at what tier 1 does not emit, and does not know what follows", () => {
    expect(text({ source: "addi a7, zero, 93; ecall; addi a0, a0, 1" })).toBe(
      lines(`
      0: 0x0
        addi a7,zero,93
        -> leave
      `),
    );
    expect(text({ source: ".word 0; addi a0, a0, 1" })).toBe("\n0: 0x0\n  -> leave\n");
    expect(text({ source: "csrrs a0, cycle, zero" })).toBe("\n0: 0x0\n  -> leave\n");
  });

  it("takes up what follows an ECALL where a branch leads there", () => {
    expect(text({ source: "beq a0, zero, a; ecall; a: addi a0, a0, 1; ecall" })).toBe(
      lines(`
      0: 0x0
        -> beq 2 else 1
      1: 0x4
        -> leave
      2: 0x8
        addi a0,a0,1
        -> leave
      `),
    );
  });

  it("leaves at jumps to where no instruction can begin", () => {
    expect(text({ source: "beq a0, zero, 6" })).toBe("\n0: 0x0\n  -> leave\n");
    expect(text({ source: "jal zero, -2" })).toBe("\n0: 0x0\n  -> leave\n");
  });

  it("ends blocks at page ends, and goes on where the next page is known", () => {
    const program = { source: "addi a0, a0, 1; addi a0, a0, 2; jalr zero, 0(ra)", from: PAGE - 4 };
    expect(text(program)).toBe("\n0: 0xffc\n  addi a0,a0,1\n  -> fall away 0x1000\n");
    expect(found(program).pages.map(({ at }) => at)).toEqual([0]);
    const known = { ...program, pages: [PAGE, -PAGE] };
    expect(text(known)).toBe(
      lines(`
      0: 0xffc
        addi a0,a0,1
        -> fall 1
      1: 0x1000
        addi a0,a0,2
        -> return
      `),
    );
    const pages: RegionPage[] = [
      { at: 0, frame: 10, decoded: 1000 },
      { at: PAGE, frame: 11, decoded: 1000 + PAGE },
    ];
    expect(found(known).pages).toEqual(pages);
  });

  it("goes back into the page before", () => {
    const program = { source: "a: addi a0, a0, -1; bne a0, zero, a; jalr zero, 0(ra)", from: -4, entry: 0 };
    expect(text(program)).toBe("\n0: 0x0\n  -> bne away -0x4 else 1\n1: 0x4\n  -> return\n");
    expect(text({ ...program, pages: [-PAGE] })).toBe(
      "\n0: 0x0\n  -> bne 1 else 2\n1: -0x4\n  addi a0,a0,-1\n  -> fall 0\n2: 0x4\n  -> return\n",
    );
  });

  it("leaves tail calls to what is far", () => {
    expect(text({ source: "jal zero, 8192", pages: [PAGE] })).toBe("\n0: 0x0\n  -> jump away 0x2000\n");
    expect(text({ source: "jal zero, -4100", pages: [-PAGE] })).toBe("\n0: 0x0\n  -> jump away -0x1004\n");
  });

  it("finds the landings of a computed jump, and what explains itself is none", () => {
    const source = `jalr zero, 0(a5)
      addi a0, a0, 1; jalr zero, 0(ra)
      addi a0, a0, 2; loop: addi a0, a0, -1; bne a0, zero, loop; jal ra, 64; jalr zero, 0(a5)
      addi a0, a0, 3; jalr zero, 0(ra)`;
    // A landing at 4 and 12; at 16 a loop, at 28 a call that came back; nobody came to 32.
    expect(text({ source, landings: [4, 12, 16, 28] })).toBe(
      lines(`
      0: 0x0
        -> jump register
      1 (landing): 0x4
        addi a0,a0,1
        -> return
      2 (landing): 0xc
        addi a0,a0,2
        -> fall 3
      3: 0x10
        addi a0,a0,-1
        -> bne 3 else 4
      4: 0x18
        -> call 0x58 back 5
      5: 0x1c
        -> jump register
      `),
    );
  });

  it("knows where AUIPC and JALR together lead", () => {
    const source = "auipc ra, 0; jalr ra, 20(ra); auipc t1, 1048575; jalr zero, -8(t1); ecall; ecall";
    expect(text({ source, landings: [16] })).toBe(
      lines(`
      0: 0x0
        auipc ra,0x0
        -> call 0x14 back 1
      1: 0x8
        auipc t1,0xfffff
        -> jump away -0x1000
      `),
    );
  });

  it("does not know where they lead when the JALR is jumped to, takes another register, or leads to an odd place", () => {
    const kinds = (source: string) => found({ source }).blocks.map(({ end }) => end.kind);
    expect(kinds("beq a0, a1, 8; auipc t1, 1; jalr zero, 0(t1)")).toEqual(["branch", "goto", "jumpRegister"]);
    expect(kinds("beq a0, a1, 8; auipc ra, 1; jalr ra, 0(ra); ecall")).toEqual([
      "branch",
      "goto",
      "callRegister",
      "leave",
    ]);
    expect(kinds("auipc t1, 1; jalr zero, 0(t2)")).toEqual(["jumpRegister"]);
    expect(kinds("auipc t1, 1; jalr zero, 2(t1)")).toEqual(["jumpRegister"]);
  });

  it("looks for landings before the jump, too, at the entry, and in the other pages", () => {
    const source = "a: addi a0, a0, 1; b: addi a0, a0, 2; jalr zero, 0(a5); addi a0, a0, 3; ecall";
    const region = found({
      source,
      from: PAGE - 8,
      entry: PAGE - 4,
      landings: [PAGE - 8, PAGE - 4, PAGE + 4],
      pages: [PAGE],
    });
    expect(region.blocks.map(({ at }) => at)).toEqual([PAGE - 4, PAGE - 8, PAGE, PAGE + 4]);
    expect(region.landings).toEqual([0, 1, 3]);
  });

  it("takes for a landing where a branch leads forward, as cases share their ends", () => {
    const source = "beq a0, zero, b; jalr zero, 0(a5); a: addi a0, a0, 1; b: addi a0, a0, 2; jalr zero, 0(ra)";
    const region = found({ source, landings: [8, 12] });
    expect(region.landings.map((index) => region.blocks[index].at)).toEqual([8, 12]);
  });

  it("looks for landings no further than to the next function with a frame", () => {
    const source = `a: addi sp, sp, -32; jalr zero, 0(ra)
      addi a0, a0, 1; jalr zero, 0(a5); addi a0, a0, 2; jalr zero, 0(ra)
      addi sp, sp, -16; addi a0, a0, 3; jalr zero, 0(ra)`;
    const region = found({ source, entry: 8, landings: [0, 4, 16, 24, 28] });
    expect(region.landings.map((index) => region.blocks[index].at)).toEqual([4, 16]);
  });

  it("looks for no landings of returns", () => {
    expect(found({ source: "jalr zero, 0(ra); addi a0, a0, 1", landings: [4] }).blocks).toHaveLength(1);
  });

  it("cuts long blocks", () => {
    const { blocks } = found({ source: `${"addi a0, a0, 1;".repeat(150)} jalr zero, 0(ra)` });
    expect(blocks.map(({ insns }) => insns.length)).toEqual([64, 64, 22]);
    expect(blocks[1].end).toEqual({ kind: "goto", to: { block: 2 }, jump: false });
  });

  it("stops where a region becomes too long, or has too many blocks", () => {
    const long = found({ source: `${"addi a0, a0, 1;".repeat(1000)} jalr zero, 0(ra)` });
    expect(long.blocks.at(-1)?.end).toEqual({ kind: "goto", to: { away: 4 * 512 }, jump: false });
    const branchy = found({ source: "beq a0, a1, 2000;".repeat(1000) });
    expect(branchy.blocks.length).toBeLessThanOrEqual(128);
    expect(branchy.blocks.length).toBeGreaterThan(100);
  });
});

/** Words of code with many jumps among them, mostly to near places. */
const near = fc.integer({ min: -60, max: 60 }).map((n) => 4 * n);
const register = fc.constantFrom("a0", "a1", "ra", "zero");
const line = fc.oneof(
  { weight: 6, arbitrary: fc.constant("addi a0, a0, 1") },
  { weight: 4, arbitrary: near.map((at) => `beq a0, a1, ${at}`) },
  { weight: 1, arbitrary: fc.tuple(register, near).map(([rd, at]) => `jal ${rd}, ${at}`) },
  { weight: 1, arbitrary: fc.tuple(register, register).map(([rd, rs1]) => `jalr ${rd}, 0(${rs1})`) },
  { weight: 1, arbitrary: fc.tuple(register, near).map(([rd, at]) => `auipc a1, 0\njalr ${rd}, ${at}(a1)`) },
  { weight: 1, arbitrary: fc.constantFrom("ecall", ".word 0", "fence iorw, iorw") },
);

describe("any region", () => {
  const settings = { seed: 30, numRuns: 300 };
  const program = fc.record({
    source: fc.array(line, { minLength: 100, maxLength: 200 }),
    start: fc.constantFrom(0, -PAGE, PAGE - 400, -200, 3000),
    entry: fc.nat(99),
    landings: fc.array(fc.nat(199), { maxLength: 20 }),
    pages: fc.subarray([-PAGE, PAGE]),
  });

  it("has each instruction once, in order, as it lies in memory, and ways to what follows", () => {
    const property = fc.property(program, ({ source, start, entry, landings, pages }) => {
      const words = assemble(source.join("\n"), start);
      const at = Math.max(0, Math.min(PAGE - 4, start + 4 * entry));
      const code = codeOf(words, { from: start, landings: landings.map((n) => start + 4 * n), pages });
      const region = discover(code, at);
      expect(region.blocks[0].at).toBe(at);
      const all = region.blocks.flatMap((block) => checkBlock(region, block, code));
      expect(new Set(all).size).toBe(all.length);
      expect(region.landings.every((index) => landings.includes((region.blocks[index].at - start) / 4))).toBe(true);
      expect(reachable(region)).toBe(region.blocks.length);
    });
    fc.assert(property, settings);
  });
});

type Block = Region["blocks"][number];
type Target = Extract<Block["end"], { kind: "goto" }>["to"];

/** @returns the distances of all its instructions */
function checkBlock(region: Region, block: Block, code: Code): number[] {
  const { at, insns } = block;
  const page = region.pages.find((each) => at >= each.at && at < each.at + PAGE)!;
  const wordAt = (index: number) => code.word(page, at + 4 * index - page.at) >>> 0;
  for (const [index, insn] of insns.entries()) {
    expect(insn.word).toBe(wordAt(index));
    expect(emits(insn.mnemonic)).toBe(true);
  }
  const length = lengthOf(block);
  if ("insn" in block.end) expect(block.end.insn.word).toBe(wordAt(length - 1));
  expect(length).toBeGreaterThan(0);
  expect(at + 4 * length).toBeLessThanOrEqual(page.at + PAGE);
  const last = decode(wordAt(length - 1));
  // AUIPC of 0, JALR.
  const imm = last?.mnemonic === "jalr" ? last.imm - 4 : (last?.imm ?? 0);
  for (const [target, distance] of waysOf(block, imm)) {
    expect("block" in target ? region.blocks[target.block].at : target.away).toBe(distance);
  }
  return Array.from({ length }, (_, index) => at + 4 * index);
}

/** Instructions of a block with its end; what it leaves at is one, too. */
function lengthOf({ insns, end }: Block): number {
  return insns.length + (end.kind === "goto" && !end.jump ? 0 : 1);
}

/** Where a block's end leads, each with the distance that the last instruction says, which has that immediate. */
function waysOf(block: Block, imm: number): [Target, number][] {
  const next = block.at + 4 * lengthOf(block);
  const { end } = block;
  if (end.kind === "call") expect(end.callee).toBe(next - 4 + imm);
  if (end.kind === "goto") return [[end.to, end.jump ? next - 4 + imm : next]];
  if (end.kind === "call" || end.kind === "callRegister") return [[end.back, next]];
  if (end.kind !== "branch") return [];
  return [
    [end.taken, next - 4 + imm],
    [end.next, next],
  ];
}

/** How many blocks are reached from block 0 and the landings. */
function reachable({ blocks, landings }: Region): number {
  const seen = new Set<number>();
  const todo = [0, ...landings];
  for (let index = todo.pop(); index !== undefined; index = todo.pop()) {
    if (seen.has(index)) continue;
    seen.add(index);
    const { end } = blocks[index];
    for (const target of targetsOf(end)) if ("block" in target) todo.push(target.block);
  }
  return seen.size;
}

function targetsOf(end: Block["end"]): Target[] {
  if (end.kind === "goto") return [end.to];
  if (end.kind === "branch") return [end.taken, end.next];
  return end.kind === "call" || end.kind === "callRegister" ? [end.back] : [];
}
