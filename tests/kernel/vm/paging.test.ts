import { describe, expect, it } from "vitest";
import { CONSTANTS } from "../../../kernel/abi.ts";
import { createComputer } from "../../../kernel/computer.ts";
import { newProcess } from "../../../kernel/fork.ts";
import { packCpio } from "../../../kernel/fs/cpio.ts";
import type { Inode } from "../../../kernel/fs/types.ts";
import { serveInterrupts } from "../../../kernel/interrupts.ts";
import type { Kernel } from "../../../kernel/kernel.ts";
import { moveTo, type Process } from "../../../kernel/process.ts";
import { SLEEP } from "../../../kernel/sleep.ts";
import { adviceCalls } from "../../../kernel/syscalls/advice.ts";
import { memoryCalls } from "../../../kernel/syscalls/memory.ts";
import { copyIn, copyOut } from "../../../kernel/usercopy.ts";
import { destroyAddressSpace, newAddressSpace } from "../../../kernel/vm/address-space.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { describeMaps } from "../../../kernel/vm/describe.ts";
import { handleFault } from "../../../kernel/vm/fault.ts";
import { dropCachedPages, newReadAhead } from "../../../kernel/vm/page-cache.ts";
import { noteMade } from "../../discard.ts";
import { PAGE } from "./machines.ts";

const BYTES = 3 * PAGE + 10;
const CONTENT = Uint8Array.from({ length: BYTES }, (_, i) => (i * 31) >> 5);
const nothing = () => {};

/** A booted computer whose disk holds /data, and a process that is running, with the file open as 3. */
function start(): { k: Kernel; p: Process; inode: Inode; disk: number } {
  const disks = [packCpio([{ path: "data", mode: 0o100644, data: CONTENT }])];
  const sinks = { console: nothing, output: nothing, error: nothing };
  const { kernel: k } = createComputer({ ram: 4 * 2 ** 20, disks, sinks });
  noteMade(k);
  const p = newProcess(k, { cwd: k.fs.root!, root: k.fs.root! });
  p.space = newAddressSpace(k);
  k.processes.set(p.pid, p);
  moveTo(k, p, "runnable");
  moveTo(k, p, "running");
  k.current = p;
  const inode = [...k.fs.inodes.values()].find(({ size, data }) => size === BYTES && data.kind === "file")!;
  const file = {
    inode,
    kind: "regular" as const,
    flags: 2,
    offset: 0,
    references: 1,
    ahead: newReadAhead(),
    content: null,
    terminal: 0,
  };
  p.files = { slots: [null, null, null, { file, closeOnExec: false }] };
  return { k, p, inode, disk: k.machine.clock.cycles };
}

/** Runs a handler as the kernel does: again from its start after each sleep. Returns its result and how often it slept. */
function finish<T>(k: Kernel, p: Process, handler: () => T): { result: T; sleeps: number } {
  for (let sleeps = 0; ; sleeps++) {
    try {
      return { result: handler(), sleeps };
    } catch (thrown) {
      if (thrown !== SLEEP) throw thrown;
    }
    checkVm(k);
    while (p.state === "sleeping") {
      if (k.machine.waitForInterrupt(Number.POSITIVE_INFINITY) !== "interrupt") throw new Error("nobody wakes it");
      serveInterrupts(k);
    }
    moveTo(k, p, "running");
    k.current = p;
  }
}

const anonymousPage = (k: Kernel, p: Process) => memoryCalls.mmap(k, p, 0, PAGE, 3, 0x22, -1, 0);

/** The space goes, and leaves all in order. */
function vmCheckExit(k: Kernel, p: Process): void {
  destroyAddressSpace(k, p.space!);
  checkVm(k);
}

const map = (k: Kernel, p: Process, prot: number, flags: number) =>
  memoryCalls.mmap(k, p, 0, 4 * PAGE, prot, flags, 3, 0);

