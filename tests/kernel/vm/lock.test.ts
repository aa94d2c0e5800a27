/** Locks where the programs that were recorded on Linux cannot look: memory that runs out, swap, reclaim, too many mappings. */
import { describe, expect, it } from "vitest";
import { serveInterrupts } from "../../../kernel/interrupts.ts";
import type { Kernel } from "../../../kernel/kernel.ts";
import { moveTo, type Process } from "../../../kernel/process.ts";
import { RETRY, SLEEP } from "../../../kernel/sleep.ts";
import { adviceCalls } from "../../../kernel/syscalls/advice.ts";
import { memoryCalls } from "../../../kernel/syscalls/memory.ts";
import { copyIn, copyOut } from "../../../kernel/usercopy.ts";
import { findVma } from "../../../kernel/vm/address-space.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { mapFile } from "../../../kernel/vm/map.ts";
import { isLocked } from "../../../kernel/vm/page-references.ts";
import { findPte, NO_PTE } from "../../../kernel/vm/page-table.ts";
import { isResident } from "../../../kernel/vm/pte.ts";
import { evict, reclaimAnything } from "../../../kernel/vm/reclaim.ts";
import { noteHeadway } from "../../../kernel/vm/shortage.ts";
import { VMA } from "../../../kernel/vm/vma.ts";
import {
  anonymous,
  errnoOf,
  file,
  load,
  PAGE,
  PRIVATE,
  RW,
  SHARED,
  store,
  vmExit,
  vmFork,
  vmKernel,
  vmProcess,
} from "./machines.ts";
import {
  frameAt,
  patiently,
  readByte,
  settle,
  swapKernel,
  swapOutNow,
  swapProcess,
  writeByte,
} from "./swap-machines.ts";

const MAP_LOCKED = 0x2000;
const MAP_POPULATE = 0x8000;
const MIB = 2 ** 20;

const mlock = (k: Kernel, p: Process, va: number, pages: number) =>
  patiently(k, p, () => adviceCalls.mlock(k, p, va, pages * PAGE));
const frames = (k: Kernel, p: Process, va: number, pages: number) =>
  Array.from({ length: pages }, (_, i) => frameAt(k, p, va + i * PAGE));

/** How many pages have an entry that names a frame. */
function residentPages(k: Kernel, p: Process, va: number, pages: number): number {
  return Array.from({ length: pages }, (_, i) => findPte(k, p.space!, va / PAGE + i)).filter(
    (at) => at !== NO_PTE && isResident(k.machine.ram.u32[at]),
  ).length;
}

/** As `patiently`, without asserting the invariants at each step. */
function quickly<T>(k: Kernel, p: Process, handler: () => T): T {
  for (;;) {
    try {
      k.vm.reclaim.shortage = 0;
      const result = handler();
      noteHeadway(k, p);
      return result;
    } catch (thrown) {
      if (thrown !== SLEEP && thrown !== RETRY) throw thrown;
    }
    while (p.state === "sleeping") {
      if (k.machine.waitForInterrupt(Number.POSITIVE_INFINITY) !== "interrupt") throw new Error("nobody wakes it");
      serveInterrupts(k);
    }
    k.runQueue.splice(0);
    if (p.state === "runnable") moveTo(k, p, "running");
    k.current = p;
  }
}

