/**
 * The limits of a mounted hugetlbfs: size= and min_size=. Linux's hugepage_subpool_get_pages and _put_pages.
 *
 * (1) used <= most. `reserved` of the pool's reservations are this mount's own; reserved <= least.
 */
import type { VmKernel } from "../vm-kernel.ts";
import type { Subpool } from "./types.ts";

/** The limits of the mount with this number; null: it has none. */
function find(k: VmKernel, mount: number): Subpool | null {
  return k.vm.hugetlb.subpools.get(mount) ?? null;
}

/** As Linux: where there is no most, nothing is counted, and the mount keeps what comes back until it has its least. */
function note(limits: Subpool, by: number): void {
  if (limits.most !== Number.POSITIVE_INFINITY) limits.used += by;
}

/**
 * `count` pages more are had by, or reserved for, files of the mount.
 * @returns how many of them the pool must find; the others the mount has in reserve. -1: beyond its size
 */
export function takeFrom(k: VmKernel, mount: number, count: number): number {
  const limits = find(k, mount);
  if (limits === null) return count;
  if (limits.used + count > limits.most) return -1;
  note(limits, count);
  const own = Math.min(count, limits.reserved);
  limits.reserved -= own;
  return count - own;
}

/**
 * `count` pages less.
 * @returns how many of them the pool gets back; the others stay reserved for the mount
 */
export function putBack(k: VmKernel, mount: number, count: number): number {
  const limits = find(k, mount);
  if (limits === null) return count;
  note(limits, -count);
  if (limits.used >= limits.least) return count;
  const back = Math.max(0, limits.reserved + count - limits.least);
  limits.reserved = Math.min(limits.least, limits.reserved + count);
  return back;
}
