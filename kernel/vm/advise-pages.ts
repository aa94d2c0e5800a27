/**
 * The advices of madvise(2) that do something to pages now. Each gets a part of one mapping, and is of type Advice.
 *
 *   DONTNEED     the entries go: private anonymous memory is zero again, the rest comes back from its object
 *   FREE         the content may go, until it is written to again (FRAME.lazyFree, and D of the entry taken)
 *   REMOVE       the content goes from the object: a hole in the file, for everyone
 *   COLD         the pages have not been used, whatever their A bits said
 *   PAGEOUT      the pages leave RAM now
 *   WILLNEED     the pages are read, and nobody waits
 *   POPULATE_*   the pages are made resident, as if read or written
 */
import { PAGE_SIZE, PTES_PER_TABLE, type VirtualAddress } from "../../cpu/paging.ts";
import { errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { commitFlush, gather, newBatch } from "./flush.ts";
import { FRAME, OWNER } from "./frames.ts";
import { headOf, isHuge } from "./huge-page.ts";
import { startObjectPages, startSwappedPages } from "./page-ahead.ts";
import { deactivate, treatAsDisposable } from "./page-lists.ts";
import { takeAccessed, takeReferenced } from "./page-references.ts";
import { forEachPte, frameUnder, levelOf } from "./page-table.ts";
import { populatePages } from "./populate.ts";
import { PROT_READ, PROT_WRITE } from "./prot.ts";
import { clearPage, isResident, isSwapped, pteFrameOf, takeDirty } from "./pte.ts";
import { isExclusiveLeaf, pagesOfPte, splitAround, splitHugePage } from "./pte-large.ts";
import { punchHole } from "./punch-hole.ts";
import { evict } from "./reclaim.ts";
import { mayLookAt } from "./residency.ts";
import { countMappings } from "./reverse-map.ts";
import { mappingCount } from "./smaps.ts";
import { giveSlotBack, isExclusive } from "./swap-cache.ts";
import type { Access, AddressSpace, Vma } from "./types.ts";
import { isPageOf, objectIndex, VMA } from "./vma.ts";
import { takeUse } from "./working-set.ts";
import { zapRange } from "./zap.ts";

/** Advises the pages from `from` to `to` - 1, which lie in `v`. May throw an Errno. */
export type Advice = (k: Kernel, p: Process, s: AddressSpace, v: Vma, from: VirtualAddress, to: VirtualAddress) => void;

/** MADV_DONTNEED. @throws Errno EINVAL in the middle of a huge page of the pool */
export const dropContent: Advice = (k, _p, s, v, from, to) => {
  if (!isPageOf(v, from)) throw errno("EINVAL");
  // As Linux: of huge pages of the pool those that lie in the range whole.
  const size = PAGE_SIZE * 2 ** (v.object?.huge?.order ?? 0);
  const end = to - (to % size);
  if (end > from) zapRange(k, s, from, end);
};

/** MADV_FREE: of pages that nobody else has; others stay as they are. @throws Errno EINVAL not private anonymous memory */
export const freeLazily: Advice = (k, _p, s, v, from, to) => {
  if (v.object !== null || v.special !== 0) throw errno("EINVAL");
  const batch = newBatch();
  let next = 0;
  breakAround(k, s, from, to);
  forEachPte(k, s, from / PAGE_SIZE, to / PAGE_SIZE, (at, page, pages) => {
    if (page < next) return true;
    const low = k.machine.ram.u32[at];
    // As Linux: nothing more of this table.
    if (pages === 1 && isResident(low) && !takeApart(k, low)) next = page - (page % PTES_PER_TABLE) + PTES_PER_TABLE;
    else if (isSwapped(low)) clearPage(k, s, at);
    else if (markLazy(k, at)) gather(batch, page);
    return true;
  });
  commitFlush(k, s, batch);
};

/**
 * A page that may be part of a huge one, which others still map whole. Linux takes that for nobody else's by its first page alone
 * (folio_estimated_sharers), and splits it then, for all.
 * @returns false: others have it
 */
function takeApart(k: Kernel, low: number): boolean {
  const index = pteFrameOf(low) - k.vm.frames.first;
  if (k.vm.frames.owner[index] !== OWNER.anonymous || !isHuge(k, index)) return true;
  const head = headOf(k, index);
  if (mappingCount(k, head) !== 1) return false;
  splitHugePage(k, head);
  return true;
}

/** Splits the huge pages that lie partly in the range: what is advised of them is not for all of it. */
function breakAround(k: Kernel, s: AddressSpace, from: VirtualAddress, to: VirtualAddress): void {
  const before = k.vm.huge.pages;
  splitAround(k, s, from / PAGE_SIZE, to / PAGE_SIZE);
  k.vm.statistics.splitPages += before - k.vm.huge.pages;
}

/** @returns whether the entry at `at` has changed: its translation must be forgotten, so that a write sets D again */
function markLazy(k: Kernel, at: number): boolean {
  const { frames } = k.vm;
  const { u32 } = k.machine.ram;
  if (!isResident(u32[at])) return false;
  if (levelOf(k, at) > 0) return markHugeLazy(k, at);
  const frame = pteFrameOf(u32[at]);
  const index = frame - frames.first;
  if (frames.owner[index] !== OWNER.anonymous || frames.pins[index] > 0) return false;
  if (!isExclusive(k, index) || !giveSlotBack(k, frame)) return false;
  takeDirty(k, at);
  takeUse(k, at);
  frames.flags[index] = (frames.flags[index] & ~FRAME.dirty) | FRAME.lazyFree;
  treatAsDisposable(k, index);
  k.references?.disposable(index);
  return true;
}

/** The same for a huge page: all of it, or nothing. */
function markHugeLazy(k: Kernel, at: number): boolean {
  const { flags, first } = k.vm.frames;
  const { u32 } = k.machine.ram;
  if (!isExclusiveLeaf(k, at)) return false;
  const head = pteFrameOf(u32[at]) - first;
  takeDirty(k, at);
  takeUse(k, at);
  for (let index = head; index < head + pagesOfPte(k, at); index++) {
    flags[index] = (flags[index] & ~FRAME.dirty) | FRAME.lazyFree;
    k.references?.disposable(index);
  }
  treatAsDisposable(k, head);
  return true;
}

/** MADV_REMOVE. @throws Errno EINVAL no object; EACCES not a shared mapping that could be written; as punchHole */
export const removeContent: Advice = (k, p, _s, v, from, to) => {
  if (v.object === null) throw errno("EINVAL");
  if ((v.flags & (VMA.shared | VMA.mayWrite)) !== (VMA.shared | VMA.mayWrite)) throw errno("EACCES");
  punchHole(k, p, v.object, objectIndex(v, from), objectIndex(v, to));
};

/** Indices of the frames in a range that nobody else maps, as not used lately. Huge pages that lie partly in it are split. */
function unusedFrames(k: Kernel, s: AddressSpace, from: VirtualAddress, to: VirtualAddress): number[] {
  const { frames } = k.vm;
  const found: number[] = [];
  breakAround(k, s, from, to);
  forEachPte(k, s, from / PAGE_SIZE, to / PAGE_SIZE, (at, page, pages) => {
    if (!isResident(k.machine.ram.u32[at])) return true;
    const frame = frameUnder(k, at, page);
    const index = frame - frames.first;
    if (frames.owner[index] === OWNER.kernel) return true;
    for (let i = 0; i < pages; i++) if (countMappings(k, frame + i, 2) === 1) found.push(index + i);
    return true;
  });
  for (const index of found) {
    takeAccessed(k, index);
    takeReferenced(k, index);
  }
  return found;
}

/** MADV_COLD. */
export const coolPages: Advice = (k, _p, s, _v, from, to) => {
  for (const index of unusedFrames(k, s, from, to)) {
    deactivate(k, index);
    k.references?.cooled(index);
  }
};

/** MADV_PAGEOUT. Pages of a file that the process could not write to stay: others would notice. */
export const evictPages: Advice = (k, p, s, v, from, to) => {
  if (v.special !== 0 || !mayLookAt(p, v)) return;
  // Evicting empties entries and frees tables: not while they are walked.
  for (const index of unusedFrames(k, s, from, to)) evict(k, index, true);
};

/** MADV_WILLNEED. */
export const readAhead: Advice = (k, _p, s, v, from, to) => {
  if (v.flags & VMA.hugetlb) return;
  // Copies that a private mapping of a file has in swap wait for their fault, as on Linux.
  if (v.object !== null) startObjectPages(k, v.object, objectIndex(v, from), objectIndex(v, to));
  else startSwappedPages(k, s, from, to);
};

/**
 * MADV_POPULATE_READ, MADV_POPULATE_WRITE. May sleep.
 * @throws Errno EINVAL the mapping does not allow that access; EFAULT a page would be SIGBUS; ENOMEM
 */
export function populateFor(access: Access & ("read" | "write")): Advice {
  const right = access === "write" ? PROT_WRITE : PROT_READ;
  return (k, p, s, v, from, to) => {
    if (!(v.prot & right)) throw errno("EINVAL");
    const failure = populatePages(k, p, s, Math.max(from, p.call.progress), to, access, true);
    if (failure !== null) throw errno(failure);
  };
}
