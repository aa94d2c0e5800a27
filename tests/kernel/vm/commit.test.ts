import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CONSTANTS, FLAGS } from "../../../kernel/abi.ts";
import { writeContent } from "../../../kernel/fs/content.ts";
import { kernelBuffer } from "../../../kernel/fs/user-buffer.ts";
import { memoryCalls } from "../../../kernel/syscalls/memory.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { commitLimit, isAccountable, OVERCOMMIT } from "../../../kernel/vm/commit.ts";
import { startHeap } from "../../../kernel/vm/heap.ts";
import { mapFile, mapStack } from "../../../kernel/vm/map.ts";
import { unmapRange } from "../../../kernel/vm/unmap.ts";
import { VMA } from "../../../kernel/vm/vma.ts";
import { GOLDEN, start } from "../programs.ts";
import {
  anonymous,
  errnoOf,
  FIXED,
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
  warm,
} from "./machines.ts";

const { RLIMIT_STACK } = CONSTANTS.rlimit;
const { MAP_NORESERVE, MAP_GROWSDOWN } = FLAGS.map;
const BASE = 0x2000_0000;

/** 1024 frames, so that every figure can be said. */
function begin(mode: number) {
  const k = vmKernel({}, { ramBytes: 4 * 2 ** 20 });
  Object.assign(k.vm.settings, { overcommitMemory: mode, adminReserveKbytes: 400, userReserveKbytes: 80 });
  const p = vmProcess(k);
  warm(k, p);
  return { k, p, s: p.space!, committed: () => k.vm.commit.committed };
}

describe("Committed_AS, and what is refused", () => {
  it("are what Linux answers, for every operation and in all three modes", () => {
    const program = start(["promises"]);
    expect(program.finish()).toEqual({ kind: "off", status: 0, message: "power off" });
    expect(program.output()).toBe(readFileSync(join(GOLDEN, "promises.txt"), "latin1"));
  });
});

describe("CommitLimit", () => {
  it("is a part of RAM by ratio, or a size", () => {
    const { k } = begin(OVERCOMMIT.never);
    expect(commitLimit(k)).toBe(512);
    k.vm.settings.overcommitRatio = 33;
    expect(commitLimit(k)).toBe(337);
    k.vm.settings.overcommitRatio = 250;
    expect(commitLimit(k)).toBe(2560);
    k.vm.settings.overcommitKbytes = 1003;
    expect(commitLimit(k)).toBe(250);
  });
});

describe("Mode 0", () => {
  it("refuses only what RAM and swap could never hold at once", () => {
    const { k, p, committed } = begin(OVERCOMMIT.guess);
    expect(errnoOf(() => anonymous(k, p, 1025))).toBe("ENOMEM");
    for (let i = 1; i <= 5; i++) {
      anonymous(k, p, 1024, { prot: i % 2 === 0 ? RW : 2 });
      expect(committed()).toBe(1024 * i);
    }
    anonymous(k, p, 1025, { flags: PRIVATE | MAP_NORESERVE });
    anonymous(k, p, 1025, { prot: 1 });
    expect(committed()).toBe(5 * 1024);
    checkVm(k);
    vmExit(k, p);
    expect(committed()).toBe(0);
  });
});

describe("Mode 1", () => {
  it("refuses nothing", () => {
    const { k, p, committed } = begin(OVERCOMMIT.always);
    anonymous(k, p, 2 ** 20);
    anonymous(k, p, 2 ** 20, { flags: SHARED });
    expect(committed()).toBe(2 ** 21);
    checkVm(k);
  });
});

