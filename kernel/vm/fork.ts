/**
 * fork's half of virtual memory: a second space that begins with the same content.
 * The strategies are rows of FORK_STRATEGIES: copy-on-write shares every private frame until someone writes; eager, the
 * naive one, copies them all.
 *
 * (1) Only what the child could not get back by a fault is handed down: the pages of private mappings that may differ
 *     from their object. Shared mappings and untouched private files begin empty.
 * (2) After a copy-on-write fork no entry of a shared private frame has W, in the parent either, and no TLB thinks so.
 * (3) When memory runs out the child is gone again and the parent as it was, but for W bits that a fault gives back.
 *
 * Cost: proportional to vmas and resident private pages, not to what is mapped.
 */
import { PAGE_SIZE, PTE, PTES_PER_TABLE } from "../../cpu/paging.ts";
import { errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import { noteAttached, segmentOf } from "../shm.ts";
import { addCopiedVma, destroyAddressSpace, forEachVma, newAddressSpace } from "./address-space.ts";
import { tryCommit } from "./commit.ts";
import { inheritFamily } from "./family.ts";
import { commitFlush, type FlushBatch, gather, newBatch } from "./flush.ts";
import { allocateCopy, NO_FRAME, OWNER } from "./frames.ts";
import { inheritMerging } from "./merge-spaces.ts";
import { depositTable, ensurePte, forEachPte, levelOf, NO_PTE, pruneTables } from "./page-table.ts";
import { changeRights, isResident, pteFrameOf, putPage, putSwapped, rightsOf, WAS_SHARED } from "./pte.ts";
import { isHugeZero, putHugePage, splitLeaf } from "./pte-large.ts";
import { pageOfPte } from "./reverse-map.ts";
import type { AddressSpace, Vma, VmPolicies } from "./types.ts";
import { pagesIn, sliceVma, VMA } from "./vma.ts";

/**
 * How the child gets what the parent's entry at `from` names, into its own empty entry at `to`.
 * @returns false when no frame is free
 */
type CopyPage = (k: Kernel, child: AddressSpace, from: number, to: number, batch: FlushBatch) => boolean;

/** Both get the frame without W. */
function sharePage(k: Kernel, child: AddressSpace, from: number, to: number, batch: FlushBatch): boolean {
  const low = k.machine.ram.u32[from];
  const rights = rightsOf(low) & ~PTE.W;
  const frame = pteFrameOf(low);
  const isPrivate = k.vm.frames.owner[frame - k.vm.frames.first] === OWNER.anonymous;
  const mark = isPrivate ? WAS_SHARED : 0;
  changeRights(k, from, rights | mark);
  if (low & PTE.W) gather(batch, pageOfPte(k, from));
  putPage(k, child, to, frame, rights | mark, false);
  return true;
}

/** The child gets a copy; what is not a private frame is shared all the same. */
function copyPage(k: Kernel, child: AddressSpace, from: number, to: number, batch: FlushBatch): boolean {
  const low = k.machine.ram.u32[from];
  const frame = pteFrameOf(low);
  if (k.vm.frames.owner[frame - k.vm.frames.first] !== OWNER.anonymous) return sharePage(k, child, from, to, batch);
  const copy = allocateCopy(k, OWNER.anonymous, frame);
  if (copy === NO_FRAME) return false;
  putPage(k, child, to, copy, rightsOf(low), true);
  return true;
}

const FORK_STRATEGIES: Readonly<Record<VmPolicies["fork"], CopyPage>> = {
  "copy-on-write": sharePage,
  eager: copyPage,
};

/** Whether the child must be given pages of the mapping: invariant (1). */
function mustCopy(v: Vma): boolean {
  if (v.flags & (VMA.shared | VMA.wipeOnFork) || v.special !== 0) return false;
  return v.object === null || (v.flags & VMA.copied) !== 0;
}

/** ensurePte for pages in ascending order, all of which get an entry: those of one table lie side by side. */
function entriesOf(k: Kernel, s: AddressSpace): (page: number) => number {
  let last = 0;
  let at = NO_PTE;
  return (page) => {
    const near = at + 2 * (page - last);
    const isNear = at !== NO_PTE && page - last < PTES_PER_TABLE && near >> 10 === at >> 10;
    at = isNear ? near : ensurePte(k, s, page);
    last = page;
    return at;
  };
}

function copyPages(k: Kernel, parent: AddressSpace, child: AddressSpace, v: Vma, batch: FlushBatch): boolean {
  const copy = FORK_STRATEGIES[k.vm.policies.fork];
  const eager = k.vm.policies.fork === "eager";
  const entryFor = entriesOf(k, child);
  const visit = (from: number, page: number, pages: number): boolean => {
    if (pages > 1) {
      if (!eager || v.flags & VMA.hugetlb) return shareHugePage(k, child, from, page, batch);
      splitLeaf(k, parent, from);
      return forEachPte(k, parent, page, page + pages, visit);
    }
    const to = entryFor(page);
    if (to === NO_PTE) return false;
    const low = k.machine.ram.u32[from];
    if (isResident(low)) return copy(k, child, from, to, batch);
    // In swap: one more name of the same slot, under either strategy.
    putSwapped(k, child, to, low);
    return true;
  };
  return forEachPte(k, parent, v.start / PAGE_SIZE, v.end / PAGE_SIZE, visit);
}

/** sharePage for a huge page: both get a large leaf without W. */
function shareHugePage(k: Kernel, child: AddressSpace, from: number, page: number, batch: FlushBatch): boolean {
  const to = ensurePte(k, child, page, levelOf(k, from));
  if (to === NO_PTE) return false;
  const low = k.machine.ram.u32[from];
  const owner = k.vm.frames.owner[pteFrameOf(low) - k.vm.frames.first];
  if (owner !== OWNER.huge && !depositTable(k, child)) {
    pruneTables(k, child, page);
    return false;
  }
  const rights = rightsOf(low) & ~PTE.W;
  const mark = isHugeZero(k, low) ? 0 : WAS_SHARED;
  changeRights(k, from, rights | mark);
  if (low & PTE.W) gather(batch, page);
  putHugePage(k, child, to, pteFrameOf(low), rights | mark, false);
  return true;
}

/** A space with the same mappings and content as `parent`. Locks are not inherited. @throws Errno ENOMEM */
export function forkAddressSpace(k: Kernel, parent: AddressSpace): AddressSpace {
  const child = newAddressSpace(k);
  child.layout = { ...parent.layout };
  inheritMerging(k, parent.id, child.id);
  child.hugeDisabled = parent.hugeDisabled;
  const batch = newBatch();
  let complete = true;
  forEachVma(parent, 0, Number.POSITIVE_INFINITY, (v) => {
    if (!complete || v.flags & VMA.dontFork) return;
    // As Linux, by the size of the parent: the child has none yet.
    if (v.flags & VMA.accounted && !tryCommit(k, k.current, parent, pagesIn(v.start, v.end))) complete = false;
    if (!complete) return;
    const copy = sliceVma(v, v.start, v.end);
    copy.flags &= ~(VMA.locked | VMA.lockOnFault | VMA.hugeLost);
    copy.reserve = null;
    inheritFamily(child, copy);
    // What they differed in may be gone now: Linux does not join them either.
    copy.apart = v.apart || (v.flags & (VMA.locked | VMA.wipeOnFork)) !== 0;
    addCopiedVma(child, copy);
    if (v.object !== null && v.object.segment !== null) noteAttached(k, segmentOf(k, v.object));
    if (mustCopy(v)) complete = copyPages(k, parent, child, v, batch);
  });
  commitFlush(k, parent, batch);
  if (!complete) {
    destroyAddressSpace(k, child);
    throw errno("ENOMEM");
  }
  return child;
}
