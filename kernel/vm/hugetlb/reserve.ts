/**
 * Reservations: that a mapping of huge pages can have its pages when it touches them was settled when it was made. Linux's
 * Documentation/mm/hugetlbfs_reserv.rst.
 *
 *   shared    the object remembers the indices that were ever reserved (HugeObject.reserved), whoever maps them; they go with
 *             truncation and with the object
 *   private   whoever called mmap has a page for each of its indices (Vma.reserve); what fork's children touch must be had from what
 *             is left over
 *   MAP_NORESERVE   nothing is kept: a touch finds a page, or ends in SIGBUS
 *
 * (1) A pool's `reserved` is the sum of: what objects have reserved and have no page for; the pages of private mappings with a
 *     reserve that have not been consumed; what mounts keep for themselves (Subpool.reserved); what is stranded: loseReserve.
 * (2) Each index of an object that has a page is among its reserved ones.
 */
import type { FrameNumber } from "../../../cpu/paging.ts";
import { NO_FRAME } from "../frames.ts";
import type { PageObject, Vma } from "../types.ts";
import type { VmKernel } from "../vm-kernel.ts";
import { objectIndex, VMA } from "../vma.ts";
import { givePage, poolOf, reservePages, unreservePages } from "./pool.ts";
import { putBack, takeFrom } from "./subpool.ts";
import type { HugeObject, HugeReserve } from "./types.ts";

/** The huge part of an object that has one. */
export function hugeOf(object: PageObject): HugeObject {
  return object.huge!;
}

/** The index, in huge pages, that a vma of them shows at `va`; with its end, the first one behind. */
export function hugeIndex(v: Vma, va: number): number {
  return Math.floor(objectIndex(v, va) / 2 ** hugeOf(v.object!).order);
}

/** Pages that are to be reserved: of the mount's own, and then of the pool. @returns false: there are not so many */
function reserve(k: VmKernel, huge: HugeObject, count: number): boolean {
  const fromPool = takeFrom(k, huge.subpool, count);
  if (fromPool < 0) return false;
  if (reservePages(k, poolOf(k, huge.order), fromPool)) return true;
  putBack(k, huge.subpool, count);
  return false;
}

/** Reservations that nobody needs any more. */
function unreserve(k: VmKernel, huge: HugeObject, count: number): void {
  if (count > 0) unreservePages(k, poolOf(k, huge.order), putBack(k, huge.subpool, count));
}

/** How many of from to to - 1 are in the set. */
function countIn(set: ReadonlySet<number>, from: number, to: number): number {
  let count = 0;
  for (const index of set) if (index >= from && index < to) count++;
  return count;
}

/**
 * A shared mapping, or a System V segment, is to show from to to - 1.
 * @returns false: too few pages; nothing has changed
 */
export function reserveShared(k: VmKernel, object: PageObject, from: number, to: number): boolean {
  const huge = hugeOf(object);
  if (!reserve(k, huge, to - from - countIn(huge.reserved, from, to))) return false;
  for (let index = from; index < to; index++) huge.reserved.add(index);
  return true;
}

/** A private mapping of `count` pages. @returns its reserve; null: too few pages, and nothing has changed */
export function reservePrivate(k: VmKernel, object: PageObject, count: number): HugeReserve | null {
  return reserve(k, hugeOf(object), count) ? { consumed: new Set() } : null;
}

/** Pages that the reserve of a private mapping has still to give it. */
export function unused(v: Vma): number {
  const from = hugeIndex(v, v.start);
  const to = hugeIndex(v, v.end);
  return to - from - countIn(v.reserve!.consumed, from, to);
}

/** A vma goes; what its pages were promised and have not had goes back. */
export function releaseReserve(k: VmKernel, v: Vma): void {
  if (v.reserve !== null) unreserve(k, hugeOf(v.object!), unused(v));
}

/**
 * mremap has moved part of a vma, or all of it: the new one has the reserve, and what stays has none. As in Linux 6.1, what is reserved
 * for it is nobody's from then on, and never given back: clear_vma_resv_huge_pages.
 */
export function loseReserve(k: VmKernel, v: Vma, moved: Vma): void {
  poolOf(k, hugeOf(v.object!).order).stranded += unused(v) - unused(moved);
  v.reserve = null;
}

/**
 * Indices from to to - 1 of an object have lost their pages for good.
 * @param freed how many of them had one
 */
export function forgetReserved(k: VmKernel, object: PageObject, from: number, to: number, freed: number): void {
  const huge = hugeOf(object);
  let count = 0;
  for (const index of huge.reserved)
    if (index >= from && index < to) {
      huge.reserved.delete(index);
      count++;
    }
  unreserve(k, huge, count - freed);
}

/** Who touches a page that nobody has yet, and what is promised to them. */
export interface Claim {
  readonly object: PageObject;
  readonly index: number;
  /** It is to be the object's, for all to see. */
  readonly shared: boolean;
  /** Of a private mapping. */
  readonly reserve: HugeReserve | null;
}

/** The claim of a fault in a vma. */
export function claimOf(v: Vma, index: number): Claim {
  return { object: v.object!, index, shared: (v.flags & VMA.shared) !== 0, reserve: v.reserve };
}

/** Whether a page is promised to the claim. */
function isPromised({ object, index, shared, reserve }: Claim): boolean {
  if (shared) return hugeOf(object).reserved.has(index);
  return reserve !== null && !reserve.consumed.has(index);
}

/**
 * Linux's alloc_huge_page: a page for the claim, not zeroed.
 * @param beside it is a copy that the reservation was not made for: it must be had from what is left over
 * @returns its first frame; NO_FRAME: there is none, and nothing has changed
 */
export function claimPage(k: VmKernel, claim: Claim, beside = false): FrameNumber {
  const huge = hugeOf(claim.object);
  const extra = beside || !isPromised(claim);
  // A mount with a least size may have one in reserve: then the pool gives one of those that it has promised. (Linux does not count
  // that one as used when the mapping is private and has no reserve, and never gets it back.)
  const fromPool = extra ? takeFrom(k, huge.subpool, 1) : 0;
  if (fromPool < 0) return NO_FRAME;
  const head = givePage(k, poolOf(k, huge.order), fromPool === 0, huge.subpool);
  if (head === NO_FRAME) {
    if (extra) putBack(k, huge.subpool, 1);
    return NO_FRAME;
  }
  if (claim.shared) huge.reserved.add(claim.index);
  else claim.reserve?.consumed.add(claim.index);
  return head;
}
