/**
 * Refault activation: what evicted pages that come back (refault.ts) say about the two lists, whose active pages stand for
 * the working set. Linux's mm/workingset.c.
 *
 * Every eviction and activation makes reclaim's clock (`age`) go on by one. A page that is evicted leaves its time
 * behind; when it comes back, the difference is how many more pages RAM would have had to hold to keep it. When that is
 * no more than the active lists have, it is made active at once: it has more right to RAM than they.
 *
 * A leaf: refault.ts calls it.
 */
import { LIST, moveToHead } from "./page-lists.ts";
import type { BookKeeper } from "./replacement-memory.ts";
import type { Shadow } from "./types.ts";

/** Bits of FrameTable.age under two lists. */
export const AGE = {
  /** Used once since it came to its list: a second time makes it active. Linux's PG_referenced. */
  referenced: 1,
  /** Has been active: Linux's PG_workingset. */
  workingSet: 2,
} as const;

/** Trouble with pages of one kind: a rotation, a page written, a page that had to come back. Old trouble fades. */
export function addCost(k: BookKeeper, kind: "anonymous" | "file", pages: number): void {
  const { cost, lengths } = k.vm.reclaim;
  cost[kind] += pages;
  let listed = 0;
  for (const list of [LIST.inactiveAnonymous, LIST.activeAnonymous, LIST.inactiveFile, LIST.activeFile])
    listed += lengths[list];
  if (cost.anonymous + cost.file <= listed / 4) return;
  cost.anonymous /= 2;
  cost.file /= 2;
}

/** Is the frame in a list of anonymous memory, or of files? */
export function kindOf(k: BookKeeper, index: number): "anonymous" | "file" {
  const list = k.vm.frames.list[index];
  return list === LIST.inactiveFile || list === LIST.activeFile ? "file" : "anonymous";
}

/** Makes a frame active. */
export function activate(k: BookKeeper, index: number): void {
  moveToHead(k, kindOf(k, index) === "file" ? LIST.activeFile : LIST.activeAnonymous, index);
  k.vm.frames.age[index] &= ~AGE.referenced;
  k.vm.reclaim.age++;
}

/**
 * A page has come back: its frame was just allocated, or is wanted now that was read ahead.
 * @returns whether it had been active, and away for less than what is active now: Linux's WORKINGSET_RESTORE
 */
export function settleReturn(
  k: BookKeeper,
  index: number,
  { age, wasActive }: Pick<Shadow, "age" | "wasActive">,
  isFile: boolean,
  hasSwap: boolean,
): boolean {
  const { reclaim, statistics } = k.vm;
  if (reclaim.age - age > workingSetSize(k, isFile, hasSwap)) return false;
  activate(k, index);
  if (isFile) statistics.refaultActivationsFile++;
  else statistics.refaultActivationsAnonymous++;
  if (!wasActive) return false;
  k.vm.frames.age[index] |= AGE.workingSet;
  addCost(k, kindOf(k, index), 1);
  if (isFile) statistics.refaultRestoresFile++;
  else statistics.refaultRestoresAnonymous++;
  return true;
}

/** The pages with which one that comes back competes. */
function workingSetSize(k: BookKeeper, isFile: boolean, hasSwap: boolean): number {
  const { lengths } = k.vm.reclaim;
  let size = lengths[LIST.activeFile];
  if (!isFile) size += lengths[LIST.inactiveFile];
  if (hasSwap) size += lengths[LIST.activeAnonymous] + (isFile ? lengths[LIST.inactiveAnonymous] : 0);
  return size;
}
