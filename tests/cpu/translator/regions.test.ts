/** Regions and decoded pages are bounded, go when code changes, and come back; nothing of it shows in the results. */

import { describe, expect, it } from "vitest";
import { encode } from "../../../cpu/fields.ts";
import { CSR_SLOT } from "../../../cpu/hart.ts";
import { type Machine, RAM_BASE } from "../../../cpu/machine.ts";
import { PAGE_SIZE, PTE } from "../../../cpu/paging.ts";
import { CODE_BYTES, DECODED_PAGES, type TranslationConfig } from "../../../cpu/translator/layout.ts";
import type { Translator } from "../../../cpu/translator/translator.ts";
import { assemble } from "../assemble.ts";
import { AddressSpace, machine, pagedMachine, runToTrap } from "../machines.ts";

const statistics = (m: Machine) => (m.harts[0] as Translator).statistics();

const resultOf = (m: Machine) => {
  const { x, counters } = m.harts[0]!;
  const { instret, tlbHits, tlbMisses, tlbWalks } = counters;
  return { x: [...x], instret, tlbHits, tlbMisses, tlbWalks, cycles: m.clock.cycles };
};

/** Calls of `count` functions after each other, 40 rounds; each has a loop. */
function manyFunctions(count: number): string {
  const calls = Array.from({ length: count }, (_, i) => `jal ra, f${i}`).join("\n");
  const body = (i: number) => `
    f${i}:    addi t0, zero, ${3 + (i % 5)}
    loop${i}: addi a0, a0, ${i}
              xor  a1, a1, a0
              addi t0, t0, -1
              bne  t0, zero, loop${i}
              jalr zero, 0(ra)`;
  return `       addi s0, zero, 40
    round: ${calls}
           addi s0, s0, -1
           bne  s0, zero, round
           ebreak
           ${Array.from({ length: count }, (_, i) => body(i)).join("\n")}`;
}

function run(source: string, engine: "reference" | "translator", translation: TranslationConfig = {}): Machine {
  const { m } = pagedMachine(source, 0x10000, { engine, translation });
  runToTrap(m);
  return m;
}

