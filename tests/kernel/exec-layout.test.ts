/** Address spaces as exec lays them out: by chance, as the process's personality and the settings say, and never W and X. */
import { describe, expect, test } from "vitest";
import { PAGE_SIZE } from "../../cpu/paging.ts";
import type { ComputerConfig } from "../../kernel/computer.ts";
import type { KernelEvent } from "../../kernel/events.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { vmaList } from "../../kernel/vm/address-space.ts";
import { guest } from "./guest.ts";
import { start } from "./programs.ts";

const GIB = 2 ** 30;

/** Executes itself until the computer is stopped. Holds no word that would have to be relocated. */
const AGAIN = `
    lla  a0, path
    addi sp, sp, -16
    sd   a0, 0(sp)
    sd   zero, 8(sp)
    mv   a1, sp
    li   a2, 0
    syscall execve
    syscall exit_group
    .section .rodata
path: .string "/t/again"
`;

interface Layout {
  readonly program: number;
  readonly heap: number;
  readonly mmap: number;
  readonly trampoline: number;
  readonly stack: number;
}

/** The layouts of `count` execs of one program; of each it is checked that nothing overlaps and all is aligned. */
function layouts(program: Uint8Array, count: number, config: Partial<ComputerConfig> = {}): Layout[] {
  const found: Layout[] = [];
  let kernel: Kernel | undefined;
  const listener = (event: KernelEvent) => {
    if (event.type !== "exec" || event.path !== "/t/again") return;
    const s = kernel!.current!.space!;
    const vmas = vmaList(s);
    for (const [i, v] of vmas.entries()) {
      expect(v.start % PAGE_SIZE).toBe(0);
      if (i > 0) expect(v.start).toBeGreaterThanOrEqual(vmas[i - 1]!.end);
    }
    const { brkStart: heap, mmapBase: mmap, trampoline, stackTop: stack } = s.layout;
    expect(heap % PAGE_SIZE).toBe(0);
    const program = vmas.find(({ object }) => object !== null)!.start;
    found.push({ program, heap, mmap, trampoline, stack });
  };
  const { computer } = start(["again"], { ram: 16 * 2 ** 20, ...config, listeners: [listener] }, { again: program });
  kernel = computer.kernel;
  for (let limit = 10_000; found.length < count; limit += 1000) {
    const outcome = computer.run({ idle: "skip", instructionLimit: limit });
    if (outcome.kind === "off") throw new Error("the program has ended");
  }
  return found.slice(0, count);
}

const values = (all: readonly Layout[], region: keyof Layout) => new Set(all.map((layout) => layout[region]));
const spread = (all: readonly Layout[], region: keyof Layout) => {
  const sorted = [...values(all, region)].sort((a, b) => a - b);
  return sorted.at(-1)! - sorted[0]!;
};
/** Far from a chance of 2000 draws out of 2^18: about 8 of them meet. */
const MOSTLY_DIFFERENT = 1970;

describe.each(["sv39", "sv48"] as const)("2000 executions in %s", (paging) => {
  test("of a program with fixed addresses differ in heap, mappings, trampoline and stack", () => {
    const all = layouts(guest(AGAIN), 2000, { paging });
    expect(values(all, "program").size).toBe(1);
    for (const region of ["heap", "mmap", "trampoline", "stack"] as const) {
      expect(values(all, region).size, region).toBeGreaterThan(MOSTLY_DIFFERENT);
      expect(spread(all, region), region).toBeLessThan(GIB);
      expect(spread(all, region), region).toBeGreaterThan(0.99 * GIB);
    }
  });

  test("of a position-independent one differ in the program too, and its heap is elsewhere", () => {
    const all = layouts(guest(AGAIN, { pie: true }), 2000, { paging });
    for (const region of ["program", "heap", "trampoline", "stack"] as const)
      expect(values(all, region).size, region).toBeGreaterThan(MOSTLY_DIFFERENT);
    for (const { program, heap, mmap } of all) {
      expect(program).toBeLessThan(mmap);
      // A trampoline page may lie where it would go, not more.
      expect(mmap - program).toBeLessThan(2 ** 20);
      expect(heap).toBeLessThan(program - 16 * GIB);
    }
  });
});

describe("the seed", () => {
  test("repeats every layout; another seed gives others", () => {
    const run = (seed: number) => layouts(guest(AGAIN), 8, { seed });
    expect(run(5)).toEqual(run(5));
    const [five, six] = [run(5), run(6)];
    for (const [i, layout] of five.entries()) expect(layout.mmap).not.toBe(six[i]!.mmap);
  });

  test("does not matter without ASLR", () => {
    const run = (seed: number) => layouts(guest(AGAIN), 3, { seed, aslr: false });
    expect(run(1)).toEqual(run(2));
    expect(new Set(run(3).map((layout) => JSON.stringify(layout))).size).toBe(1);
  });
});

test("an exec that must wait for the disk has drawn nothing", () => {
  let kernel: Kernel | undefined;
  let before: number[] = [];
  let waited = 0;
  let drawn = 0;
  const state = () => [...kernel!.machine.random.state];
  const listener = (event: KernelEvent) => {
    if (event.type === "syscall-enter" && event.name === "execve") before = state();
    if (event.type === "syscall-sleep" && event.name === "execve") {
      waited++;
      expect(state()).toEqual(before);
    }
    if (event.type === "exec" && event.path === "/t/ok") {
      drawn++;
      expect(state()).not.toEqual(before);
    }
  };
  const ok = guest("li a0, 0\n syscall exit_group\n .data\n .dword 1\n .bss\n .space 100");
  const program = start(["ok"], { listeners: [listener] }, { ok });
  kernel = program.computer.kernel;
  expect(program.finish()).toMatchObject({ kind: "off", status: 0 });
  expect([waited > 0, drawn]).toEqual([true, 1]);
});

test("an exec that fails has drawn nothing", () => {
  let kernel: Kernel | undefined;
  let before: number[] = [];
  let failures = 0;
  const state = () => [...kernel!.machine.random.state];
  const listener = (event: KernelEvent) => {
    if (event.type === "syscall-enter" && event.name === "execve") before = state();
    if (event.type !== "syscall-exit" || event.name !== "execve" || (event.result ?? 0n) >= 0n) return;
    failures++;
    expect(state()).toEqual(before);
  };
  // Every segment at one address: the second one meets the first, once the layout is chosen.
  const bad = guest("nop").slice();
  const view = new DataView(bad.buffer);
  for (let header = 64; header < 64 + 56 * view.getUint16(56, true); header += 56)
    if (view.getUint32(header, true) === 1)
      view.setBigUint64(header + 16, 0x10000n + (view.getBigUint64(header + 8, true) % 4096n), true);
  const tries = guest(
    'la a0, path\n li a1, 0\n li a2, 0\n syscall execve\n li a0, 0\n syscall exit_group\n .data\npath: .string "/t/bad"',
  );
  const program = start(["tries"], { listeners: [listener] }, { tries, bad });
  kernel = program.computer.kernel;
  expect(program.finish()).toMatchObject({ kind: "off", status: 0 });
  expect(failures).toBe(1);
});
