import { describe, expect, it } from "vitest";
import type { Computer, ComputerConfig } from "../../kernel/computer.ts";
import { checkFiles } from "../../kernel/fs/check.ts";
import { FROM_KERNEL, postSignal } from "../../kernel/signal.ts";
import { signalNumber } from "../../kernel/signal-state.ts";
import { checkVm } from "../../kernel/vm/check.ts";
import { guest } from "./guest.ts";
import { start } from "./programs.ts";

/** Fills `pages` pages of memory, each with its number, and dies of a store to address 16. */
const filled = (pages: number) =>
  guest(`
    li a0, RLIMIT_CORE
    la a1, unlimited
    syscall setrlimit
    li a0, 0x10000000
    li a1, ${pages} * 4096
    li a2, PROT_READ | PROT_WRITE
    li a3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE
    li a4, -1
    li a5, 0
    syscall mmap
    li t0, 0
    li t1, ${pages}
    li t3, 4096
1:  sd t0, 0(a0)
    add a0, a0, t3
    addi t0, t0, 1
    blt t0, t1, 1b
    li a0, 16
    sd a0, 0(a0)
    .data
    .balign 8
unlimited: .dword -1, -1
`);

const load = (core: Uint8Array, va: number) => {
  const view = new DataView(core.buffer, core.byteOffset, core.length);
  for (let i = 0; i < view.getUint16(56, true); i++) {
    const at = 64 + 56 * i;
    if (Number(view.getBigUint64(at + 16, true)) === va)
      return { offset: Number(view.getBigUint64(at + 8, true)), size: Number(view.getBigUint64(at + 32, true)) };
  }
  throw new Error(`no segment at ${va}`);
};

/** The numbers in the pages that the core file has of the filled memory. */
function numbers(core: Uint8Array): number[] {
  const { offset, size } = load(core, 0x1000_0000);
  const view = new DataView(core.buffer, core.byteOffset, core.length);
  return Array.from({ length: size / 4096 }, (_, page) => Number(view.getBigUint64(offset + page * 4096, true)));
}

const range = (count: number) => Array.from({ length: count }, (_, n) => n);

function run(pages: number, config: Partial<ComputerConfig> = {}): Computer {
  const { computer, finish } = start(["p"], config, { p: filled(pages) });
  expect(finish()).toMatchObject({ kind: "off", status: 139 });
  checkVm(computer.kernel);
  checkFiles(computer.kernel);
  return computer;
}

describe("a core file", () => {
  it("has every page of memory that was written, and each invariant holds after every step", () => {
    const core = run(100, { check: "traps", ram: 4 * 2 ** 20, swap: 0 }).readFile("/core")!;
    expect(numbers(core)).toEqual(range(100));
  });

  it("has the pages that are in swap, and is written while memory is short", () => {
    const computer = run(1500, { ram: 4 * 2 ** 20, swap: 32 * 2 ** 20 });
    expect(computer.kernel.vm.swap.pagesIn).toBeGreaterThan(0);
    // Half of memory is all that files may have: the file ends there.
    const core = computer.readFile("/core")!;
    const { offset } = load(core, 0x1000_0000);
    const whole = Math.floor((core.length - offset) / 4096);
    expect(whole).toBeGreaterThan(100);
    const view = new DataView(core.buffer);
    expect(range(whole).map((page) => Number(view.getBigUint64(offset + page * 4096, true)))).toEqual(range(whole));
  });

  it("is the same when the dump was stopped and continued from a snapshot again and again", () => {
    const whole = run(300).readFile("/core")!;
    const { computer } = start(["p"], { quantum: 1000, ram: 8 * 2 ** 20, swap: 0 }, { p: filled(300) });
    let dumps = 0;
    for (;;) {
      const outcome = computer.run({ idle: "skip", until: computer.machine.clock.cycles + 50_000 });
      if (outcome.kind === "off") break;
      if (![...computer.kernel.processes.values()].some((p) => p.dump !== null)) continue;
      dumps++;
      computer.restore(computer.snapshot());
    }
    expect(dumps).toBeGreaterThan(3);
    expect(numbers(computer.readFile("/core")!)).toEqual(numbers(whole));
  });

  it("ends where it is when SIGKILL comes", () => {
    const { computer } = start(["p"], { quantum: 1000 }, { p: filled(3000) });
    let dying = 0;
    while (dying === 0) {
      const { kind } = computer.run({ idle: "skip", until: computer.machine.clock.cycles + 20_000 });
      if (kind === "off") throw new Error("it ended before it was seen dying");
      dying = [...computer.kernel.processes.values()].find((p) => p.dump !== null)?.pid ?? 0;
    }
    const p = computer.kernel.processes.get(dying)!;
    postSignal(computer.kernel, p, signalNumber("SIGTERM"), FROM_KERNEL);
    expect(p.dump).not.toBeNull();
    postSignal(computer.kernel, p, signalNumber("SIGKILL"), FROM_KERNEL);
    expect(computer.run({ idle: "skip" })).toMatchObject({ kind: "off", status: 139 });
    expect(computer.readFile("/core")!.length).toBeLessThan(3000 * 4096);
    checkVm(computer.kernel);
    checkFiles(computer.kernel);
  });
});
