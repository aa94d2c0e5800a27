/** msync: dirty pages of shared file mappings go back to their file system. */
import { PAGE_SIZE, type VirtualAddress } from "../../cpu/paging.ts";
import { FLAGS } from "../abi.ts";
import { errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { nextVma } from "./address-space.ts";
import type { AddressSpace, Vma } from "./types.ts";
import { objectIndex, pageAlign, VMA } from "./vma.ts";
import { writeBack } from "./write-back.ts";

const { MS_ASYNC, MS_INVALIDATE, MS_SYNC } = FLAGS.msync;

/**
 * msync(2). MS_SYNC waits for the disk; MS_ASYNC leaves the pages dirty, as Linux does: they are written in time.
 * May sleep.
 * @throws Errno EINVAL flags or alignment; ENOMEM a hole (what is mapped has been written all the same); EBUSY
 *   MS_INVALIDATE of locked pages; EIO
 */
export function syncRange(
  k: Kernel,
  p: Process,
  s: AddressSpace,
  start: VirtualAddress,
  length: number,
  flags: number,
): void {
  if (flags & ~(MS_ASYNC | MS_INVALIDATE | MS_SYNC) || start % PAGE_SIZE !== 0) throw errno("EINVAL");
  if (flags & MS_ASYNC && flags & MS_SYNC) throw errno("EINVAL");
  // Rounding up a length next to 2^64 wraps around to none, in 64 bits.
  const end = start + (pageAlign(length) % 2 ** 64);
  if (end >= 2 ** 64) throw errno("ENOMEM");
  let at = start;
  let hole = false;
  while (at < end) {
    const v = nextVma(s, at);
    if (v === null || v.start >= end) throw errno("ENOMEM");
    if (v.start > at) hole = true;
    if (flags & MS_INVALIDATE && v.flags & VMA.locked) throw errno("EBUSY");
    const from = Math.max(at, v.start);
    at = Math.min(end, v.end);
    if (flags & MS_SYNC) syncPart(k, p, v, from, at);
  }
  if (hole) throw errno("ENOMEM");
}

function syncPart(k: Kernel, p: Process, v: Vma, from: VirtualAddress, to: VirtualAddress): void {
  const inode = v.object?.inode ?? null;
  if (inode === null || !(v.flags & VMA.shared)) return;
  writeBack(k, p, inode, objectIndex(v, from), objectIndex(v, to));
}
