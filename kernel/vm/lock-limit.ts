/** How much a process may lock: RLIMIT_MEMLOCK, and user 0 as much as it likes (CAP_IPC_LOCK). mlock(2). */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { CONSTANTS } from "../abi.ts";
import { isPrivileged } from "../credentials.ts";
import { errno } from "../errno.ts";
import type { Process } from "../process.ts";
import { MAP_LOCKED } from "./prot.ts";
import type { AddressSpace } from "./types.ts";

const { RLIMIT_MEMLOCK } = CONSTANTS.rlimit;

/** Whether the process may lock anything: EPERM otherwise. */
export function mayLock(p: Process): boolean {
  return p.limits[RLIMIT_MEMLOCK].soft !== 0 || isPrivileged(p);
}

/** Whether `pages` locked in all are within the limit, which counts whole pages. */
export function withinLockLimit(p: Process, pages: number): boolean {
  return pages <= Math.floor(p.limits[RLIMIT_MEMLOCK].soft / PAGE_SIZE) || isPrivileged(p);
}

/** Whether the space may have `more` locked pages: what mmap, brk, mremap and a stack's growth ask when the pages will be. */
export function mayLockMore(p: Process, s: AddressSpace, more: number): boolean {
  return withinLockLimit(p, s.counts.locked + more);
}

/**
 * Whether a new mapping of `pages` with these MAP bits may be locked, where MAP_LOCKED or mlockall(MCL_FUTURE) want it.
 * @throws Errno EPERM, EAGAIN
 */
export function checkNewLocks(p: Process, s: AddressSpace, flags: number, pages: number): void {
  if (flags & MAP_LOCKED && !mayLock(p)) throw errno("EPERM");
  if ((flags & MAP_LOCKED || s.lockFuture !== 0) && !mayLockMore(p, s, pages)) throw errno("EAGAIN");
}
