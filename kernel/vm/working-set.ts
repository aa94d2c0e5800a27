/**
 * The working set: how soon evicted pages come back, and what that says about the lists. Linux's mm/workingset.c.
 *
 * Every eviction and activation makes reclaim's clock (`age`) go on by one. A page that is evicted leaves its time
 * behind; when it comes back, the difference is how many more pages RAM would have had to hold to keep it. When that is
 * no more than the active lists have, it is made active at once: it has more right to RAM than they.
 *
 * (1) Two lists only; the others keep no such books.
 * (2) At most as many shadows as RAM has frames: the oldest are forgotten first.
 *
 * A leaf: the page cache and swap-in call it.
 */
import { OWNER } from "./frames.ts";
import { LIST, moveToHead } from "./page-lists.ts";
import type { PageObject, SwapEntry } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";

/** Bits of FrameTable.age under two lists. */
export const AGE = {
  /** Used once since it came to its list: a second time makes it active. Linux's PG_referenced. */
  referenced: 1,
  /** Has been active: Linux's PG_workingset. */
  workingSet: 2,
} as const;

/** What a page is known by while it is away. */
export function objectPageKey(object: PageObject, index: number): string {
  return `${object.id}+${index}`;
}

export function slotKey(entry: SwapEntry): string {
  return `slot ${entry}`;
}

function keepsBooks(k: VmKernel): boolean {
  return k.vm.policies.replacement === "two-lists";
}

/** Trouble with pages of one kind: a rotation, a page written, a page that had to come back. Old trouble fades. */
export function addCost(k: VmKernel, kind: "anonymous" | "file", pages: number): void {
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
export function kindOf(k: VmKernel, index: number): "anonymous" | "file" {
  const list = k.vm.frames.list[index];
  return list === LIST.inactiveFile || list === LIST.activeFile ? "file" : "anonymous";
}

/** Makes a frame active. */
export function activate(k: VmKernel, index: number): void {
  moveToHead(k, kindOf(k, index) === "file" ? LIST.activeFile : LIST.activeAnonymous, index);
  k.vm.frames.age[index] &= ~AGE.referenced;
  k.vm.reclaim.age++;
}

/** A page goes; `wasActive`: it had AGE.workingSet. */
export function noteEviction(k: VmKernel, key: string, wasActive: boolean): void {
  if (!keepsBooks(k)) return;
  const { shadows } = k.vm.reclaim;
  const time = ++k.vm.reclaim.age;
  shadows.delete(key);
  shadows.set(key, wasActive ? -time : time);
  if (shadows.size > k.vm.frames.count) shadows.delete(shadows.keys().next().value!);
}

/** A page has come (back): its frame was just allocated. */
export function noteArrival(k: VmKernel, key: string, index: number): void {
  const { reclaim, statistics } = k.vm;
  const shadow = reclaim.shadows.get(key);
  if (shadow === undefined) return;
  reclaim.shadows.delete(key);
  const isFile = k.vm.frames.owner[index] === OWNER.file;
  if (isFile) statistics.refaultsFile++;
  else statistics.refaultsAnonymous++;
  if (reclaim.age - Math.abs(shadow) > workingSetSize(k, isFile)) return;
  activate(k, index);
  if (isFile) statistics.refaultActivationsFile++;
  else statistics.refaultActivationsAnonymous++;
  if (shadow > 0) return;
  k.vm.frames.age[index] |= AGE.workingSet;
  addCost(k, kindOf(k, index), 1);
  if (isFile) statistics.refaultRestoresFile++;
  else statistics.refaultRestoresAnonymous++;
}

/** The pages with which one that comes back competes. */
function workingSetSize(k: VmKernel, isFile: boolean): number {
  const { lengths } = k.vm.reclaim;
  let size = lengths[LIST.activeFile];
  if (!isFile) size += lengths[LIST.inactiveFile];
  if (k.vm.swap.areas.some((area) => area !== null))
    size += lengths[LIST.activeAnonymous] + (isFile ? lengths[LIST.inactiveAnonymous] : 0);
  return size;
}
