import { describe, expect, it } from "vitest";
import type { KernelEvent } from "../../../kernel/events.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { flushPage } from "../../../kernel/vm/flush.ts";
import { FRAME } from "../../../kernel/vm/frames.ts";
import { mapFile } from "../../../kernel/vm/map.ts";
import { cachedPage, dropCachedPages, findCachedPage, forgetInode, objectOf } from "../../../kernel/vm/page-cache.ts";
import { findPte } from "../../../kernel/vm/page-table.ts";
import { protectRange } from "../../../kernel/vm/protect.ts";
import { swapSlotOf, takeDirty } from "../../../kernel/vm/pte.ts";
import { swapAreas, swapTotals } from "../../../kernel/vm/swap-area.ts";
import { unmapRange } from "../../../kernel/vm/unmap.ts";
import { access, anonymous, file, PAGE, SHARED, vmExit } from "./machines.ts";
import {
  frameAt,
  kinds,
  patiently,
  readByte,
  settle,
  swapFork,
  swapKernel,
  swapOut,
  swapOutNow,
  swapProcess,
  writeByte,
} from "./swap-machines.ts";

/** A process with `pages` private pages, each with its number in its first byte. */
function scene(pages = 1, areas = [{ pages: 256 }]) {
  const k = swapKernel(areas);
  const p = swapProcess(k);
  const va = anonymous(k, p, pages);
  for (let i = 0; i < pages; i++) writeByte(k, p, va + i * PAGE, i + 1);
  return { k, p, va };
}

const taken = (k: ReturnType<typeof scene>["k"]) => swapTotals(k).total - swapTotals(k).free;

