/** Segments that grow, up (the heap) and down (the stack): in place, by moving, by making others move; to their limits, and no further. */
import { describe, expect, test } from "vitest";
import { SEGMENT_SIZE } from "../../../cpu/segments.ts";
import type { Kernel } from "../../../kernel/kernel.ts";
import type { Process } from "../../../kernel/process.ts";
import { segmentAt } from "../../../kernel/schemes/segment-table.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { startHeap } from "../../../kernel/vm/heap.ts";
import { contiguousState, holeFigures } from "../../../kernel/vm/runs.ts";
import { anonymous, errnoOf, load, PAGE, SHARED, store, vmExit, vmFork, vmKernel, vmProcess } from "../vm/machines.ts";

const HEAP = 9 * SEGMENT_SIZE;
const RLIMIT_STACK = 3;
const MEGABYTE = 2 ** 20;

function setUp(compaction = true) {
  const k = vmKernel({ translation: "segments", compaction }, { ramBytes: 2 * MEGABYTE });
  const p = vmProcess(k);
  startHeap(p.space!, HEAP);
  return { k, p };
}

/** @returns by how many pages the heap is longer then */
function grow(k: Kernel, p: Process, pages: number): number {
  const { brk } = p.space!.layout;
  const after = k.scheme.setBreak(k, p, p.space!, brk + pages * PAGE);
  checkVm(k);
  return (after - brk) / PAGE;
}

const indexOf = (k: Kernel, p: Process, address: number) =>
  segmentAt(k, p.space!, Math.floor(address / SEGMENT_SIZE))!.index;

/** Writes the page's number into each page from `first` on, or looks for it. */
function fill(k: Kernel, p: Process, start: number, first: number, pages: number): void {
  for (let n = first; n < first + pages; n++) store(k, p, start + n * PAGE, n % 251);
}
function expectFilled(k: Kernel, p: Process, start: number, pages: number): void {
  const at = (n: number) => k.machine.ram.u8[k.scheme.peek(k, p.space!, start + n * PAGE)];
  for (let n = 0; n < pages; n++) expect(at(n)).toBe(n % 251);
}

function mapStack(k: Kernel, p: Process, pages: number, limitPages: number): number {
  p.limits[RLIMIT_STACK] = { soft: limitPages * PAGE, hard: limitPages * PAGE };
  const v = k.scheme.mapStack(k, p.space!, { bytes: pages * PAGE, limits: p.limits });
  return v.end;
}

describe("a heap in a segment", () => {
  test("grows in place while what follows is free, then moves, with its content and at the same address", () => {
    const { k, p } = setUp();
    expect(grow(k, p, 4)).toBe(4);
    fill(k, p, HEAP, 0, 4);
    const first = indexOf(k, p, HEAP);
    expect(grow(k, p, 4)).toBe(4);
    expect(indexOf(k, p, HEAP)).toBe(first);
    fill(k, p, HEAP, 4, 4);
    anonymous(k, p, 1);
    expect(grow(k, p, 4)).toBe(4);
    expect(indexOf(k, p, HEAP)).not.toBe(first);
    expectFilled(k, p, HEAP, 8);
    expect(load(k, p, HEAP + 8 * PAGE)).toEqual({ value: 0, kinds: [] });
    expect(contiguousState(k).figures).toMatchObject({ grown: 1, moved: 1, compactions: 0 });
  });

  test("gives back what brk takes from it, and reads zeroes when it grows there again", () => {
    const { k, p } = setUp();
    grow(k, p, 8);
    fill(k, p, HEAP, 0, 8);
    const { free } = k.vm.frames;
    expect(grow(k, p, -6)).toBe(-6);
    expect(k.vm.frames.free).toBe(free + 6);
    expect(load(k, p, HEAP + 3 * PAGE).kinds).toEqual(["beyond-limit"]);
    expect(grow(k, p, 6)).toBe(6);
    expect(load(k, p, HEAP + 3 * PAGE)).toEqual({ value: 0, kinds: [] });
  });

  test("grows where there is no room for two of it, by making its neighbours move", () => {
    const { k, p } = setUp();
    const half = Math.floor(k.vm.frames.count / 2);
    expect(grow(k, p, half + 20)).toBe(half + 20);
    fill(k, p, HEAP, 0, half + 20);
    const other = anonymous(k, p, 40);
    const shared = anonymous(k, p, 20, { flags: SHARED });
    const child = vmFork(k, vmProcess(k));
    const childs = anonymous(k, child, 10);
    fill(k, p, other, 0, 40);
    fill(k, p, shared, 0, 20);
    fill(k, child, childs, 0, 10);
    expect(grow(k, p, 40)).toBe(40);
    expectFilled(k, p, HEAP, half + 20);
    expectFilled(k, p, other, 40);
    expectFilled(k, p, shared, 20);
    expectFilled(k, child, childs, 10);
    expect(load(k, p, HEAP + (half + 59) * PAGE)).toEqual({ value: 0, kinds: [] });
    expect(contiguousState(k).figures).toMatchObject({ grown: 1, moved: 0, compactions: 1 });
    expect(k.vm.reclaim.shortage).toBe(0);
  });

  test.each([true, false])("stays as it is where there is no room, compaction %s", (compaction) => {
    const { k, p } = setUp(compaction);
    const half = Math.floor(k.vm.frames.count / 2);
    grow(k, p, half);
    fill(k, p, HEAP, 0, half);
    anonymous(k, p, 1);
    const tooMuch = compaction ? k.vm.frames.free + 1 : 40;
    expect(grow(k, p, tooMuch)).toBe(0);
    expectFilled(k, p, HEAP, half);
    expect(load(k, p, HEAP + half * PAGE).kinds).toEqual(["beyond-limit"]);
  });
});

