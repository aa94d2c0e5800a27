/**
 * Getting memory in one piece: the policy's hole, or, where what is free lies in pieces, a compaction that moves runs together.
 *
 *   before  [ a ]    [ b ]  [ c ]    [ d ]          largest hole 4
 *   after   [ a ][ b ][ c ]          [ d ]          largest hole 10: enough
 *
 * (1) As many frames stay free as background reclaim keeps (watermarks.high): there must be some for files. Clean pages of files
 *     are dropped first.
 * (2) More than COSTLY pages that cannot be had are ENOMEM at once, as Linux's costly orders: nobody is killed for them.
 * (3) A compaction moves what processes have (OWNER.segment), downwards, and nothing else; it ends as soon as the hole is there.
 *     It changes no address that a program sees. Where programs see physical addresses there is none.
 */
import { emit } from "../events.ts";
import type { Kernel } from "../kernel.ts";
import { isKilled } from "../signal-state.ts";
import { dropCaches } from "../vm/drop-caches.ts";
import { OWNER } from "../vm/frames.ts";
import {
  contiguousState,
  copyRun,
  findHole,
  holeFigures,
  isHole,
  NO_RUN,
  takeRun,
  tellFragmented,
} from "../vm/runs.ts";
import { forEachSegment, moveSegment } from "./segment-table.ts";

/** Linux's 2^PAGE_ALLOC_COSTLY_ORDER: invariant (2). */
const COSTLY = 8;

/** Whether so many frames may be given out, wherever they are: (1), (2). */
export function mayTakeRun(k: Kernel, pages: number): boolean {
  const { frames, reclaim } = k.vm;
  if (frames.failCountdown > 0 && --frames.failCountdown === 0) return false;
  const p = k.current;
  const kept = p === null || p.oomVictim || isKilled(p.signals) ? 0 : reclaim.watermarks.high;
  if (frames.free - pages >= kept) return true;
  dropCaches(k);
  if (frames.free - pages >= kept) return true;
  const mayCome = k.vm.cache.dirtyPages + k.vm.flusher.writing > 0 && pages <= frames.count;
  if (pages <= COSTLY || mayCome) reclaim.shortage += pages;
  return false;
}

/** Index of the first of `pages` zeroed frames in a row, with one reference each; NO_RUN: there are none. */
export function allocateRun(k: Kernel, pages: number): number {
  if (!mayTakeRun(k, pages)) return NO_RUN;
  const index = roomFor(k, pages);
  if (index !== NO_RUN) takeRun(k, index, pages);
  return index;
}

/** A hole of enough frames, if there can be one. */
function roomFor(k: Kernel, pages: number): number {
  const found = findHole(k, pages);
  if (found !== NO_RUN) return found;
  tellFragmented(k, pages);
  if (!contiguousState(k).compaction || k.vm.translation !== "segments") return NO_RUN;
  // What files have lies in between when memory was full of it.
  dropCaches(k);
  compact(k, pages);
  return findHole(k, pages);
}

/** A run and the segments and objects that have it. */
interface Movable {
  index: number;
  readonly pages: number;
  readonly movers: ((index: number) => void)[];
}

/** All runs of segments, the lowest first. */
function movableRuns(k: Kernel): Movable[] {
  const runs = new Map<number, Movable>();
  const add = (index: number, pages: number, mover: (index: number) => void) => {
    const known = runs.get(index);
    if (known === undefined) runs.set(index, { index, pages, movers: [mover] });
    else known.movers.push(mover);
  };
  for (const s of k.vm.spaces.values())
    forEachSegment(k, s, (n, { index, pages, special }) => {
      if (!special) add(index, pages, (to) => moveSegment(k, s, n, to));
    });
  for (const run of contiguousState(k).shared.values())
    add(run.index, run.pages, (to) => {
      run.index = to;
    });
  return [...runs.values()].sort((a, b) => a.index - b.index);
}

/** Moves runs down until there is a hole of `wanted` frames, or all lie as low as they can. */
function compact(k: Kernel, wanted: number): void {
  const { figures } = contiguousState(k);
  const before = holeFigures(k).largest;
  const moved = { runs: 0, pages: 0 };
  for (const run of movableRuns(k)) {
    const to = lowestPlace(k, run);
    if (to === run.index) continue;
    moveRun(k, run, to);
    moved.runs++;
    moved.pages += run.pages;
    if (findHole(k, wanted) !== NO_RUN) break;
  }
  figures.compactions++;
  figures.runsMoved += moved.runs;
  figures.pagesMoved += moved.pages;
  if (k.listeners.length === 0) return;
  const after = holeFigures(k).largest;
  emit(k, { type: "compaction", pid: k.current?.pid ?? 0, ...moved, before, after });
}

/** The lowest place for a run, its own frames taken for free; its own at the latest. */
function lowestPlace(k: Kernel, { index, pages }: Movable): number {
  const { owner } = k.vm.frames;
  for (let at = owner.indexOf(OWNER.free); at >= 0 && at < index; at = owner.indexOf(OWNER.free, at + 1)) {
    let end = at;
    while (end < index && end < at + pages && owner[end] === OWNER.free) end++;
    if (end === at + pages || end === index) return at;
    at = end;
  }
  return index;
}

/**
 * Takes `pages` frames before frame `border()`, which is the beginning or the end of a run: all runs are moved together, then those
 * from there on up again.
 *
 *   before  [ a ]   [ b ]  [ c ]         after, for 5 frames behind a   [ a ]+++++[ b ][ c ]
 *
 * @returns the first frame's index; NO_RUN: there is not the room, or nothing may be moved
 */
export function takeBetweenRuns(k: Kernel, border: () => number, pages: number): number {
  if (!contiguousState(k).compaction || !mayTakeRun(k, pages)) return NO_RUN;
  dropCaches(k);
  compact(k, Number.POSITIVE_INFINITY);
  const at = border();
  const above = movableRuns(k).filter(({ index }) => index >= at);
  const last = above.at(-1);
  const end = last === undefined ? at : last.index + last.pages;
  const runs = above.reduce((sum, run) => sum + run.pages, 0);
  if (end - at !== runs || !isHole(k, end, pages)) return NO_RUN;
  for (const run of above.reverse()) moveRun(k, run, run.index + pages);
  const { figures } = contiguousState(k);
  figures.runsMoved += above.length;
  figures.pagesMoved += runs;
  takeRun(k, at, pages);
  return at;
}

function moveRun(k: Kernel, run: Movable, to: number): void {
  const { frames } = k.vm;
  frames.touched = Math.max(frames.touched, to + run.pages);
  const { index, pages } = run;
  const references = frames.references.slice(index, index + pages);
  copyRun(k, index, to, pages);
  for (let i = index; i < index + pages; i++) {
    frames.owner[i] = OWNER.free;
    frames.references[i] = 0;
  }
  for (let i = 0; i < pages; i++) {
    frames.owner[to + i] = OWNER.segment;
    frames.flags[to + i] = 0;
    frames.references[to + i] = references[i];
  }
  for (const mover of run.movers) mover(to);
  run.index = to;
}

/** Whether a run can be followed (above) or preceded (below) by `pages` more frames, which are taken then. */
export function extendRun(k: Kernel, index: number, pages: number): boolean {
  if (!isHole(k, index, pages) || !mayTakeRun(k, pages)) return false;
  // Dropped pages of files change nothing there.
  takeRun(k, index, pages);
  return true;
}
