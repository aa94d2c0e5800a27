/** madvise and mincore where the programs that were recorded on Linux cannot look: swap, reclaim, the lists of frames, disks. */
import { describe, expect, it } from "vitest";
import { CONSTANTS } from "../../../kernel/abi.ts";
import { createComputer } from "../../../kernel/computer.ts";
import { packCpio } from "../../../kernel/fs/cpio.ts";
import type { Inode } from "../../../kernel/fs/types.ts";
import type { Kernel } from "../../../kernel/kernel.ts";
import type { Process } from "../../../kernel/process.ts";
import { adviceCalls } from "../../../kernel/syscalls/advice.ts";
import { copyIn } from "../../../kernel/usercopy.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { FRAME } from "../../../kernel/vm/frames.ts";
import { mapFile } from "../../../kernel/vm/map.ts";
import { cachedPage, findCachedPage } from "../../../kernel/vm/page-cache.ts";
import { LIST } from "../../../kernel/vm/page-lists.ts";
import { punchHole } from "../../../kernel/vm/punch-hole.ts";
import { evict, reclaimFrames } from "../../../kernel/vm/reclaim.ts";
import { swapTotals } from "../../../kernel/vm/swap-area.ts";
import { anonymous, errnoOf, file, load, PAGE, SHARED, vmExit, vmKernel, vmProcess } from "./machines.ts";
import {
  frameAt,
  kinds,
  patiently,
  readByte,
  settle,
  swapFork,
  swapKernel,
  swapOutNow,
  swapProcess,
  writeByte,
} from "./swap-machines.ts";

const M = CONSTANTS.madvise;

/** A process with `pages` pages, each with its number from 1 on in its first byte. */
function scene(pages: number, flags?: number) {
  const k = swapKernel([{ pages: 256 }]);
  const p = swapProcess(k);
  const va = anonymous(k, p, pages, flags === undefined ? {} : { flags });
  for (let i = 0; i < pages; i++) writeByte(k, p, va + i * PAGE, i + 1);
  return { k, p, va };
}

function advise(k: Kernel, p: Process, va: number, pages: number, advice: number): void {
  patiently(k, p, () => adviceCalls.madvise(k, p, va, pages * PAGE, advice));
  checkVm(k);
}

const taken = (k: Kernel) => swapTotals(k).total - swapTotals(k).free;

/** What mincore says of `pages` pages. */
function seen(k: Kernel, p: Process, va: number, pages: number): string {
  const vector = anonymous(k, p, 1);
  patiently(k, p, () => adviceCalls.mincore(k, p, va, pages * PAGE, vector));
  return copyIn(k, p, vector, pages).join("");
}