describe("Pages on disk", () => {
  it("are read at the first touch: the process sleeps, and the fault is a major one", () => {
    const { k, p } = start();
    const va = map(k, p, 1, 2);
    const before = k.machine.clock.cycles;
    const first = finish(k, p, () => handleFault(k, p, va + 5, "read"));
    expect([first.result.kind, first.sleeps, p.counts.majorFaults]).toEqual(["file-page-from-disk", 1, 1]);
    expect(k.machine.clock.cycles - before).toBeGreaterThan(10_000);
    expect(copyIn(k, p, va, PAGE)).toEqual(CONTENT.subarray(0, PAGE));
    const tail = finish(k, p, () => copyIn(k, p, va + 3 * PAGE, PAGE));
    expect(tail.result.subarray(0, 10)).toEqual(CONTENT.subarray(3 * PAGE));
    expect(tail.result.subarray(10).every((byte) => byte === 0)).toBe(true);
    expect(p.counts.majorFaults).toBe(2);
    const again = map(k, p, 1, 1);
    expect(handleFault(k, p, again, "read").kind).toBe("file-page");
    expect(p.counts.minorFaults).toBe(1);
    checkVm(k);
  });

  it("that are written first in a private mapping are copied from the cache", () => {
    const { k, p } = start();
    const va = map(k, p, 3, 2);
    const { result } = finish(k, p, () => handleFault(k, p, va, "write"));
    expect([result.kind, p.space!.counts.anonymous, k.vm.cache.dirtyPages]).toEqual([
      "private-file-copy-from-disk",
      1,
      0,
    ]);
  });

  it("are all there after MAP_POPULATE, which is mapped once however often it sleeps", () => {
    const { k, p } = start();
    const { result, sleeps } = finish(k, p, () => map(k, p, 1, 0x8002));
    expect(sleeps).toBeGreaterThan(0);
    expect([p.space!.vmaCount, p.space!.counts.file]).toEqual([1, 4]);
    expect(copyIn(k, p, result, BYTES)).toEqual(CONTENT);
    // Pages that were read ahead may have come before their fault.
    expect([p.counts.majorFaults + p.counts.minorFaults, p.call.note, p.call.progress]).toEqual([4, 0, 0]);
  });

  it("are all there after mlock and MADV_POPULATE_WRITE, which sleep, too", () => {
    const { k, p } = start();
    const va = map(k, p, 3, 2);
    finish(k, p, () => adviceCalls.madvise(k, p, va, 2 * PAGE, CONSTANTS.madvise.MADV_POPULATE_WRITE));
    expect([p.space!.counts.anonymous, p.space!.counts.file]).toEqual([2, 0]);
    const { sleeps } = finish(k, p, () => adviceCalls.mlock(k, p, va, 4 * PAGE));
    expect(sleeps).toBeGreaterThan(0);
    expect([p.space!.counts.anonymous, p.space!.counts.locked]).toEqual([4, 4]);
    expect(copyIn(k, p, va, BYTES)).toEqual(CONTENT);
    vmCheckExit(k, p);
  });

  it("are on their way after MADV_WILLNEED, which does not wait", () => {
    const { k, p } = start();
    const va = map(k, p, 1, 2);
    adviceCalls.madvise(k, p, va, 3 * PAGE, CONSTANTS.madvise.MADV_WILLNEED);
    expect(p.state).toBe("running");
    expect(k.vm.cache.filePages).toBe(3);
    const vector = anonymousPage(k, p);
    const seen = () =>
      finish(k, p, () => adviceCalls.mincore(k, p, va, 4 * PAGE, vector)) && [...copyIn(k, p, vector, 4)];
    expect(seen()).toEqual([0, 0, 0, 0]);
    // The fourth is waited for, and the head has passed the others by then.
    finish(k, p, () => copyIn(k, p, va + 3 * PAGE, 1));
    expect(seen()).toEqual([1, 1, 1, 1]);
    expect(p.counts.majorFaults).toBe(1);
  });

  it("whose file is truncated while they are read are freed when the transfer has ended", () => {
    const { k, p, inode } = start();
    const va = map(k, p, 1, 2);
    const { result } = finish(k, p, () => {
      const fault = handleFault.bind(null, k, p, va + PAGE, "read");
      try {
        return fault();
      } catch (thrown) {
        inode.size = 100;
        dropCachedPages(k, inode, 1);
        checkVm(k);
        throw thrown;
      }
    });
    expect(result.kind).toBe("beyond-end");
    destroyAddressSpace(k, p.space!);
    checkVm(k);
  });

  it("of a block device are written back by msync, and are dirty again when written to once more", () => {
    const { k, p } = start();
    const disk = [...k.fs.inodes.values()].find(({ data }) => data.kind === "device" && data.backing !== null)!;
    const { file } = p.files!.slots[3]!;
    p.files!.slots[3] = { file: { ...file, inode: disk, kind: "disk" }, closeOnExec: false };
    const va = map(k, p, 3, 1);
    finish(k, p, () => copyOut(k, p, va + 100, new Uint8Array([1, 2, 3])));
    expect(k.vm.cache.dirtyPages).toBe(1);
    const { sleeps } = finish(k, p, () => memoryCalls.msync(k, p, va, 4 * PAGE, 4));
    // For the page, and for the disk's own cache.
    expect([sleeps, k.vm.cache.dirtyPages]).toEqual([2, 0]);
    expect(k.machine.disks[0].contents().subarray(100, 103)).toEqual(new Uint8Array([1, 2, 3]));
    const faults = k.vm.statistics.faults["shared-write"];
    copyOut(k, p, va, new Uint8Array([9]));
    expect([k.vm.statistics.faults["shared-write"] - faults, k.vm.cache.dirtyPages]).toEqual([1, 1]);
    checkVm(k);
  });

  it("show in /proc/PID/maps where they come from", () => {
    const { k, p } = start();
    map(k, p, 5, 2);
    expect(describeMaps(k, p.space!)).toMatch(/^[0-9a-f]{12}-[0-9a-f]{12} r-xp 00000000 00:\d\d \d+ +\/data\n$/);
  });
});
