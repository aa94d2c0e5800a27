/** Transparent huge pages, one mechanism at a time: what becomes of entries, frames, lists and counts. */
import { describe, expect, it } from "vitest";
import { CONSTANTS } from "../../../kernel/abi.ts";
import type { Kernel } from "../../../kernel/kernel.ts";
import type { Process } from "../../../kernel/process.ts";
import { advise } from "../../../kernel/vm/advise.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { allocateFrame, dropReference, NO_FRAME, OWNER } from "../../../kernel/vm/frames.ts";
import { dropHugeZero } from "../../../kernel/vm/huge-fault.ts";
import { HUGE_BYTES, HUGE_PAGES } from "../../../kernel/vm/huge-page.ts";
import { collapseIfDue } from "../../../kernel/vm/huge-scan.ts";
import { MOST_LOOKS } from "../../../kernel/vm/huge-scan-state.ts";
import { lockRange } from "../../../kernel/vm/lock.ts";
import { mapAnonymous } from "../../../kernel/vm/map.ts";
import { remap } from "../../../kernel/vm/mremap.ts";
import { LIST } from "../../../kernel/vm/page-lists.ts";
import { findPte, levelOf, NO_PTE } from "../../../kernel/vm/page-table.ts";
import { evict } from "../../../kernel/vm/reclaim.ts";
import { unmapRange } from "../../../kernel/vm/unmap.ts";
import { anonymous, FIXED, load, PAGE, PRIVATE, store, vmExit, vmFork, vmKernel, vmProcess, warm } from "./machines.ts";
import { frameAt, readByte, settle, swapFork, swapKernel, swapProcess, writeByte } from "./swap-machines.ts";

const BASE = 0x2000_0000;
const M = CONSTANTS.madvise;
const RAM = 12 * 2 ** 20;

/** Memory at BASE, where huge pages begin. */
function area(k: Kernel, p: Process, pages: number): number {
  const flags = PRIVATE | FIXED;
  return mapAnonymous(k, p.space!, { address: BASE, length: pages * PAGE, prot: 3, flags, limits: null });
}

function computer() {
  const k = vmKernel({ thp: "always" }, { ramBytes: RAM });
  const p = vmProcess(k);
  warm(k, p);
  return { k, p };
}

function swapping() {
  const k = swapKernel([{ pages: 2048 }], { thp: "always" }, { ramBytes: RAM });
  return { k, p: swapProcess(k) };
}

/** Level of the entry that maps the page. */
function level(k: Kernel, p: Process, page: number): number | null {
  const at = findPte(k, p.space!, BASE / PAGE + page);
  return at === NO_PTE || k.machine.ram.u32[at] === 0 ? null : levelOf(k, at);
}

/** Virtual time passes until collapsing in the background is due, and it takes its step. */
function scan(k: Kernel): void {
  const { due } = k.vm.huge.scan;
  k.machine.clock.charge(Math.max(0, due - k.machine.clock.cycles));
  expect(collapseIfDue(k)).toBe(true);
  checkVm(k);
}

