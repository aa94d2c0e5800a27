/**
 * Runs: memory in one piece, for the schemes without pages (kernel/schemes/). Frames of a run have the owner `segment`; each
 * holds one reference for each segment, or place of a program, that has it.
 *
 *   RAM  [ run ][ run ]  hole  [ run ]     hole          [ page cache, tables, from the top down ]
 *                        └ first-fit: the lowest that is large enough; best-fit: the smallest; worst-fit: the largest
 *
 * (1) A run is given out zeroed.
 * (2) Shared memory (k.vm.contiguous.shared) keeps its run, by a reference of its own, as long as its object lives.
 *
 * checkVm asserts that references are right: check.ts, (3).
 */
import { COSTS } from "../../cpu/costs.ts";
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { emit } from "../events.ts";
import { panic } from "../panic.ts";
import { dropReference, OWNER } from "./frames.ts";
import type { ContiguousState, Run, SegmentFit } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";

/** "No such run." */
export const NO_RUN = -1;

export function createContiguous(fit: SegmentFit, compaction: boolean): ContiguousState {
  return {
    fit,
    compaction,
    shared: new Map(),
    figures: { grown: 0, moved: 0, compactions: 0, runsMoved: 0, pagesMoved: 0, fragmented: 0, collisions: 0 },
  };
}

/** The state; panics under a scheme with pages. */
export function contiguousState(k: VmKernel): ContiguousState {
  return k.vm.contiguous ?? panic("runs are of schemes without pages", { translation: k.vm.translation });
}

/** Calls `visit` with every hole, the lowest first: its first frame's index, and how many. */
export function forEachHole(k: VmKernel, visit: (index: number, pages: number) => void): void {
  const { owner, count } = k.vm.frames;
  for (let at = owner.indexOf(OWNER.free); at >= 0 && at < count; at = owner.indexOf(OWNER.free, at)) {
    let end = at + 1;
    while (end < count && owner[end] === OWNER.free) end++;
    visit(at, end - at);
    at = end;
  }
}

/** Holes as figures. */
export function holeFigures(k: VmKernel): { holes: number; largest: number; free: number } {
  const figures = { holes: 0, largest: 0, free: 0 };
  forEachHole(k, (_, pages) => {
    figures.holes++;
    figures.free += pages;
    figures.largest = Math.max(figures.largest, pages);
  });
  return figures;
}

/** By policy: whether a hole of `pages` is better than the best so far. */
const BETTER: Readonly<Record<SegmentFit, (pages: number, best: number) => boolean>> = {
  "first-fit": () => false,
  "best-fit": (pages, best) => pages < best,
  "worst-fit": (pages, best) => pages > best,
};

/** Where `pages` frames would go by the policy; NO_RUN: no hole is large enough. */
export function findHole(k: VmKernel, pages: number): number {
  const better = BETTER[contiguousState(k).fit];
  let found = NO_RUN;
  let size = 0;
  forEachHole(k, (index, room) => {
    if (room < pages || (found !== NO_RUN && !better(room, size))) return;
    found = index;
    size = room;
  });
  return found;
}

/** Whether frames `index` to `index + pages - 1` are RAM and free. */
export function isHole(k: VmKernel, index: number, pages: number): boolean {
  const { owner, count } = k.vm.frames;
  if (index < 0 || index + pages > count) return false;
  for (let i = index; i < index + pages; i++) if (owner[i] !== OWNER.free) return false;
  return true;
}

/** Takes free frames, zeroed, each with one reference. */
export function takeRun(k: VmKernel, index: number, pages: number): void {
  const { frames, statistics } = k.vm;
  for (let i = index; i < index + pages; i++) {
    if (frames.references[i] !== 0) panic("runs: what is taken was free", { index: i, owner: frames.owner[i] });
    frames.owner[i] = OWNER.segment;
    frames.flags[i] = 0;
    frames.references[i] = 1;
  }
  frames.free -= pages;
  frames.touched = Math.max(frames.touched, index + pages);
  statistics.framesAllocated += pages;
  zeroRun(k, index, pages);
}

/** Zeroes frames of a run. */
export function zeroRun(k: VmKernel, index: number, pages: number): void {
  const { ram, clock } = k.machine;
  ram.u8.fill(0, index * PAGE_SIZE, (index + pages) * PAGE_SIZE);
  ram.wrote(index * PAGE_SIZE, pages * PAGE_SIZE);
  clock.charge(pages * COSTS.pageZero);
  k.vm.statistics.pagesZeroed += pages;
}

/** Copies what `pages` frames from `from` on hold; the places may overlap. */
export function copyRun(k: VmKernel, from: number, to: number, pages: number): void {
  const { ram, clock } = k.machine;
  ram.u8.copyWithin(to * PAGE_SIZE, from * PAGE_SIZE, (from + pages) * PAGE_SIZE);
  ram.wrote(to * PAGE_SIZE, pages * PAGE_SIZE);
  clock.charge(pages * COSTS.pageCopy);
  k.vm.statistics.pagesCopied += pages;
}

/** One more holder of each frame. */
export function shareRun(k: VmKernel, index: number, pages: number): void {
  const { owner, references } = k.vm.frames;
  for (let i = index; i < index + pages; i++) {
    if (owner[i] !== OWNER.segment) panic("runs: what is shared is a run's", { index: i, owner: owner[i] });
    references[i]++;
  }
}

/** One holder less of each frame; the last one frees it. */
export function dropRun(k: VmKernel, index: number, pages: number): void {
  for (let i = index; i < index + pages; i++) dropReference(k, i + k.vm.frames.first);
}

/** Frames in one piece would have been free, and were not in one: external fragmentation. */
export function tellFragmented(k: VmKernel, pages: number): void {
  const { figures } = contiguousState(k);
  figures.fragmented++;
  if (k.listeners.length === 0) return;
  const { free, largest } = holeFigures(k);
  emit(k, { type: "fragmented", pid: k.current?.pid ?? 0, pages, free, largest });
}

/** The run of a shared object, if it has one yet. */
export function sharedRun(k: VmKernel, object: number): Run | null {
  return contiguousState(k).shared.get(object) ?? null;
}

/** The object is gone: (2). */
export function dropSharedRun(k: VmKernel, object: number): void {
  const run = k.vm.contiguous?.shared.get(object);
  if (run === undefined) return;
  k.vm.contiguous!.shared.delete(object);
  dropRun(k, run.index, run.pages);
}
