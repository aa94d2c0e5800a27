/**
 * Address spaces: what a process sees of memory. This file keeps the set of vmas and makes, activates and destroys spaces.
 *
 * (1) Vmas lie in the tree by address, do not overlap, begin and end at page boundaries inside user space.
 * (2) Neighbours that canMerge are one vma, unless their families forbade it when the last of them changed (family.ts), or
 *     they were made apart by a split that is still under way.
 * (3) counts.mapped, data, stack, code and locked are the sums over the vmas; vmaCount is their number.
 * (4) An object counts in `mappers` the vmas of each space that name it. When the last one goes, the pages of an
 *     object that nothing else can reach (no name, no open file) go too.
 */

import type { Hart } from "../../cpu/hart.ts";
import { PAGE_SIZE, type VirtualAddress } from "../../cpu/paging.ts";
import { WORK } from "../due-work.ts";
import { errno } from "../errno.ts";
import { noteIdle } from "../fs/idle.ts";
import { FS_TRAITS } from "../fs/traits.ts";
import type { Kernel } from "../kernel.ts";
import { panic } from "../panic.ts";
import { noteDetached } from "../shm.ts";
import { ensureAsid, setSatp } from "./asid.ts";
import { unchargeCommit } from "./commit.ts";
import { adoptFamily, mayJoin, mayMeet } from "./family.ts";
import { NO_FRAME } from "./frames.ts";
import { releaseReserve } from "./hugetlb/reserve.ts";
import { plainLayout } from "./layout.ts";
import { leaveSpace } from "./merge-spaces.ts";
import { forgetInode, forgetObject } from "./page-cache.ts";
import { splitLeafAcross } from "./pte-large.ts";
import type { AddressSpace, PageObject, SpaceCounts, Vma } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";
import { canMerge, isCode, isData, pagesIn, sliceVma, VMA } from "./vma.ts";
import { firstEndingAbove, insertNode, lastStartingBelow, refresh, removeNode } from "./vma-tree.ts";

const NO_COUNTS: SpaceCounts = {
  mapped: 0,
  data: 0,
  stack: 0,
  code: 0,
  locked: 0,
  anonymous: 0,
  file: 0,
  shared: 0,
  swapped: 0,
  hugetlb: 0,
  tables: 0,
  peakMapped: 0,
  peakResident: 0,
};

/** A space with nothing in it but its top page table, used by one process. @throws Errno ENOMEM */
export function newAddressSpace(k: Kernel): AddressSpace {
  const s: AddressSpace = {
    id: k.vm.nextSpace++,
    users: 1,
    root: NO_FRAME,
    unsettled: true,
    asid: 0,
    asidGeneration: 0,
    harts: 0,
    vmas: null,
    vmaCount: 0,
    lastVma: null,
    nextFamily: 1,
    counts: { ...NO_COUNTS },
    layout: plainLayout(k.vm.userLimit),
    hugeDisabled: false,
    deposits: [],
    lockFuture: 0,
    waitingPage: -1,
    workingSet: 0,
    peakWorkingSet: 0,
  };
  if (!k.scheme.createRoot(k, s)) throw errno("ENOMEM");
  k.vm.spaces.set(s.id, s);
  return s;
}

/** One process more uses the space: clone with CLONE_VM | CLONE_VFORK. */
export function shareAddressSpace(s: AddressSpace): AddressSpace {
  s.users++;
  return s;
}

/** One process less uses the space; the last one gives everything back. */
export function destroyAddressSpace(k: Kernel, s: AddressSpace): void {
  if (s.users === 0) panic("address space: destroyed once", { id: s.id });
  if (--s.users > 0) return;
  k.scheme.emptySpace(k, s);
  for (let v = firstEndingAbove(s.vmas, 0); v !== null; v = firstEndingAbove(s.vmas, 0)) removeVma(k, s, v);
  leaveHarts(k, s);
  k.scheme.dropRoot(k, s);
  s.root = NO_FRAME;
  k.vm.spaces.delete(s.id);
  k.references?.ended(s.id);
  leaveSpace(k, s.id);
}

/** No satp may name a table that is about to be freed. */
function leaveHarts(k: VmKernel, s: AddressSpace): void {
  for (const hart of k.machine.harts) {
    if (k.vm.asids.active[hart.id] !== s.id) continue;
    hart.setSatp("bare", 0, 0);
    k.vm.asids.active[hart.id] = 0;
  }
}