describe("A locked page", () => {
  it("stays in its frame while ten times RAM passes by, and so do its neighbours' locks", () => {
    const k = swapKernel([{ pages: 4096 }], { checking: false }, { ramBytes: MIB });
    const p = swapProcess(k);
    const va = anonymous(k, p, 16);
    expect(mlock(k, p, va, 16)).toBe(0);
    for (let i = 0; i < 16; i++) writeByte(k, p, va + i * PAGE, i + 1);
    const before = frames(k, p, va, 16);
    const many = (10 * MIB) / PAGE;
    const rest = anonymous(k, p, many);
    for (let i = 0; i < many; i++) quickly(k, p, () => copyOut(k, p, rest + i * PAGE, Uint8Array.of(1 + (i % 255))));
    expect(frames(k, p, va, 16)).toEqual(before);
    expect(p.space!.counts.swapped).toBeGreaterThan(many / 2);
    for (let i = 0; i < many; i += 97)
      expect(quickly(k, p, () => copyIn(k, p, rest + i * PAGE, 1))[0]).toBe(1 + (i % 255));
    expect(frames(k, p, va, 16)).toEqual(before);
    checkVm(k);
  });

  it("can leave again once its lock has gone", () => {
    const k = swapKernel([{ pages: 4096 }], { checking: false }, { ramBytes: MIB });
    const p = swapProcess(k);
    const va = anonymous(k, p, 16);
    expect(mlock(k, p, va, 16)).toBe(0);
    const many = (2 * MIB) / PAGE;
    const rest = anonymous(k, p, many);
    const press = () => {
      for (let i = 0; i < many; i++) quickly(k, p, () => copyOut(k, p, rest + i * PAGE, Uint8Array.of(i % 255)));
    };
    press();
    const resident = () => residentPages(k, p, va, 16);
    expect(resident()).toBe(16);
    adviceCalls.munlock(k, p, va, 16 * PAGE);
    press();
    press();
    expect(resident()).toBe(0);
    checkVm(k);
  });

  it("is kept by reclaim whoever else maps it, until the last lock has gone", () => {
    const k = swapKernel([{ pages: 64 }]);
    const p = swapProcess(k);
    const va = anonymous(k, p, 1, { flags: SHARED });
    writeByte(k, p, va, 9);
    const other = vmFork(k, p);
    load(k, other, va);
    expect(mlock(k, p, va, 1)).toBe(0);
    const index = frameAt(k, p, va);
    expect([isLocked(k, index), evict(k, index)]).toEqual([true, "kept"]);
    reclaimAnything(k, 10_000);
    expect(frameAt(k, other, va)).toBe(index);
    adviceCalls.munlock(k, p, va, PAGE);
    expect([isLocked(k, index), evict(k, index)]).toEqual([false, "started"]);
    settle(k);
    expect(readByte(k, p, va).value).toBe(9);
  });

  it("that was in swap is back when mlock returns", () => {
    const k = swapKernel([{ pages: 64 }]);
    const p = swapProcess(k);
    const va = anonymous(k, p, 3);
    for (let i = 0; i < 3; i++) writeByte(k, p, va + i * PAGE, i + 1);
    swapOutNow(k, p, va);
    swapOutNow(k, p, va + 2 * PAGE);
    expect(mlock(k, p, va, 3)).toBe(0);
    expect(frames(k, p, va, 3).every((index) => index >= 0)).toBe(true);
    expect([p.space!.counts.swapped, p.space!.counts.locked]).toEqual([0, 3]);
    for (let i = 0; i < 3; i++) expect(load(k, p, va + i * PAGE)).toEqual({ value: i + 1, kinds: [] });
    vmExit(k, p);
  });

  it("of a private file mapping is copied when mprotect makes it writable, so that no write faults", () => {
    const k = vmKernel();
    const p = vmProcess(k);
    const inode = file(k, 2 * PAGE);
    const how = { address: 0, length: 2 * PAGE, prot: 1, flags: 2, limits: null, inode, offset: 0, mayWrite: false };
    const va = mapFile(k, p.space!, how);
    expect(adviceCalls.mlock(k, p, va, 2 * PAGE)).toBe(0);
    expect([p.space!.counts.shared, p.space!.counts.anonymous]).toEqual([2, 0]);
    memoryCalls.mprotect(k, p, va, PAGE, RW);
    expect([p.space!.counts.shared, p.space!.counts.anonymous]).toEqual([1, 1]);
    store(k, p, va, 1);
    expect(store(k, p, va, 2)).toEqual([]);
    checkVm(k);
  });
});

