/** Programs on computers with far less RAM than they use: right contents under every policy, and an end when swap is full. */

import { describe, expect, it } from "vitest";
import { WORK } from "../../../kernel/due-work.ts";
import type { Inode } from "../../../kernel/fs/types.ts";
import type { Kernel } from "../../../kernel/kernel.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { allocateFrame, FRAME, NO_FRAME, OWNER } from "../../../kernel/vm/frames.ts";
import { cachedPage } from "../../../kernel/vm/page-cache.ts";
import { LIST } from "../../../kernel/vm/page-lists.ts";
import { evict } from "../../../kernel/vm/reclaim.ts";
import { noteUse } from "../../../kernel/vm/replacement.ts";
import { defaultMinFree } from "../../../kernel/vm/watermarks.ts";
import { guest } from "../guest.ts";
import { start } from "../programs.ts";
import { anonymous, file, store, vmKernel, vmProcess } from "./machines.ts";

const MIB = 2 ** 20;
const LIMIT = 200_000_000;

/** Fills pages with numbers that tell where they belong, reads them forwards and by strides, and exits with 0 if all is there. */
const fillAndCheck = (pages: number, stride: number) =>
  guest(`
    li   a0, 0
    li   a1, ${pages}*4096
    li   a2, 3
    li   a3, 0x22
    li   a4, -1
    li   a5, 0
    syscall mmap
    mv   s0, a0
    li   t4, 0x9e3779b1
    li   t0, 0
    li   t1, ${pages}
1:  slli t2, t0, 12
    add  t2, t2, s0
    mul  t3, t0, t4
    sd   t3, 8(t2)
    sd   t3, 2040(t2)
    addi t0, t0, 1
    blt  t0, t1, 1b
    li   s1, 1
2:  li   t5, 0
3:  mul  t0, t5, s1
    remu t0, t0, t1
    slli t2, t0, 12
    add  t2, t2, s0
    mul  t3, t0, t4
    ld   t6, 8(t2)
    bne  t6, t3, 9f
    ld   t6, 2040(t2)
    bne  t6, t3, 9f
    ld   t6, 16(t2)
    bnez t6, 9f
    addi t5, t5, 1
    blt  t5, t1, 3b
    li   t6, ${stride}
    beq  s1, t6, 8f
    mv   s1, t6
    j    2b
8:  li   a0, 0
    syscall exit
9:  li   a0, 1
    syscall exit
`);

describe.each(["fifo", "clock", "two-lists", "generations", "wsclock"] as const)("%s", (replacement) => {
  it("keeps the content of memory ten times as large as RAM", () => {
    const { computer } = start(["big"], { ram: MIB, swap: 16 * MIB, replacement }, { big: fillAndCheck(2560, 1031) });
    const outcome = computer.run({ idle: "skip", instructionLimit: LIMIT });
    expect(outcome).toMatchObject({ kind: "off", status: 0 });
    expect(computer.kernel.vm.swap.pagesOut).toBeGreaterThan(2000);
    checkVm(computer.kernel);
  });

  it("keeps every invariant after every trap while it swaps", () => {
    const { computer } = start(
      ["big"],
      { ram: MIB, swap: 16 * MIB, replacement, check: "traps" },
      { big: fillAndCheck(225, 1) },
    );
    expect(computer.run({ idle: "skip", instructionLimit: LIMIT })).toMatchObject({ kind: "off", status: 0 });
    expect(computer.kernel.vm.swap.pagesIn).toBeGreaterThan(0);
  });
});

describe("With nothing left to take", () => {
  it.each([0, 2 * MIB])("and %i bytes of swap the largest process is killed, and its memory comes back", (swap) => {
    const { computer } = start(["big"], { ram: MIB, swap }, { big: fillAndCheck(2560, 1031) });
    computer.kernel.vm.settings.overcommitMemory = 1;
    expect(computer.run({ idle: "skip", instructionLimit: LIMIT })).toMatchObject({ kind: "off", status: 128 + 9 });
    expect(computer.kernel.vm.statistics.oomKills).toBe(1);
    checkVm(computer.kernel);
  });
});

