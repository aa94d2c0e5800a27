/**
 * Leaf entries above level 0, the other half of pte.ts: the only place that writes one. A large leaf shows a huge page
 * (huge-page.ts) whole: 2 MiB in a table of level 1; of the pool also 1 GiB in one of level 2.
 *
 *   level 1:   [ 512 frames, rights, A, D ]     one entry, one reverse-map link, a reference of each frame
 *        split: [ pointer ] ─► level-0 table    512 entries with the same rights, A and D; frames, references, content stay.
 *                                               The table was in reserve since the leaf was made, so splitting never fails.
 *
 * (1) A large leaf holds one reference of each frame, one count of each page of its space, and one link of the reverse map, in
 *     the list of the first frame. Of the huge page of zeroes it holds nothing but a use (k.vm.huge.zeroUses).
 * (2) It lies in one vma, whole: who makes a border in its middle splits it.
 * (3) A transparent one has a level-0 table in its space's `deposits`. One of the pool has none, and is never split.
 * (4) It has the rights, W, A, D and the mark WAS_SHARED as an entry of level 0 has them (pte.ts); W only where all frames
 *     are this entry's alone. It is never in swap.
 *
 * Functions get `at`, as in page-table.ts; those of pte.ts that change rights or bits (changeRights, takeDirty) are for entries
 * of every level.
 */
import { type FrameNumber, PAGE_SIZE, PTE, PTE_PPN_SHIFT, PTES_PER_TABLE } from "../../cpu/paging.ts";
import { emit } from "../events.ts";
import { panic } from "../panic.ts";
import { flushPage } from "./flush.ts";
import { FRAME, OWNER } from "./frames.ts";
import { addReferences, dissolve, dropReferences, isOnesOwn, releaseHugePage } from "./huge-page.ts";
import { pageUnused } from "./hugetlb/pool.ts";
import { findPte, freeDeposit, levelOf, NO_PTE, takeDeposit } from "./page-table.ts";
import { clearPage, countPages, moveEntry, pteFrameOf } from "./pte.ts";
import {
  addMapping,
  countMappings,
  hasLargeMapping,
  largeMappingsOf,
  pageOfPte,
  removeMapping,
  spaceOfPte,
  WORDS_PER_TABLE,
} from "./reverse-map.ts";
import type { AddressSpace } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";

/** Everything of an entry but its frame. */
const BITS = (1 << PTE_PPN_SHIFT) - 1;

/** Pages that the entry at `at` maps. */
export function pagesOfPte(k: VmKernel, at: number): number {
  return PTES_PER_TABLE ** levelOf(k, at);
}

/** Does a large leaf with these bits show the huge page of zeroes? */
export function isHugeZero(k: VmKernel, low: number): boolean {
  const { zeroFrame, zeroUses } = k.vm.huge;
  return zeroUses > 0 && pteFrameOf(low) === zeroFrame;
}

/**
 * Fills an empty entry of level 1 or 2 with a leaf.
 * @param head first frame of a huge page; of a transparent one and of the one of zeroes a table has been put by (depositTable)
 * @param referencesAreGiven the caller's own reference of each frame goes over to the entry
 */
export function putHugePage(
  k: VmKernel,
  s: AddressSpace,
  at: number,
  head: FrameNumber,
  rights: number,
  referencesAreGiven: boolean,
): void {
  if (head === k.vm.huge.zeroFrame) k.vm.huge.zeroUses++;
  else {
    const size = pagesOfPte(k, at);
    if (!referencesAreGiven) addReferences(k, head - k.vm.frames.first, size);
    addMapping(k, head, at);
    countPages(k, s, head, size);
    if (k.references !== null) tellMapped(k, s, at, head - k.vm.frames.first);
  }
  k.machine.ram.u32[at] = ((head << PTE_PPN_SHIFT) | rights) >>> 0;
  k.vm.frames.entries[at >> 10]++;
}

/** Whoever records the run hears of transparent huge pages only: no policy ever sees the pool. */
function tellMapped(k: VmKernel, s: AddressSpace, at: number, index: number): void {
  if (k.vm.frames.owner[index] === OWNER.anonymous)
    k.references?.mappedHuge(index, s.id, pageOfPte(k, at), pagesOfPte(k, at));
}

/** Those pages of a huge page that have lost their last entry with a large leaf. */
function tellDeparted(k: VmKernel, head: number, size: number): void {
  for (let index = head; index < head + size; index++)
    if (countMappings(k, index + k.vm.frames.first, 1) === 0) k.references?.departed(index);
}

/**
 * Empties an entry of any level: clearPage, and its like for large leaves. A transparent huge page that no large leaf names any
 * more is dissolved; a page of the pool goes back there unless an object has it. The caller flushes, and prunes its table.
 */
