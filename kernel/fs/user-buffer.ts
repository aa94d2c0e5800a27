/**
 * UserBuffer: the memory that a call reads from or writes to, in one or several pieces (readv, writev). All of it goes
 * through usercopy.ts.
 *
 * (1) Bytes are put or taken only where prepare() has said that they are usable, in the same run of the handler: then no
 *     fault can come in between.
 * A kernel buffer (`kernel` set) is the same for calls that move data inside the kernel: sendfile(2).
 */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { CONSTANTS, STRUCTURES } from "../abi.ts";
import { Errno, errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { copyIn, copyOut, offsetOf, prepareUser } from "../usercopy.ts";

export interface Segment {
  readonly address: number;
  readonly length: number;
}

export interface UserBuffer {
  readonly segments: readonly Segment[];
  /** Sum of the segments' lengths. */
  readonly length: number;
  readonly kernel: Uint8Array | null;
}

/** Linux's MAX_RW_COUNT: no call moves more at once. */
export const MAX_TRANSFER = 0x7fff_f000;
const SSIZE_MAX = 2 ** 63;
const { IOV_MAX } = CONSTANTS.limits;
const { iov_base, iov_len } = STRUCTURES.iovec.fields;

/** Throws EFAULT for a range that no user mapping can ever have. */
function checkRange(k: Kernel, address: number, length: number): void {
  if (address + length > k.vm.userLimit) throw errno("EFAULT");
}

/** One piece. @throws Errno EFAULT */
export function userBuffer(k: Kernel, address: number, length: number): UserBuffer {
  checkRange(k, address, length);
  const usable = Math.min(length, MAX_TRANSFER);
  return { segments: [{ address, length: usable }], length: usable, kernel: null };
}

/** The pieces of an iovec array in user memory: readv(2). @throws Errno EINVAL, EFAULT */
export function gatherBuffer(k: Kernel, p: Process, iov: number, count: number): UserBuffer {
  if (count < 0 || count > IOV_MAX) throw errno("EINVAL");
  if (count === 0) return { segments: [], length: 0, kernel: null };
  const bytes = copyIn(k, p, iov, count * STRUCTURES.iovec.size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const segments: Segment[] = [];
  let total = 0;
  for (let at = 0; at < bytes.length; at += STRUCTURES.iovec.size) {
    const address = Number(view.getBigUint64(at + iov_base[0], true));
    const length = Number(view.getBigUint64(at + iov_len[0], true));
    if (length >= SSIZE_MAX || total + length >= SSIZE_MAX) throw errno("EINVAL");
    checkRange(k, address, length);
    const usable = Math.min(length, MAX_TRANSFER - total);
    segments.push({ address, length: usable });
    total += usable;
  }
  return { segments, length: total, kernel: null };
}

/** Bytes in the kernel, read or written like a user's. */
export function kernelBuffer(bytes: Uint8Array): UserBuffer {
  return { segments: [], length: bytes.length, kernel: bytes };
}

/**
 * Makes bytes offset to offset + length - 1 ready to be put ("write") or taken ("read"), as far as they can be. May sleep.
 * @returns how many of them from the first one on are usable
 * @throws Errno EFAULT when length is not 0 and none is
 */
export function prepare(
  k: Kernel,
  p: Process,
  buffer: UserBuffer,
  offset: number,
  length: number,
  access: "read" | "write",
): number {
  if (buffer.kernel !== null || length === 0) return length;
  let usable = 0;
  for (const { address, length: part } of pieces(buffer, offset, length)) {
    const ready = prepareUser(k, p, address, part, access);
    usable += ready;
    if (ready < part) break;
  }
  if (usable === 0) throw errno("EFAULT");
  return usable;
}

/** The parts of segments that bytes offset to offset + length - 1 lie in. */
function pieces(buffer: UserBuffer, offset: number, length: number): Segment[] {
  const found: Segment[] = [];
  let start = 0;
  for (const segment of buffer.segments) {
    const from = Math.max(offset, start);
    const to = Math.min(offset + length, start + segment.length);
    if (from < to) found.push({ address: segment.address + from - start, length: to - from });
    start += segment.length;
    if (start >= offset + length) break;
  }
  return found;
}

/** Writes bytes into the buffer from `offset` on. Prepared before. */
export function put(k: Kernel, p: Process, buffer: UserBuffer, offset: number, bytes: Uint8Array): void {
  if (buffer.kernel !== null) {
    buffer.kernel.set(bytes, offset);
    return;
  }
  const parts = pieces(buffer, offset, bytes.length);
  if (parts.length === 1 && parts[0].length === bytes.length) {
    copyOut(k, p, parts[0].address, bytes);
    return;
  }
  let done = 0;
  for (const { address, length } of parts) {
    copyOut(k, p, address, bytes.subarray(done, done + length));
    done += length;
  }
}

/** Reads bytes offset to offset + length - 1 of the buffer. Prepared before. */
export function take(k: Kernel, p: Process, buffer: UserBuffer, offset: number, length: number): Uint8Array {
  if (buffer.kernel !== null) return buffer.kernel.subarray(offset, offset + length);
  const parts = pieces(buffer, offset, length);
  if (parts.length === 1) return copyIn(k, p, parts[0].address, length);
  const bytes = new Uint8Array(length);
  let done = 0;
  for (const { address, length: part } of parts) {
    bytes.set(copyIn(k, p, address, part), done);
    done += part;
  }
  return bytes;
}

/**
 * As take, for bytes that go to offset `to` of RAM: a write from a mapping of the very page that is written. Linux copies
 * upwards and in place, so a byte that the copy has reached already is read as what it has become.
 */
export function takeFor(
  k: Kernel,
  p: Process,
  buffer: UserBuffer,
  offset: number,
  length: number,
  to: number,
): Uint8Array {
  const bytes = take(k, p, buffer, offset, length);
  if (buffer.kernel !== null) return bytes;
  let start = 0;
  for (const piece of pieces(buffer, offset, length)) {
    for (let done = 0; done < piece.length; ) {
      const va = piece.address + done;
      const size = Math.min(piece.length - done, PAGE_SIZE - (va % PAGE_SIZE));
      // Where byte i comes from byte i - shift of the result.
      const shift = to + start + done - offsetOf(k, p, va);
      if (shift > 0 && shift < length)
        for (let i = Math.max(start + done, shift); i < start + done + size; i++) bytes[i] = bytes[i - shift];
      done += size;
    }
    start += piece.length;
  }
  return bytes;
}

/**
 * Runs `chunk` over page-sized pieces of a transfer until it is complete, ends short (0) or fails after some bytes. When
 * a chunk sleeps, the next run of the handler goes on with it: `p.call.progress` counts what was moved.
 * @param chunk moves up to `most` bytes at file position `at`, buffer offset `done`, and returns how many
 * @returns bytes moved in all
 */
export function byPages(
  p: Process,
  position: number,
  total: number,
  chunk: (at: number, done: number, most: number) => number,
): number {
  const { call } = p;
  while (call.progress < total) {
    const at = position + call.progress;
    const most = Math.min(total - call.progress, PAGE_SIZE - (at % PAGE_SIZE));
    try {
      const moved = chunk(at, call.progress, most);
      call.progress += moved;
      if (moved === 0) break;
    } catch (failure) {
      // What was moved before an error counts; the error comes again with the next call. But where only frames are
      // missing the call goes on when there are some: syscall.ts.
      if (!(failure instanceof Errno) || call.progress === 0 || failure.name === "ENOMEM") throw failure;
      break;
    }
  }
  return call.progress;
}
