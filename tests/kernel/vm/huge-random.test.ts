/**
 * Random sequences of mappings, accesses, forks, moves, advice, swapping, collapsing and merging where every mapping may have huge
 * pages, against a model that knows only which byte each process should see where. All invariants are checked after each step.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CONSTANTS } from "../../../kernel/abi.ts";
import type { Kernel } from "../../../kernel/kernel.ts";
import type { Process } from "../../../kernel/process.ts";
import { advise } from "../../../kernel/vm/advise.ts";
import type { VmOptions } from "../../../kernel/vm/boot.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { isListed } from "../../../kernel/vm/frames.ts";
import { dropHugeZero } from "../../../kernel/vm/huge-fault.ts";
import { HUGE_BYTES, HUGE_PAGES } from "../../../kernel/vm/huge-page.ts";
import { collapseIfDue } from "../../../kernel/vm/huge-scan.ts";
import { lockRange } from "../../../kernel/vm/lock.ts";
import { mapAnonymous } from "../../../kernel/vm/map.ts";
import { setRun } from "../../../kernel/vm/merge-break.ts";
import { scanPages } from "../../../kernel/vm/merge-daemon.ts";
import { remap } from "../../../kernel/vm/mremap.ts";
import { protectRange } from "../../../kernel/vm/protect.ts";
import { evict } from "../../../kernel/vm/reclaim.ts";
import { unmapRange } from "../../../kernel/vm/unmap.ts";
import { errnoOf, FIXED, PAGE, PRIVATE, vmExit } from "./machines.ts";
import { patiently, readByte, settle, swapFork, swapKernel, swapProcess, writeByte } from "./swap-machines.ts";

const M = CONSTANTS.madvise;
const BASE = 0x2000_0000;
/** Of the window that everything happens in: two huge pages and a half. */
const PAGES = 2.5 * HUGE_PAGES;
const UNMAPPED = -1;

interface Life {
  readonly p: Process;
  readonly bytes: Uint8Array;
  readonly prot: Int8Array;
}

interface World {
  readonly k: Kernel;
  readonly lives: Life[];
}

type Step = (w: World, life: Life, page: number, pages: number, byte: number) => void;

const at = (page: number) => BASE + page * PAGE;
const bytesOf = (pages: number) => pages * PAGE;

/** Advises, whatever comes of it. */
function told({ k }: World, { p }: Life, page: number, pages: number, advice: number): string {
  return errnoOf(() => patiently(k, p, () => advise(k, p, at(page), bytesOf(pages), advice)));
}

/** Are all pages of the range mapped? */
const isMapped = ({ prot }: Life, page: number, pages: number) => !prot.subarray(page, page + pages).includes(UNMAPPED);

const STEPS: Readonly<Record<string, Step>> = {
  map({ k }, { p, bytes, prot }, page, pages, byte) {
    const right = byte % 5 === 0 ? 1 : 3;
    const request = { address: at(page), length: bytesOf(pages), prot: right, flags: PRIVATE | FIXED, limits: null };
    mapAnonymous(k, p.space!, request);
    bytes.fill(0, page, page + pages);
    prot.fill(right, page, page + pages);
  },
  unmap({ k }, { p, bytes, prot }, page, pages) {
    unmapRange(k, p.space!, at(page), bytesOf(pages));
    bytes.fill(0, page, page + pages);
    prot.fill(UNMAPPED, page, page + pages);
  },
  protect({ k }, life, page, pages, byte) {
    if (!isMapped(life, page, pages)) return;
    const right = [0, 1, 3, 3][byte % 4];
    protectRange(k, life.p.space!, at(page), bytesOf(pages), right, null);
    life.prot.fill(right, page, page + pages);
  },
  move({ k }, life, page, pages, byte) {
    const { p, bytes, prot } = life;
    const to = page + (byte % 2 === 0 ? HUGE_PAGES : byte);
    const count = Math.min(pages, to - page, PAGES - to);
    if (count <= 0 || !isMapped(life, page, count)) return;
    const request = {
      address: at(page),
      oldSize: bytesOf(count),
      newSize: bytesOf(count),
      flags: 3,
      newAddress: at(to),
    };
    if (errnoOf(() => patiently(k, p, () => remap(k, p, request))) !== "") {
      // Across mappings: what lay at the new place is gone.
      bytes.fill(0, to, to + count);
      prot.fill(UNMAPPED, to, to + count);
      return;
    }
    bytes.copyWithin(to, page, page + count);
    prot.copyWithin(to, page, page + count);
    bytes.fill(0, page, page + count);
    prot.fill(UNMAPPED, page, page + count);
  },
  fork(w, life) {
    if (w.lives.length === 3) return;
    w.lives.push({ p: swapFork(w.k, life.p), bytes: life.bytes.slice(), prot: life.prot.slice() });
  },
  exit(w, life) {
    if (w.lives.length === 1) return;
    vmExit(w.k, life.p);
    w.lives.splice(w.lives.indexOf(life), 1);
  },
  write({ k }, { p, bytes, prot }, page, _pages, byte) {
    if (prot[page] !== 3) return;
    writeByte(k, p, at(page), byte);
    bytes[page] = byte;
  },
  read({ k }, { p, bytes, prot }, page) {
    if (prot[page] > 0) expect(readByte(k, p, at(page)).value).toBe(bytes[page]);
  },
  drop(w, life, page, pages) {
    if (!isMapped(life, page, pages)) return;
    if (told(w, life, page, pages, M.MADV_DONTNEED) === "") life.bytes.fill(0, page, page + pages);
  },
  pageOut: (w, life, page, pages) => void told(w, life, page, pages, M.MADV_PAGEOUT),
  cool: (w, life, page, pages) => void told(w, life, page, pages, M.MADV_COLD),
  collapse: (w, life, page, pages) => {
    const first = page - (page % HUGE_PAGES);
    told(w, life, first, Math.min(Math.max(pages, HUGE_PAGES), PAGES - first), M.MADV_COLLAPSE);
  },
  want: (w, life, page, pages, byte) =>
    void told(w, life, page, pages, byte % 3 === 0 ? M.MADV_NOHUGEPAGE : M.MADV_HUGEPAGE),
  lock({ k }, life, page, pages, byte) {
    if (byte % 4 > 0 || !isMapped(life, page, pages)) return;
    errnoOf(() => patiently(k, life.p, () => lockRange(k, life.p, at(page), bytesOf(pages), false)));
  },
  press({ k }, _life, page, _pages, byte) {
    const { owner, count } = k.vm.frames;
    for (let index = page; index < count; index += 1 + byte) if (isListed(owner[index])) evict(k, index);
    dropHugeZero(k);
  },
  settle: ({ k }) => settle(k),
  merge: (w, life, page, pages, byte) =>
    void told(w, life, page, pages, byte % 4 === 0 ? M.MADV_UNMERGEABLE : M.MADV_MERGEABLE),
  /** Two scans, the second of which merges what the first has found. */
  mergeEqual({ k }) {
    for (let scan = 0; scan < 2; scan++) scanPages(k, 3000);
    happened.merged += k.vm.merge.counts.sharing;
  },
  mergeNone({ k }, { p }, _page, _pages, byte) {
    if (byte % 3 === 0) errnoOf(() => patiently(k, p, () => setRun(k, p, 2)));
    setRun(k, p, 1);
  },
  /** The next step of collapsing in the background. */
  scan({ k }) {
    const { due } = k.vm.huge.scan;
    if (!Number.isFinite(due)) return;
    k.machine.clock.charge(Math.max(0, due - k.machine.clock.cycles));
    collapseIfDue(k);
  },
};