describe("A first touch", () => {
  it("by a write makes 2 MiB resident, under one entry", () => {
    const { k, p } = computer();
    const at = area(k, p, HUGE_PAGES);
    expect(store(k, p, at + 5 * PAGE, 7)).toEqual(["huge-page"]);
    expect(store(k, p, at + 511 * PAGE, 8)).toEqual([]);
    expect(load(k, p, at + 5 * PAGE).value).toBe(7);
    expect([level(k, p, 0), p.space!.counts.anonymous, k.vm.huge.pages]).toEqual([1, HUGE_PAGES, 1]);
    vmExit(k, p);
    expect(k.vm.huge.pages).toBe(0);
  });

  it("by a read shows zeroes, which all share, and a write to them makes one page", () => {
    const { k, p } = computer();
    const at = area(k, p, 2 * HUGE_PAGES);
    expect(load(k, p, at + 3 * PAGE)).toEqual({ value: 0, kinds: ["huge-zero-page"] });
    expect(load(k, p, at + HUGE_BYTES)).toEqual({ value: 0, kinds: ["huge-zero-page"] });
    expect([k.vm.huge.zeroUses, p.space!.counts.anonymous]).toEqual([2, 0]);
    expect(store(k, p, at, 1)).toEqual(["zero-page-write"]);
    expect([k.vm.huge.zeroUses, p.space!.counts.anonymous, level(k, p, 0), level(k, p, 512)]).toEqual([1, 1, 0, 1]);
    expect(dropHugeZero(k)).toBe(0);
    vmExit(k, p);
    expect(dropHugeZero(k)).toBe(HUGE_PAGES);
    checkVm(k);
  });

  it("takes one page where no block is free, or where the mapping does not hold a whole huge page", () => {
    const { k, p } = computer();
    const at = area(k, p, HUGE_PAGES);
    // Every second frame: nothing is left of any block.
    const taken: number[] = [];
    for (;;) {
      const frame = allocateFrame(k, OWNER.kernel);
      if (frame === NO_FRAME) break;
      taken.push(frame);
    }
    for (const frame of taken) if (frame % 8 === 0) dropReference(k, frame);
    expect(k.vm.frames.free).toBeGreaterThan(100);
    expect(store(k, p, at, 1)).toEqual(["anonymous-page"]);
    expect(k.vm.statistics.hugeFallbacks).toBe(1);
    const small = anonymous(k, p, HUGE_PAGES - 1);
    expect(store(k, p, small, 1)).toEqual(["anonymous-page"]);
  });

  it("takes one page where small ones have been and were given back, until all of it is unmapped, as on Linux", () => {
    const { k, p } = computer();
    const at = area(k, p, 2 * HUGE_PAGES);
    store(k, p, at, 7);
    advise(k, p, at, PAGE, M.MADV_DONTNEED);
    advise(k, p, at, HUGE_BYTES, M.MADV_DONTNEED);
    expect([store(k, p, at, 7), level(k, p, 0)]).toEqual([["anonymous-page"], 0]);
    checkVm(k);
    // What lies beside it keeps the table, even where it has no page itself.
    unmapRange(k, p.space!, at, HUGE_BYTES - PAGE);
    area(k, p, HUGE_PAGES - 1);
    expect(store(k, p, at, 7)).toEqual(["anonymous-page"]);
    unmapRange(k, p.space!, at, HUGE_BYTES);
    checkVm(k);
    area(k, p, HUGE_PAGES);
    expect([store(k, p, at, 7), level(k, p, 0)]).toEqual([["huge-page"], 1]);
    vmExit(k, p);
  });

  it("takes one page where mremap has made a table for nothing, as on Linux", () => {
    const { k, p } = computer();
    const at = area(k, p, 2 * HUGE_PAGES);
    store(k, p, at, 7);
    advise(k, p, at, PAGE, M.MADV_DONTNEED);
    advise(k, p, at, HUGE_BYTES, M.MADV_DONTNEED);
    const newAddress = at + 4 * HUGE_BYTES;
    remap(k, p, { address: at, oldSize: HUGE_BYTES, newSize: HUGE_BYTES, flags: 3, newAddress });
    checkVm(k);
    expect(store(k, p, newAddress, 7)).toEqual(["anonymous-page"]);
    expect([store(k, p, at + HUGE_BYTES, 7)]).toEqual([["huge-page"]]);
    vmExit(k, p);
  });

  it("costs what a page costs, for 512 of them, but one fault and one walk", () => {
    const { k, p } = computer();
    area(k, p, HUGE_PAGES);
    const before = k.vm.statistics.minorFaults;
    for (let page = 0; page < HUGE_PAGES; page++) store(k, p, BASE + page * PAGE, 1);
    expect(k.vm.statistics.minorFaults - before).toBe(1);
  });
});

