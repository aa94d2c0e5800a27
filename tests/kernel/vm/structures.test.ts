import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { activate, newAddressSpace } from "../../../kernel/vm/address-space.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { FRAME_ALLOCATORS, NO_ORDER } from "../../../kernel/vm/frame-allocators.ts";
import { createFrames } from "../../../kernel/vm/frames.ts";
import { mapAnonymous } from "../../../kernel/vm/map.ts";
import type { FrameTable, Vma } from "../../../kernel/vm/types.ts";
import { unmapRange } from "../../../kernel/vm/unmap.ts";
import { newVma, VMA } from "../../../kernel/vm/vma.ts";
import {
  firstEndingAbove,
  highestHole,
  insertNode,
  lastStartingBelow,
  lowestHole,
  NO_HOLE,
  refresh,
  removeNode,
} from "../../../kernel/vm/vma-tree.ts";
import { anonymous, FIXED, load, PAGE, PRIVATE, RW, store, vmFork, vmKernel, vmProcess, warm } from "./machines.ts";

const SLOTS = 40;
const GUARD = 256;

/** Free pages by a plain array: what the tree must say too. */
class Line {
  readonly used: (number | null)[] = Array.from({ length: SLOTS * 20 }, () => null);
  tree: Vma | null = null;
  readonly vmas = new Map<number, Vma>();

  add(start: number, length: number): void {
    for (let i = start; i < start + length; i++) if (this.used[i] !== null) return;
    const vma = newVma({ start: start * PAGE, end: (start + length) * PAGE, prot: 3, flags: 0 });
    for (let i = start; i < start + length; i++) this.used[i] = start;
    this.vmas.set(start, vma);
    this.tree = insertNode(this.tree, vma);
  }

  remove(nth: number): void {
    const start = [...this.vmas.keys()][nth % Math.max(1, this.vmas.size)];
    if (start === undefined) return;
    this.tree = removeNode(this.tree, start * PAGE);
    this.vmas.delete(start);
    for (let i = 0; i < this.used.length; i++) if (this.used[i] === start) this.used[i] = null;
  }

  shrink(nth: number): void {
    const start = [...this.vmas.keys()][nth % Math.max(1, this.vmas.size)];
    const vma = start === undefined ? undefined : this.vmas.get(start)!;
    if (vma === undefined || vma.end - vma.start === PAGE) return;
    vma.end -= PAGE;
    this.used[vma.end / PAGE] = null;
    refresh(this.tree, vma.start);
  }

  hole(from: number, to: number, length: number, highest: boolean): number {
    const starts = Array.from({ length: Math.max(0, to - from - length + 1) }, (_, i) => from + i);
    if (highest) starts.reverse();
    const free = (start: number) => this.used.slice(start, start + length).every((owner) => owner === null);
    return (starts.find(free) ?? NO_HOLE / PAGE) * PAGE;
  }

  compare(): void {
    for (let i = 0; i < this.used.length; i += 7) {
      const above = this.used.findIndex((owner, at) => at >= i && owner !== null);
      expect(firstEndingAbove(this.tree, i * PAGE)?.start).toBe(above < 0 ? undefined : this.used[above]! * PAGE);
      const below = this.used.findLastIndex((owner, at) => at < i && owner !== null);
      expect(lastStartingBelow(this.tree, i * PAGE)?.start).toBe(below < 0 ? undefined : this.used[below]! * PAGE);
    }
    for (const [from, to] of [
      [0, this.used.length],
      [13, 401],
      [250, 260],
    ])
      for (const length of [1, 3, 17, 60]) {
        const pages = [from * PAGE, to * PAGE, length * PAGE] as const;
        expect(highestHole(this.tree, ...pages)).toBe(this.hole(from, to, length, true));
        expect(lowestHole(this.tree, ...pages)).toBe(this.hole(from, to, length, false));
      }
  }
}