describe("regions", () => {
  const source = manyFunctions(120);

  it("have a bounded size together: when there is no room all go, and what is hot comes back", () => {
    const bounded = run(source, "translator", { heat: 3, codeBytes: 8000 });
    const free = run(source, "translator", { heat: 3 });
    expect(statistics(free).codeBytes).toBeGreaterThan(8000);
    expect(statistics(free).regions).toBeGreaterThan(100);
    expect(statistics(bounded).codeBytes).toBeLessThanOrEqual(8000);
    expect(statistics(bounded).regions).toBeLessThan(statistics(free).regions);
    expect(statistics(bounded).regionsMade).toBeGreaterThan(statistics(free).regionsMade);
    (bounded.harts[0] as Translator).check();
    expect(resultOf(bounded)).toEqual(resultOf(run(source, "reference")));
    expect(resultOf(free)).toEqual(resultOf(bounded));
  });

  const SIZE = 20;

  /** Calls 16 functions of SIZE instructions until all are hot, then writes a word of each page anew; so for `rounds`. */
  function changing(engine: "reference" | "translator", rounds: number, codeBytes = CODE_BYTES): Machine {
    const names = Array.from({ length: 16 }, (_, i) => `f${i}`);
    const work = "add a0, a0, a1;".repeat(SIZE);
    const words = assemble(
      `      addi s0, zero, ${rounds}
             lui  s3, 1
       outer: addi s1, zero, 20
       calls: ${names.map((name) => `jal ra, ${name}`).join("; ")}
             addi s1, s1, -1
             bne  s1, zero, calls
             auipc s2, 0
             addi t0, zero, 8
       touch: lw   t1, 0(s2)
             sw   t1, 0(s2)
             add  s2, s2, s3
             addi t0, t0, -1
             bne  t0, zero, touch
             addi s0, s0, -1
             bne  s0, zero, outer
             ebreak
       ${names.map((name) => `${name}: beq zero, zero, r${name}; ${work} r${name}: jalr zero, 0(ra)`).join("\n")}`,
      0x10000,
    );
    const m = machine({ engine, translation: { heat: 100, codeBytes } });
    const space = new AddressSpace(m);
    m.ram.u32.set(words);
    for (let at = 0; at < 9 * PAGE_SIZE; at += PAGE_SIZE) space.map(0x10000 + at, RAM_BASE + at, PTE.R | PTE.W | PTE.X);
    space.activate();
    m.harts[0]!.csr[CSR_SLOT.sepc] = 0x10000n;
    runToTrap(m);
    return m;
  }

  it("and decoded pages are what lies in RAM; the check finds what was written without a word about it", () => {
    const m = run(manyFunctions(4), "translator", { heat: 3 });
    m.check();
    const at = m.ram.u32.indexOf(assemble("addi s0, zero, 40", 0)[0]!);
    // Another constant, as a kernel might write it that forgets Ram.wrote.
    m.ram.u32[at] ^= 1 << 20;
    expect(() => m.check()).toThrow("what is decoded is what lies in RAM");
    m.ram.wrote(4 * at, 4);
    m.check();
  });

  it.each([CODE_BYTES, 20_000])(
    "are not made for ever for a program that changes its code all the time",
    (codeBytes) => {
      const fast = changing("translator", 1000, codeBytes);
      const made = statistics(fast).regionsMade;
      // They come back, and go; a thousand instructions are executed for each one that is compiled.
      expect(made).toBeGreaterThan(16);
      expect(made * SIZE * 1000).toBeLessThan(fast.harts[0]!.counters.instret);
      expect(resultOf(fast)).toEqual(resultOf(changing("reference", 1000)));
    },
  );

  it("are not made for each case of a switch, when one has them all", () => {
    // Each case jumps to the next by itself, through the table of its own place.
    const dispatch = "addi s0, s0, -1; beq s0, zero, end; andi t0, s0, 96; add t0, t0, s1; jalr zero, 0(t0)";
    const source = `
             lui  s0, 64
             auipc s1, 0
             addi s1, s1, 12
             jal  zero, first
      first: ${[1, 2, 3, 4].map((n) => `addi a0, a0, ${n}; addi a0, a0, 1; addi a0, a0, 1; ${dispatch}`).join("\n")}
      end:   ebreak`;
    const m = run(source, "translator", { heat: 1000, start: 0 });
    expect(statistics(m).regionsMade).toBe(1);
    expect(resultOf(m)).toEqual(resultOf(run(source, "reference")));
  });

  it("are never made where the heat is 0", () => {
    expect(statistics(run(source, "translator", { heat: 0 })).regionsMade).toBe(0);
  });
});

