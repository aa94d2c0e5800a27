/** The TLB alone: sets, ways, replacement, flushing, counting. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PTE } from "../../cpu/paging.ts";
import { REPLACEMENTS, type ReplacementName } from "../../cpu/replacement.ts";
import { COUNT_SLOT, createMemory, hartAt, hartViews, ramAt } from "../../cpu/state.ts";
import { Tlb } from "../../cpu/tlb.ts";

const FLAGS = PTE.V | PTE.R | PTE.U | PTE.A;

function prepare(sets: number, ways: number, replacement: ReplacementName = "lru") {
  const memory = createMemory(ramAt(1, sets * ways));
  const { counts } = hartViews(memory, hartAt(0, sets * ways));
  const tlb = new Tlb(memory, hartAt(0, sets * ways), { sets, ways }, REPLACEMENTS[replacement], counts);
  /** Looks up, and fills on a miss, as the MMU does. True for a hit. */
  const touch = (page: number, asid = 0) => {
    const hit = tlb.lookup(page, asid) >= 0;
    if (!hit) tlb.fill(page, asid, { level: 0, frame: page + 1000, flags: FLAGS });
    tlb.checkTlb();
    return hit;
  };
  return { tlb, counts, touch };
}

describe("sets and ways", () => {
  test("pages of one set share its ways, pages of other sets do not disturb them", () => {
    const { touch } = prepare(4, 2);
    for (const page of [0, 4, 1, 2, 3, 5]) expect(touch(page)).toBe(false);
    for (const page of [0, 4, 1, 2, 3, 5]) expect(touch(page)).toBe(true);
    expect(touch(8)).toBe(false);
    expect([touch(1), touch(5), touch(4)]).toEqual([true, true, true]);
    expect(touch(0)).toBe(false);
  });

  test("sizes that are no powers of two are refused", () => {
    for (const [sets, ways] of [
      [3, 4],
      [0, 1],
      [4, 6],
      [1.5, 2],
    ] as const) {
      const counts = new Float64Array(8);
      const make = () => new Tlb(createMemory(65536), 64, { sets, ways }, REPLACEMENTS.lru, counts);
      expect(make).toThrow(/powers of two/);
    }
  });

  test("one entry is a TLB too", () => {
    const { touch } = prepare(1, 1);
    expect([touch(1), touch(1), touch(2), touch(1)]).toEqual([false, true, false, false]);
  });
});

describe("replacement", () => {
  test("lru gives up what was used longest ago, fifo what was filled longest ago", () => {
    for (const [name, kept, gone] of [
      ["lru", 0, 1],
      ["fifo", 1, 0],
    ] as const) {
      const { tlb, touch } = prepare(1, 2, name);
      touch(0);
      touch(1);
      touch(0);
      touch(2);
      expect(tlb.find(kept, 0) >= 0, name).toBe(true);
      expect(tlb.find(gone, 0), name).toBe(-1);
    }
  });

  test.each(["lru", "fifo"] as const)("%s agrees with a list that is kept in order", (name) => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 60 }), (pages) => {
        const { touch } = prepare(1, 4, name);
        let list: number[] = [];
        for (const page of pages) {
          const hit = list.includes(page);
          expect(touch(page)).toBe(hit);
          if (name === "lru" || !hit) list = [...list.filter((other) => other !== page), page].slice(-4);
        }
      }),
      { seed: 5 },
    );
  });

  test("plru gives up what a tree of halves points to", () => {
    /** A node is a half that is older, and two trees; a leaf is a way. */
    class Tree {
      older = 0;
      readonly halves: readonly [Tree, Tree] | null;
      constructor(
        readonly first: number,
        readonly size: number,
      ) {
        this.halves = size === 1 ? null : [new Tree(first, size / 2), new Tree(first + size / 2, size / 2)];
      }
      use(way: number): void {
        if (this.halves === null) return;
        const half = way >= this.first + this.size / 2 ? 1 : 0;
        this.older = 1 - half;
        this.halves[half]!.use(way);
      }
      victim(): number {
        return this.halves === null ? this.first : this.halves[this.older]!.victim();
      }
    }
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 11 }), { maxLength: 80 }), (pages) => {
        const { touch } = prepare(1, 8, "plru");
        const [tree, ways] = [new Tree(0, 8), new Array<number | null>(8).fill(null)];
        for (const page of pages) {
          const hit = ways.includes(page);
          expect(touch(page)).toBe(hit);
          const way = hit ? ways.indexOf(page) : ways.includes(null) ? ways.indexOf(null) : tree.victim();
          ways[way] = page;
          tree.use(way);
        }
      }),
      { seed: 6 },
    );
  });

  test("plru keeps of four ways what lru would give up", () => {
    const { tlb, touch } = prepare(1, 4, "plru");
    for (const page of [0, 1, 2, 3, 0, 2, 4]) touch(page);
    // lru: 1. The tree points away from 2, to the half of 0 and 1, and there away from 0.
    expect(tlb.find(1, 0)).toBe(-1);
    for (const page of [0, 3, 5]) touch(page);
    // lru: 2, used before 4. The tree points to the half of 0 and 4, and there away from 0.
    expect([tlb.find(4, 0), tlb.find(2, 0) >= 0]).toEqual([-1, true]);
  });

  test("random gives up each way as often, in an order that follows from the hart's block", () => {
    const { tlb, touch } = prepare(1, 4, "random");
    const given = [0, 0, 0, 0];
    for (let page = 0; page < 4004; page++) {
      touch(page);
      if (page >= 4) given[tlb.find(page, 0)]!++;
    }
    for (const count of given) expect(count).toBeGreaterThan(900);
    const again = prepare(1, 4, "random").tlb;
    again.generator[0] = 12345;
    const victims = Array.from({ length: 6 }, () => REPLACEMENTS.random.victim(again, 0));
    again.generator[0] = 12345;
    expect(Array.from({ length: 6 }, () => REPLACEMENTS.random.victim(again, 0))).toEqual(victims);
    expect(new Set(victims).size).toBeGreaterThan(1);
  });

  test("a flushed way is filled before another is given up", () => {
    const { tlb, touch } = prepare(1, 4);
    for (const page of [0, 1, 2, 3]) touch(page);
    tlb.flush(2);
    touch(9);
    expect([0, 1, 3, 9].map((page) => tlb.find(page, 0) >= 0)).toEqual([true, true, true, true]);
  });
});

