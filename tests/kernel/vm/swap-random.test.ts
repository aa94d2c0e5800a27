/**
 * Random sequences of accesses, forks, exits, mappings and swapping, against a model that knows only which byte each
 * process should see where. All invariants are checked after each step and each end of a transfer.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { serveInterrupts } from "../../../kernel/interrupts.ts";
import type { Kernel } from "../../../kernel/kernel.ts";
import type { Process } from "../../../kernel/process.ts";
import type { VmOptions } from "../../../kernel/vm/boot.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { OWNER } from "../../../kernel/vm/frames.ts";
import { mapAnonymous, mapFile } from "../../../kernel/vm/map.ts";
import { protectRange } from "../../../kernel/vm/protect.ts";
import { swapTotals } from "../../../kernel/vm/swap-area.ts";
import { swapOutFrame } from "../../../kernel/vm/swap-out.ts";
import { unmapRange } from "../../../kernel/vm/unmap.ts";
import { anonymous, FIXED, file, PAGE, PRIVATE, SHARED, vmExit } from "./machines.ts";
import { type Area, readByte, settle, swapFork, swapKernel, swapProcess, writeByte } from "./swap-machines.ts";

const PAGES = 10;

/** What a process should read: private pages of its own, and what all share. */
interface Life {
  readonly p: Process;
  readonly mine: number[];
}

interface World {
  readonly k: Kernel;
  readonly lives: Life[];
  readonly shared: number[];
  readonly file: number[];
  readonly at: { mine: number; shared: number; file: number };
}

function world(areas: readonly Area[], vm: Partial<VmOptions>): World {
  const k = swapKernel(areas, vm, { ramBytes: 2 ** 21 });
  const p = swapProcess(k);
  const inode = file(k, PAGES * PAGE);
  const at = {
    mine: anonymous(k, p, PAGES),
    shared: anonymous(k, p, PAGES, { flags: SHARED }),
    file: mapFile(k, p.space!, {
      address: 0,
      length: PAGES * PAGE,
      prot: 3,
      flags: 1,
      inode,
      offset: 0,
      mayWrite: true,
      limits: null,
    }),
  };
  const zeroes = () => new Array<number>(PAGES).fill(0);
  return { k, lives: [{ p, mine: zeroes() }], shared: zeroes(), file: zeroes(), at };
}

type Place = "mine" | "shared" | "file";

const model = (w: World, who: number, where: Place) => (where === "mine" ? w.lives[who].mine : w[where]);

type Step = (w: World, who: number, page: number, byte: number, where: Place) => void;

const STEPS: Readonly<Record<string, Step>> = {
  read(w, who, page, _byte, where) {
    const found = readByte(w.k, w.lives[who].p, w.at[where] + page * PAGE).value;
    expect(found).toBe(model(w, who, where)[page]);
  },
  write(w, who, page, byte, where) {
    writeByte(w.k, w.lives[who].p, w.at[where] + page * PAGE, byte);
    model(w, who, where)[page] = byte;
  },
  fork(w, who) {
    if (w.lives.length === 4) return;
    const { p, mine } = w.lives[who];
    w.lives.push({ p: swapFork(w.k, p), mine: [...mine] });
  },
  exit(w, who) {
    if (w.lives.length === 1) return;
    vmExit(w.k, w.lives[who].p);
    w.lives.splice(who, 1);
  },
  /** Some of all frames that can leave do. */
  press({ k }, _who, page, byte) {
    const { owner, count } = k.vm.frames;
    for (let index = page; index < count; index += 1 + (byte % 3))
      if (owner[index] >= OWNER.anonymous) swapOutFrame(k, index);
    checkVm(k);
  },
  settle: ({ k }) => settle(k),
  /** One transfer ends. */
  wait({ k }) {
    if (k.machine.waitForInterrupt(Number.POSITIVE_INFINITY) === "interrupt") serveInterrupts(k);
  },
  remap(w, who, page, byte) {
    const { p, mine } = w.lives[who];
    const length = 1 + (byte % 3);
    const start = w.at.mine + page * PAGE;
    const last = Math.min(PAGES, page + length);
    unmapRange(w.k, p.space!, start, (last - page) * PAGE);
    checkVm(w.k);
    const request = { address: start, length: (last - page) * PAGE, prot: 3, flags: PRIVATE | FIXED, limits: null };
    mapAnonymous(w.k, p.space!, request);
    mine.fill(0, page, last);
  },
  protect(w, who, page) {
    const { p } = w.lives[who];
    protectRange(w.k, p.space!, w.at.mine + page * PAGE, PAGE, 0, null);
    checkVm(w.k);
    protectRange(w.k, p.space!, w.at.mine + page * PAGE, PAGE, 3, null);
  },
};

const names = [
  "read",
  "read",
  "write",
  "write",
  "write",
  "fork",
  "exit",
  "press",
  "press",
  "settle",
  "wait",
  "remap",
  "protect",
];

const step = fc.tuple(
  fc.constantFrom(...names),
  fc.nat(3),
  fc.nat(PAGES - 1),
  fc.integer({ min: 1, max: 255 }),
  fc.constantFrom<Place>("mine", "mine", "shared", "file"),
);

function check(areas: readonly Area[], vm: Partial<VmOptions>, seed: number): void {
  const run = (steps: [string, number, number, number, Place][]) => {
    const w = world(areas, vm);
    for (const [name, life, page, byte, where] of steps) {
      STEPS[name](w, life % w.lives.length, page, byte, where);
      checkVm(w.k);
    }
    for (const who of w.lives.keys())
      for (const where of ["mine", "shared", "file"] as const)
        for (let page = 0; page < PAGES; page++) STEPS.read(w, who, page, 0, where);
    while (w.lives.length > 0) {
      vmExit(w.k, w.lives[0].p);
      w.lives.shift();
    }
    settle(w.k);
    // The file's pages alone are left.
    expect(swapTotals(w.k).total - swapTotals(w.k).free).toBeLessThanOrEqual(PAGES);
  };
  fc.assert(fc.property(fc.array(step, { minLength: 20, maxLength: 60 }), run), { seed, numRuns: 15 });
}

describe("Random accesses, forks and swapping show each process what it wrote", () => {
  it("with plenty of swap", () => check([{ pages: 256 }], {}, 1));
  it("with two areas in turns, and first-fit frames", () =>
    check(
      [
        { pages: 40, priority: 1 },
        { pages: 40, priority: 1 },
      ],
      { frames: "first-fit" },
      2,
    ));
  it("with swap that is mostly full", () => check([{ pages: 20 }], {}, 3));
  it("with eager fork", () => check([{ pages: 64 }], { fork: "eager" }, 4));
});
