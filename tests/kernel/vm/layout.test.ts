/** Where chance puts things: how far, how evenly, and each region by itself. */
import { describe, expect, it } from "vitest";
import { PAGE_SIZE, type PagingMode, userLimit } from "../../../cpu/paging.ts";
import { Random } from "../../../cpu/random.ts";
import {
  bottomUpBase,
  chooseLayout,
  type Displacements,
  drawDisplacements,
  dynamicBase,
  ENTROPY,
  heapStart,
  type Region,
  UNDISPLACED,
} from "../../../kernel/vm/layout.ts";

const MODES: readonly PagingMode[] = ["sv39", "sv48"];
const REGIONS = Object.keys(ENTROPY) as Region[];
const GIB = 2 ** 30;
const MIB = 2 ** 20;
const DRAWS = 4000;

const draws = (randomize: number, count = DRAWS): Displacements[] => {
  const random = new Random(7);
  return Array.from({ length: count }, () => drawDisplacements(random, randomize));
};

const plain = { randomize: 0, displacements: UNDISPLACED, stackBytes: 8 * MIB, compatible: false };

describe("displacements", () => {
  it("are whole pages below 1 GiB, 18 bits, each of which is set in half of the draws", () => {
    const all = draws(2);
    for (const region of REGIONS) {
      const pages = all.map((draw) => draw[region] / PAGE_SIZE);
      expect(pages.every((n) => Number.isInteger(n) && n >= 0 && n < 2 ** 18)).toBe(true);
      for (let bit = 0; bit < ENTROPY[region]; bit++) {
        const set = pages.filter((n) => (n >> bit) & 1).length;
        // Five standard deviations of a fair coin.
        expect(Math.abs(set - DRAWS / 2), `${region}, bit ${bit}`).toBeLessThan(5 * Math.sqrt(DRAWS / 4));
      }
    }
  });

  it("are independent: no bit of one region follows a bit of another, or its own of the draw before", () => {
    const all = draws(2);
    const bitsOf = (pages: number) => Array.from({ length: 18 }, (_, bit) => (pages >> bit) & 1);
    const columns = REGIONS.flatMap((region) => {
      const rows = all.map((draw) => bitsOf(draw[region] / PAGE_SIZE));
      return Array.from({ length: 18 }, (_, bit) => rows.map((row) => row[bit]!));
    });
    const agreement = (a: readonly number[], b: readonly number[], shift: number) =>
      a.slice(shift).filter((value, i) => value === b[i]).length;
    for (const [i, a] of columns.entries())
      for (const [j, b] of columns.entries()) {
        if (i === j) expect(Math.abs(agreement(a, a, 1) - DRAWS / 2)).toBeLessThan(5.5 * Math.sqrt(DRAWS / 4));
        else if (i < j) expect(Math.abs(agreement(a, b, 0) - DRAWS / 2)).toBeLessThan(5.5 * Math.sqrt(DRAWS / 4));
      }
  });

  it("are none with randomize_va_space 0, and none of the heap with 1", () => {
    for (const draw of draws(0, 10)) expect(draw).toEqual(UNDISPLACED);
    for (const { heap, mmap, stack, trampoline } of draws(1, 10)) {
      expect(heap).toBe(0);
      expect(Math.min(mmap, stack, trampoline)).toBeGreaterThan(0);
    }
  });

  it("take as many random numbers whatever is asked for", () => {
    const states = [0, 1, 2].map((randomize) => {
      const random = new Random(3);
      drawDisplacements(random, randomize);
      return [...random.state];
    });
    expect(states[0]).toEqual(states[1]);
    expect(states[1]).toEqual(states[2]);
  });
});

describe.each(MODES)("a layout in %s", (mode) => {
  const limit = userLimit(mode);

  it("without chance is Linux's: distances from the top as Linux 6.1 has them, whatever the paging mode", () => {
    // Recorded from Linux on Sv57: first mapping below 2^56 - 0x8000000, and with RLIMIT_STACK 1 GiB 2^56 - 0x40100000.
    expect(limit - chooseLayout(limit, plain).mmapBase).toBe(0x800_0000);
    expect(limit - chooseLayout(limit, { ...plain, stackBytes: GIB }).mmapBase).toBe(0x4010_0000);
    expect(chooseLayout(limit, plain).stackTop).toBe(limit);
    // There a third was 0x55555555556000, two thirds 0xaaaaaaaaaab000: page borders above 2^56 / 3 and twice that.
    expect(bottomUpBase(limit)).toBe(Math.ceil(limit / 3 / PAGE_SIZE) * PAGE_SIZE);
    expect(dynamicBase(limit)).toBe(Math.ceil(((limit / 3) * 2) / PAGE_SIZE) * PAGE_SIZE);
    expect(heapStart(limit, 0x228f8, plain)).toBe(0x23000);
  });

  it("with an unlimited stack, or for a compatible process, has its mappings upwards from a third", () => {
    for (const choice of [{ stackBytes: Number.POSITIVE_INFINITY }, { compatible: true }])
      expect(chooseLayout(limit, { ...plain, ...choice })).toMatchObject({
        bottomUp: true,
        mmapBase: bottomUpBase(limit),
      });
  });

  it("keeps the regions apart in 2000 draws, with small, usual and large stacks", () => {
    for (const stackBytes of [PAGE_SIZE, 8 * MIB, GIB, 10 * GIB])
      for (const displacements of draws(2, 500)) {
        const choice = { randomize: 2, displacements, stackBytes, compatible: false };
        const { mmapBase, stackTop, trampoline } = chooseLayout(limit, choice);
        for (const address of [mmapBase, stackTop, trampoline]) expect(address % PAGE_SIZE).toBe(0);
        expect(stackTop).toBeLessThanOrEqual(limit);
        // The stack's whole room and its guard gap lie above every mapping.
        expect(mmapBase).toBeLessThanOrEqual(stackTop - stackBytes - MIB);
        expect(trampoline + PAGE_SIZE).toBeLessThanOrEqual(stackTop - stackBytes - MIB);
        const heaps = [heapStart(limit, 0x12345, choice), heapStart(limit, null, choice)];
        expect(heaps[0]).toBeGreaterThan(0x13000);
        expect(heaps[0]).toBeLessThan(0x15000 + GIB);
        expect(heaps[1]).toBeGreaterThanOrEqual(dynamicBase(limit));
        expect(mmapBase - heaps[1]!).toBeGreaterThan(60 * GIB);
      }
  });
});
