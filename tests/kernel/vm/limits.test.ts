import { describe, expect, it } from "vitest";
import { CONSTANTS } from "../../../kernel/abi.ts";
import { memoryCalls } from "../../../kernel/syscalls/memory.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { describeMaps, spaceFigures } from "../../../kernel/vm/describe.ts";
import { startHeap } from "../../../kernel/vm/heap.ts";
import { mapStack } from "../../../kernel/vm/map.ts";
import { VMA } from "../../../kernel/vm/vma.ts";
import { anonymous, errnoOf, load, PAGE, SHARED, store, vmExit, vmKernel, vmProcess, warm } from "./machines.ts";

const { RLIMIT_AS, RLIMIT_DATA, RLIMIT_MEMLOCK, RLIMIT_STACK } = CONSTANTS.rlimit;
const HEAP = 0x1_0100;

function start() {
  const k = vmKernel();
  const p = vmProcess(k);
  startHeap(p.space!, HEAP);
  warm(k, p);
  return { k, p, brk: (address: number) => memoryCalls.brk(k, p, address) };
}

describe("brk", () => {
  it("moves the end of the heap and gives what is asked for, to the byte", () => {
    const { k, p, brk } = start();
    expect(brk(0)).toBe(HEAP);
    expect(brk(HEAP + 10)).toBe(HEAP + 10);
    expect(p.space!.vmaCount).toBe(1);
    expect(brk(HEAP + 3 * PAGE)).toBe(HEAP + 3 * PAGE);
    expect(store(k, p, HEAP + 2 * PAGE, 5)).toEqual(["anonymous-page"]);
    expect(describeMaps(k, p.space!)).toContain("00011000-00014000 rw-p 00000000 00:00 0");
    expect(brk(HEAP + PAGE)).toBe(HEAP + PAGE);
    expect(load(k, p, HEAP + 2 * PAGE).kinds).toEqual(["no-mapping"]);
    expect(brk(HEAP + 3 * PAGE)).toBe(HEAP + 3 * PAGE);
    expect(load(k, p, HEAP + 2 * PAGE).value).toBe(0);
    checkVm(k);
  });

  it("stays where it was when it cannot be", () => {
    const { k, p, brk } = start();
    expect(brk(HEAP - 1)).toBe(HEAP);
    expect(brk(2 ** 47)).toBe(HEAP);
    memoryCalls.mmap(k, p, 0x20000, PAGE, 3, 0x32, -1, 0);
    expect(brk(0x1f001)).toBe(HEAP);
    expect(brk(0x1f000)).toBe(0x1f000);
    p.limits[RLIMIT_DATA] = { soft: 20 * PAGE, hard: 20 * PAGE };
    expect(brk(HEAP + 20 * PAGE + 1)).toBe(0x1f000);
  });
});

describe("brk over a heap that munmap has taken pieces of", () => {
  it("shrinks where something is left to give back, as Linux", () => {
    const { k, p, brk } = start();
    const bottom = HEAP - (HEAP % PAGE) + PAGE;
    expect(brk(bottom + 10 * PAGE)).toBe(bottom + 10 * PAGE);
    memoryCalls.munmap(k, p, bottom + 4 * PAGE, 6 * PAGE);
    expect(brk(bottom + 6 * PAGE)).toBe(bottom + 10 * PAGE);
    expect(brk(bottom + 2 * PAGE)).toBe(bottom + 2 * PAGE);
    checkVm(k);
  });
});