describe("flush", () => {
  const fillAll = () => {
    const { tlb } = prepare(4, 4);
    tlb.fill(5, 1, { level: 0, frame: 1, flags: FLAGS });
    tlb.fill(5, 2, { level: 0, frame: 2, flags: FLAGS });
    tlb.fill(6, 1, { level: 0, frame: 3, flags: FLAGS });
    tlb.fill(7, 1, { level: 0, frame: 4, flags: FLAGS | PTE.G });
    tlb.fill(512, 1, { level: 1, frame: 512, flags: FLAGS });
    return tlb;
  };
  const present = (tlb: Tlb) =>
    (
      [
        [5, 1],
        [5, 2],
        [6, 1],
        [7, 9],
        [700, 1],
      ] as const
    ).map(([page, asid]) => tlb.find(page, asid) >= 0);

  test.each([
    ["nothing given: all", undefined, undefined, [false, false, false, false, false]],
    ["a page: in every address space", 5, undefined, [false, false, true, true, true]],
    ["an ASID: all of it but global pages", undefined, 1, [false, true, false, true, false]],
    ["both: that page of that ASID", 5, 1, [false, true, true, true, true]],
    ["a global page with an ASID: stays", 7, 1, [true, true, true, true, true]],
    ["a global page: goes", 7, undefined, [true, true, true, false, true]],
    ["any page within a superpage: the superpage", 1000, undefined, [true, true, true, true, false]],
  ])("%s", (_what, page, asid, left) => {
    const tlb = fillAll();
    expect(present(tlb)).toEqual([true, true, true, true, true]);
    tlb.flush(page, asid);
    expect(present(tlb)).toEqual(left);
    tlb.checkTlb();
  });
});

test("superpages of each level translate the pages within, also of negative addresses", () => {
  const { tlb } = prepare(16, 2);
  for (const level of [0, 1, 2, 3]) {
    for (const page of [512 ** level * 3, -(512 ** level)]) {
      tlb.flush();
      tlb.fill(page, 0, { level, frame: 512 ** level, flags: FLAGS });
      const last = page + 512 ** level - 1;
      const entry = tlb.lookup(last, 0);
      expect(entry).toBeGreaterThanOrEqual(0);
      expect(tlb.frameFor(entry, last)).toBe(2 * 512 ** level - 1);
      expect(tlb.find(last + 1, 0)).toBe(-1);
    }
  }
});

test("lookups are hits and misses, and looking on with `find` counts nothing", () => {
  const { tlb, counts, touch } = prepare(4, 2);
  for (const page of [1, 2, 1, 1, 3]) touch(page);
  tlb.find(1, 0);
  expect([counts[COUNT_SLOT.tlbLookups], counts[COUNT_SLOT.tlbMisses]]).toEqual([5, 3]);
});