describe("A huge page that fork shared", () => {
  it("is split for who writes, and the other takes it over whole when he is alone", () => {
    const { k, p } = computer();
    area(k, p, HUGE_PAGES);
    store(k, p, BASE, 5);
    const child = vmFork(k, p);
    warm(k, child);
    expect(load(k, child, BASE).value).toBe(5);
    expect(store(k, child, BASE, 6)).toEqual(["copy-on-write"]);
    expect([level(k, child, 0), level(k, p, 0)]).toEqual([0, 1]);
    expect([load(k, p, BASE).value, load(k, child, BASE).value]).toEqual([5, 6]);
    vmExit(k, child);
    expect(store(k, p, BASE, 7)).toEqual(["copy-on-write-takeover"]);
    expect(level(k, p, 0)).toBe(1);
  });
});

describe("MADV_FREE", () => {
  it("takes a huge page apart for all who map it when its first page is one's alone, as on Linux", () => {
    for (const first of [0, 1]) {
      const { k, p } = computer();
      const at = area(k, p, HUGE_PAGES);
      store(k, p, at, 7);
      const child = vmFork(k, p);
      store(k, child, at + first * PAGE, 8);
      expect([level(k, p, 0), level(k, child, 0)]).toEqual([1, 0]);
      advise(k, child, at, 3 * PAGE, M.MADV_FREE);
      expect(level(k, p, 0)).toBe(first === 0 ? 0 : 1);
      checkVm(k);
      expect([load(k, p, at).value, load(k, p, at + 2 * PAGE).value]).toEqual([7, 0]);
    }
  });
});

describe("Cutting into a huge page", () => {
  it("by munmap leaves the rest as ordinary pages with their content, and gives back the frames that went", () => {
    const { k, p } = computer();
    area(k, p, HUGE_PAGES);
    store(k, p, BASE + 2 * PAGE, 9);
    const { free } = k.vm.frames;
    unmapRange(k, p.space!, BASE, PAGE);
    checkVm(k);
    // The table in reserve maps the rest now.
    expect(k.vm.frames.free - free).toBe(1);
    expect([level(k, p, 2), k.vm.huge.pages, load(k, p, BASE + 2 * PAGE).value]).toEqual([0, 0, 9]);
  });
});

describe("Reclaim", () => {
  it("splits a huge page to swap parts of it out, and they come back", () => {
    const { k, p } = swapping();
    area(k, p, HUGE_PAGES);
    for (const page of [0, 1, 300]) writeByte(k, p, BASE + page * PAGE, page % 255);
    expect(k.vm.reclaim.lengths[LIST.inactiveAnonymous]).toBe(HUGE_PAGES);
    expect(evict(k, frameAt(k, p, BASE) + 300)).toBe("started");
    checkVm(k);
    settle(k);
    expect([k.vm.statistics.splitPages, k.vm.statistics.hugeSwapFallbacks, p.space!.counts.swapped]).toEqual([1, 1, 1]);
    expect(readByte(k, p, BASE + 300 * PAGE).value).toBe(300 % 255);
  });

  it("leaves a locked one whole", () => {
    const { k, p } = swapping();
    area(k, p, HUGE_PAGES);
    writeByte(k, p, BASE, 1);
    lockRange(k, p, BASE, HUGE_BYTES, false);
    expect(evict(k, frameAt(k, p, BASE))).toBe("kept");
    checkVm(k);
    expect([level(k, p, 0), k.vm.reclaim.lengths[LIST.unevictable]]).toEqual([1, HUGE_PAGES]);
  });

  it("does not split what has nowhere to go", () => {
    const { k, p } = computer();
    area(k, p, HUGE_PAGES);
    store(k, p, BASE, 1);
    const at = findPte(k, p.space!, BASE / PAGE);
    expect(evict(k, (k.machine.ram.u32[at] >>> 10) - k.vm.frames.first)).toBe("kept");
    expect(level(k, p, 0)).toBe(1);
  });
});