describe("A private page", () => {
  it("leaves RAM for a slot, is read back by a major fault, and is what it was", () => {
    const { k, p, va } = scene();
    const free = k.vm.frames.free;
    expect(swapOut(k, p, va)).toBe("started");
    expect([p.space!.counts.anonymous, p.space!.counts.swapped, k.vm.reclaim.leaving]).toEqual([0, 1, 1]);
    settle(k);
    expect([k.vm.frames.free - free, k.vm.reclaim.leaving, taken(k)]).toEqual([1, 0, 1]);
    const major = p.counts.majorFaults;
    const back = readByte(k, p, va);
    expect([back.value, kinds(back), p.counts.majorFaults - major]).toEqual([1, ["swap-in"], 1]);
    expect([p.space!.counts.anonymous, p.space!.counts.swapped]).toEqual([1, 0]);
    expect([k.vm.swap.pagesOut, k.vm.swap.pagesIn]).toEqual([1, 1]);
  });

  it("that was not written to since it came back leaves without being written again", () => {
    const { k, p, va } = scene();
    swapOutNow(k, p, va);
    readByte(k, p, va);
    const writes = k.fs.disks[0].writes;
    expect(swapOut(k, p, va)).toBe("freed");
    expect([k.fs.disks[0].writes - writes, k.fs.disks[0].active]).toEqual([0, null]);
    expect(readByte(k, p, va).value).toBe(1);
  });

  it("that was written to since it came back is written again", () => {
    const { k, p, va } = scene();
    swapOutNow(k, p, va);
    readByte(k, p, va);
    writeByte(k, p, va, 77);
    expect(swapOut(k, p, va)).toBe("started");
    settle(k);
    expect(readByte(k, p, va).value).toBe(77);
  });

  it("is taken over with the first write, and its slot given back, when nobody else has it", () => {
    const { k, p, va } = scene();
    swapOutNow(k, p, va);
    expect(kinds(writeByte(k, p, va, 5))).toEqual(["swap-in"]);
    expect(taken(k)).toBe(0);
    expect(kinds(writeByte(k, p, va, 6))).toEqual([]);
  });

  it("keeps its slot after a read, and gives it back when it is written to", () => {
    const { k, p, va } = scene();
    swapOutNow(k, p, va);
    readByte(k, p, va);
    expect(taken(k)).toBe(1);
    expect(kinds(writeByte(k, p, va, 5))).toEqual(["permission-upgrade"]);
    expect(taken(k)).toBe(0);
  });

  it("that is wanted while it is on its way out comes back without the disk", () => {
    const { k, p, va } = scene();
    swapOut(k, p, va);
    const reads = k.fs.disks[0].reads;
    expect(kinds(readByte(k, p, va))).toEqual(["swap-cache"]);
    expect(k.fs.disks[0].reads).toBe(reads);
    settle(k);
    expect(frameAt(k, p, va)).toBeGreaterThan(0);
    expect(k.vm.reclaim.leaving).toBe(0);
  });

  it("that is written to while it is on its way out is not lost", () => {
    const { k, p, va } = scene();
    swapOut(k, p, va);
    writeByte(k, p, va, 99);
    settle(k);
    swapOutNow(k, p, va);
    expect(readByte(k, p, va).value).toBe(99);
  });

  it("gives its slot back when it is unmapped, on its way out, in swap or back again", () => {
    const { k, p, va } = scene(3);
    swapOutNow(k, p, va);
    readByte(k, p, va);
    swapOutNow(k, p, va + PAGE);
    swapOut(k, p, va + 2 * PAGE);
    unmapRange(k, p.space!, va, 3 * PAGE);
    checkVm(k);
    settle(k);
    expect([taken(k), k.vm.swap.cache.size, p.space!.counts.swapped]).toEqual([0, 0, 0]);
  });

  it("comes back with the protection that its mapping has by then", () => {
    const { k, p, va } = scene();
    swapOutNow(k, p, va);
    protectRange(k, p.space!, va, PAGE, 0, null);
    expect(kinds(readByte(k, p, va))).toEqual(["no-access"]);
    protectRange(k, p.space!, va, PAGE, 1, null);
    expect(readByte(k, p, va).value).toBe(1);
    expect(kinds(writeByte(k, p, va, 1))).toEqual(["not-writable"]);
  });

  it("stays where it is when swap is full", () => {
    const { k, p, va } = scene(12, [{ pages: 11 }]);
    for (let i = 0; i < 10; i++) expect(swapOut(k, p, va + i * PAGE)).toBe("started");
    expect(swapOut(k, p, va + 10 * PAGE)).toBe("kept");
    settle(k);
    expect(swapTotals(k)).toMatchObject({ total: 10, free: 0 });
    for (let i = 0; i < 12; i++) expect(readByte(k, p, va + i * PAGE).value).toBe(i + 1);
    // More than half taken: a slot goes as soon as its page is in RAM.
    expect(swapTotals(k).free).toBeGreaterThanOrEqual(5);
  });

  it("of MADV_FREE goes without a slot while nobody writes to it, and is kept when somebody does", () => {
    const { k, p, va } = scene(2);
    for (const at of [va, va + PAGE]) {
      k.vm.frames.flags[frameAt(k, p, at)] |= FRAME.lazyFree;
      takeDirty(k, findPte(k, p.space!, at / PAGE));
      flushPage(k, p.space!, at / PAGE);
    }
    writeByte(k, p, va + PAGE, 8);
    expect([swapOut(k, p, va), swapOut(k, p, va + PAGE)]).toEqual(["freed", "started"]);
    settle(k);
    expect([readByte(k, p, va).value, readByte(k, p, va + PAGE).value]).toEqual([0, 8]);
  });

  it("that cannot be read back ends in SIGBUS, and is tried again by the next who wants it", () => {
    const { k, p, va } = scene();
    swapOutNow(k, p, va);
    const repair = breakDisk(k);
    expect(kinds(readByte(k, p, va))).toEqual(["disk-error"]);
    expect(kinds(readByte(k, p, va))).toEqual(["disk-error"]);
    repair();
    expect(readByte(k, p, va).value).toBe(1);
  });

  it("that cannot be written stays in RAM, and can leave when the disk works again", () => {
    const { k, p, va } = scene();
    const repair = breakDisk(k);
    swapOutNow(k, p, va);
    expect(k.vm.swap.cache.size).toBe(1);
    expect(kinds(readByte(k, p, va))).toEqual(["swap-cache"]);
    repair();
    expect(swapOut(k, p, va)).toBe("started");
    settle(k);
    const back = readByte(k, p, va);
    expect([back.value, kinds(back)]).toEqual([1, ["swap-in"]]);
  });
});

/** Every request from now on lies outside the disk and fails, until the answer is called. */
function breakDisk(k: ReturnType<typeof scene>["k"]): () => void {
  const disk = k.machine.disks[0];
  const size = disk.capacity * 512;
  Object.assign(disk, { size: 512 });
  return () => void Object.assign(disk, { size });
}