/** Makes `hart` translate through the space. Call before a process of it runs; costs nothing when it already does. */
export function activate(k: VmKernel, s: AddressSpace, hart: Hart): void {
  k.references?.activated(s.id);
  const { asids } = k.vm;
  if (asids.active[hart.id] === s.id && s.asidGeneration === asids.generation) return;
  ensureAsid(k, s);
  setSatp(k, s, hart.id);
}

/** The vma that holds `va`; null if none does. */
export function findVma(s: AddressSpace, va: VirtualAddress): Vma | null {
  const last = s.lastVma;
  if (last !== null && va >= last.start && va < last.end) return last;
  const v = firstEndingAbove(s.vmas, va);
  if (v === null || v.start > va) return null;
  s.lastVma = v;
  return v;
}

/** The first vma that ends above `va`, whether it holds it or lies behind. */
export function nextVma(s: AddressSpace, va: VirtualAddress): Vma | null {
  return firstEndingAbove(s.vmas, va);
}

/** The last vma that begins below `va`. */
export function previousVma(s: AddressSpace, va: VirtualAddress): Vma | null {
  return lastStartingBelow(s.vmas, va);
}

/** Calls `visit` with every vma that overlaps start to end - 1, upwards. `visit` may change or remove the one it gets. */
export function forEachVma(s: AddressSpace, start: VirtualAddress, end: VirtualAddress, visit: (v: Vma) => void): void {
  let v = nextVma(s, start);
  while (v !== null && v.start < end) {
    const behind = v.end;
    visit(v);
    v = nextVma(s, behind);
  }
}

/** All vmas, upwards. */
export function vmaList(s: AddressSpace): Vma[] {
  const list: Vma[] = [];
  forEachVma(s, 0, Number.POSITIVE_INFINITY, (v) => list.push(v));
  return list;
}

/** Adds (by 1) or takes away (by -1) what a vma counts for: invariant (3). */
function account(s: AddressSpace, v: Vma, by: 1 | -1): void {
  const { counts } = s;
  const pages = by * pagesIn(v.start, v.end);
  s.unsettled = true;
  counts.mapped += pages;
  if (isData(v.prot, v.flags)) counts.data += pages;
  if (v.flags & VMA.growsDown) counts.stack += pages;
  if (isCode(v.prot, v.flags)) counts.code += pages;
  if (v.flags & VMA.locked) counts.locked += pages;
  if (counts.mapped > counts.peakMapped) counts.peakMapped = counts.mapped;
}

/** The object is named by one vma more of the space: invariant (4). */
function attach(s: AddressSpace, object: PageObject): void {
  object.mappers.set(s.id, (object.mappers.get(s.id) ?? 0) + 1);
}

function detach(k: Kernel, id: number, object: PageObject): void {
  const left = object.mappers.get(id)! - 1;
  if (left > 0) {
    object.mappers.set(id, left);
    return;
  }
  object.mappers.delete(id);
  if (object.mappers.size > 0) return;
  const { inode } = object;
  if (object.segment !== null) return;
  k.due.work |= WORK.mounts;
  if (inode === null) forgetObject(k, object);
  else if (FS_TRAITS[inode.fs].kept) noteIdle(k, inode);
  else if (inode.nlink === 0 && inode.references === 0) forgetInode(k, inode);
}

/** No space's id: stands in `mappers` while keepingObjects runs. */
const KEEPER = -1;

/**
 * Does something that may unmap start to end - 1. Objects without a name whose last mapping goes by it are forgotten only then: as
 * Linux lets go of their files at the end of a call.
 */
export function keepingObjects<T>(
  k: Kernel,
  s: AddressSpace,
  start: VirtualAddress,
  end: VirtualAddress,
  change: () => T,
): T {
  const kept = new Set<PageObject>();
  for (let v = nextVma(s, start); v !== null && v.start < end; v = nextVma(s, v.end))
    if (v.object !== null && v.object.inode === null) kept.add(v.object);
  for (const object of kept) object.mappers.set(KEEPER, 1);
  try {
    return change();
  } finally {
    for (const object of kept) detach(k, KEEPER, object);
  }
}

function link(s: AddressSpace, v: Vma): void {
  s.vmas = insertNode(s.vmas, v);
  s.vmaCount++;
  if (v.object !== null) attach(s, v.object);
  account(s, v, 1);
}

function unlink(k: Kernel, s: AddressSpace, v: Vma): void {
  s.vmas = removeNode(s.vmas, v.start);
  s.vmaCount--;
  if (s.lastVma === v) s.lastVma = null;
  account(s, v, -1);
  if (v.flags & VMA.locked) k.vm.reclaim.unlocked = true;
  if (v.object === null) return;
  detach(k, s.id, v.object);
  if (v.object.segment !== null) noteDetached(k, v.object);
}

