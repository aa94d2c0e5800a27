/**
 * Random writes of few contents by several processes, with a scanner that comes by at any time, swapping, forks, exits and
 * advice in between, against a model that knows only which byte each process should see where. All invariants are checked
 * after each step: among them that no merged frame has changed since it was merged.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Kernel } from "../../../../kernel/kernel.ts";
import type { Process } from "../../../../kernel/process.ts";
import { advise } from "../../../../kernel/vm/advise.ts";
import type { VmOptions } from "../../../../kernel/vm/boot.ts";
import { checkVm } from "../../../../kernel/vm/check.ts";
import { OWNER } from "../../../../kernel/vm/frames.ts";
import { mapAnonymous, mapFile } from "../../../../kernel/vm/map.ts";
import { dropIdleNodes, setRun } from "../../../../kernel/vm/merge-break.ts";
import { scanPages } from "../../../../kernel/vm/merge-daemon.ts";
import { remap } from "../../../../kernel/vm/mremap.ts";
import { protectRange } from "../../../../kernel/vm/protect.ts";
import { swapTotals } from "../../../../kernel/vm/swap-area.ts";
import { swapOutFrame } from "../../../../kernel/vm/swap-out.ts";
import { unmapRange } from "../../../../kernel/vm/unmap.ts";
import { anonymous, FIXED, file, PAGE, PRIVATE, vmExit } from "../machines.ts";
import { patiently, readByte, settle, swapFork, swapKernel, swapProcess, writeByte } from "../swap-machines.ts";
import { MERGEABLE, UNMERGEABLE } from "./machines.ts";

/** Of anonymous memory, then of a file's private mapping. */
const ANONYMOUS = 10;
const COPIES = 4;
const PAGES = ANONYMOUS + COPIES;
const DONT_NEED = 4;
const FREE = 8;

interface Life {
  readonly p: Process;
  /** What each page holds: its first byte, the others are zeroes. */
  readonly bytes: number[];
}

interface World {
  readonly k: Kernel;
  readonly lives: Life[];
  readonly place: (page: number) => number;
  /** Scans that found equal pages: the run is worth something. */
  merged: number;
}

function newWorld(vm: Partial<VmOptions>, slots: number): World {
  const k = swapKernel([{ pages: slots }], vm, { ramBytes: 2 ** 20 });
  Object.assign(k.vm.merge.settings, { run: 1, maxPageSharing: 4, pruneMillisecs: 0 });
  const p = swapProcess(k);
  const memory = anonymous(k, p, ANONYMOUS);
  const request = { address: 0, length: COPIES * PAGE, prot: 3, flags: 2, inode: file(k, COPIES * PAGE), offset: 0 };
  const copies = mapFile(k, p.space!, { ...request, mayWrite: true, limits: null });
  advise(k, p, memory, ANONYMOUS * PAGE, MERGEABLE);
  advise(k, p, copies, COPIES * PAGE, MERGEABLE);
  const place = (page: number) => (page < ANONYMOUS ? memory + page * PAGE : copies + (page - ANONYMOUS) * PAGE);
  return { k, lives: [{ p, bytes: new Array<number>(PAGES).fill(0) }], place, merged: 0 };
}

type Step = (w: World, life: Life, page: number, value: number) => void;

const anonymousPage = (page: number) => page % ANONYMOUS;

/** Advice about `value` + 1 pages, no more than there are. */
function adviseFrom({ k, place }: World, { p }: Life, page: number, value: number, advice: number): number {
  const first = anonymousPage(page);
  const last = Math.min(ANONYMOUS, first + value + 1);
  patiently(k, p, () => advise(k, p, place(first), (last - first) * PAGE, advice));
  return last;
}

