/** Writing dirty pages home: it ends while others write on, costs what is written, and no page is forgotten after a failure. */
import { describe, expect, it } from "vitest";
import type { Inode } from "../../../kernel/fs/types.ts";
import type { Kernel } from "../../../kernel/kernel.ts";
import type { Process } from "../../../kernel/process.ts";
import { SLEEP } from "../../../kernel/sleep.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { flushIfDue } from "../../../kernel/vm/flusher.ts";
import { mapFile } from "../../../kernel/vm/map.ts";
import { cachedPageForOverwrite, dirtyIndices, dropCachedPages, markPageDirty } from "../../../kernel/vm/page-cache.ts";
import { syncRange } from "../../../kernel/vm/sync.ts";
import type { PageObject } from "../../../kernel/vm/types.ts";
import { unmapRange } from "../../../kernel/vm/unmap.ts";
import { startPart, wholeFile, writeBack } from "../../../kernel/vm/write-back.ts";
import { errnoOf, PAGE } from "./machines.ts";
import { patiently, settle, swapKernel, swapProcess, writeByte } from "./swap-machines.ts";

const SECOND = 1_000_000_000;
const MS_SYNC = 4;
const MAP_SHARED = 1;

/** A process that maps `pages` pages of a disk, and what msync makes of them. */
function scene(pages: number) {
  const k = swapKernel([{ pages: 64 }, { pages: 256 }]);
  const p = swapProcess(k);
  // The second disk's node, as devfs would keep it.
  const inode = k.vm.swap.areas[1]!.inode;
  k.fs.inodes.set(inode.id, inode);
  k.vm.swap.areas.pop();
  const va = mapFile(k, p.space!, {
    address: 0,
    length: pages * PAGE,
    prot: 3,
    flags: MAP_SHARED,
    inode,
    offset: 0,
    name: "/dev/vdb",
    mayWrite: true,
    limits: p.limits,
  });
  return { k, p, inode, va };
}

/** How often the call runs until it returns; `meanwhile` is what happens after each of its sleeps. */
function runs(k: Kernel, p: Process, call: () => void, meanwhile: () => void): number {
  let count = 0;
  patiently(k, p, () => {
    count++;
    if (count > 1000) throw new Error("it never ends");
    try {
      call();
    } catch (thrown) {
      if (thrown === SLEEP) meanwhile();
      throw thrown;
    }
  });
  return count;
}

function dirty(k: Kernel, p: Process, inode: Inode, pages: number): void {
  for (let index = 0; index < pages; index++) markPageDirty(k, cachedPageForOverwrite(k, p, inode, index));
}

/** Every request from now on lies outside the disk and fails, until the answer is called. */
function breakDisk(k: Kernel): () => void {
  const disk = k.machine.disks[1];
  const size = disk.capacity * 512;
  Object.assign(disk, { size: 512 });
  return () => void Object.assign(disk, { size });
}

describe("fsync", () => {
  it("ends though somebody makes the page dirty again each time that it is written", () => {
    const { k, p, inode } = scene(1);
    dirty(k, p, inode, 1);
    const count = runs(
      k,
      p,
      () => writeBack(k, p, [wholeFile(inode)]),
      () => dirty(k, p, inode, 1),
    );
    expect([count, k.vm.statistics.pagesWritten]).toEqual([2, 1]);
    checkVm(k);
  });

  it("is woken a few times, not once for every page", () => {
    const { k, p, inode } = scene(1);
    dirty(k, p, inode, 200);
    const count = runs(
      k,
      p,
      () => writeBack(k, p, [wholeFile(inode)]),
      () => {},
    );
    expect(k.vm.statistics.pagesWritten).toBe(200);
    expect(count).toBeLessThan(10);
  });
});

describe("msync", () => {
  it("writes what lies before a hole and behind it, once each, and then tells of the hole", () => {
    const { k, p, va } = scene(3);
    for (const page of [0, 2]) writeByte(k, p, va + page * PAGE, 7);
    unmapRange(k, p.space!, va + PAGE, PAGE);
    let told = "";
    const call = () => {
      told = errnoOf(() => syncRange(k, p, p.space!, va, 3 * PAGE, MS_SYNC));
    };
    runs(k, p, call, () => {});
    expect([told, k.vm.statistics.pagesWritten, k.vm.cache.dirtyPages]).toEqual(["ENOMEM", 2, 0]);
  });
});

describe("A page that could not be written", () => {
  it("is tried again by the flusher once somebody was told, though the flusher had given it up before", () => {
    const { k, p, inode } = scene(1);
    dirty(k, p, inode, 1);
    const repair = breakDisk(k);
    k.machine.clock.charge(40 * SECOND);
    flushIfDue(k);
    settle(k);
    k.machine.clock.charge(40 * SECOND);
    flushIfDue(k);
    expect([k.vm.cache.dirtyPages, k.vm.flusher.dirtied.size]).toEqual([1, 0]);
    runs(
      k,
      p,
      () => expect(errnoOf(() => writeBack(k, p, [wholeFile(inode)]))).toBe("EIO"),
      () => flushIfDue(k),
    );
    checkVm(k);
    repair();
    k.machine.clock.charge(40 * SECOND);
    flushIfDue(k);
    settle(k);
    expect(k.vm.cache.dirtyPages).toBe(0);
    expect(errnoOf(() => writeBack(k, p, [wholeFile(inode)]))).toBe("");
    checkVm(k);
  });
});

describe("The pages of a file that are dirty", () => {
  it("are found without looking at those that are only cached", () => {
    const { k, p, inode } = scene(1);
    for (let index = 0; index < 200; index++) cachedPageForOverwrite(k, p, inode, index);
    for (const index of [150, 3, 70]) markPageDirty(k, cachedPageForOverwrite(k, p, inode, index));
    const object = k.vm.cache.files.get(inode.id)!;
    expect(dirtyIndices(object, 0, Number.POSITIVE_INFINITY)).toEqual([3, 70, 150]);
    expect(dirtyIndices(object, 3, 71)).toEqual([3, 70]);
    startPart(k, { inode, from: 0, to: 100 });
    expect([[...object.dirty], [...object.writing.keys()]]).toEqual([[150], [3, 70]]);
    checkVm(k);
    settle(k);
    expect([object.dirty.size, object.writing.size, k.vm.cache.dirtyPages]).toEqual([1, 0, 1]);
  });

  it("and those under way are forgotten with the pages that a truncation drops", () => {
    const { k, p, inode } = scene(1);
    dirty(k, p, inode, 4);
    startPart(k, { inode, from: 0, to: 2 });
    dropCachedPages(k, inode, 1);
    const object = k.vm.cache.files.get(inode.id)!;
    expect([[...object.dirty], [...object.writing.keys()], k.vm.flusher.writing]).toEqual([[], [0], 2]);
    checkVm(k);
    settle(k);
    expect([object.writing.size, k.vm.flusher.writing, k.vm.cache.dirtyPages]).toEqual([0, 0, 0]);
  });

  it.each([
    ["dirty", (object: PageObject) => void object.dirty.delete(1)],
    ["under way", (object: PageObject) => void object.writing.delete(0)],
  ])("are missed by the checker when one that is %s is forgotten", (_what, plant) => {
    const { k, p, inode } = scene(1);
    dirty(k, p, inode, 2);
    startPart(k, { inode, from: 0, to: 1 });
    checkVm(k);
    plant(k.vm.cache.files.get(inode.id)!);
    expect(() => checkVm(k)).toThrow("vm (11):");
  });
});