describe("Mode 2", () => {
  it("promises less than the limit, to the page, and nothing beyond", () => {
    const { k, p, s, committed } = begin(OVERCOMMIT.never);
    // Limit 512, a page of the kernel's is mapped: a 32nd of it is no page.
    expect(s.counts.mapped).toBe(1);
    expect(errnoOf(() => anonymous(k, p, 512))).toBe("ENOMEM");
    const va = anonymous(k, p, 511);
    expect(committed()).toBe(511);
    expect(errnoOf(() => anonymous(k, p, 1))).toBe("ENOMEM");
    unmapRange(k, s, va, 480 * PAGE);
    // 32 pages are mapped: one is kept for others.
    expect(errnoOf(() => anonymous(k, p, 480))).toBe("ENOMEM");
    anonymous(k, p, 479);
    checkVm(k);
  });

  it("keeps the administrator's reserve from everyone else, and no more than the user's reserve for others", () => {
    const { k, p } = begin(OVERCOMMIT.never);
    k.current = p;
    p.credentials.euid = 1000;
    // 512 - 100 for the administrator.
    expect(errnoOf(() => anonymous(k, p, 412))).toBe("ENOMEM");
    anonymous(k, p, 411);
    k.vm.settings.overcommitRatio = 400;
    anonymous(k, p, 1024, { prot: 1 });
    // 1436 mapped: a 32nd would be 44, the reserve is 20 pages. 4096 - 100 - 20 - 411.
    expect(errnoOf(() => anonymous(k, p, 3565))).toBe("ENOMEM");
    anonymous(k, p, 3564);
    k.current = null;
    checkVm(k);
  });

  it("ignores MAP_NORESERVE", () => {
    const { k, p, committed } = begin(OVERCOMMIT.never);
    anonymous(k, p, 10, { flags: PRIVATE | MAP_NORESERVE });
    anonymous(k, p, 10, { flags: SHARED | MAP_NORESERVE });
    expect(committed()).toBe(20);
    expect(errnoOf(() => anonymous(k, p, 600, { flags: PRIVATE | MAP_NORESERVE }))).toBe("ENOMEM");
    checkVm(k);
  });

  it("leaves everything as it was where it refuses", () => {
    const { k, p, s, committed } = begin(OVERCOMMIT.never);
    const readable = anonymous(k, p, 300, { prot: 1 });
    startHeap(s, BASE);
    anonymous(k, p, 300);
    expect(errnoOf(() => memoryCalls.mprotect(k, p, readable, 300 * PAGE, RW))).toBe("ENOMEM");
    expect(memoryCalls.brk(k, p, BASE + 300 * PAGE)).toBe(BASE);
    expect(errnoOf(() => vmFork(k, p))).toBe("ENOMEM");
    expect(errnoOf(() => memoryCalls.mremap(k, p, readable, 300 * PAGE, 600 * PAGE, 1, 0))).toBe("");
    expect(committed()).toBe(300);
    expect(k.vm.spaces.size).toBe(1);
    checkVm(k);
  });

  it("has unmapped what lay in the way of a mapping that it refuses, as Linux", () => {
    const { k, p } = begin(OVERCOMMIT.never);
    const map = (pages: number) => memoryCalls.mmap(k, p, BASE, pages * PAGE, RW, PRIVATE | FIXED, -1, 0);
    map(10);
    store(k, p, BASE, 1);
    expect(errnoOf(() => map(600))).toBe("ENOMEM");
    expect(load(k, p, BASE).kinds).toEqual(["no-mapping"]);
    expect(k.vm.commit.committed).toBe(0);
    checkVm(k);
  });

  it("ends a stack that would grow, and a write to a file in memory, by a signal", () => {
    const { k, p, s } = begin(OVERCOMMIT.never);
    const stack = mapStack(k, s, { bytes: 2 * PAGE, limits: p.limits });
    const inode = file(k, 4 * PAGE);
    const shown = mapFile(k, s, {
      ...{ address: 0, length: 4 * PAGE, prot: RW, flags: 1, limits: null },
      ...{ inode, offset: 0, mayWrite: true },
    });
    const filler = anonymous(k, p, 508);
    expect(k.vm.commit.committed).toBe(510);
    const bottom = stack.start;
    k.vm.settings.overcommitKbytes = 4 * 512;
    expect(store(k, p, bottom - 1, 1)).toEqual(["stack-limit"]);
    expect(stack.start).toBe(bottom);
    expect(load(k, p, shown).kinds).toEqual(["no-room"]);
    unmapRange(k, s, filler, 100 * PAGE);
    expect(store(k, p, bottom - 1, 1)).toEqual(["stack-growth"]);
    expect(load(k, p, shown).kinds).toEqual(["file-page"]);
    expect(store(k, p, shown + PAGE, 1)).toEqual(["file-page"]);
    expect(k.vm.commit.committed).toBe(410 + 1 + 2);
    checkVm(k);
  });
});