describe("The tree of vmas", () => {
  it("finds vmas and the highest and lowest holes as a search of everything does", () => {
    const step = fc.record({
      what: fc.constantFrom("add", "add", "add", "remove", "shrink"),
      at: fc.nat(SLOTS * 20 - 30),
      n: fc.integer({ min: 1, max: 25 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const line = new Line();
        for (const { what, at, n } of steps) {
          if (what === "add") line.add(at, n);
          else if (what === "remove") line.remove(at);
          else line.shrink(at);
        }
        line.compare();
      }),
      { seed: 7, numRuns: 60 },
    );
  });

  it("keeps the guard gap of a mapping that grows down free", () => {
    const stack = newVma({ start: 1000 * PAGE, end: 1001 * PAGE, prot: 3, flags: VMA.growsDown });
    const tree = insertNode(null, stack);
    expect(highestHole(tree, 0, 1001 * PAGE, PAGE)).toBe((1000 - GUARD - 1) * PAGE);
  });

  it("stays shallow with 100,000 vmas, which one space can have", () => {
    const k = vmKernel({ maxMapCount: 200_000, checking: false });
    const s = newAddressSpace(k);
    for (let i = 0; i < 100_000; i++)
      mapAnonymous(k, s, {
        address: 0x4000_0000 + 2 * i * PAGE,
        length: PAGE,
        prot: RW,
        flags: PRIVATE | FIXED,
        limits: null,
      });
    expect(s.vmaCount).toBe(100_000);
    expect(s.vmas!.height).toBeLessThan(25);
    expect(structuredClone(k.vm).spaces.get(s.id)!.vmaCount).toBe(100_000);
    unmapRange(k, s, 0x4000_0000, 100_000 * PAGE);
    expect(s.vmaCount).toBe(50_000);
    checkVm(k);
  });
});

describe("Frame allocators", () => {
  it.each(["buddy", "first-fit"] as const)("of the policy %s give every block once and take it back", (policy) => {
    const { ram } = vmKernel({}, { ramBytes: 2 ** 20 }).machine;
    const orders = fc.array(fc.integer({ min: -8, max: 4 }), { maxLength: 200 });
    fc.assert(
      fc.property(orders, (steps) => {
        const f = createFrames(ram, policy);
        const held: { index: number; order: number }[] = [];
        const set = (index: number, order: number, owner: number) => f.owner.fill(owner, index, index + 2 ** order);
        for (const step of steps) {
          if (step >= 0) {
            const index = FRAME_ALLOCATORS[policy].take(f, step);
            if (index < 0) continue;
            expect(index % 2 ** step).toBe(0);
            expect(f.owner.subarray(index, index + 2 ** step).every((owner) => owner === 0)).toBe(true);
            set(index, step, 3);
            held.push({ index, order: step });
          } else if (held.length > 0) {
            const [{ index, order }] = held.splice((-step * 7) % held.length, 1);
            set(index, order, 0);
            FRAME_ALLOCATORS[policy].give(f, index, order);
          }
        }
        for (const { index, order } of held) {
          set(index, order, 0);
          FRAME_ALLOCATORS[policy].give(f, index, order);
        }
        // All is free again: the largest blocks can be had.
        expect(FRAME_ALLOCATORS[policy].take(f, 8)).toBeGreaterThanOrEqual(0);
      }),
      { seed: 3, numRuns: 50 },
    );
  });

  it("begins as if all frames had been given back one by one", () => {
    const { ram } = vmKernel({}, { ramBytes: 2 ** 20 }).machine;
    for (const count of [1, 5, 1023, 1024, 2047, 4096, 5000]) {
      const blocks = ({ count, order, freeLists }: FrameTable) => ({ count, order, freeLists });
      const whole = createFrames({ ...ram, size: count * PAGE }, "buddy");
      const single = createFrames({ ...ram, size: count * PAGE }, "buddy");
      single.freeLists.fill(0);
      single.order.fill(NO_ORDER);
      for (let index = count - 1; index >= 0; index--) FRAME_ALLOCATORS.buddy.give(single, index, 0);
      expect(blocks(whole)).toEqual(blocks(single));
      const all = (f: FrameTable) => Array.from({ length: count }, () => FRAME_ALLOCATORS.buddy.take(f, 0));
      expect(all(whole)).toEqual(all(single));
    }
  });
});

describe("Address-space numbers", () => {
  it("begin anew when they are used up, and nobody sees another's memory", () => {
    const k = vmKernel({ asids: 4 });
    const processes = Array.from({ length: 9 }, () => vmProcess(k));
    const address = 0x5000_0000;
    for (const [i, p] of processes.entries()) {
      mapAnonymous(k, p.space!, { address, length: PAGE, prot: RW, flags: PRIVATE | FIXED, limits: null });
      warm(k, p);
      store(k, p, address, i + 1);
    }
    for (let round = 0; round < 3; round++)
      for (const [i, p] of processes.entries()) expect(load(k, p, address)).toEqual({ value: i + 1, kinds: [] });
    expect(k.vm.statistics.flushedAll).toBeGreaterThan(5);
    checkVm(k);
  });

  it("need no flush at a switch", () => {
    const k = vmKernel();
    const [a, b] = [vmProcess(k), vmProcess(k)];
    for (const p of [a, b]) warm(k, p);
    const walks = k.machine.harts[0].counters.tlbWalks;
    for (let i = 0; i < 10; i++) for (const p of [a, b]) load(k, p, p.space!.layout.trampoline);
    expect(k.machine.harts[0].counters.tlbWalks).toBe(walks);
    activate(k, a.space!, k.machine.harts[0]);
    expect(k.vm.statistics.flushedAll + k.vm.statistics.flushedSpaces).toBe(0);
  });
});

describe("The state of virtual memory", () => {
  it("is plain data: a copy of it and of the machine goes on exactly as the original does", () => {
    const k = vmKernel();
    const p = vmProcess(k);
    const va = anonymous(k, p, 8);
    for (let page = 0; page < 4; page++) store(k, p, va + page * PAGE, page);
    const machine = k.machine.snapshot();
    const state = structuredClone({ vm: k.vm, processes: k.processes });
    const goOn = () => {
      const q = k.processes.get(p.pid)!;
      const child = vmFork(k, q);
      store(k, child, va + PAGE, 77);
      store(k, q, va + 6 * PAGE, 78);
      const { allocated, free } = { allocated: k.vm.statistics.framesAllocated, free: k.vm.frames.free };
      return { cycles: k.machine.clock.cycles, allocated, free, ram: Buffer.from(k.machine.ram.u8) };
    };
    const first = goOn();
    k.machine.restore(machine);
    Object.assign(k, structuredClone(state));
    checkVm(k);
    const second = goOn();
    expect({ ...second, ram: null }).toEqual({ ...first, ram: null });
    expect(second.ram.equals(first.ram)).toBe(true);
  });
});
