/** Segmented paging: rights of descriptor and entry together, limits in whole pages, superpages, costs. */

import { describe, expect, test } from "vitest";
import { COSTS } from "../../../cpu/costs.ts";
import { PAGE_SIZE, PTE } from "../../../cpu/paging.ts";
import { DESCRIPTOR, encodeDescriptor, SEGMENT_SIZE } from "../../../cpu/segments.ts";
import { ALL, FIRST, SegmentMachine } from "./machines.ts";

const { V, R, W, X, U, D } = DESCRIPTOR;
const AT = 2 * SEGMENT_SIZE;
/** Frames of RAM: the segment's tables, and its pages. */
const [TOP, LOW, DATA] = [4, 5, 8];
const LEAF = PTE.V | PTE.R | PTE.W | PTE.X | PTE.U;
const PAGE_FAULT = { load: 13, store: 15 } as const;

/** A segment of 8 pages at its beginning and 8 at the end of its first 2 MiB. */
function segment(flags: number, limit: number, leaf = LEAF): SegmentMachine {
  const s = new SegmentMachine("segmented-paging");
  s.describe(2, { flags, base: FIRST + TOP, limit });
  s.pte(TOP, 0, FIRST + LOW, PTE.V);
  for (let page = 0; page < 8; page++) {
    s.pte(LOW, page, FIRST + DATA + page, leaf);
    s.pte(LOW, 504 + page, FIRST + DATA + page, leaf);
  }
  s.fence();
  return s;
}

test("An access needs its right of the descriptor and of the entry", () => {
  for (let mine = 0; mine < 8; mine++)
    for (let theirs = 1; theirs < 8; theirs++) {
      const [descriptor, leaf] = [mine << 1, theirs << 1];
      const s = segment(V | U | descriptor, SEGMENT_SIZE, PTE.V | PTE.U | leaf);
      const isFine = (flags: number) => (flags & (R | W)) !== W;
      const may = (bit: number) => isFine(descriptor) && isFine(leaf) && (descriptor & leaf & bit) !== 0;
      expect(s.load(AT) === null, `load ${mine} ${theirs}`).toBe(may(R));
      expect(s.load(AT) === null, "again, by the TLB").toBe(may(R));
      expect(s.store(AT, 8, 0n) === null, `store ${mine} ${theirs}`).toBe(may(W));
      expect(s.jump(AT)!.cause, `fetch ${mine} ${theirs}`).toBe(may(X) ? 2 : 12);
    }
});

describe("A limit", () => {
  test("ends the segment between two pages, whatever the tables say", () => {
    const s = segment(ALL, 3 * PAGE_SIZE);
    for (let page = 0; page < 5; page++) expect(s.load(AT + page * PAGE_SIZE) === null, `page ${page}`).toBe(page < 3);
    expect(s.store(AT + 3 * PAGE_SIZE - 3, 8, 0n)).toEqual({
      cause: PAGE_FAULT.store,
      stval: BigInt(AT + 3 * PAGE_SIZE),
    });
  });

  test("begins a segment that grows down", () => {
    const s = segment(ALL | D, 506 * PAGE_SIZE);
    for (let page = 504; page < 512; page++) expect(s.load(AT + page * PAGE_SIZE) === null).toBe(page >= 506);
    expect(s.load(AT)).toEqual({ cause: PAGE_FAULT.load, stval: BigInt(AT) });
  });

  test("that is no multiple of a page, or above 2^30, is none", () => {
    const s = segment(ALL, 4096);
    for (let bit = 0; bit < 64; bit++) {
      const words = [...encodeDescriptor({ flags: ALL, base: FIRST + TOP, limit: 0 })];
      words[2 + (bit >> 5)] = (1 << (bit & 31)) >>> 0;
      s.words(2, words);
      s.fence();
      expect(s.load(AT) === null, `bit ${bit}`).toBe(bit >= 12 && bit <= 30);
    }
  });

  test("that cuts a superpage lets its pages into the TLB one by one", () => {
    const s = segment(ALL, 2 * PAGE_SIZE);
    // Frame FIRST is a multiple of 2 MiB.
    s.pte(TOP, 0, FIRST, LEAF);
    s.fence();
    s.m.ram.u64[(1 * PAGE_SIZE) / 8 + 511] = 42n;
    expect(s.load(AT + 2 * PAGE_SIZE - 8)).toBeNull();
    expect(s.hart.x[7]).toBe(42n);
    expect(s.load(AT + 2 * PAGE_SIZE)).toEqual({ cause: PAGE_FAULT.load, stval: BigInt(AT + 2 * PAGE_SIZE) });
    s.describe(2, { flags: ALL, base: FIRST + TOP, limit: 2 ** 21 });
    s.fence();
    const { tlbMisses } = s.hart.counters;
    s.load(AT);
    s.load(AT + 2 ** 21 - 8);
    // The page of the instruction and the superpage.
    expect(s.hart.counters.tlbMisses - tlbMisses).toBe(2);
  });
});

test("A walk costs one level for the descriptor and one for each table, and sets A and D", () => {
  const s = segment(ALL, SEGMENT_SIZE);
  s.load(AT);
  const { cycles } = s.m.clock;
  const { tlbWalks } = s.hart.counters;
  expect(s.store(AT + PAGE_SIZE, 8, 1n)).toBeNull();
  const walk = 3 * COSTS.walkLevel + COSTS.walkUpdate;
  expect(s.m.clock.cycles - cycles).toBe(1 + 1 + COSTS.trapEntry + COSTS.trapExit + walk);
  expect(s.hart.counters.tlbWalks - tlbWalks).toBe(1);
  expect(Number(s.m.ram.u64[(LOW * PAGE_SIZE) / 8 + 1]! & 0xc0n)).toBe(PTE.A | PTE.D);
});

test("A refused descriptor costs its own level, and no entry is read", () => {
  const s = segment(ALL & ~W, SEGMENT_SIZE);
  s.load(AT);
  const { cycles } = s.m.clock;
  expect(s.store(AT + PAGE_SIZE, 8, 1n)).toEqual({ cause: PAGE_FAULT.store, stval: BigInt(AT + PAGE_SIZE) });
  expect(s.m.clock.cycles - cycles).toBe(1 + COSTS.trapEntry + COSTS.trapExit + COSTS.walkLevel);
  expect(Number(s.m.ram.u64[(LOW * PAGE_SIZE) / 8 + 1]! & 0xc0n)).toBe(0);
});

test("A table outside RAM is an access fault, an address above 2^38 a page fault", () => {
  const s = segment(ALL, SEGMENT_SIZE);
  s.describe(2, { flags: ALL, base: 7, limit: SEGMENT_SIZE });
  s.fence();
  expect(s.load(AT)).toEqual({ cause: 5, stval: BigInt(AT) });
  expect(s.load(2 ** 38)).toEqual({ cause: PAGE_FAULT.load, stval: 2n ** 38n });
  expect(s.load(-8)).toEqual({ cause: PAGE_FAULT.load, stval: 2n ** 64n - 8n });
});

test("What is in the TLB stays there when a descriptor changes, until its page is fenced", () => {
  const s = segment(ALL, SEGMENT_SIZE);
  s.load(AT);
  s.load(AT + PAGE_SIZE);
  s.describe(2, { flags: 0, base: 0, limit: 0 });
  s.hart.sfenceVma(AT);
  expect(s.load(AT)).toEqual({ cause: PAGE_FAULT.load, stval: BigInt(AT) });
  expect(s.load(AT + PAGE_SIZE)).toBeNull();
});