describe("A page shared since fork", () => {
  it("costs a major fault whoever waits for it, also when another has begun to read it", () => {
    const { k, p, va } = scene();
    const child = swapFork(k, p);
    swapOutNow(k, p, va);
    expect(() => access(k, child, "read", va)).toThrow();
    k.runQueue.splice(0);
    expect(k.fs.disks[0].active).not.toBe(null);
    const major = p.counts.majorFaults;
    expect(kinds(readByte(k, p, va))).toEqual(["swap-in"]);
    expect([p.counts.majorFaults - major, k.vm.swap.pagesIn]).toEqual([1, 1]);
  });

  it("is one slot with a use of each process, and one frame when both want it", () => {
    const { k, p, va } = scene();
    const child = swapFork(k, p);
    swapOutNow(k, p, va);
    expect([p.space!.counts.swapped, child.space!.counts.swapped, taken(k)]).toEqual([1, 1, 1]);
    expect(kinds(readByte(k, p, va))).toEqual(["swap-in"]);
    expect(kinds(readByte(k, child, va))).toEqual(["swap-cache"]);
    expect(frameAt(k, p, va)).toBe(frameAt(k, child, va));
  });

  it("is copied by who writes first while the other has it in swap", () => {
    const { k, p, va } = scene();
    const child = swapFork(k, p);
    swapOutNow(k, p, va);
    writeByte(k, p, va, 50);
    expect(taken(k)).toBe(1);
    expect(readByte(k, child, va).value).toBe(1);
    expect(readByte(k, p, va).value).toBe(50);
    writeByte(k, child, va, 60);
    expect(taken(k)).toBe(0);
  });

  it("that is in swap already is handed down by fork", () => {
    const { k, p, va } = scene();
    swapOutNow(k, p, va);
    const child = swapFork(k, p);
    expect(child.space!.counts.swapped).toBe(1);
    vmExit(k, p);
    expect(readByte(k, child, va).value).toBe(1);
    vmExit(k, child);
    expect(taken(k)).toBe(0);
  });
});

describe("Shared anonymous memory", () => {
  it("is swapped through its object: one use, whoever maps it", () => {
    const k = swapKernel([{ pages: 64 }]);
    const p = swapProcess(k);
    const va = anonymous(k, p, 1, { flags: SHARED });
    writeByte(k, p, va, 9);
    const child = swapFork(k, p);
    readByte(k, child, va);
    const object = [...k.vm.cache.objects.values()][0];
    swapOutNow(k, p, va);
    expect([object.pages.size, object.swapped.size, k.vm.cache.sharedPages]).toEqual([0, 1, 0]);
    expect([p.space!.counts.swapped, p.space!.counts.shared, child.space!.counts.shared]).toEqual([0, 0, 0]);
    const back = readByte(k, child, va);
    expect([back.value, kinds(back)]).toEqual([9, ["swap-in"]]);
    writeByte(k, child, va, 10);
    expect(readByte(k, p, va).value).toBe(10);
    swapOutNow(k, p, va);
    expect(readByte(k, p, va).value).toBe(10);
    vmExit(k, child);
    vmExit(k, p);
    expect([taken(k), k.vm.swap.cache.size]).toEqual([0, 0]);
  });

  it("that was only read needs no slot: it is a hole still", () => {
    const k = swapKernel([{ pages: 64 }]);
    const p = swapProcess(k);
    const va = anonymous(k, p, 1, { flags: SHARED });
    readByte(k, p, va);
    expect(swapOut(k, p, va)).toBe("freed");
    expect(taken(k)).toBe(0);
    expect(readByte(k, p, va).value).toBe(0);
  });
});

describe("A file of tmpfs", () => {
  function mapped() {
    const k = swapKernel([{ pages: 64 }]);
    const p = swapProcess(k);
    const inode = file(k, 3 * PAGE);
    const request = { address: 0, length: 3 * PAGE, prot: 3, flags: 1, inode, offset: 0, mayWrite: true, limits: null };
    const va = mapFile(k, p.space!, request);
    for (let i = 0; i < 3; i++) writeByte(k, p, va + i * PAGE, i + 1);
    return { k, p, inode, va };
  }

  it("has dirty pages in swap, for mappings and for read alike", () => {
    const { k, p, inode, va } = mapped();
    for (let i = 0; i < 3; i++) swapOut(k, p, va + i * PAGE);
    settle(k);
    expect([k.vm.cache.sharedPages, objectOf(k, inode).swapped.size]).toEqual([0, 3]);
    expect(readByte(k, p, va + PAGE).value).toBe(2);
    const frame = patiently(k, p, () => cachedPage(k, p, inode, 2));
    checkVm(k);
    expect(k.machine.ram.frame(frame)[0]).toBe(3);
    writeByte(k, p, va + PAGE, 22);
    swapOutNow(k, p, va + PAGE);
    expect(readByte(k, p, va + PAGE).value).toBe(22);
  });

  it("loses what truncation and its end cut off, in swap too", () => {
    const { k, p, inode, va } = mapped();
    for (let i = 0; i < 3; i++) swapOut(k, p, va + i * PAGE);
    inode.size = PAGE;
    dropCachedPages(k, inode, 1);
    checkVm(k);
    settle(k);
    expect(taken(k)).toBe(1);
    expect(findCachedPage(k, inode, 0)).toBe(0);
    expect(readByte(k, p, va).value).toBe(1);
    unmapRange(k, p.space!, va, 3 * PAGE);
    inode.nlink = 0;
    forgetInode(k, inode);
    checkVm(k);
    expect(taken(k)).toBe(0);
  });
});

