/** Tier 1: programs of all that regions do, on machines whose code becomes regions at once, against the reference engine. */

import { describe, expect, it } from "vitest";
import { CSR_SLOT } from "../../../cpu/hart.ts";
import { type Machine, RAM_BASE } from "../../../cpu/machine.ts";
import { PTE } from "../../../cpu/paging.ts";
import { NESTED } from "../../../cpu/translator/layout.ts";
import { PROGRAMS } from "../../bench/programs.ts";
import { assemble } from "../assemble.ts";
import { AddressSpace, machine } from "../machines.ts";

const CODE = 0x1_0000;
const DATA = 0x20_0000;
const CODE_BYTES = 0x8000;
const RAM_BYTES = 2 * DATA;

/** A machine that runs `source` at CODE, with data from DATA to 0x400000 and an unmapped page after the code. */
function paged(source: string, config: object): { m: Machine; made: () => number } {
  const m = machine({ ramBytes: RAM_BYTES, paging: "sv39", ...config });
  const space = new AddressSpace(m, "sv39");
  const at = 0x10_0000;
  m.ram.u32.set(assemble(source, CODE), at / 4);
  for (let va = 0; va < CODE_BYTES; va += 4096) space.map(CODE + va, RAM_BASE + at + va, PTE.R | PTE.X);
  for (let va = DATA; va < 2 * DATA; va += 4096) space.map(va, RAM_BASE + va, PTE.R | PTE.W);
  space.activate();
  const [hart] = m.harts;
  hart.csr[CSR_SLOT.sepc] = BigInt(CODE);
  const made = () => (Reflect.get(hart, "regions") as { made: number } | undefined)?.made ?? 0;
  return { m, made };
}

/** Everything that a program and its kernel can see. */
function stateOf({ m }: { m: Machine }) {
  const [hart] = m.harts;
  const { instret, tlbHits, tlbMisses, tlbWalks } = hart.counters;
  return {
    x: [...hart.x],
    csr: [...hart.csr],
    counters: { instret, tlbHits, tlbMisses, tlbWalks },
    cycles: m.clock.cycles,
  };
}

/** Runs both in steps of those lengths, until a trap or so many instructions, and compares. @returns regions made */
function agree(source: string, steps: readonly number[], limit: number, config: object = {}): number {
  const reference = paged(source, { engine: "reference", ...config });
  const translator = paged(source, { engine: "translator", translation: { heat: 2 }, ...config });
  for (let i = 0, done = 0; done < limit; i++) {
    const length = steps[i % steps.length];
    done += length;
    const stops = [reference, translator].map(({ m }) =>
      m.run(Number.MAX_SAFE_INTEGER, m.harts[0].counters.instret + length),
    );
    expect(stops[1], `after ${done}`).toBe(stops[0]);
    expect(stateOf(translator), `after ${done}`).toEqual(stateOf(reference));
    expect(Buffer.compare(translator.m.ram.u8, reference.m.ram.u8), `RAM after ${done}`).toBe(0);
    if (stops[0] === "trap") break;
  }
  return translator.made();
}

/** Four places, eight bytes apart, to jump to. */
const TABLE = `
             addi a1, a1, 1
             jal  zero, again
             addi a2, a2, 1
             jal  zero, again
             addi a3, a3, 1
             jal  zero, again
             addi a4, a4, 1
             jal  zero, again`;

const PRIMES = [1, 2, 3, 5, 7, 11, 13, 997, 20_011];