/**
 * Enters a new vma that overlaps none, as part of the neighbours that it continues: of the upper one first, as Linux's
 * mmap_region. Returns the vma that has it now.
 */
export function addVma(k: Kernel, s: AddressSpace, v: Vma): Vma {
  const { below, above } = joinable(s, v);
  link(s, v);
  const whole = above !== null ? join(k, s, v, above) : v;
  const joinsBelow = below !== null && (above === null || mayJoin(whole.family, below));
  return joinsBelow ? join(k, s, below, whole) : whole;
}

/** Neighbours that the vma could be joined with. */
function joinable(s: AddressSpace, v: Vma): { below: Vma | null; above: Vma | null } {
  const below = previousVma(s, v.start);
  const above = nextVma(s, v.end);
  return {
    below: below !== null && canMerge(below, v) && mayJoin(v.family, below) ? below : null,
    above: above !== null && canMerge(v, above) && mayJoin(v.family, above) ? above : null,
  };
}

/** fork: enters the copy of a parent's vma, as it is. */
export function addCopiedVma(s: AddressSpace, v: Vma): void {
  link(s, v);
}

/** Enters a vma that has moved, joined with its neighbours unless it is to be `apart`. */
export function addMovedVma(k: Kernel, s: AddressSpace, v: Vma): void {
  link(s, v);
  if (!v.apart) mergeAround(k, s, v);
}

/** Takes a vma out, and what it was promised. Its pages have been zapped. */
export function removeVma(k: Kernel, s: AddressSpace, v: Vma): void {
  if (v.flags & VMA.accounted) unchargeCommit(k, pagesIn(v.start, v.end));
  if (v.reserve !== null) releaseReserve(k, v);
  unlink(k, s, v);
}

/**
 * Joins a vma that has changed with the neighbours that it continues now: invariant (2); the lower one first where it cannot
 * be both, as Linux's vma_merge. Returns the vma that has it all.
 */
export function mergeAround(k: Kernel, s: AddressSpace, v: Vma): Vma {
  const { below, above } = joinable(s, v);
  const both = below !== null && above !== null && mayMeet(below, above);
  const whole = below !== null ? join(k, s, below, v) : v;
  return above !== null && (below === null || both) ? join(k, s, whole, above) : whole;
}

/** The same with the upper neighbour only. */
export function mergeAbove(k: Kernel, s: AddressSpace, v: Vma): Vma {
  const { above } = joinable(s, v);
  return above !== null ? join(k, s, v, above) : v;
}

function join(k: Kernel, s: AddressSpace, low: Vma, high: Vma): Vma {
  // The lower one grows before the upper one goes, so that their object is mapped at all times.
  const flags = low.flags | (high.flags & VMA.copied);
  const { end } = high;
  unlink(k, s, high);
  resizeVma(s, low, low.start, end);
  low.flags = flags;
  adoptFamily(low, high);
  return low;
}

/** Moves a vma's borders; nothing lies in the way. Growing or shrinking below moves `offset` along. */
export function resizeVma(s: AddressSpace, v: Vma, start: VirtualAddress, end: VirtualAddress): void {
  account(s, v, -1);
  v.offset += start - v.start;
  v.start = start;
  v.end = end;
  account(s, v, 1);
  refresh(s.vmas, start);
}

/** Makes `va` a border: a vma that lies across it becomes two, and so does a huge page (pte-large.ts, 2). */
export function splitVmaAt(k: VmKernel, s: AddressSpace, va: VirtualAddress): void {
  const v = nextVma(s, va);
  if (v === null || v.start >= va) return;
  splitLeafAcross(k, s, va / PAGE_SIZE);
  const upper = sliceVma(v, va, v.end);
  resizeVma(s, v, v.start, va);
  link(s, upper);
}

/** Gives a vma another protection or other flags; its entries are the caller's. */
export function changeVma(s: AddressSpace, v: Vma, prot: number, flags: number): void {
  account(s, v, -1);
  v.prot = prot;
  v.flags = flags;
  account(s, v, 1);
  refresh(s.vmas, v.start);
}

/** Resident pages: VmRSS. */
export function residentPages(s: AddressSpace): number {
  return s.counts.anonymous + s.counts.file + s.counts.shared;
}

/** Pages that the process can address: a segment has what lies between its mappings too, in RAM. */
export function sizeOfSpace(s: AddressSpace): number {
  return Math.max(s.counts.mapped, residentPages(s));
}
