/**
 * Refaults: pages that come back after they were evicted, how far away they have been, and whether that was a mistake.
 * For every policy alike; what two lists make of it is working-set.ts'. Linux's mm/workingset.c.
 *
 *   evicted ─► shadow: the number of its eviction ─► ... others are evicted ... ─► comes back: the distance is how many
 *                                                                                  more frames would have kept it
 *
 * The distance of a page that went as number E, and comes back when R pages have gone, is R - E + 1: with so many frames
 * more, under a policy that takes pages in an order of its own (a stack algorithm, or first in, first out), it would have
 * been here still.
 *
 * (1) At most SHADOWS_PER_FRAME shadows for each frame of RAM: the oldest are forgotten first, and their pages come back
 *     as new ones.
 * (2) The refaults of all distances together are those of the statistics, anonymous memory and files.
 * (3) `workingSet` of a frame says whether the page that it was given for last was taken too early. One list: its distance
 *     is at most what the lists hold, so twice as much RAM would have kept it. Two lists: Linux's "restore", a page that had
 *     been active, and had been away for less than what is active now.
 *
 * A leaf: the page cache and swap-in call it.
 */
import { OWNER } from "./frames.ts";
import { evictableFrames } from "./page-lists.ts";
import { noteReturn } from "./replacement-generations.ts";
import type { PageObject, RefaultCounts, RefaultState, Shadow, SwapEntry } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";
import { settleReturn } from "./working-set.ts";

export const SHADOWS_PER_FRAME = 4;

/** Classes of distances, each twice as wide as the one before: 1, 2 to 3, 4 to 7, ... */
export const DISTANCES = 32;

export function createRefaults(frames: number): RefaultState {
  return {
    evictions: 0,
    shadows: new Map(),
    counts: newRefaultCounts(),
    workingSet: new Uint8Array(frames),
  };
}

/** Nothing has come back. */
export function newRefaultCounts(): RefaultCounts {
  return { byDistance: new Float64Array(DISTANCES), workingSet: 0 };
}

/** What a page is known by while it is away. */
export function objectPageKey(object: PageObject, index: number): string {
  return `${object.id}+${index}`;
}

export function slotKey(entry: SwapEntry): string {
  return `slot ${entry}`;
}

/** The class of a distance, from 1 on. */
export function distanceClass(distance: number): number {
  return Math.min(Math.floor(Math.log2(distance)), DISTANCES - 1);
}

/**
 * A page goes.
 * @param wasActive it had AGE.workingSet
 * @param token see Shadow
 * @param gone false: it is only written home so far, and will be told of again when it is dropped
 */
export function noteEviction(k: VmKernel, key: string, wasActive: boolean, gone: boolean, token = 0): void {
  const { refaults, reclaim, frames } = k.vm;
  const { shadows } = refaults;
  if (gone) refaults.evictions++;
  if (reclaim.resident === 0) reclaim.age++;
  shadows.delete(key);
  shadows.set(key, { eviction: refaults.evictions, age: reclaim.age, wasActive, token });
  if (shadows.size > SHADOWS_PER_FRAME * frames.count) shadows.delete(shadows.keys().next().value!);
}

/** A page has come (back), into the frame of that index: allocated just now, or when it was read ahead. */
export function noteArrival(k: VmKernel, key: string, index: number): void {
  const { refaults } = k.vm;
  const shadow = refaults.shadows.get(key);
  refaults.workingSet[index] = 0;
  if (shadow === undefined) return;
  refaults.shadows.delete(key);
  const distance = refaults.evictions - shadow.eviction + 1;
  const early = cameEarly(k, index, shadow, distance);
  refaults.workingSet[index] = early ? 1 : 0;
  count(refaults.counts, distance, early);
  const p = k.current;
  if (p === null) return;
  p.refaults ??= newRefaultCounts();
  count(p.refaults, distance, early);
}

/** Invariant (3). */
function cameEarly(k: VmKernel, index: number, shadow: Shadow, distance: number): boolean {
  const { statistics, frames, policies, reclaim } = k.vm;
  if (frames.owner[index] === OWNER.file) statistics.refaultsFile++;
  else statistics.refaultsAnonymous++;
  // Under a limit the policy hears of it when the page is mapped: resident-limit.ts.
  if (reclaim.resident > 0) reclaim.tokens[index] = shadow.token;
  else if (policies.replacement === "two-lists") {
    const hasSwap = k.vm.swap.areas.some((area) => area !== null);
    return settleReturn(k, index, shadow, frames.owner[index] === OWNER.file, hasSwap);
  } else if (policies.replacement === "generations" && shadow.token !== 0) noteReturn(k, index, shadow.token);
  return distance <= evictableFrames(k);
}

function count(counts: RefaultCounts, distance: number, early: boolean): void {
  counts.byDistance[distanceClass(distance)]++;
  if (early) counts.workingSet++;
}

/** The frame, just allocated, is for a page of which nobody knows yet whether it is wanted. */
export function forgetReturn(k: VmKernel, index: number): void {
  k.vm.refaults.workingSet[index] = 0;
}

/** Is the page in the frame one that was taken too early, so that who waits for it waits for want of memory? */
export function isRefault(k: VmKernel, index: number): boolean {
  return k.vm.refaults.workingSet[index] !== 0;
}