describe("MADV_FREE", () => {
  it("lets reclaim drop a page without writing it, and the next touch finds zeroes", () => {
    const { k, p, va } = scene(2);
    advise(k, p, va, 1, M.MADV_FREE);
    expect(readByte(k, p, va).value).toBe(1);
    expect(evict(k, frameAt(k, p, va))).toBe("freed");
    checkVm(k);
    expect([k.fs.disks[0].writes, taken(k)]).toEqual([0, 0]);
    expect([readByte(k, p, va).value, readByte(k, p, va + PAGE).value]).toEqual([0, 2]);
  });

  it("is undone by a write: the page is an ordinary one again, and goes to swap", () => {
    const { k, p, va } = scene(1);
    advise(k, p, va, 1, M.MADV_FREE);
    const index = frameAt(k, p, va);
    writeByte(k, p, va + 1, 7);
    expect(evict(k, index)).toBe("kept");
    expect([k.vm.frames.flags[index] & FRAME.lazyFree, k.vm.frames.list[index]]).toEqual([0, LIST.activeAnonymous]);
    expect(evict(k, index)).toBe("started");
    settle(k);
    expect([readByte(k, p, va).value, readByte(k, p, va + 1).value]).toEqual([1, 7]);
  });

  it("pages go first, and without any swap", () => {
    const k = vmKernel();
    const p = vmProcess(k);
    const va = anonymous(k, p, 8);
    for (let i = 0; i < 8; i++)
      patiently(k, p, () => adviceCalls.madvise(k, p, va + i * PAGE, PAGE, M.MADV_POPULATE_WRITE));
    adviceCalls.madvise(k, p, va + 2 * PAGE, 3 * PAGE, M.MADV_FREE);
    expect(reclaimFrames(k, 3, "direct")).toEqual({ freed: 3, started: 0 });
    expect(Array.from({ length: 8 }, (_, i) => Number(frameAt(k, p, va + i * PAGE) >= 0)).join("")).toBe("11000111");
    vmExit(k, p);
  });

  it("drops what is in swap, and gives the slot of a page that came back to be forgotten", () => {
    const { k, p, va } = scene(2);
    swapOutNow(k, p, va);
    swapOutNow(k, p, va + PAGE);
    readByte(k, p, va + PAGE);
    expect(taken(k)).toBe(2);
    advise(k, p, va, 2, M.MADV_FREE);
    expect([taken(k), p.space!.counts.swapped]).toEqual([0, 0]);
    expect([readByte(k, p, va).value, readByte(k, p, va + PAGE).value]).toEqual([0, 2]);
  });

  it("leaves pages alone that a child has, too: its content is not this process's to give away", () => {
    const { k, p, va } = scene(1);
    const child = swapFork(k, p);
    advise(k, p, va, 1, M.MADV_FREE);
    const index = frameAt(k, p, va);
    expect(k.vm.frames.flags[index] & FRAME.lazyFree).toBe(0);
    expect(evict(k, index)).toBe("started");
    settle(k);
    expect([readByte(k, p, va).value, readByte(k, child, va).value]).toEqual([1, 1]);
  });

  it("before a fork keeps what either writes, and what the child writes after the parent is gone", () => {
    const { k, p, va } = scene(2);
    advise(k, p, va, 2, M.MADV_FREE);
    writeByte(k, p, va, 5);
    const child = swapFork(k, p);
    vmExit(k, p);
    k.current = child;
    const index = frameAt(k, child, va);
    for (let i = 0; i < 2; i++) evict(k, index);
    settle(k);
    expect(readByte(k, child, va).value).toBe(5);
  });
});

describe("MADV_PAGEOUT and MADV_COLD", () => {
  it("move private pages to swap and drop clean pages of files; what others map stays", () => {
    const { k, p, va } = scene(3);
    const inode = file(k, PAGE);
    const cached = mapFile(k, p.space!, {
      address: 0,
      length: PAGE,
      prot: 1,
      flags: 1,
      inode,
      offset: 0,
      mayWrite: false,
      limits: null,
    });
    readByte(k, p, cached);
    advise(k, p, cached, 1, M.MADV_PAGEOUT);
    expect(findCachedPage(k, inode, 0)).toBe(0);
    const child = swapFork(k, p);
    writeByte(k, p, va, 9);
    advise(k, p, va, 3, M.MADV_PAGEOUT);
    settle(k);
    expect([p.space!.counts.swapped, child.space!.counts.swapped]).toEqual([1, 0]);
    expect(seen(k, p, va, 3)).toBe("011");
    expect([0, 1, 2].map((i) => readByte(k, p, va + i * PAGE).value)).toEqual([9, 2, 3]);
  });

  it("leave a file's pages to one who could not write it", () => {
    const k = vmKernel();
    const p = vmProcess(k);
    const inode = { ...file(k, PAGE), mode: 0o100644 };
    const how = { address: 0, length: PAGE, prot: 1, flags: 1, inode, offset: 0, mayWrite: false, limits: null };
    const va = mapFile(k, p.space!, how);
    p.credentials.euid = 1000;
    load(k, p, va);
    adviceCalls.madvise(k, p, va, PAGE, M.MADV_PAGEOUT);
    expect(frameAt(k, p, va)).toBeGreaterThanOrEqual(0);
    inode.uid = 1000;
    adviceCalls.madvise(k, p, va, PAGE, M.MADV_PAGEOUT);
    expect(frameAt(k, p, va)).toBe(-1);
  });

  it("make an active page inactive and forget that it was used", () => {
    const { k, p, va } = scene(1);
    const index = frameAt(k, p, va);
    evict(k, index);
    settle(k);
    for (let i = 0; i < 4; i++) readByte(k, p, va);
    const back = frameAt(k, p, va);
    // It came back so soon that it is part of the working set.
    expect(k.vm.frames.list[back]).toBe(LIST.activeAnonymous);
    advise(k, p, va, 1, M.MADV_COLD);
    expect(k.vm.frames.list[back]).toBe(LIST.inactiveAnonymous);
    expect(reclaimFrames(k, 1, "direct").freed).toBe(1);
    expect(frameAt(k, p, va)).toBe(-1);
  });
});

