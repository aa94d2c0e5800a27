/**
 * Refaults: pages that come back after they were evicted, how far away they have been, and whether that was a mistake.
 * For every policy alike; what two lists make of it is refault-activation.ts'. Linux's mm/workingset.c.
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
 * (3) `returns` of a frame is what is known of the page that came into it last. Taken too early: its distance is at most
 *     what the lists hold, so twice as much RAM would have kept it. Of the working set: two lists say so by Linux's rule (it
 *     had been active, and away for less than what is active now); under one list all are that were taken too early.
 *
 * A leaf: the page cache and swap-in call it.
 */
import type { RefaultCounts, Stall } from "../pressure-state.ts";
import { OWNER } from "./frames.ts";
import { evictableFrames } from "./page-lists.ts";
import { settleReturn } from "./refault-activation.ts";
import type { PageKey } from "./reference-observer.ts";
import { noteReturn } from "./replacement-generations.ts";
import type { PageObject, RefaultState, Shadow } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";

export const SHADOWS_PER_FRAME = 4;

/** Classes of distances, each twice as wide as the one before: 1, 2 to 3, 4 to 7, ... */
export const DISTANCES = 32;

/** Bits of RefaultState.returns: invariant (3). */
const RETURN = { early: 1, workingSet: 2 } as const;

export function createRefaults(frames: number): RefaultState {
  return {
    evictions: 0,
    shadows: new Map(),
    counts: newRefaultCounts(),
    returns: new Uint8Array(frames),
  };
}

/** Pages by their distance, "4-7", from the smallest to the largest that there is. */
export function distancesOf({ byDistance }: RefaultCounts): (readonly [range: string, pages: number])[] {
  const range = (at: number) => (at === 0 ? "1" : `${2 ** at}-${2 ** (at + 1) - 1}`);
  const ranges = [...byDistance].map((pages, at) => [range(at), pages] as const);
  return ranges.filter(([, pages]) => pages > 0);
}

/** Nothing has come back. */
export function newRefaultCounts(): RefaultCounts {
  return { byDistance: new Float64Array(DISTANCES), early: 0 };
}

/** What a page of an object is known by while it is away. */
export function objectPageKey(object: PageObject, index: number): string {
  return `${object.id}+${index}`;
}

/** The class of a distance, from 1 on. */
export function distanceClass(distance: number): number {
  return Math.min(Math.floor(Math.log2(distance)), DISTANCES - 1);
}

/**
 * A page goes.
 * @param key "" for one that nobody will want back, as MADV_FREE says
 * @param wasActive it had AGE.workingSet
 * @param token see Shadow
 * @param gone false: it is only written home so far, and will be told of again when it is dropped
 */
export function noteEviction(k: VmKernel, key: PageKey, wasActive: boolean, gone: boolean, token = 0): void {
  const { refaults, reclaim, frames } = k.vm;
  const { shadows } = refaults;
  if (gone) refaults.evictions++;
  if (reclaim.resident === 0) reclaim.age++;
  if (key === "") return;
  shadows.delete(key);
  shadows.set(key, { eviction: refaults.evictions, age: reclaim.age, wasActive, token });
  if (shadows.size > SHADOWS_PER_FRAME * frames.count) shadows.delete(shadows.keys().next().value!);
}

/** A page has come (back), into the frame of that index: allocated just now, or when it was read ahead. */
export function noteArrival(k: VmKernel, key: PageKey, index: number): void {
  const { refaults } = k.vm;
  const shadow = refaults.shadows.get(key);
  refaults.returns[index] = 0;
  if (shadow === undefined) return;
  refaults.shadows.delete(key);
  if (k.vm.frames.owner[index] === OWNER.file) k.vm.statistics.refaultsFile++;
  else k.vm.statistics.refaultsAnonymous++;
  const distance = refaults.evictions - shadow.eviction + 1;
  const early = distance <= evictableFrames(k);
  const isWorkingSet = tellPolicy(k, index, shadow, early);
  refaults.returns[index] = (early ? RETURN.early : 0) | (isWorkingSet ? RETURN.workingSet : 0);
  count(refaults.counts, distance, early);
  const p = k.current;
  if (p === null) return;
  p.pressure.refaults ??= newRefaultCounts();
  count(p.pressure.refaults, distance, early);
}

/** Tells the policy. @returns whether the page is of the working set: invariant (3) */
function tellPolicy(k: VmKernel, index: number, shadow: Shadow, early: boolean): boolean {
  const { frames, policies, reclaim, swap } = k.vm;
  // Under a limit the policy hears of it when the page is mapped: resident-limit.ts.
  if (reclaim.resident > 0) reclaim.tokens[index] = shadow.token;
  else if (policies.replacement === "two-lists") {
    const hasSwap = swap.areas.some((area) => area !== null);
    return settleReturn(k, index, shadow, frames.owner[index] === OWNER.file, hasSwap);
  } else if (policies.replacement === "generations" && shadow.token !== 0) noteReturn(k, index, shadow.token);
  return early;
}

function count(counts: RefaultCounts, distance: number, early: boolean): void {
  counts.byDistance[distanceClass(distance)]++;
  if (early) counts.early++;
}

/** The frame, just allocated, is for a page of which nobody knows yet whether it is wanted. */
export function forgetReturn(k: VmKernel, index: number): void {
  k.vm.refaults.returns[index] = 0;
}

/** What keeps a process that waits until the page in the frame has been read. */
export function stallOf(k: VmKernel, index: number): Stall {
  const what = k.vm.refaults.returns[index];
  if (what & RETURN.workingSet) return "working-set";
  return what & RETURN.early ? "refault" : "disk";
}