const STEPS: Readonly<Record<string, Step>> = {
  read({ k, place }, { p, bytes }, page) {
    expect(readByte(k, p, place(page)).value).toBe(bytes[page]);
  },
  write({ k, place }, { p, bytes }, page, value) {
    writeByte(k, p, place(page), value);
    bytes[page] = value;
  },
  scan(w, _life, page) {
    scanPages(w.k, page + 1);
    w.merged = Math.max(w.merged, w.k.vm.merge.counts.sharing);
  },
  fullScan(w) {
    for (let pages = 0; !scanPages(w.k, 1) && pages < 200; pages++) checkVm(w.k);
    w.merged = Math.max(w.merged, w.k.vm.merge.counts.sharing);
  },
  fork({ k, lives }, { p, bytes }) {
    if (lives.length < 4) lives.push({ p: swapFork(k, p), bytes: [...bytes] });
  },
  exit({ k, lives }, life) {
    if (lives.length === 1) return;
    vmExit(k, life.p);
    lives.splice(lives.indexOf(life), 1);
  },
  press({ k }, _life, page, value) {
    const { owner, count } = k.vm.frames;
    for (let index = page; index < count; index += 1 + value)
      if (owner[index] >= OWNER.anonymous) swapOutFrame(k, index);
  },
  settle: ({ k }) => settle(k),
  forget(w, life, page, value) {
    life.bytes.fill(0, anonymousPage(page), adviseFrom(w, life, page, value, DONT_NEED));
  },
  /** Zero or what was there: a write settles it. */
  free(w, life, page, value) {
    const last = adviseFrom(w, life, page, value, FREE);
    for (let at = anonymousPage(page); at < last; at++) STEPS.write(w, life, at, value);
  },
  remap({ k, place }, { p, bytes }, page) {
    const address = place(anonymousPage(page));
    unmapRange(k, p.space!, address, PAGE);
    mapAnonymous(k, p.space!, { address, length: PAGE, prot: 3, flags: PRIVATE | FIXED, limits: null });
    patiently(k, p, () => advise(k, p, address, PAGE, MERGEABLE));
    bytes[anonymousPage(page)] = 0;
  },
  /** There and back. */
  move({ k, place }, { p }, page) {
    const address = place(anonymousPage(page));
    const away = 0x30_0000_0000;
    const move = (from: number, to: number) =>
      patiently(k, p, () => remap(k, p, { address: from, oldSize: PAGE, newSize: PAGE, flags: 3, newAddress: to }));
    move(address, away);
    checkVm(k);
    move(away, address);
  },
  protect({ k, place }, { p }, page) {
    for (const prot of [0, 1, 3]) {
      protectRange(k, p.space!, place(page), PAGE, prot, null);
      checkVm(k);
    }
  },
  apart(w, life, page, value) {
    adviseFrom(w, life, page, value, UNMERGEABLE);
    checkVm(w.k);
    adviseFrom(w, life, page, value, MERGEABLE);
  },
  unmerge({ k }, { p }) {
    patiently(k, p, () => setRun(k, p, 2));
    expect(k.vm.merge.counts).toMatchObject({ items: 0, shared: 0, sharing: 0, unshared: 0 });
    setRun(k, p, 1);
  },
  zeroes({ k }, _life, _page, value) {
    k.vm.merge.settings.useZeroPages = value & 1;
  },
};

const OFTEN = ["read", "write", "write", "write", "scan", "fullScan", "fullScan", "press"];
const step = fc.tuple(
  fc.constantFrom(...OFTEN, ...OFTEN, ...Object.keys(STEPS)),
  fc.nat(3),
  fc.nat(PAGES - 1),
  fc.integer({ min: 0, max: 2 }),
);

function run(vm: Partial<VmOptions>, slots: number, steps: readonly [string, number, number, number][]): number {
  const w = newWorld(vm, slots);
  for (const [name, life, page, value] of steps) {
    STEPS[name](w, w.lives[life % w.lives.length], page, value);
    checkVm(w.k);
  }
  for (const life of w.lives) for (let page = 0; page < PAGES; page++) STEPS.read(w, life, page, 0);
  for (const { p } of w.lives) vmExit(w.k, p);
  settle(w.k);
  scanPages(w.k, 1);
  checkVm(w.k);
  expect(w.k.vm.merge.counts).toMatchObject({ items: 0, shared: 0, sharing: 0, unshared: 0 });
  dropIdleNodes(w.k);
  expect(w.k.vm.merge.stable.root).toBe(0);
  expect(swapTotals(w.k)).toMatchObject({ free: swapTotals(w.k).total });
  return w.merged;
}

function check(vm: Partial<VmOptions>, slots: number, seed: number): void {
  let merged = 0;
  const property = fc.property(fc.array(step, { minLength: 30, maxLength: 80 }), (steps) => {
    if (run(vm, slots, steps) > 2) merged++;
  });
  fc.assert(property, { seed, numRuns: 8 });
  expect(merged, "in many runs pages were merged").toBeGreaterThan(2);
}

describe("Merging in the middle of everything shows each process what it wrote", () => {
  it("with plenty of swap", () => check({}, 256, 1));
  it("with swap that is mostly full", () => check({}, 24, 2));
  it("with eager fork and first-fit frames", () => check({ fork: "eager", frames: "first-fit" }, 64, 3));
});