const NAMES = [
  ...["map", "map", "write", "write", "write", "write", "read", "read", "unmap", "protect", "move", "fork", "exit"],
  ...["drop", "pageOut", "cool", "collapse", "collapse", "want", "lock", "press", "settle", "scan"],
];
const WITH_MERGING = [...NAMES, "merge", "merge", "mergeEqual", "mergeEqual", "mergeEqual", "mergeNone"];

/** Near the borders of huge pages, mostly. */
const page = fc
  .tuple(fc.nat(4), fc.constantFrom(0, 0, 0, 1, 255, HUGE_PAGES / 2 - 1))
  .map(([half, more]) => Math.min(PAGES - 1, (half * HUGE_PAGES) / 2 + more));
const pages = fc.constantFrom(1, 3, HUGE_PAGES / 2, HUGE_PAGES, HUGE_PAGES, HUGE_PAGES + 1, PAGES);
const step = (names: readonly string[]) =>
  fc.tuple(fc.constantFrom(...names), fc.nat(2), page, pages, fc.integer({ min: 1, max: 255 }));

function world(vm: Partial<VmOptions>): World {
  const k = swapKernel([{ pages: 4096 }], { thp: "always", checking: false, ...vm }, { ramBytes: 16 * 2 ** 20 });
  const p = swapProcess(k);
  const life = { p, bytes: new Uint8Array(PAGES), prot: new Int8Array(PAGES).fill(UNMAPPED) };
  const w = { k, lives: [life] };
  STEPS.map(w, life, 0, PAGES, 1);
  return w;
}

/** How often each kind of thing happened, over all sequences: a test in which nothing huge happens would say little. */
const happened = { pages: 0, split: 0, collapsed: 0, zeroes: 0, swapped: 0, merged: 0, unmerged: 0 };

function check(vm: Partial<VmOptions>, seed: number, names = NAMES): void {
  const run = (steps: [string, number, number, number, number][]) => {
    const w = world(vm);
    if (names === WITH_MERGING) STEPS.merge(w, w.lives[0], 0, PAGES, 1);
    for (const [name, who, first, count, byte] of steps) {
      const life = w.lives[who % w.lives.length];
      STEPS[name](w, life, first, Math.min(count, PAGES - first), byte);
      checkVm(w.k);
    }
    for (const life of w.lives) for (let i = 0; i < PAGES; i += 51) STEPS.read(w, life, i, 1, 0);
    const { statistics, swap } = w.k.vm;
    happened.pages += statistics.hugeFaults;
    happened.split += statistics.splitLeaves;
    happened.collapsed += statistics.hugeCollapses;
    happened.zeroes += statistics.hugeZeroes;
    happened.swapped += swap.pagesOut;
    happened.unmerged += statistics.mergedCopied;
    for (const { p } of w.lives) vmExit(w.k, p);
    settle(w.k);
    expect(w.k.vm.huge.pages).toBe(0);
  };
  fc.assert(fc.property(fc.array(step(names), { minLength: 25, maxLength: 40 }), run), {
    seed,
    endOnFailure: true,
    numRuns: names === WITH_MERGING ? 1 : 3,
  });
}

describe("Random sequences with huge pages show each process what it wrote", () => {
  it("with frames from buddies", () => check({}, 1));
  it("with frames from first-fit, and eager fork", () => check({ frames: "first-fit", fork: "eager" }, 2));
  it("by ageing", () => check({ replacement: "ageing" }, 3));
  it("with equal pages merged", () => check({}, 4, WITH_MERGING));
  it("and huge pages are made, split, collapsed and swapped, and their pages merged and parted", () => {
    for (const [what, times] of Object.entries(happened)) expect(times, what).toBeGreaterThan(0);
    expect(HUGE_BYTES).toBe(2 ** 21);
  });
});