describe("regions whose accesses miss the fast TLB", () => {
  const [A, B] = [0x20_0000, 0x30_0000];

  /**
   * Calls `both` by way of `outer`; it loads and stores two doublewords whose pages have one place in the fast TLBs. Then rounds of a loop that
   * accesses nothing.
   */
  function conflict(engine: "reference" | "translator", translation: TranslationConfig, calls: number, rounds: number) {
    const words = assemble(
      `      lui  s0, ${calls >> 12}
             lui  a0, 0x${(A >>> 12).toString(16)}
             lui  a1, 0x${(B >>> 12).toString(16)}
      again: jal  ra, outer
             addi t0, zero, ${rounds}
      pause: addi t0, t0, -1
             blt  zero, t0, pause
             addi s0, s0, -1
             bne  s0, zero, again
             ebreak
      outer: addi s1, ra, 0
             jal  ra, both
             addi a3, a3, 1
             jalr zero, 0(s1)
      both:  ld   t0, 0(a0)
             ld   t1, 0(a1)
             ${"xor a2, a2, t0; add a2, a2, t1;".repeat(15)}
             sd   a2, 8(a0)
             amoadd.d t0, a2, (a1)
             jalr zero, 0(ra)`,
      0x10000,
    );
    const m = machine({ engine, translation });
    const space = new AddressSpace(m);
    m.ram.u32.set(words);
    for (const [page, va] of [0x10000, A, B].entries())
      space.map(va, RAM_BASE + page * PAGE_SIZE, PTE.R | PTE.W | PTE.X);
    space.activate();
    m.harts[0]!.csr[CSR_SLOT.sepc] = 0x10000n;
    runToTrap(m);
    m.check();
    return m;
  }
  const NEVER = 65_000;

  it("all the time are made again, once, and are patient then", () => {
    const [few, more] = [4096, 8192].map((calls) => conflict("translator", { heat: 3, misses: 20 }, calls, 1));
    const hasty = statistics(conflict("translator", { heat: 3, misses: NEVER }, 4096, 1));
    expect(hasty.patient).toBe(0);
    expect(statistics(few).patient).toBeGreaterThan(0);
    expect(statistics(few).regionsMade).toBe(hasty.regionsMade + statistics(few).patient);
    expect(statistics(more)).toEqual(statistics(few));
    expect(resultOf(few)).toEqual(resultOf(conflict("reference", {}, 4096, 1)));
  });

  it("are counted in loops, too, beyond the heat with which the jump back makes them hot", () => {
    const source = `
             lui  s0, 0x${(A >>> 12).toString(16)}
             lui  s1, 0x${(B >>> 12).toString(16)}
             lui  s2, 1
      again: ld   t0, 0(s0)
             ld   t1, 0(s1)
             addi s2, s2, -1
             bne  s2, zero, again
             ebreak`;
    const { m, space } = pagedMachine(source, 0x10000, {
      engine: "translator",
      translation: { heat: 10, misses: 1000 },
    });
    for (const va of [A, B]) space.map(va, RAM_BASE + va, PTE.R | PTE.W);
    m.harts[0].csr[CSR_SLOT.sepc] = 0x10000n;
    runToTrap(m);
    expect(statistics(m)).toMatchObject({ regionsMade: 2, patient: 1 });
  });

  it("now and then stay as they are", () => {
    const seldom = statistics(conflict("translator", { heat: 3, misses: 20 }, 4096, 1000));
    expect(seldom.patient).toBe(0);
    expect(seldom.regionsMade).toBe(seldom.regions);
  });

  it("go with those of their module that call them without asking", () => {
    const [hasty, patient] = [NEVER, 100].map((misses) => conflict("translator", { heat: 100, misses }, 49_152, 1));
    expect(statistics(patient).regions).toBe(statistics(hasty).regions);
    expect(statistics(patient).regionsMade).toBeGreaterThan(
      statistics(hasty).regionsMade + statistics(patient).patient,
    );
    expect(resultOf(patient)).toEqual(resultOf(hasty));
    expect(resultOf(patient)).toEqual(resultOf(conflict("reference", {}, 49_152, 1)));
  });

  it("are forgotten when their code changes, and when all go", () => {
    const m = conflict("translator", { heat: 3, misses: 20 }, 4096, 1);
    m.ram.wrote(0, 4);
    m.check();
    expect(statistics(m)).toMatchObject({ regions: 0, patient: 0 });
    const other = conflict("translator", { heat: 3, misses: 20 }, 4096, 1);
    other.restore(other.snapshot());
    other.check();
    expect(statistics(other)).toMatchObject({ regions: 0, patient: 0 });
  });
});

describe("decoded pages", () => {
  /** A jump from each page of code to the next; in the last one EBREAK. */
  function longWay(engine: "reference" | "translator"): Machine {
    const pages = DECODED_PAGES + 100;
    const at = 0x40_0000;
    const m = machine({ engine, ramBytes: 2 ** 23 });
    const space = new AddressSpace(m, "sv48", RAM_BASE / PAGE_SIZE + pages + 1);
    const hop = encode("jal", { jump: PAGE_SIZE });
    for (let page = 0; page < pages; page++) {
      m.ram.u32[(page * PAGE_SIZE) / 4] = hop;
      space.map(at + page * PAGE_SIZE, RAM_BASE + page * PAGE_SIZE, PTE.R | PTE.X);
    }
    m.ram.u32[((pages - 1) * PAGE_SIZE) / 4] = assemble("ebreak")[0]!;
    space.activate();
    m.harts[0]!.csr[CSR_SLOT.sepc] = BigInt(at);
    runToTrap(m);
    return m;
  }

  it("are bounded: a program that runs through more pages than that does as on the reference engine", () => {
    const m = longWay("translator");
    expect(statistics(m).decodedPages).toBeLessThanOrEqual(DECODED_PAGES);
    (m.harts[0] as Translator).check();
    expect(resultOf(m)).toEqual(resultOf(longWay("reference")));
  });

  it("are given back when what they were made from is overwritten, so that stores there are fast again", () => {
    const m = run(manyFunctions(120), "translator", { heat: 3 });
    const before = statistics(m);
    expect(before.decodedPages).toBe(1);
    m.ram.u8.fill(0, 0, PAGE_SIZE);
    m.ram.wrote(0, PAGE_SIZE);
    expect(statistics(m)).toEqual({ ...before, decodedPages: 0, regions: 0 });
  });
});