export function clearLeaf(k: VmKernel, s: AddressSpace, at: number): void {
  if (levelOf(k, at) === 0) {
    clearPage(k, s, at);
    return;
  }
  const low = k.machine.ram.u32[at];
  const { frames } = k.vm;
  k.machine.ram.u32[at] = 0;
  frames.entries[at >> 10]--;
  if (isHugeZero(k, low)) {
    k.vm.huge.zeroUses--;
    freeDeposit(k, s);
    return;
  }
  const head = pteFrameOf(low) - frames.first;
  const size = pagesOfPte(k, at);
  removeMapping(k, pteFrameOf(low), at);
  countPages(k, s, pteFrameOf(low), -size);
  if (frames.owner[head] === OWNER.anonymous) {
    freeDeposit(k, s);
    keepDirty(k, low, head, size);
    if (k.references !== null) tellDeparted(k, head, size);
  }
  const goes = frames.owner[head] === OWNER.anonymous && !hasLargeMapping(k, head);
  if (goes) releaseHugePage(k, head);
  else dropReferences(k, head, size);
  if (frames.owner[head] === OWNER.huge && frames.mappings[head] === 0 && frames.holder[head] === 0)
    pageUnused(k, head + frames.first);
}

/** D of a leaf that goes, for those whose frames stay: pte.ts, keepDirty. */
function keepDirty(k: VmKernel, low: number, head: number, size: number): void {
  const { flags } = k.vm.frames;
  if (low & PTE.D) for (let index = head; index < head + size; index++) flags[index] |= FRAME.dirty;
}

/**
 * Makes a transparent large leaf a table of level 0 with the same content, and forgets its translation. With its last large
 * leaf the huge page is dissolved. Its vma, and what programs see, stays as it is.
 */
export function splitLeaf(k: VmKernel, s: AddressSpace, at: number): void {
  const { u32 } = k.machine.ram;
  const low = u32[at];
  const page = pageOfPte(k, at);
  const zero = isHugeZero(k, low);
  const head = pteFrameOf(low) - k.vm.frames.first;
  if (levelOf(k, at) !== 1 || !(zero || k.vm.frames.owner[head] === OWNER.anonymous))
    panic("large entries (3): only transparent ones are split", { at, low, level: levelOf(k, at) });
  if (!zero) removeMapping(k, pteFrameOf(low), at);
  const table = takeDeposit(k, s, page);
  const start = (table - k.vm.frames.first) * WORDS_PER_TABLE;
  for (let i = 0; i < PTES_PER_TABLE; i++) {
    const frame = zero ? k.vm.zeroFrame : pteFrameOf(low) + i;
    u32[start + 2 * i] = ((frame << PTE_PPN_SHIFT) | (low & BITS)) >>> 0;
    if (!zero) addMapping(k, frame, start + 2 * i);
  }
  k.vm.frames.entries[table - k.vm.frames.first] = PTES_PER_TABLE;
  u32[at] = ((table << PTE_PPN_SHIFT) | PTE.V) >>> 0;
  if (low & PTE.V) flushPage(k, s, page);
  k.vm.statistics.splitLeaves++;
  if (zero) k.vm.huge.zeroUses--;
  else if (!hasLargeMapping(k, head)) dissolve(k, head);
  if (k.listeners.length > 0)
    emit(k, { type: "huge-page", pid: k.current?.pid ?? 0, va: page * PAGE_SIZE, what: "split" });
}

/** Makes a transparent huge page ordinary frames, in the tables of all who map it: splits every large leaf that names it. */
export function splitHugePage(k: VmKernel, head: number): void {
  for (const at of largeMappingsOf(k, head)) splitLeaf(k, k.vm.spaces.get(spaceOfPte(k, at))!, at);
  k.vm.statistics.splitPages++;
}

/** Splits the large leaf, if there is one, that lies across the border below `page`: invariant (2). */
export function splitLeafAcross(k: VmKernel, s: AddressSpace, page: number): void {
  if (s.deposits.length === 0) return;
  const at = findPte(k, s, page);
  if (at !== NO_PTE && levelOf(k, at) > 0 && pageOfPte(k, at) !== page) splitLeaf(k, s, at);
}

/** Splits those that lie partly in first to last - 1: what is left there is whole. */
export function splitAround(k: VmKernel, s: AddressSpace, first: number, last: number): void {
  splitLeafAcross(k, s, first);
  splitLeafAcross(k, s, last);
}

/** Moves a large leaf as it is to an empty entry of the same level and space. The caller flushes the old page, and prunes. */
export function moveLeaf(k: VmKernel, from: number, to: number): void {
  moveEntry(k, from, to, !isHugeZero(k, k.machine.ram.u32[from]));
}

/** Is the huge page that a large leaf names its alone, so that it may be written? Not the one of zeroes. */
export function isExclusiveLeaf(k: VmKernel, at: number): boolean {
  const low = k.machine.ram.u32[at];
  if (isHugeZero(k, low)) return false;
  return isOnesOwn(k, pteFrameOf(low) - k.vm.frames.first, pagesOfPte(k, at));
}