describe("Collapsing", () => {
  /** A mapping of small pages, which the settings would make huge now. */
  function small(pages: readonly number[]) {
    const { k, p } = swapping();
    k.vm.huge.mode = "never";
    area(k, p, HUGE_PAGES);
    for (const page of pages) writeByte(k, p, BASE + page * PAGE, 1 + (page % 255));
    k.vm.huge.mode = "always";
    return { k, p };
  }

  it("when asked for keeps the content and needs nothing of the settings", () => {
    const { k, p } = small([0, 7, 511]);
    k.vm.huge.mode = "never";
    advise(k, p, BASE, HUGE_BYTES, M.MADV_COLLAPSE);
    checkVm(k);
    expect([level(k, p, 0), p.space!.counts.anonymous]).toEqual([1, HUGE_PAGES]);
    for (const page of [0, 1, 7, 511])
      expect(readByte(k, p, BASE + page * PAGE).value).toBe([0, 7, 511].includes(page) ? 1 + (page % 255) : 0);
  });

  it("finds the table of the pages below a segment's descriptor", () => {
    const k = vmKernel({ thp: "madvise", translation: "segmented-paging", checking: false }, { ramBytes: RAM });
    const p = vmProcess(k);
    const at = 3 * 2 ** 30;
    const flags = PRIVATE | FIXED;
    mapAnonymous(k, p.space!, { address: at, length: HUGE_BYTES, prot: 3, flags, limits: null });
    store(k, p, at + 7 * PAGE, 7);
    advise(k, p, at, HUGE_BYTES, M.MADV_COLLAPSE);
    checkVm(k);
    expect([k.vm.huge.pages, load(k, p, at + 7 * PAGE).value]).toEqual([1, 7]);
  });

  it("brings back what is in swap, and copies what fork shared", () => {
    const { k, p } = small([0, 1, 2]);
    evict(k, frameAt(k, p, BASE));
    settle(k);
    expect(p.space!.counts.swapped).toBe(1);
    const child = swapFork(k, p);
    writeByte(k, p, BASE + PAGE, 77);
    expect(() => advise(k, p, BASE, HUGE_BYTES, M.MADV_COLLAPSE)).toThrow();
    settle(k);
    advise(k, p, BASE, HUGE_BYTES, M.MADV_COLLAPSE);
    checkVm(k);
    expect([level(k, p, 0), level(k, child, 2)]).toEqual([1, 0]);
    expect([0, 1, 2].map((page) => readByte(k, p, BASE + page * PAGE).value)).toEqual([1, 77, 3]);
    expect([0, 1, 2].map((page) => readByte(k, child, BASE + page * PAGE).value)).toEqual([1, 2, 3]);
  });

  it("in the background begins with a fault beside a page, and comes to rest", () => {
    const { k, p } = small([0]);
    expect(k.vm.huge.scan.due).toBe(Number.POSITIVE_INFINITY);
    writeByte(k, p, BASE + PAGE, 2);
    expect(k.vm.huge.scan.due).toBeLessThan(Number.POSITIVE_INFINITY);
    scan(k);
    expect([level(k, p, 0), k.vm.huge.scan.pagesCollapsed]).toEqual([1, 1]);
    for (let i = 0; Number.isFinite(k.vm.huge.scan.due); i++) {
      expect(i).toBeLessThanOrEqual(MOST_LOOKS + 1);
      scan(k);
    }
    expect(k.vm.huge.scan.fullScans).toBeGreaterThan(0);
  });

  it("in the background keeps to max_ptes_none", () => {
    const { k, p } = small([0]);
    k.vm.huge.scan.maxPtesNone = 500;
    writeByte(k, p, BASE + PAGE, 2);
    scan(k);
    expect([level(k, p, 0), k.vm.statistics.hugeScanHoles]).toEqual([0, 1]);
    for (let page = 2; page < 12; page++) writeByte(k, p, BASE + page * PAGE, 2);
    scan(k);
    expect(level(k, p, 0)).toBe(1);
  });
});