describe("Resource limits", () => {
  it("count a mapping that takes the place of another once, and a growing one by what it grows", () => {
    const { k, p } = start();
    const { mapped } = p.space!.counts;
    p.limits[RLIMIT_AS] = { soft: (mapped + 10) * PAGE + 1, hard: 20 * PAGE };
    const map = (at: number, pages: number) => errnoOf(() => memoryCalls.mmap(k, p, at, pages * PAGE, 3, 0x32, -1, 0));
    expect([map(0x100000, 10), map(0x100000, 10), map(0x100000, 11), map(0x200000, 1)]).toEqual([
      "",
      "",
      "ENOMEM",
      "ENOMEM",
    ]);
    p.limits[RLIMIT_AS] = { soft: (mapped + 12) * PAGE, hard: 20 * PAGE };
    const grow = (from: number, to: number) =>
      errnoOf(() => memoryCalls.mremap(k, p, 0x100000, from * PAGE, to * PAGE, 1, 0));
    expect([grow(10, 13), grow(10, 12), grow(12, 13)]).toEqual(["ENOMEM", "", "ENOMEM"]);
    checkVm(k);
  });

  it("on data: a soft limit of 0 is none but for the heap, the hard one counts, as on Linux", () => {
    const { k, p, brk } = start();
    p.limits[RLIMIT_DATA] = { soft: 0, hard: 5 * PAGE };
    expect(brk(HEAP + 1)).toBe(HEAP);
    expect(errnoOf(() => anonymous(k, p, 5))).toBe("");
    expect(errnoOf(() => anonymous(k, p, 1))).toBe("ENOMEM");
    expect(errnoOf(() => anonymous(k, p, 1, { prot: 1 }))).toBe("");
    expect(errnoOf(() => anonymous(k, p, 1, { flags: SHARED }))).toBe("");
  });

  it("on a stack: its size, the address space, and locked memory where it is locked", () => {
    const { k, p } = start();
    const stack = mapStack(k, p.space!, { bytes: 2 * PAGE, limits: p.limits });
    const set = (resource: number, pages: number) => {
      p.limits[resource] = { soft: pages * PAGE, hard: Number.POSITIVE_INFINITY };
    };
    const below = () => store(k, p, stack.start - 1, 1);
    set(RLIMIT_STACK, 3);
    expect([below(), below()]).toEqual([["stack-growth"], ["stack-limit"]]);
    set(RLIMIT_STACK, 10);
    set(RLIMIT_AS, p.space!.counts.mapped + 1);
    expect([below(), below()]).toEqual([["stack-growth"], ["stack-limit"]]);
    set(RLIMIT_AS, 100);
    expect(below()).toEqual(["stack-growth"]);
    stack.flags |= VMA.locked;
    p.space!.counts.locked += 5;
    p.credentials.euid = 1000;
    set(RLIMIT_MEMLOCK, 6);
    expect([below(), below()]).toEqual([["stack-growth"], ["stack-limit"]]);
    p.credentials.euid = 0;
    expect(below()).toEqual(["stack-growth"]);
    checkVm(k);
  });

  it("of the address space and of data end in ENOMEM", () => {
    const { k, p } = start();
    p.limits[RLIMIT_AS] = { soft: 11 * PAGE, hard: 11 * PAGE };
    anonymous(k, p, 8);
    expect(errnoOf(() => anonymous(k, p, 3))).toBe("ENOMEM");
    const va = anonymous(k, p, 2, { prot: 1 });
    p.limits[RLIMIT_AS] = { soft: 20 * PAGE, hard: 20 * PAGE };
    p.limits[RLIMIT_DATA] = { soft: 9 * PAGE, hard: 9 * PAGE };
    expect(errnoOf(() => memoryCalls.mprotect(k, p, va, 2 * PAGE, 3))).toBe("ENOMEM");
    expect(memoryCalls.mprotect(k, p, va, PAGE, 3)).toBe(0);
    // What a fixed mapping replaces counts no longer.
    expect(memoryCalls.mmap(k, p, va, 2 * PAGE, 1, 0x32, -1, 0)).toBe(va);
    checkVm(k);
  });

  it("of the number of mappings end in ENOMEM, for splits too", () => {
    const k = vmKernel({ maxMapCount: 4 });
    const p = vmProcess(k);
    const va = anonymous(k, p, 8);
    expect(memoryCalls.mprotect(k, p, va + 2 * PAGE, PAGE, 1)).toBe(0);
    expect(errnoOf(() => memoryCalls.mprotect(k, p, va + 5 * PAGE, PAGE, 1))).toBe("ENOMEM");
    expect(errnoOf(() => memoryCalls.munmap(k, p, va + 5 * PAGE, PAGE))).toBe("ENOMEM");
    expect(memoryCalls.munmap(k, p, va, PAGE)).toBe(0);
    vmExit(k, p);
  });
});

describe("The figures of a space", () => {
  it("say what is mapped, what is resident and what tables take", () => {
    const { k, p } = start();
    const stack = mapStack(k, p.space!, { bytes: 4 * PAGE, limits: p.limits });
    k.vm.settings.overcommitMemory = 1;
    const va = anonymous(k, p, 256 * 1024);
    for (let i = 0; i < 64; i++) store(k, p, va + i * 4096 * PAGE, 1);
    store(k, p, stack.start, 1);
    const { VmSize, VmData, VmStk, VmRSS, RssAnon, VmPTE } = spaceFigures(p.space!);
    expect({ VmSize, VmData, VmStk }).toEqual({ VmSize: 2 ** 30 + 5 * PAGE, VmData: 2 ** 30, VmStk: 4 * PAGE });
    expect({ VmRSS, RssAnon }).toEqual({ VmRSS: 65 * PAGE, RssAnon: 65 * PAGE });
    // As Linux: without the root.
    expect(VmPTE).toBe((p.space!.counts.tables - 1) * PAGE);
  });
});