describe("MADV_WILLNEED", () => {
  it("starts reading from swap without waiting; the touch is a minor fault then", () => {
    const { k, p, va } = scene(2);
    for (let i = 0; i < 2; i++) swapOutNow(k, p, va + i * PAGE);
    adviceCalls.madvise(k, p, va, 2 * PAGE, M.MADV_WILLNEED);
    expect([p.state, seen(k, p, va, 2)]).toEqual(["running", "00"]);
    settle(k);
    expect(seen(k, p, va, 2)).toBe("11");
    const major = p.counts.majorFaults;
    expect(kinds(readByte(k, p, va))).toEqual(["swap-cache"]);
    expect(p.counts.majorFaults).toBe(major);
  });

  it("does the same for shared memory", () => {
    const { k, p, va } = scene(1, SHARED);
    swapOutNow(k, p, va);
    expect(seen(k, p, va, 1)).toBe("0");
    adviceCalls.madvise(k, p, va, PAGE, M.MADV_WILLNEED);
    settle(k);
    expect([seen(k, p, va, 1), readByte(k, p, va).value]).toEqual(["1", 1]);
  });
});

describe("MADV_DONTNEED", () => {
  it("gives slots of swap back", () => {
    const { k, p, va } = scene(2);
    swapOutNow(k, p, va);
    advise(k, p, va, 2, M.MADV_DONTNEED);
    expect([taken(k), p.space!.counts.swapped, p.space!.counts.anonymous]).toEqual([0, 0, 0]);
    expect(readByte(k, p, va).value).toBe(0);
  });
});

describe("MADV_REMOVE", () => {
  it("takes pages of shared memory out of swap, too, and takes the promise for them back", () => {
    const { k, p, va } = scene(2, SHARED);
    swapOutNow(k, p, va);
    advise(k, p, va, 1, M.MADV_REMOVE);
    expect([taken(k), readByte(k, p, va).value, readByte(k, p, va + PAGE).value]).toEqual([0, 0, 2]);
    advise(k, p, va, 2, M.MADV_REMOVE);
    expect(readByte(k, p, va + PAGE).value).toBe(0);
  });

  it("of what a disk still has leaves zeroes, not what the disk has", () => {
    const nothing = () => {};
    const disks = [packCpio([{ path: "data", mode: 0o100644, data: new Uint8Array(2 * PAGE).fill(7) }])];
    const sinks = { console: nothing, output: nothing, error: nothing };
    const { kernel: k } = createComputer({ ram: 4 * 2 ** 20, disks, sinks });
    const p = vmProcess(k);
    k.current = p;
    const isData = ({ size, data }: Inode) => size === 2 * PAGE && data.kind === "file";
    const inode = [...k.fs.inodes.values()].find(isData)!;
    const how = { address: 0, length: 2 * PAGE, prot: 3, flags: 1, inode, offset: 0, mayWrite: true, limits: null };
    const va = mapFile(k, p.space!, how);
    adviceCalls.madvise(k, p, va, PAGE, M.MADV_REMOVE);
    checkVm(k);
    expect(k.machine.ram.frame(cachedPage(k, p, inode, 0)).every((byte) => byte === 0)).toBe(true);
    expect(findCachedPage(k, inode, 1)).toBe(0);
  });

  it("is refused by a block device and by a sealed file", () => {
    const k = vmKernel();
    const p = vmProcess(k);
    const object = (inode: Inode) => {
      cachedPage(k, p, inode, 0);
      return k.vm.cache.files.get(inode.id)!;
    };
    const device: Inode = {
      ...file(k, PAGE),
      fs: "devfs",
      data: { kind: "device", backing: { disk: 0, position: 0, length: 0 } },
    };
    expect(errnoOf(() => punchHole(k, p, object(device), 0, 1))).toBe("ENOTSUP");
    const sealed: Inode = {
      ...file(k, PAGE),
      data: { kind: "file", backing: null, seals: CONSTANTS.seals.F_SEAL_WRITE },
    };
    expect(errnoOf(() => punchHole(k, p, object(sealed), 0, 1))).toBe("EPERM");
  });
});
