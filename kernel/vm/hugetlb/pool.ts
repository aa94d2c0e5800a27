/**
 * The pools of huge pages: frames that were taken from everybody else so that huge mappings can have them without fail. One pool
 * a size. Linux's mm/hugetlb.c and Documentation/admin-guide/mm/hugetlbpage.rst.
 *
 *   nr_hugepages ─► allocator ─► free ◄──────────────────────► used ─► (surplus) back to the allocator
 *                                  └ reserved: promised to mappings, given to nobody else
 *
 * (1) free + used is the size of the pool; each frame of a page of it has OWNER.huge, the order of the page in `block`, and one
 *     reference that is the pool's, besides one for each large leaf.
 * (2) reserved <= free: a promise is kept. surplus <= free + used.
 * (3) A page is in `used` exactly as long as a leaf names it or an object has it (its first frame's `holder`).
 * (4) Pages of a pool are in no list of reclaim and never in swap; they are not resident to anybody (VmRSS), but counts.hugetlb.
 *
 * A page is zeroed when it is given out, not when the pool gets it.
 */
import type { FrameNumber } from "../../../cpu/paging.ts";
import { panic } from "../../panic.ts";
import { NO_FRAME, OWNER } from "../frames.ts";
import { freeHugePage, takeHugePage } from "../huge-page.ts";
import type { VmKernel } from "../vm-kernel.ts";
import { HUGE_SIZES, isGigantic } from "./sizes.ts";
import { putBack } from "./subpool.ts";
import type { HugePool, HugetlbState } from "./types.ts";

/** Empty pools. */
export function createHugetlb(): HugetlbState {
  return {
    pools: HUGE_SIZES.map(({ order }) => ({
      order,
      free: [],
      used: new Map(),
      reserved: 0,
      stranded: 0,
      surplus: 0,
      overcommit: 0,
    })),
    subpools: new Map(),
    shmGroup: 0,
    allocated: 0,
    refused: 0,
  };
}

/** The pool of pages of 2^order frames. */
export function poolOf(k: VmKernel, order: number): HugePool {
  return k.vm.hugetlb.pools.find((pool) => pool.order === order) ?? panic("hugetlb: an order has a pool", { order });
}

/** HugePages_Total. */
export const poolSize = ({ free, used }: HugePool) => free.length + used.size;

/** What the administrator has asked for, and got. */
const persistent = (pool: HugePool) => poolSize(pool) - pool.surplus;

/** Frames of all pools: what is not there for anything else. */
export function hugetlbFrames(k: VmKernel): number {
  return k.vm.hugetlb.pools.reduce((sum, pool) => sum + poolSize(pool) * 2 ** pool.order, 0);
}

/** A page from the allocator, free. @returns whether there was one */
function grow(k: VmKernel, pool: HugePool): boolean {
  const head = takeHugePage(k, OWNER.huge, pool.order);
  if (!isGigantic(pool)) {
    if (head === NO_FRAME) k.vm.hugetlb.refused++;
    else k.vm.hugetlb.allocated++;
  }
  if (head === NO_FRAME) return false;
  pool.free.push(head);
  return true;
}

/** A free page goes back to the allocator. @returns whether there was one */
function shrink(k: VmKernel, pool: HugePool): boolean {
  const head = pool.free.pop();
  if (head === undefined) return false;
  freeHugePage(k, head - k.vm.frames.first);
  return true;
}

/** A page more than was asked for, as far as `overcommit` allows. */
function growBeyond(k: VmKernel, pool: HugePool): boolean {
  if (isGigantic(pool) || pool.surplus >= pool.overcommit || !grow(k, pool)) return false;
  pool.surplus++;
  return true;
}

/**
 * nr_hugepages: brings the pool to `count` pages as far as it can be. What is in use or reserved stays, as surplus.
 */
export function setPoolSize(k: VmKernel, pool: HugePool, count: number): void {
  while (pool.surplus > 0 && count > persistent(pool)) pool.surplus--;
  while (count > persistent(pool)) if (!grow(k, pool)) return;
  const needed = Math.max(count, pool.reserved + pool.used.size);
  while (needed < persistent(pool)) if (!shrink(k, pool)) break;
  while (count < persistent(pool) && pool.surplus < poolSize(pool)) pool.surplus++;
}

/** nr_overcommit_hugepages: how many pages the kernel may add by itself. */
export function setOvercommit(_k: VmKernel, pool: HugePool, count: number): void {
  pool.overcommit = count;
}

/**
 * `count` free pages more are promised: hugetlb_acct_memory. Surplus pages are made for what is missing.
 * @returns false: there are too few, and nothing has changed
 */
export function reservePages(k: VmKernel, pool: HugePool, count: number): boolean {
  const before = pool.surplus;
  while (pool.free.length < pool.reserved + count) {
    if (growBeyond(k, pool)) continue;
    returnSurplus(k, pool, pool.surplus - before);
    return false;
  }
  pool.reserved += count;
  return true;
}

/** `count` promises go; so do surplus pages that were made for them and that nobody has. */
export function unreservePages(k: VmKernel, pool: HugePool, count: number): void {
  returnSurplus(k, pool, Math.min(count, pool.surplus));
  pool.reserved -= count;
}

function returnSurplus(k: VmKernel, pool: HugePool, count: number): void {
  for (let i = 0; i < count && shrink(k, pool); i++) pool.surplus--;
}

/**
 * A page for somebody: not zeroed.
 * @param promised it is one of those that are reserved
 * @param subpool number of the mount in whose limits it counts; 0: none
 * @returns its first frame; NO_FRAME: what is free is promised to others, and no more can be had
 */
export function givePage(k: VmKernel, pool: HugePool, promised: boolean, subpool: number): FrameNumber {
  const usable = promised || pool.free.length > pool.reserved;
  if (!(usable && pool.free.length > 0) && !growBeyond(k, pool)) return NO_FRAME;
  if (promised) pool.reserved--;
  const head = pool.free.pop()!;
  pool.used.set(head, subpool);
  return head;
}

/** Nobody has the page any more: no leaf names it, no object has it. free_huge_page. */
export function pageUnused(k: VmKernel, head: FrameNumber): void {
  const pool = poolOf(k, k.vm.frames.block[head - k.vm.frames.first]);
  const subpool = pool.used.get(head);
  if (subpool === undefined) panic("hugetlb (3): a page that is given back was used", { head });
  pool.used.delete(head);
  pool.free.push(head);
  // A mount that has a least size keeps the page for itself.
  if (putBack(k, subpool, 1) === 0) pool.reserved++;
  dropSurplus(k, pool);
}

/** A page has become free: if the pool has more than was asked for, it goes. */
function dropSurplus(k: VmKernel, pool: HugePool): void {
  if (pool.surplus === 0 || pool.free.length <= pool.reserved) return;
  pool.surplus--;
  shrink(k, pool);
}

/**
 * Demotion: `count` pages, or as many as are free and promised to nobody, become pages of the pool `to`, whose pages are smaller. The
 * frames stay the pools'. Linux's demote_pool_huge_page.
 */
export function demotePages(k: VmKernel, pool: HugePool, to: HugePool, count: number): void {
  const size = 2 ** pool.order;
  for (let left = count; left > 0 && pool.free.length > pool.reserved; left--) {
    const head = pool.free.pop()!;
    const index = head - k.vm.frames.first;
    k.vm.frames.block.fill(to.order, index, index + size);
    for (let part = head; part < head + size; part += 2 ** to.order) {
      to.free.push(part);
      dropSurplus(k, to);
    }
  }
}
