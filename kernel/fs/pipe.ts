/**
 * Pipes and FIFOs: pipe(7). A ring of bytes between those who hold it open for reading and those for writing.
 *
 * (1) start < bytes.length, length <= capacity; the ring holds `length` bytes from `start` on.
 * (2) `readers` and `writers` are the open file descriptions by access mode, and those who wait in open(2) for the other
 *     end.
 * (3) A write of up to PIPE_BUF bytes goes in whole or not at all. A longer one may be cut by others' bytes; how far it is
 *     stands in `p.call.progress` while it sleeps.
 */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { CONSTANTS, FLAGS } from "../abi.ts";
import { Errno, errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import { moveBytes } from "../move-bytes.ts";
import { panic } from "../panic.ts";
import type { Process } from "../process.ts";
import { FROM_KERNEL, postSignal } from "../signal.ts";
import { signalNumber } from "../signal-state.ts";
import { INTERRUPTED, newChannel, sleep, type Unfinished, waitFor, wakeup } from "../sleep.ts";
import { writeField } from "../usercopy.ts";
import type { FileOperations, Readiness } from "./file-kind.ts";
import { makeInode, touchAccessed, touchModified } from "./inode.ts";
import { isOnReadOnly } from "./mount-flags.ts";
import { PIPEFS_DEVICE } from "./pipefs.ts";
import type { Inode, OpenFile, Pipe } from "./types.ts";
import { prepare, put, take, type UserBuffer } from "./user-buffer.ts";

/** Bytes that a new pipe holds: pipe(7). */
const DEFAULT_CAPACITY = 65536;
/** Most that F_SETPIPE_SZ gives without privilege: /proc/sys/fs/pipe-max-size. */
const MAX_CAPACITY = 2 ** 20;
const MOST_CAPACITY = 2 ** 31;
const { PIPE_BUF } = CONSTANTS.limits;
const { FIONREAD } = CONSTANTS.ioctl;
const { S_IFIFO } = CONSTANTS.fileType;
const { O_NONBLOCK, O_WRONLY, O_RDONLY } = FLAGS.open;
const { O_ACCMODE } = CONSTANTS.fd;
const { POLLIN, POLLOUT, POLLERR, POLLHUP, POLLRDNORM, POLLWRNORM } = FLAGS.poll;

export function newPipe(k: Kernel): Pipe {
  return {
    bytes: new Uint8Array(0),
    start: 0,
    length: 0,
    capacity: DEFAULT_CAPACITY,
    readers: 0,
    writers: 0,
    readerOpenings: 0,
    writerOpenings: 0,
    readable: newChannel(k),
    writable: newChannel(k),
    openingReaders: newChannel(k),
    openingWriters: newChannel(k),
  };
}

/** The inode of a pipe(2): no name, gone with its last descriptor. */
export function newPipeInode(k: Kernel, p: Process): Inode {
  const numbers = { fs: "pipefs" as const, device: PIPEFS_DEVICE, nextIno: k.fs.nextInode };
  const { euid, egid } = p.credentials;
  const inode = makeInode(k, numbers, {
    mode: S_IFIFO | 0o600,
    uid: euid,
    gid: egid,
    data: { kind: "fifo", pipe: newPipe(k) },
  });
  inode.nlink = 1;
  return inode;
}

/** The pipe of a FIFO's or pipe's inode. */
export function pipeOf(inode: Inode): Pipe {
  if (inode.data.kind !== "fifo")
    return panic("an open pipe's inode is a fifo", { id: inode.id, kind: inode.data.kind });
  return inode.data.pipe;
}

const reads = (file: OpenFile) => (file.flags & O_ACCMODE) !== O_WRONLY;
const writes = (file: OpenFile) => (file.flags & O_ACCMODE) !== O_RDONLY;
const isNonblocking = (file: OpenFile) => (file.flags & O_NONBLOCK) !== 0;

/** Counts a new description in; those who wait in open(2) for it wake up. */
export function pipeOpened(k: Kernel, file: OpenFile): void {
  const pipe = pipeOf(file.inode);
  if (reads(file)) {
    pipe.readers++;
    pipe.readerOpenings++;
    wakeup(k, pipe.openingWriters);
  }
  if (writes(file)) {
    pipe.writers++;
    pipe.writerOpenings++;
    wakeup(k, pipe.openingReaders);
  }
}

function closed(k: Kernel, file: OpenFile): void {
  const pipe = pipeOf(file.inode);
  if (reads(file)) pipe.readers--;
  if (writes(file)) pipe.writers--;
  if (pipe.readers + pipe.writers === 0) {
    pipe.bytes = new Uint8Array(0);
    pipe.start = 0;
    pipe.length = 0;
  }
  wakeup(k, pipe.readable);
  wakeup(k, pipe.writable);
}

function read(k: Kernel, p: Process, file: OpenFile, buffer: UserBuffer): number | Unfinished {
  const pipe = pipeOf(file.inode);
  if (buffer.length === 0) return 0;
  if (pipe.length === 0) {
    if (pipe.writers === 0) return 0;
    if (isNonblocking(file)) throw errno("EAGAIN");
    return waitFor(k, p, pipe.readable);
  }
  const usable = prepare(k, p, buffer, 0, Math.min(buffer.length, pipe.length), "write");
  put(k, p, buffer, 0, removeBytes(pipe, usable));
  touchAccessed(k, file.inode, file.flags);
  wakeup(k, pipe.writable);
  return usable;
}

function write(k: Kernel, p: Process, file: OpenFile, buffer: UserBuffer): number {
  const pipe = pipeOf(file.inode);
  const { call } = p;
  while (call.progress < buffer.length) {
    if (pipe.readers === 0) return breakPipe(k, p);
    const rest = buffer.length - call.progress;
    const room = pipe.capacity - pipe.length;
    const least = buffer.length <= PIPE_BUF ? rest : 1;
    if (room < least) return waitForRoom(k, p, file, pipe);
    const usable = readyToWrite(k, p, buffer, Math.min(rest, room));
    appendBytes(pipe, take(k, p, buffer, call.progress, usable));
    call.progress += usable;
    if (!isOnReadOnly(k, file.inode)) touchModified(k, file.inode);
    wakeup(k, pipe.readable);
    if (usable < Math.min(rest, room)) break;
  }
  return call.progress;
}

/**
 * How many bytes go in now: `wanted`, or the whole pages of them that can be read, as on Linux; that keeps (3).
 * @throws Errno EFAULT when that is none, and nothing went in before
 */
function readyToWrite(k: Kernel, p: Process, buffer: UserBuffer, wanted: number): number {
  const { progress } = p.call;
  try {
    const usable = prepare(k, p, buffer, progress, wanted, "read");
    const whole = usable === wanted ? usable : usable - (usable % PAGE_SIZE);
    if (whole === 0) throw errno("EFAULT");
    return whole;
  } catch (failure) {
    if (!(failure instanceof Errno) || progress === 0) throw failure;
    return 0;
  }
}

/** Nothing more goes in now. @returns what went in, where the call need not or must not wait */
function waitForRoom(k: Kernel, p: Process, file: OpenFile, pipe: Pipe): number {
  const { progress } = p.call;
  if (isNonblocking(file) && progress === 0) throw errno("EAGAIN");
  if (isNonblocking(file) || (progress > 0 && p.signals.attention)) return progress;
  sleep(k, p, pipe.writable);
}

/** Nobody will ever read it: write(2). As on Linux the signal comes even when some bytes went in before. */
function breakPipe(k: Kernel, p: Process): number {
  postSignal(k, p, signalNumber("SIGPIPE"), FROM_KERNEL);
  if (p.call.progress === 0) throw errno("EPIPE");
  return p.call.progress;
}

function removeBytes(pipe: Pipe, count: number): Uint8Array {
  const out = new Uint8Array(count);
  const first = Math.min(count, pipe.bytes.length - pipe.start);
  moveBytes(out, 0, pipe.bytes, pipe.start, first);
  moveBytes(out, first, pipe.bytes, 0, count - first);
  pipe.start = (pipe.start + count) % pipe.bytes.length;
  pipe.length -= count;
  return out;
}

function appendBytes(pipe: Pipe, bytes: Uint8Array): void {
  if (pipe.length + bytes.length > pipe.bytes.length) resize(pipe, pipe.length + bytes.length);
  const at = (pipe.start + pipe.length) % pipe.bytes.length;
  const first = Math.min(bytes.length, pipe.bytes.length - at);
  moveBytes(pipe.bytes, at, bytes, 0, first);
  moveBytes(pipe.bytes, 0, bytes, first, bytes.length - first);
  pipe.length += bytes.length;
}

/** A ring for at least `needed` bytes: whole pages, doubling up to the capacity, so that a small pipe stays small. */
function resize(pipe: Pipe, needed: number): void {
  let size = PAGE_SIZE;
  while (size < needed) size *= 2;
  const ring = new Uint8Array(size);
  const { length } = pipe;
  if (length > 0) ring.set(removeBytes(pipe, length));
  pipe.bytes = ring;
  pipe.start = 0;
  pipe.length = length;
}

function poll(_k: Kernel, _p: Process, file: OpenFile): Readiness {
  const pipe = pipeOf(file.inode);
  let events = 0;
  if (reads(file)) {
    if (pipe.length > 0) events |= POLLIN | POLLRDNORM;
    if (pipe.writers === 0 && pipe.writerOpenings > 0) events |= POLLHUP;
  }
  if (writes(file)) {
    if (pipe.capacity - pipe.length >= PIPE_BUF) events |= POLLOUT | POLLWRNORM;
    if (pipe.readers === 0) events |= POLLERR;
  }
  return { events, channels: [pipe.readable, pipe.writable] };
}

function ioctl(k: Kernel, p: Process, file: OpenFile, request: number, argument: number): number {
  if (request !== FIONREAD) throw errno("ENOTTY");
  writeField(k, p, argument, "s32", pipeOf(file.inode).length);
  return 0;
}

export const pipeOperations: FileOperations = { read, write, seek: "none", poll, ioctl, closed };

/**
 * F_SETPIPE_SZ: a power of two of at least a page that holds `size`.
 * @returns the capacity now
 * @throws Errno EINVAL, EPERM above the limit for users, EBUSY when the pipe holds more
 */
export function setPipeCapacity(k: Kernel, p: Process, pipe: Pipe, size: number): number {
  if (size < 0 || size > MOST_CAPACITY) throw errno("EINVAL");
  let capacity = PAGE_SIZE;
  while (capacity < size) capacity *= 2;
  if (capacity > pipe.capacity && capacity > MAX_CAPACITY && p.credentials.euid !== 0) throw errno("EPERM");
  if (capacity < pipe.length) throw errno("EBUSY");
  pipe.capacity = capacity;
  if (pipe.bytes.length > capacity) resize(pipe, Math.max(1, pipe.length));
  wakeup(k, pipe.writable);
  return capacity;
}

/**
 * open(2) of a FIFO: waits until the other end is open too, unless non-blocking or for both: fifo(7). One who waits counts
 * as open meanwhile, so that the other end can begin; `p.call.opening` says where he is counted, until leaveOpening. An end
 * that was opened meanwhile is good enough though it may be closed by now.
 * @throws Errno ENXIO writing without blocking, and no reader
 */
export function waitForOtherEnd(k: Kernel, p: Process, pipe: Pipe, flags: number): void {
  const mode = flags & O_ACCMODE;
  const nonblocking = (flags & O_NONBLOCK) !== 0;
  // The path may lead to another FIFO than before the sleep.
  if (p.call.opening?.pipe !== pipe) leaveOpening(k, p);
  if (mode === O_WRONLY && pipe.readers === 0 && nonblocking) throw errno("ENXIO");
  if (nonblocking || (mode !== O_RDONLY && mode !== O_WRONLY)) return;
  const reading = mode === O_RDONLY;
  const openings = reading ? pipe.writerOpenings : pipe.readerOpenings;
  const present = (reading ? pipe.writers : pipe.readers) > 0;
  const { opening } = p.call;
  if (present || (opening !== null && openings > opening.openings)) {
    leaveOpening(k, p);
    return;
  }
  if (opening === null) {
    countWaiting(k, pipe, reading, 1);
    p.call.opening = { pipe, reading, openings };
  }
  try {
    sleep(k, p, reading ? pipe.openingReaders : pipe.openingWriters);
  } catch (thrown) {
    if (thrown === INTERRUPTED) leaveOpening(k, p);
    throw thrown;
  }
}

/** The call does not wait in open(2) any more: the other end is there, the call or its process has ended. */
export function leaveOpening(k: Kernel, p: Process): void {
  const { opening } = p.call;
  if (opening === null) return;
  p.call.opening = null;
  countWaiting(k, opening.pipe, opening.reading, -1);
}

/** One more or one fewer waits in open(2). */
function countWaiting(k: Kernel, pipe: Pipe, reading: boolean, change: 1 | -1): void {
  if (reading) {
    pipe.readers += change;
    if (change > 0) pipe.readerOpenings++;
  } else {
    pipe.writers += change;
    if (change > 0) pipe.writerOpenings++;
  }
  wakeup(k, reading ? pipe.openingWriters : pipe.openingReaders);
  if (change < 0) wakeup(k, reading ? pipe.writable : pipe.readable);
}
