/**
 * Record locks of fcntl(2): advisory, by process and inode. A process's own locks never hinder it; the last close of any
 * of its descriptors of the file drops them all, as POSIX has it.
 *
 * (1) The locks of one process on one inode do not overlap or touch with equal type; `locks` is sorted by start.
 */
import { CONSTANTS, STRUCTURES } from "../abi.ts";
import { errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import { requireUser } from "../prepared.ts";
import type { Process } from "../process.ts";
import { newChannel, sleep, wakeup } from "../sleep.ts";
import { loadStructure, storeStructure } from "../usercopy.ts";
import type { InodeLocks, OpenFile, RecordLock } from "./types.ts";

const { F_RDLCK, F_WRLCK, F_UNLCK } = CONSTANTS.fcntl;
const { SEEK_SET, SEEK_CUR, SEEK_END } = CONSTANTS.seek;
const { O_ACCMODE } = CONSTANTS.fd;
const READ_ONLY = 0;
const WRITE_ONLY = 1;

/** A lock's range and type from struct flock. @throws Errno EINVAL, EBADF the file is not open for that */
function readLock(k: Kernel, p: Process, file: OpenFile, address: number): RecordLock {
  const { l_type, l_whence, l_start, l_len } = loadStructure(k, p, address, "flock");
  if (l_type !== F_RDLCK && l_type !== F_WRLCK && l_type !== F_UNLCK) throw errno("EINVAL");
  const origins = new Map<number, number>([
    [SEEK_SET, 0],
    [SEEK_CUR, file.offset],
    [SEEK_END, file.inode.size],
  ]);
  const origin = origins.get(l_whence);
  if (origin === undefined) throw errno("EINVAL");
  const at = origin + l_start;
  const start = l_len < 0 ? at + l_len : at;
  const end = l_len === 0 ? Number.POSITIVE_INFINITY : Math.max(at, at + l_len);
  if (start < 0) throw errno("EINVAL");
  return { pid: p.pid, type: l_type, start, end };
}

const overlaps = (a: RecordLock, b: RecordLock) => a.start < b.end && b.start < a.end;

function hindrance(locks: readonly RecordLock[], wanted: RecordLock): RecordLock | undefined {
  if (wanted.type === F_UNLCK) return undefined;
  return locks.find(
    (held) => held.pid !== wanted.pid && overlaps(held, wanted) && (held.type === F_WRLCK || wanted.type === F_WRLCK),
  );
}

/** F_GETLK, F_SETLK, F_SETLKW. @throws Errno EAGAIN, EDEADLK, EBADF, EINVAL */
export function lockRequest(
  k: Kernel,
  p: Process,
  file: OpenFile,
  address: number,
  how: "get" | "try" | "wait",
): number {
  const wanted = readLock(k, p, file, address);
  const known = k.fs.locks.get(file.inode.id);
  if (how === "get") return describe(k, p, address, hindrance(known?.locks ?? [], wanted));
  const access = file.flags & O_ACCMODE;
  if ((wanted.type === F_RDLCK && access === WRITE_ONLY) || (wanted.type === F_WRLCK && access === READ_ONLY))
    throw errno("EBADF");
  const blocker = hindrance(known?.locks ?? [], wanted);
  if (blocker !== undefined) {
    if (how === "try") throw errno("EAGAIN");
    if (waitsFor(k, blocker.pid, p.pid)) throw errno("EDEADLK");
    // A signal ends the wait: who has been interrupted waits for nobody.
    if (p.signals.attention) k.fs.lockWaits.delete(p.pid);
    else k.fs.lockWaits.set(p.pid, blocker.pid);
    sleep(k, p, known!.channel);
  }
  k.fs.lockWaits.delete(p.pid);
  const entry = known ?? { locks: [], channel: newChannel(k) };
  k.fs.locks.set(file.inode.id, entry);
  change(k, file.inode.id, entry, wanted);
  return 0;
}

/** Does `pid` wait, directly or through others, for a lock of `other`? */
function waitsFor(k: Kernel, pid: number, other: number): boolean {
  const seen = new Set<number>();
  for (let at: number | undefined = pid; at !== undefined && !seen.has(at); at = waitOf(k, at)) {
    if (at === other) return true;
    seen.add(at);
  }
  return false;
}

/** Whom a process that sleeps in F_SETLKW waits for. */
function waitOf(k: Kernel, pid: number): number | undefined {
  return k.processes.get(pid)?.state === "sleeping" ? k.fs.lockWaits.get(pid) : undefined;
}

function describe(k: Kernel, p: Process, address: number, found: RecordLock | undefined): number {
  requireUser(k, p, address, STRUCTURES.flock.size);
  const raw = loadStructure(k, p, address, "flock");
  if (found === undefined) storeStructure(k, p, address, "flock", { ...raw, l_type: F_UNLCK });
  else {
    const l_len = Number.isFinite(found.end) ? found.end - found.start : 0;
    const { type: l_type, start: l_start, pid: l_pid } = found;
    storeStructure(k, p, address, "flock", { l_type, l_whence: SEEK_SET, l_start, l_len, l_pid });
  }
  return 0;
}

/** Sets `wanted` where the process's own locks were, and joins what touches. */
function change(k: Kernel, inode: number, entry: InodeLocks, wanted: RecordLock): void {
  const kept: RecordLock[] = [];
  let merged = wanted;
  for (const held of entry.locks) {
    if (held.pid !== wanted.pid || held.end < wanted.start || held.start > wanted.end) kept.push(held);
    else if (held.type === wanted.type)
      merged = { ...merged, start: Math.min(merged.start, held.start), end: Math.max(merged.end, held.end) };
    else {
      if (held.start < wanted.start) kept.push({ ...held, end: Math.min(held.end, wanted.start) });
      if (held.end > wanted.end) kept.push({ ...held, start: Math.max(held.start, wanted.end) });
    }
  }
  if (merged.type !== F_UNLCK) kept.push(merged);
  entry.locks = kept.sort((a, b) => a.start - b.start || a.pid - b.pid);
  wakeup(k, entry.channel);
  if (entry.locks.length === 0 && !k.sleepers.has(entry.channel)) k.fs.locks.delete(inode);
}

/** The process closes a descriptor of the inode: all its locks there go. */
export function dropLocks(k: Kernel, pid: number, inode: number): void {
  const entry = k.fs.locks.get(inode);
  if (entry === undefined || !entry.locks.some((lock) => lock.pid === pid)) return;
  change(k, inode, entry, { pid, type: F_UNLCK, start: 0, end: Number.POSITIVE_INFINITY });
}
