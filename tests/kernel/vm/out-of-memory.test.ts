import { describe, expect, it } from "vitest";
import { CONSTANTS } from "../../../kernel/abi.ts";
import type { Kernel } from "../../../kernel/kernel.ts";
import type { Process } from "../../../kernel/process.ts";
import { adviceCalls } from "../../../kernel/syscalls/advice.ts";
import { memoryCalls } from "../../../kernel/syscalls/memory.ts";
import { copyIn, copyOut } from "../../../kernel/usercopy.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { setBreak, startHeap } from "../../../kernel/vm/heap.ts";
import { mapAnonymous, mapFile, mapStack } from "../../../kernel/vm/map.ts";
import { protectRange } from "../../../kernel/vm/protect.ts";
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

const MAP_POPULATE = 0x8000;
const { MADV_POPULATE_WRITE } = CONSTANTS.madvise;

/** A bit of everything. A step that fails must leave all in order; its error or signal does not matter here. */
function workload(k: Kernel): void {
  const inode = file(k, 3 * PAGE);
  const attempt = (step: () => void) => {
    expect(["", "ENOMEM", "EFAULT"]).toContain(errnoOf(step));
    checkVm(k);
  };
  const processes: Process[] = [];
  attempt(() => void processes.push(vmProcess(k)));
  const [p] = processes;
  if (p?.space == null) return;
  attempt(() => mapStack(k, p.space!, { bytes: PAGE, limits: p.limits }));
  startHeap(p.space, 0x1000_0000);
  attempt(() => setBreak(k, p, p.space!, 0x1000_3000));
  attempt(() => store(k, p, 0x1000_1000, 1));
  const va = anonymous(k, p, 600);
  for (const page of [0, 511, 512, 599]) attempt(() => store(k, p, va + page * PAGE, page));
  attempt(() => load(k, p, va + 5 * PAGE));
  const shared = anonymous(k, p, 2, { flags: SHARED });
  attempt(() => copyOut(k, p, shared, new Uint8Array(2 * PAGE).fill(3)));
  const mapping = { address: 0, length: 3 * PAGE, prot: RW, inode, offset: 0, mayWrite: true, limits: null };
  const ownFile = mapFile(k, p.space, { ...mapping, flags: 2 });
  const sharedFile = mapFile(k, p.space, { ...mapping, flags: 1 });
  attempt(() => store(k, p, ownFile, 1));
  attempt(() => store(k, p, sharedFile, 1));
  attempt(() => void memoryCalls.mmap(k, p, 0, 3 * PAGE, RW, PRIVATE | MAP_POPULATE, -1, 0));
  expect(["", "EAGAIN"]).toContain(errnoOf(() => adviceCalls.mlock(k, p, va + 510 * PAGE, 4 * PAGE)));
  attempt(() => void adviceCalls.madvise(k, p, ownFile, 3 * PAGE, MADV_POPULATE_WRITE));
  attempt(() => void memoryCalls.mprotect(k, p, va + 510 * PAGE, 2 * PAGE, RW));
  attempt(() => void processes.push(vmFork(k, p)));
  const child = processes[1];
  if (child !== undefined) {
    attempt(() => store(k, child, va, 9));
    attempt(() => store(k, p, va + 511 * PAGE, 9));
    attempt(() => copyIn(k, child, shared, 2 * PAGE));
    attempt(() => protectRange(k, child.space!, va, 100 * PAGE, 1, null));
    attempt(
      () =>
        void mapAnonymous(k, child.space!, {
          address: 0,
          length: PAGE,
          prot: RW,
          flags: PRIVATE | 0x8000,
          limits: null,
        }),
    );
  }
  for (const process of processes) vmExit(k, process);
}

/** Pages that files have in the page cache. */
const cachedFilePages = (k: Kernel) => [...k.vm.cache.files.values()].reduce((sum, { pages }) => sum + pages.size, 0);

describe("A failing allocation", () => {
  it("of whichever frame leaks nothing and breaks no invariant", () => {
    let allocations = 0;
    for (let nth = 0; nth === 0 || nth <= allocations; nth++) {
      const k = vmKernel({}, { ramBytes: 2 ** 20 });
      const before = k.vm.statistics.framesAllocated;
      k.vm.settings.overcommitMemory = 1;
      k.vm.frames.failCountdown = nth;
      workload(k);
      if (nth === 0) allocations = k.vm.statistics.framesAllocated - before;
      // Left are the kernel's own two frames and what the file has in the cache.
      expect([nth, k.vm.frames.count - k.vm.frames.free - cachedFilePages(k)]).toEqual([nth, 2]);
    }
    expect(allocations).toBeGreaterThan(25);
  });

  it("leaves a parent whose fork failed as it was", () => {
    const k = vmKernel({}, { ramBytes: 2 ** 20 });
    const p = vmProcess(k);
    // Too many for one table: the second one cannot be had.
    k.vm.settings.overcommitMemory = 1;
    const va = anonymous(k, p, 600);
    for (const page of [0, 1, 599]) store(k, p, va + page * PAGE, page + 1);
    const free = k.vm.frames.free;
    k.vm.frames.failCountdown = 5;
    expect(errnoOf(() => vmFork(k, p))).toBe("ENOMEM");
    checkVm(k);
    expect(k.vm.frames.free).toBe(free);
    expect(store(k, p, va, 9)).toEqual(["copy-on-write-takeover"]);
    expect(load(k, p, va + PAGE).value).toBe(2);
  });
});