describe("Slots", () => {
  it("are given out one after the other, so that write-out moves the head once", () => {
    const { k, p, va } = scene(40);
    const seen: number[] = [];
    k.listeners.push((event: KernelEvent) => {
      if (event.type === "swap-out") seen.push(event.slot);
    });
    const before = k.machine.clock.cycles;
    for (let i = 0; i < 40; i++) swapOut(k, p, va + i * PAGE);
    settle(k);
    expect(seen).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    // One seek, then 40 times 8 sectors and what a continued request costs.
    expect(k.machine.clock.cycles - before).toBeLessThan(100_000 + 40 * 18_000 + 100_000);
  });

  it("read back bring more neighbours along the more of them are wanted, up to page_cluster", () => {
    const { k, p, va } = scene(40);
    for (let i = 0; i < 40; i++) swapOut(k, p, va + i * PAGE);
    settle(k);
    /** Touches a page; the slots that were read for it. Page i is in slot i + 1. */
    const read = (page: number) => {
      const before = new Set(k.vm.swap.cache.keys());
      const found = kinds(readByte(k, p, va + page * PAGE));
      settle(k);
      const slots = [...k.vm.swap.cache.keys()].filter((entry) => !before.has(entry)).map(swapSlotOf);
      return [...found, ...slots.sort((x, y) => x - y)];
    };
    // Nothing suggests that its neighbours belong to it; then one behind the other; then what was read ahead is wanted.
    expect(read(9)).toEqual(["swap-in", 10]);
    expect(read(10)).toEqual(["swap-in", 11]);
    expect(read(11)).toEqual(["swap-in", 12, 13]);
    expect(read(12)).toEqual(["swap-cache"]);
    expect(read(13)).toEqual(["swap-in", 14, 15]);
    expect(read(14)).toEqual(["swap-cache"]);
    expect(read(15)).toEqual(["swap-in", 16, 17, 18, 19]);
    for (const page of [16, 17, 18]) expect(read(page)).toEqual(["swap-cache"]);
    expect(read(23)).toEqual(["swap-in", 24, 25, 26, 27, 28, 29, 30, 31]);
    // Nobody wanted those: the window shrinks, by half at most.
    expect(read(33)).toEqual(["swap-in", 32, 33, 34, 35]);
    k.vm.settings.pageCluster = 0;
    expect(read(0)).toEqual(["swap-in", 1]);
  });

  it("of the area with the higher priority go first, of equal ones in turns", () => {
    const areas = [
      { pages: 16, priority: 1 },
      { pages: 6, priority: 5 },
      { pages: 6, priority: 5 },
    ];
    const { k, p, va } = scene(14, areas);
    const seen: number[] = [];
    k.listeners.push((event: KernelEvent) => {
      if (event.type === "swap-out") seen.push(event.area);
    });
    for (let i = 0; i < 14; i++) swapOut(k, p, va + i * PAGE);
    settle(k);
    expect(seen).toEqual([1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 0, 0, 0, 0]);
    expect(swapAreas(k).map(({ path, priority, used }) => [path, priority, used])).toEqual([
      ["/dev/vdb", 5, 5],
      ["/dev/vdc", 5, 5],
      ["/dev/vda", 1, 4],
    ]);
    for (let i = 0; i < 14; i++) expect(readByte(k, p, va + i * PAGE).value).toBe(i + 1);
  });

  it("without a priority of their area's own are used in the order of swapon", () => {
    const k = swapKernel([{ pages: 16 }, { pages: 16 }, { pages: 16 }]);
    expect(swapAreas(k).map(({ priority }) => priority)).toEqual([-2, -3, -4]);
  });
});
