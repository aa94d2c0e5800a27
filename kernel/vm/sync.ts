/** msync: dirty pages of shared file mappings go back to their file system, with what it needs to find them: as fdatasync. */
import { PAGE_SIZE, type VirtualAddress } from "../../cpu/paging.ts";
import { type ErrnoName, FLAGS } from "../abi.ts";
import { errno } from "../errno.ts";
import { synchronizeParts } from "../fs/synchronize.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { nextVma } from "./address-space.ts";
import type { AddressSpace } from "./types.ts";
import { objectIndex, pageAlign, VMA } from "./vma.ts";
import type { FilePart } from "./write-back.ts";

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
  const { parts, failure } = partsToWrite(s, start, end, flags);
  synchronizeParts(k, p, parts);
  if (failure !== null) throw errno(failure);
}

/** What lies in the range up to where the call fails: a hole fails it in the end, but does not stop it. */
function partsToWrite(
  s: AddressSpace,
  start: VirtualAddress,
  end: VirtualAddress,
  flags: number,
): { parts: FilePart[]; failure: ErrnoName | null } {
  const parts: FilePart[] = [];
  let failure: ErrnoName | null = null;
  for (let at = start; at < end; ) {
    const v = nextVma(s, at);
    if (v === null || v.start >= end) return { parts, failure: "ENOMEM" };
    if (v.start > at) failure = "ENOMEM";
    if (flags & MS_INVALIDATE && v.flags & VMA.locked) return { parts, failure: "EBUSY" };
    const from = Math.max(at, v.start);
    at = Math.min(end, v.end);
    const inode = v.object?.inode ?? null;
    if (flags & MS_SYNC && inode !== null && v.flags & VMA.shared)
      parts.push({ inode, from: objectIndex(v, from), to: objectIndex(v, at) });
  }
  return { parts, failure };
}