describe("A promise", () => {
  it("of a page that could not be had in the end is taken back", () => {
    const { k, p, committed } = begin(OVERCOMMIT.guess);
    const va = anonymous(k, p, 8, { flags: SHARED | MAP_NORESERVE });
    store(k, p, va, 1);
    expect(committed()).toBe(1);
    k.vm.frames.failCountdown = 1;
    expect(store(k, p, va + PAGE, 1)).toEqual(["out-of-memory"]);
    const inode = file(k, 4 * PAGE);
    k.vm.frames.failCountdown = 1;
    expect(errnoOf(() => writeContent(k, p, inode, kernelBuffer(new Uint8Array(PAGE)), 0))).toBe("ENOMEM");
    expect(committed()).toBe(1);
    writeContent(k, p, inode, kernelBuffer(new Uint8Array(PAGE)), 0);
    expect(store(k, p, va + PAGE, 1)).toEqual(["shared-page"]);
    expect(committed()).toBe(3);
    checkVm(k);
  });

  it("stays when a mapping becomes unwritable, and is not made twice", () => {
    const { k, p, s, committed } = begin(OVERCOMMIT.guess);
    const va = anonymous(k, p, 8, { prot: 1 });
    const steps = [RW, 1, 0, RW].map((prot) => {
      memoryCalls.mprotect(k, p, va, 4 * PAGE, prot);
      checkVm(k);
      return committed();
    });
    expect(steps).toEqual([4, 4, 4, 4]);
    unmapRange(k, s, va + 2 * PAGE, 4 * PAGE);
    expect(committed()).toBe(2);
  });

  it("is taken back when a split exceeds max_map_count", () => {
    const { k, p, s, committed } = begin(OVERCOMMIT.guess);
    const va = anonymous(k, p, 8, { prot: 1 });
    k.vm.maxMapCount = s.vmaCount + 1;
    expect(errnoOf(() => memoryCalls.mprotect(k, p, va + 2 * PAGE, 2 * PAGE, RW))).toBe("ENOMEM");
    expect(committed()).toBe(0);
    checkVm(k);
  });

  it("is made once for shared memory, however many map it, and once a page for what has no reserve", () => {
    const { k, p, committed } = begin(OVERCOMMIT.guess);
    anonymous(k, p, 10, { flags: SHARED });
    const loose = anonymous(k, p, 10, { flags: SHARED | MAP_NORESERVE });
    expect(committed()).toBe(10);
    store(k, p, loose, 1);
    load(k, p, loose + PAGE);
    const child = vmFork(k, p);
    store(k, child, loose, 2);
    store(k, child, loose + 2 * PAGE, 2);
    expect(committed()).toBe(13);
    vmExit(k, p);
    expect(committed()).toBe(13);
    vmExit(k, child);
    expect(committed()).toBe(0);
  });

  it("is made by fork for the child, and given back with it", () => {
    const { k, p, committed } = begin(OVERCOMMIT.guess);
    anonymous(k, p, 10);
    const child = vmFork(k, p);
    expect(committed()).toBe(20);
    vmExit(k, child);
    expect(committed()).toBe(10);
  });

  it("grows with a mapping that grows down, to its limit", () => {
    const { k, p, committed } = begin(OVERCOMMIT.guess);
    memoryCalls.mmap(k, p, BASE, PAGE, RW, PRIVATE | FIXED | MAP_GROWSDOWN, -1, 0);
    p.limits[RLIMIT_STACK] = { soft: 5 * PAGE, hard: 5 * PAGE };
    store(k, p, BASE - 4 * PAGE, 1);
    expect(committed()).toBe(5);
    expect(store(k, p, BASE - 5 * PAGE, 1)).toEqual(["stack-limit"]);
    expect(committed()).toBe(5);
    checkVm(k);
  });

  it("is nobody's who shares, reads, or gave it up", () => {
    expect([RW, 2].map((prot) => isAccountable(prot, 0))).toEqual([true, true]);
    expect([0, 1, 4, 5].map((prot) => isAccountable(prot, 0))).toEqual([false, false, false, false]);
    expect([VMA.shared, VMA.noReserve].map((flags) => isAccountable(RW, flags))).toEqual([false, false]);
  });
});
