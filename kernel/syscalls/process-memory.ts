/**
 * process_vm_readv and process_vm_writev: bytes between the caller's memory and another process's.
 *
 * Moves page by page of the other side, each page through the same faults as its owner's accesses would meet. What was moved
 * is in `p.call.progress`, so that a sleep in the middle goes on from there, and a bad address after some bytes ends with
 * their number.
 *
 * Source: process_vm_readv(2); Linux's mm/process_vm_access.c.
 */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { CONSTANTS, STRUCTURES } from "../abi.ts";
import { mayInspect } from "../credentials.ts";
import { Errno, errno } from "../errno.ts";
import { gatherBuffer, prepare, put, type Segment, take, type UserBuffer } from "../fs/user-buffer.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import type { Handlers } from "../syscall-table.ts";
import { copyIn, copyOut, prepareUser } from "../usercopy.ts";
import { findVma } from "../vm/address-space.ts";
import { PROT_READ, PROT_WRITE } from "../vm/prot.ts";
import type { AddressSpace } from "../vm/types.ts";

const { IOV_MAX } = CONSTANTS.limits;
const { iov_base, iov_len } = STRUCTURES.iovec.fields;
const SSIZE_MAX = 2 ** 63;

/** The iovec array of the other side: addresses are not looked at yet. @throws Errno EINVAL, EFAULT */
function remotePieces(k: Kernel, p: Process, iov: number, count: number): Segment[] {
  if (count === 0) return [];
  if (count > IOV_MAX) throw errno("EINVAL");
  const bytes = copyIn(k, p, iov, count * STRUCTURES.iovec.size);
  const view = new DataView(bytes.buffer);
  const pieces = Array.from({ length: count }, (_, i) => ({
    address: Number(view.getBigUint64(i * STRUCTURES.iovec.size + iov_base[0], true)),
    length: Number(view.getBigUint64(i * STRUCTURES.iovec.size + iov_len[0], true)),
  }));
  if (pieces.some(({ length }) => length >= SSIZE_MAX)) throw errno("EINVAL");
  return pieces;
}

/** The other process's memory. @throws Errno ESRCH, EPERM */
function spaceOf(k: Kernel, p: Process, pid: number): AddressSpace {
  const target = k.processes.get(pid);
  if (target === undefined || target.space === null) throw errno("ESRCH");
  if (!mayInspect(p, target, "real")) throw errno("EPERM");
  return target.space;
}

/** Whether the other side's page may be used so: its protection must say it, whatever the processor would allow. */
function allowsRemote(s: AddressSpace, va: number, write: boolean): boolean {
  const v = findVma(s, va);
  // Another process's stack does not grow, nor does one's own through these calls.
  if (v === null) return false;
  return v.special === 0 ? (v.prot & (write ? PROT_WRITE : PROT_READ)) !== 0 : !write;
}

/** Where byte `done` of the transfer lies on the other side, and how many bytes follow in its page; null: at the end. */
function remoteSlice(pieces: readonly Segment[], done: number): Segment | null {
  let start = 0;
  for (const { address, length } of pieces) {
    if (done < start + length) {
      const at = address + done - start;
      return { address: at, length: Math.min(start + length - done, PAGE_SIZE - (at % PAGE_SIZE)) };
    }
    start += length;
  }
  return null;
}

/** Moves the next bytes, those of one page of the other side at most. @returns how many. @throws Errno EFAULT none can be */
function moveSlice(
  k: Kernel,
  p: Process,
  s: AddressSpace,
  local: UserBuffer,
  { address, length }: Segment,
  write: boolean,
): number {
  const { progress } = p.call;
  const wanted = Math.min(length, local.length - progress);
  if (!allowsRemote(s, address, write)) throw errno("EFAULT");
  const access = write ? "write" : "read";
  if (prepareUser(k, p, address, wanted, access, s) < wanted) throw errno("EFAULT");
  const usable = prepare(k, p, local, progress, wanted, write ? "read" : "write");
  if (write) copyOut(k, p, address, take(k, p, local, progress, usable), s);
  else put(k, p, local, progress, copyIn(k, p, address, usable, s));
  return usable;
}

function transfer(
  k: Kernel,
  p: Process,
  args: { pid: number; local: number; localCount: number; remote: number; remoteCount: number; flags: number },
  write: boolean,
): number {
  if (args.flags !== 0) throw errno("EINVAL");
  if (args.localCount > IOV_MAX) throw errno("EINVAL");
  const local = gatherBuffer(k, p, args.local, args.localCount);
  if (local.length === 0) return 0;
  const pieces = remotePieces(k, p, args.remote, args.remoteCount);
  if (pieces.every(({ length }) => length === 0)) return 0;
  try {
    const s = spaceOf(k, p, args.pid);
    while (p.call.progress < local.length) {
      const slice = remoteSlice(pieces, p.call.progress);
      if (slice === null) break;
      p.call.progress += moveSlice(k, p, s, local, slice, write);
    }
  } catch (failure) {
    return endShort(p, failure);
  }
  return p.call.progress;
}

/** What was moved before an error counts. */
function endShort(p: Process, failure: unknown): number {
  if (!(failure instanceof Errno) || p.call.progress === 0) throw failure;
  return p.call.progress;
}

export const processMemoryCalls = {
  process_vm_readv: (k, p, pid, local, localCount, remote, remoteCount, flags) =>
    transfer(k, p, { pid, local, localCount, remote, remoteCount, flags }, false),
  process_vm_writev: (k, p, pid, local, localCount, remote, remoteCount, flags) =>
    transfer(k, p, { pid, local, localCount, remote, remoteCount, flags }, true),
} satisfies Handlers;
