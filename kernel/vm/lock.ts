/**
 * mlock and its family: which mappings stay in RAM. A lock is a property of mappings; reclaim asks for it through the
 * reverse map, populate() makes the pages resident.
 *
 *   mlock ─► VMA.locked ─► its pages are made resident now, and no page of it is taken away
 *   mlock2(MLOCK_ONFAULT) ─► and VMA.lockOnFault: they become resident when they are touched
 *
 * (1) Locks do not nest: one munlock undoes any number of mlocks. mlock(2).
 * (2) A child begins without locks and without MCL_FUTURE, and so does a new program.
 * (3) counts.locked is the pages of locked mappings; lockOnFault only comes with locked; the kernel's own page is never
 *     locked (vm (10)).
 *
 * May sleep, once the mappings are locked: p.call.note says so, and the call goes on from there when it runs again.
 */
import { PAGE_SIZE, type VirtualAddress } from "../../cpu/paging.ts";
import { FLAGS } from "../abi.ts";
import { Errno, errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { findVma, forEachVma, nextVma } from "./address-space.ts";
import { changeFlags } from "./change-flags.ts";
import { mayLock, withinLockLimit } from "./lock-limit.ts";
import { changeThenPopulate, populate } from "./populate.ts";
import type { AddressSpace, Vma } from "./types.ts";
import { pageAlign, pagesIn, VMA } from "./vma.ts";

const { MCL_CURRENT, MCL_FUTURE, MCL_ONFAULT } = FLAGS.mlockall;
const LOCK_FLAGS = VMA.locked | VMA.lockOnFault;
/** Addresses are 64 bits. */
const WRAP = 2 ** 64;

/** The whole pages that hold any byte of the range; `pages` of them, wrapping as 64-bit numbers do. */
function wholePages(address: VirtualAddress, length: number): { start: VirtualAddress; bytes: number } {
  const inPage = address % PAGE_SIZE;
  return { start: address - inPage, bytes: pageAlign(length + inPage) % WRAP };
}

/**
 * mlock(2), and mlock2(2) with `onFault`: locks the pages that hold any byte of the range, and makes them resident.
 * What lies below a hole is locked all the same.
 * @throws Errno EPERM RLIMIT_MEMLOCK is 0; ENOMEM beyond the limit, a hole, too many mappings, a page that cannot be
 *   had (PROT_NONE, beyond the end of its file); EAGAIN no memory for one; EINVAL the range wraps around
 */
export function lockRange(k: Kernel, p: Process, address: VirtualAddress, length: number, onFault: boolean): void {
  const s = p.space!;
  const { start, bytes } = wholePages(address, length);
  changeThenPopulate(
    p,
    () => {
      if (!mayLock(p)) throw errno("EPERM");
      const pages = bytes / PAGE_SIZE;
      // What is locked already counts once.
      const fits =
        withinLockLimit(p, s.counts.locked + pages) || withinLockLimit(p, lockedOutside(s, start, bytes) + pages);
      if (!fits) throw errno("ENOMEM");
      setLocks(k, s, start, bytes, onFault ? LOCK_FLAGS : VMA.locked);
      return start;
    },
    () => {
      const failure = populate(k, p, s, start, start + bytes, { until: "failure", resume: true });
      // The standard's errors: mlock(2).
      if (failure !== null) throw errno(failure === "EFAULT" ? "ENOMEM" : "EAGAIN");
    },
  );
}

/** Pages that are locked now and do not lie in the range. */
function lockedOutside(s: AddressSpace, start: VirtualAddress, bytes: number): number {
  let inside = 0;
  forEachVma(s, start, start + bytes, (v) => {
    if (v.flags & VMA.locked) inside += pagesIn(Math.max(start, v.start), Math.min(start + bytes, v.end));
  });
  return s.counts.locked - inside;
}

/** munlock(2). @throws Errno ENOMEM a hole, too many mappings; EINVAL the range wraps around */
export function unlockRange(k: Kernel, s: AddressSpace, address: VirtualAddress, length: number): void {
  const { start, bytes } = wholePages(address, length);
  setLocks(k, s, start, bytes, 0);
}

/** Gives the range's mappings the lock flags `flags`, upwards, until a hole. */
function setLocks(k: Kernel, s: AddressSpace, start: VirtualAddress, bytes: number, flags: number): void {
  const end = start + bytes;
  if (end >= WRAP) throw errno("EINVAL");
  if (bytes > 0 && findVma(s, start) === null) throw errno("ENOMEM");
  for (let at = start; at < end; ) {
    const v = nextVma(s, at);
    if (v === null || v.start > at) throw errno("ENOMEM");
    const to = Math.min(end, v.end);
    setLock(k, s, v, at, to, flags);
    at = to;
  }
}

function setLock(k: Kernel, s: AddressSpace, v: Vma, from: VirtualAddress, to: VirtualAddress, flags: number): void {
  // The kernel's own page is always there, and so are huge pages of the pool.
  if (v.special === 0 && !(v.flags & VMA.hugetlb)) changeFlags(k, s, v, from, to, (v.flags & ~LOCK_FLAGS) | flags);
}

/**
 * mlockall(2): MCL_CURRENT all mappings, MCL_FUTURE those that come, MCL_ONFAULT when they are touched.
 * @throws Errno EINVAL flags; EPERM; ENOMEM all mappings together are beyond the limit
 */
export function lockAll(k: Kernel, p: Process, flags: number): void {
  const known = MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT;
  if (flags === 0 || flags & ~known || flags === MCL_ONFAULT) throw errno("EINVAL");
  const s = p.space!;
  const kind = flags & MCL_ONFAULT ? LOCK_FLAGS : VMA.locked;
  changeThenPopulate(
    p,
    () => {
      if (!mayLock(p)) throw errno("EPERM");
      if (flags & MCL_CURRENT && !withinLockLimit(p, s.counts.mapped)) throw errno("ENOMEM");
      s.lockFuture = flags & MCL_FUTURE ? kind : 0;
      if (flags & MCL_CURRENT) setAllLocks(k, s, kind);
      return 0;
    },
    // What cannot be had now is left: mlockall(2) does not tell.
    () => {
      if (flags & MCL_CURRENT) populate(k, p, s, 0, k.vm.userLimit, { until: "end", resume: true });
    },
  );
}

/** munlockall(2). */
export function unlockAll(k: Kernel, s: AddressSpace): void {
  s.lockFuture = 0;
  setAllLocks(k, s, 0);
}

/** All mappings. One that cannot be changed is passed over. */
function setAllLocks(k: Kernel, s: AddressSpace, flags: number): void {
  forEachVma(s, 0, k.vm.userLimit, (v) => {
    try {
      setLock(k, s, v, v.start, v.end, flags);
    } catch (thrown) {
      if (!(thrown instanceof Errno)) throw thrown;
    }
  });
}