describe("regions and the reference engine agree", () => {
  it.each(Object.keys(PROGRAMS))("on %s, in steps of any length", (name) => {
    expect(agree(PROGRAMS[name], PRIMES, 60_000)).toBeGreaterThan(0);
  });

  it.each(["fifo", "lru", "nru"])("with TLB replacement %s, in a TLB that is too small", (replacement) => {
    const small = { tlb: { sets: 2, ways: 2, replacement } };
    expect(agree(PROGRAMS.qsort, [20_021], 100_000, small)).toBeGreaterThan(0);
  });

  it("on recursion deeper than regions may nest", () => {
    const depth = 3 * NESTED;
    const deep = `
      again: lui  sp, 0x3ff
             addi a0, zero, ${depth}
             jal  ra, down
             jal  zero, again
      down:  addi sp, sp, -16
             sd   ra, 0(sp)
             addi a0, a0, -1
             beq  a0, zero, up
             jal  ra, down
      up:    ld   ra, 0(sp)
             addi sp, sp, 16
             addi a1, a1, 1
             jalr zero, 0(ra)`;
    expect(agree(deep, [10_007, 3], 60_000)).toBeGreaterThan(0);
  });

  it("on calls of small functions nearby, which come back there or behind it", () => {
    const small = `
             lui  sp, 0x3ff
      again: addi s0, s0, 1
             jal  ra, add
             jal  ra, other
             jal  ra, away
             addi a3, a3, 1
             jal  ra, fib
             jal  ra, loop
             jal  zero, again
      add:   add  a0, a0, s0
             blt  a0, zero, some
             jalr zero, 0(ra)
      some:  addi a0, zero, 7
             jalr zero, 0(ra)
      other: addi a1, a1, 3
             sd   a1, -16(sp)
             jalr zero, 0(ra)
      away:  addi a2, a2, 1
             andi t1, s0, 12
             add  ra, ra, t1              # behind it, or at the next calls
             jalr zero, 0(ra)
      loop:  addi t1, zero, 5
      one:   ld   t2, -16(sp)
             add  a4, a4, t2
             addi t1, t1, -1
             bne  t1, zero, one
             jalr zero, 0(ra)
      fib:   andi t1, s0, 1
             beq  t1, zero, leaf
             addi sp, sp, -16
             sd   ra, 0(sp)
             jal  ra, add
             ld   ra, 0(sp)
             addi sp, sp, 16
      leaf:  jalr zero, 0(ra)`;
    expect(agree(small, PRIMES, 60_000)).toBeGreaterThan(0);
    expect(agree(small, [20_021], 60_000, { tlb: { sets: 1, ways: 2, replacement: "fifo" } })).toBeGreaterThan(0);
  });

  /** `lines` and so many instructions that do nothing. */
  const padded = (lines: string, words: number) => `${lines}\n${"addi zero, zero, 0\n".repeat(words)}`;

  it("on calls, returns, jumps and falls over pages", () => {
    const over = `
             jal  zero, main
      ${padded("", 1000)}
      main:  lui  s0, 0x20
             lui  sp, 0x3ff
      again: addi a0, a0, 1
             jal  ra, far
             auipc t1, 0
             addi t1, t1, 24
             andi t2, a0, 4
             add  t1, t1, t2
             jalr ra, 0(t1)
             jal  zero, again
             addi a1, a1, 1
             addi a2, a2, 1
             jalr zero, 0(ra)
      ${padded("", 1100)}
      far:   addi a3, a3, 1
             andi t0, a3, 7
      ${padded("", 10)}
             bne  t0, zero, more
             jalr zero, 0(ra)
      ${padded("", 1000)}
      more:  addi a4, a4, 1
             jalr zero, 0(ra)`;
    expect(agree(over, [7, 1009, 1, 20_011], 100_000)).toBeGreaterThan(2);
  });

  it("on atomics that hit, miss, are misaligned, fail, or are broken into", () => {
    const atomics = `
             lui  s0, 0x200
             lui  s2, 0x3fe
      again: addi a0, a0, 1
             amoadd.w t0, a0, (s0)
             amoxor.d t1, a0, (s0)
             amoswap.d a1, a1, (s0)
             amomin.w t2, t0, (s0)
             amomaxu.d t3, t1, (s0)
             amoand.w zero, a0, (s0)
      one:   lr.w t4, (s0)
             add  t4, t4, a0
             sc.w t5, t4, (s0)
             bne  t5, zero, one
             add  a2, a2, t5
             lr.d s3, (s2)
             sc.d s3, a0, (s2)
             add  a3, a3, s3
             lr.d t4, (s0)
             addi t6, s0, 8
             sc.d t5, t4, (t6)
             add  a4, a4, t5
             sc.d t5, a0, (t6)
             add  a5, a5, t5
             lr.d t4, (s0)
             sc.w t5, t4, (s0)
             add  a5, a5, t5
             andi s0, a0, 1023
             slli s0, s0, 10
             lui  t6, 0x200
             add  s0, s0, t6
             lui  t6, 2
             bne  a0, t6, again
             addi s0, s0, 4
             amoadd.d t0, a0, (s0)
             jal  zero, again`;
    expect(agree(atomics, PRIMES, 60_000)).toBeGreaterThan(0);
    expect(agree(atomics, PRIMES, 60_000, { translation: { heat: 2, misses: 2 } })).toBeGreaterThan(0);
    expect(agree(atomics, [20_021], 300_000, { tlb: { sets: 2, ways: 2, replacement: "fifo" } })).toBeGreaterThan(0);
    expect(agree(atomics, [20_021, 3], 60_000, { tlb: { sets: 2, ways: 2, replacement: "lru" } })).toBeGreaterThan(0);
  });

  it("on a table of jumps", () => {
    const table = `
      again: andi t0, a0, 24
             auipc t1, 0
             add  t1, t1, t0
             addi a0, a0, 8
             jalr zero, 20(t1)
             ecall${TABLE}`;
    expect(agree(table, [5013, 2], 40_000)).toBeGreaterThan(0);
  });

  it("on a table of jumps, some odd, the last one misaligned", () => {
    const odd = `
             addi s1, zero, 1501
      again: andi t0, a0, 24
             auipc t1, 0
             add  t1, t1, t0
             srli t2, a0, 6
             andi t2, t2, 1
             add  t1, t1, t2
             addi a0, a0, 8
             addi s1, s1, -1
             bne  s1, zero, even
             addi t1, t1, 2
      even:  jalr zero, 40(t1)${TABLE}`;
    expect(agree(odd, [1013, 2], 40_000)).toBeGreaterThan(0);
  });

  it("on loops of one block that end after any number of rounds, at any budget, with faults in any round", () => {
    const rounds = `
             lui  s0, 0x200
             lui  s1, 0x201
             lui  s2, 0x3ff
      again: addi s3, s3, 1
             andi t0, s3, 15
      count: addi t0, t0, -1
             bge  t0, zero, count
             andi t1, s3, 7
             addi t1, t1, 1
             add  t2, s0, s3
      table: lbu  t3, 0(t2)
             add  t3, t3, s3
             andi t3, t3, 255
             slli t3, t3, 4
             add  t3, t3, s1
             lw   t4, 0(t3)
             add  a0, a0, t4
             addi t1, t1, -1
             bne  t1, zero, table
             sb   a0, 0(t2)
             sw   a0, 0(t3)
             andi t1, s3, 3
             addi t5, s2, 0
      store: sd   s3, 2016(t5)
             ld   t6, 2016(t5)
             addi t5, t5, 800
             addi t1, t1, -1
             beq  t1, zero, over
             jal  zero, store
      over:  jal  zero, again`;
    expect(agree(rounds, PRIMES, 100_000)).toBeGreaterThan(0);
    expect(agree(rounds, [20_021], 100_000, { tlb: { sets: 1, ways: 2, replacement: "nru" } })).toBeGreaterThan(0);
    const climbs = `
             lui  t0, 0x3f0
      again: ld   t1, 0(t0)
             addi t0, t0, 24
             addi a0, a0, 1
             bne  t0, t1, again
             ecall`;
    expect(agree(climbs, PRIMES, 100_000)).toBeGreaterThan(0);
  });

  it("on small loops of several blocks, over the ends of pages, up and down, aligned or not, ended anywhere", () => {
    const around = `
             lui  s0, 0x230
             lui  s1, 0x240
             addi s2, zero, 77
      again: addi s3, s3, 1
             mul  s2, s2, s3
             addi s2, s2, 41
             andi t0, s2, 31
             sub  a1, s0, t0
             srli t1, s2, 5
             andi t1, t1, 31
             sub  a2, s1, t1
             addi t2, t1, 1
      copy:  lbu  t3, 0(a1)
             add  t3, t3, s3
             sb   t3, 0(a2)
             addi a1, a1, 1
             addi a2, a2, 1
             addi t2, t2, -1
             bne  t2, zero, copy
             andi t0, t0, 28
             sub  a1, s0, t0
             addi t4, a1, 40
      look:  lw   t3, 0(a1)
             lh   t5, 6(a1)
             beq  t3, s3, found
             addi a1, a1, 4
             addi s4, s4, 1
             blt  t5, s2, over
             bltu a1, t4, look
      over:  sd   s3, 0(a1)
      found: addi t2, t0, 3
             add  a2, s1, t1
      down:  beq  t2, zero, again
             sd   s2, -8(a2)
             ld   t6, -16(a2)
             addi a2, a2, -8
             addi t2, t2, -1
             jal  zero, down`;
    expect(agree(around, PRIMES, 150_000)).toBeGreaterThan(0);
    expect(agree(around, [20_021], 150_000, { tlb: { sets: 1, ways: 2, replacement: "fifo" } })).toBeGreaterThan(0);
  });

  it.each([
    ["in a loop", "a2"],
    ["on the stack", "sp"],
  ])("on accesses by one base that goes over the ends of pages, aligned or not, mapped or not, %s", (_where, base) => {
    // The last page is unmapped: the program ends with a fault there.
    const groups = `
             lui  ${base}, 0x3fd
             addi s1, zero, 4
             addi s0, ${base}, 0
      again: sd   a0, -8(${base})
             ld   t0, 16(${base})
             lw   t1, 4(${base})
             sb   t0, 3(${base})
             sh   t1, 14(${base})
             lbu  t2, -9(${base})
             add  a0, a0, t2
             addi a0, a0, 77
             xor  a1, a1, t0
             addi ${base}, ${base}, 24
             ld   t3, -8(${base})
             sd   t3, -16(${base})
             addi ${base}, ${base}, -24
             ld   ${base}, -8(${base})
             addi s0, s0, 20
             addi ${base}, s0, 0
             lhu  t0, 2(${base})
             sw   a1, 4(${base})
             add  a0, a0, t0
             jal  zero, again`;
    expect(agree(groups, PRIMES, 200_000)).toBeGreaterThan(0);
    expect(agree(groups, [20_021], 200_000, { tlb: { sets: 2, ways: 1, replacement: "fifo" } })).toBeGreaterThan(0);
  });

  it("on scans that are left and begun again, with pages in between that push each other out", () => {
    const scan = `
             lui  a1, 0x200
      again: addi a0, a1, 0
             addi t1, zero, 40
      one:   lbu  t0, 0(a0)
             addi a0, a0, 273
             addi t1, t1, -1
             bne  t1, zero, one
             sb   t1, 0(a0)
             lui  t2, 1
             add  a1, a1, t2
             lui  t3, 0x3f0
             blt  a1, t3, again
             lui  a1, 0x200
             jal  zero, again`;
    expect(agree(scan, [1511, 4], 90_000, { tlb: { sets: 2, ways: 2 } })).toBeGreaterThan(0);
  });

  it.each([
    ["misaligned within a page", "addi a0, a0, 3"],
    ["misaligned over pages", "addi a0, a0, 1021"],
    ["to one page after the other", "lui t4, 1\n add a0, a0, t4"],
  ])("on accesses %s, up to the fault", (_, step) => {
    const walk = `
             lui  a0, 0x200
      again: ld   t0, 0(a0)
             lhu  t1, 5(a0)
             add  t0, t0, t1
             addi t0, t0, 1
             sd   t0, 16(a0)
             sw   t0, 9(a0)
             ${step}
             jal  zero, again`;
    expect(agree(walk, [2003, 1], 60_000)).toBeGreaterThan(0);
  });

  it.each([
    ["a branch", "beq a0, a0, 6"],
    ["a jump", "jal zero, 6"],
    ["a call", "jal ra, 6"],
    ["a jump through a register", "jalr zero, 2(s0)"],
    ["a call through a register", "jalr s0, 2(s0)"],
  ])("on %s to half an instruction, which traps", (_, jump) => {
    const odd = `
             auipc s0, 0
             addi t1, zero, 50
      again: addi a1, a1, 1
             addi t1, t1, -1
             bne  t1, zero, again
             ${jump}
             ecall`;
    expect(agree(odd, [1000], 1000)).toBeGreaterThan(0);
  });
});