describe("When a frame cannot be had", () => {
  it("mlock fails with EAGAIN, and the mapping is locked all the same", () => {
    const k = vmKernel();
    const p = vmProcess(k);
    const va = anonymous(k, p, 4);
    store(k, p, va, 1);
    k.vm.frames.failCountdown = 2;
    expect(errnoOf(() => adviceCalls.mlock(k, p, va, 4 * PAGE))).toBe("EAGAIN");
    expect([p.space!.counts.locked, p.space!.counts.anonymous]).toEqual([4, 2]);
    expect([p.call.note, p.call.progress]).toEqual([0, 0]);
    expect(adviceCalls.mlock(k, p, va, 4 * PAGE)).toBe(0);
    expect(p.space!.counts.anonymous).toBe(4);
    vmExit(k, p);
  });

  it("mmap and mlockall do not tell: the fault will", () => {
    const k = vmKernel();
    const p = vmProcess(k);
    k.vm.frames.failCountdown = 3;
    const va = memoryCalls.mmap(k, p, 0, 4 * PAGE, RW, PRIVATE | MAP_LOCKED, -1, 0);
    expect(p.space!.counts.locked).toBe(4);
    expect(p.space!.counts.anonymous).toBeLessThan(4);
    k.vm.frames.failCountdown = 1;
    expect(adviceCalls.mlockall(k, p, 1)).toBe(0);
    k.vm.frames.failCountdown = 0;
    store(k, p, va + 3 * PAGE, 1);
    expect(load(k, p, va + 3 * PAGE).value).toBe(1);
    vmExit(k, p);
  });

  it("MADV_POPULATE_WRITE fails with ENOMEM", () => {
    const k = vmKernel();
    const p = vmProcess(k);
    const va = anonymous(k, p, 4);
    store(k, p, va, 1);
    k.vm.frames.failCountdown = 2;
    expect(errnoOf(() => adviceCalls.madvise(k, p, va, 4 * PAGE, 23))).toBe("ENOMEM");
    checkVm(k);
  });
});

describe("MAP_POPULATE", () => {
  it("of five times RAM touches every page once and lets the first ones go to swap", () => {
    const k = swapKernel([{ pages: 4096 }], { checking: false }, { ramBytes: MIB });
    const p = swapProcess(k);
    const pages = (5 * MIB) / PAGE;
    const map = () => memoryCalls.mmap(k, p, 0, pages * PAGE, RW, PRIVATE | MAP_POPULATE, -1, 0);
    const faults = p.counts.minorFaults;
    const va = quickly(k, p, map);
    settle(k);
    expect(p.space!.counts.anonymous + p.space!.counts.swapped).toBe(pages);
    expect([p.counts.minorFaults - faults, p.counts.majorFaults]).toEqual([pages, 0]);
    expect(readByte(k, p, va + 7 * PAGE).value).toBe(0);
    checkVm(k);
  });
});

describe("max_map_count", () => {
  it("ends a lock that would split with ENOMEM, but not one that only moves a border", () => {
    const k = vmKernel({ maxMapCount: 4 });
    const p = vmProcess(k);
    const va = anonymous(k, p, 8);
    // Touched all over: Linux keeps memory with and without pages apart.
    store(k, p, va, 1);
    expect(adviceCalls.mlock(k, p, va + 2 * PAGE, PAGE)).toBe(0);
    expect(p.space!.vmaCount).toBe(4);
    expect(errnoOf(() => adviceCalls.mlock(k, p, va + 5 * PAGE, PAGE))).toBe("ENOMEM");
    expect(errnoOf(() => adviceCalls.munlock(k, p, va + 2 * PAGE, 0))).toBe("");
    expect(adviceCalls.mlock(k, p, va + 3 * PAGE, PAGE)).toBe(0);
    expect([p.space!.vmaCount, p.space!.counts.locked]).toEqual([4, 2]);
    expect(adviceCalls.munlock(k, p, va, 8 * PAGE)).toBe(0);
    expect([p.space!.vmaCount, p.space!.counts.locked]).toEqual([2, 0]);
    checkVm(k);
  });

  it("ends an advice that would split with EAGAIN", () => {
    const k = vmKernel({ maxMapCount: 3 });
    const p = vmProcess(k);
    const va = anonymous(k, p, 8);
    store(k, p, va, 1);
    for (const advice of [1, 2, 10, 16, 18])
      expect(errnoOf(() => adviceCalls.madvise(k, p, va + 2 * PAGE, PAGE, advice))).toBe("EAGAIN");
    expect(findVma(p.space!, va)!.flags & VMA.random).toBe(0);
    expect(adviceCalls.madvise(k, p, va + 7 * PAGE, PAGE, 1)).toBe(0);
  });
});