describe("Watermarks", () => {
  it("are Linux's for usual sizes of RAM, and at most a 32nd of little RAM", () => {
    expect(defaultMinFree(128 * MIB)).toBe(1448);
    expect(defaultMinFree(1024 * MIB)).toBe(4096);
    expect(defaultMinFree(MIB)).toBe(32);
    expect(vmKernel({}, { ramBytes: MIB }).vm.reclaim.watermarks).toEqual({ min: 8, low: 16, high: 24 });
  });

  it("keep the last frames from a process, but not from one that is being killed", () => {
    const k = vmKernel({}, { ramBytes: MIB });
    const p = vmProcess(k);
    k.current = p;
    while (allocateFrame(k, OWNER.kernel) !== NO_FRAME);
    expect(k.vm.frames.free).toBe(k.vm.reclaim.watermarks.min);
    expect(k.due.work & WORK.reclaim).not.toBe(0);
    expect(k.vm.reclaim.shortage).toBe(1);
    p.oomVictim = true;
    expect(allocateFrame(k, OWNER.kernel)).not.toBe(NO_FRAME);
  });
});

/** Index of the frame that the last allocation for a user gave out. */
function scene() {
  const k = vmKernel();
  const p = vmProcess(k);
  const va = anonymous(k, p, 2);
  store(k, p, va, 1);
  store(k, p, va + 4096, 1);
  return { k, index: k.vm.reclaim.heads[LIST.inactiveAnonymous] - 1 };
}

describe("The checker notices", () => {
  const bugs: readonly [string, (x: ReturnType<typeof scene>) => void][] = [
    ["a user's frame in no list", ({ k, index }) => void k.vm.frames.list.fill(0, index, index + 1)],
    ["a list with a wrong length", ({ k }) => void k.vm.reclaim.lengths[LIST.inactiveAnonymous]++],
    ["a list that lost its end", ({ k }) => void k.vm.reclaim.tails.fill(0)],
    ["a broken link", ({ k, index }) => void k.vm.frames.listNext.fill(0, index, index + 1)],
    [
      "a frame in two lists",
      ({ k, index }) => void k.vm.reclaim.heads.fill(index + 1, LIST.activeFile, LIST.activeFile + 1),
    ],
  ];
  it.each(bugs)("%s", (_bug, plant) => {
    const x = scene();
    checkVm(x.k);
    plant(x);
    expect(() => checkVm(x.k)).toThrow("vm (17):");
  });

  it("a flusher that does not know what is under way", () => {
    const { k } = scene();
    k.vm.flusher.writing++;
    expect(() => checkVm(k)).toThrow("vm (18):");
    k.vm.flusher.writing--;
    k.vm.flusher.due = 5;
    expect(() => checkVm(k)).toThrow("vm (18):");
  });
});

describe("A file's page", () => {
  const lists = (inode: (k: Kernel) => Inode) => {
    const k = vmKernel();
    const p = vmProcess(k);
    const frame = cachedPage(k, p, inode(k), 0);
    return [1, 2].map(() => {
      noteUse(k, frame);
      return k.vm.frames.list[frame - k.vm.frames.first];
    });
  };

  it("is active when calls have used it twice, so that a stream read once disturbs no page in use", () => {
    const backing = { disk: 0, position: 0, length: 0 };
    const onDisk = (k: Kernel): Inode => ({ ...file(k, 4096), data: { kind: "file", backing } });
    expect(lists(onDisk)).toEqual([LIST.inactiveFile, LIST.activeFile]);
  });

  it("is among anonymous memory when it lies nowhere but in memory", () => {
    expect(lists((k) => file(k, 4096))).toEqual([LIST.inactiveAnonymous, LIST.activeAnonymous]);
  });
});

describe("Never taken", () => {
  it("are the kernel's frames, page tables, and pages in transfer", () => {
    const { k, index } = scene();
    for (let other = 0; other < k.vm.frames.count; other++)
      if (k.vm.frames.owner[other] < OWNER.anonymous) expect(evict(k, other)).toBe("kept");
    k.vm.frames.flags[index] |= FRAME.reading;
    expect(evict(k, index)).toBe("kept");
    k.vm.frames.flags[index] &= ~FRAME.reading;
    // No swap here: a private page has nowhere to go.
    expect(evict(k, index)).toBe("kept");
    checkVm(k);
  });
});