describe("a stack in a segment", () => {
  test("grows by 64 KiB where it is touched, up to its limit, and there ends the process", () => {
    const { k, p } = setUp();
    const top = mapStack(k, p, 4, 64);
    fill(k, p, top - 4 * PAGE, 0, 4);
    expect(store(k, p, top - 5 * PAGE, 1)).toEqual(["stack-growth"]);
    expect(store(k, p, top - 16 * PAGE, 1)).toEqual([]);
    expect(store(k, p, top - 17 * PAGE, 1)).toEqual(["stack-growth"]);
    expect(store(k, p, top - 64 * PAGE, 1)).toEqual(["stack-growth"]);
    expect(store(k, p, top - 64 * PAGE - 1, 1)).toEqual(["stack-limit"]);
    expectFilled(k, p, top - 4 * PAGE, 4);
  });

  test("moves where something lies below it, and makes others move where it has no other place", () => {
    const { k, p } = setUp();
    anonymous(k, p, 8);
    const top = mapStack(k, p, 4, 500);
    fill(k, p, top - 4 * PAGE, 0, 4);
    const before = indexOf(k, p, top - PAGE);
    expect(store(k, p, top - 5 * PAGE, 1)).toEqual(["stack-growth"]);
    expect(indexOf(k, p, top - PAGE)).not.toBe(before);
    expect(contiguousState(k).figures).toMatchObject({ moved: 1, compactions: 0 });
    expectFilled(k, p, top - 4 * PAGE, 4);

    const most = k.vm.frames.free - 16;
    const filler = anonymous(k, p, most);
    fill(k, p, filler, 0, most);
    expect(store(k, p, top - 17 * PAGE, 1)).toEqual(["stack-growth"]);
    expect(contiguousState(k).figures).toMatchObject({ grown: 1, moved: 1, compactions: 1 });
    expectFilled(k, p, top - 4 * PAGE, 4);
    expectFilled(k, p, filler, most);
  });

  test("that gets no memory ends the process, for there is room but not in one piece", () => {
    const { k, p } = setUp(false);
    const below = anonymous(k, p, 8);
    const top = mapStack(k, p, 40, 400);
    anonymous(k, p, holeFigures(k).largest - 8);
    expect(store(k, p, top - 41 * PAGE, 1)).toEqual(["no-room-to-grow"]);
    // What lay below goes, and it grows there.
    k.scheme.unmap(k, p.space!, below, 8 * PAGE);
    p.limits[RLIMIT_STACK] = { soft: 48 * PAGE, hard: 48 * PAGE };
    expect(store(k, p, top - 41 * PAGE, 1)).toEqual(["stack-growth"]);
    vmExit(k, p);
  });
});

test("shared memory begins where a segment does, for it is one run", () => {
  const { k, p } = setUp();
  const at = { address: 5 * SEGMENT_SIZE + PAGE, length: PAGE, prot: 3, limits: p.limits };
  const map = (flags: number, address = at.address) =>
    errnoOf(() => k.scheme.mapAnonymous(k, p.space!, { ...at, address, flags }));
  expect(map(0x10 | 0x21)).toBe("EINVAL");
  expect(map(0x10 | 0x21, 5 * SEGMENT_SIZE)).toBe("");
  expect(map(0x10 | 0x22, 6 * SEGMENT_SIZE + PAGE)).toBe("");
  checkVm(k);
});
