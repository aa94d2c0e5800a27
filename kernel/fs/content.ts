/**
 * Contents of regular files (and of block devices): read, write, truncate, holes. The bytes live in the page cache, which
 * mappings share; this file owns only how calls move them, and `size`.
 *
 * (1) Bytes of a file's last page beyond its size are zero when its size shrinks, and when it grows over them; but where pages
 *     have no home other than the cache, growing shows what mappings have written there: so does Linux's tmpfs.
 * (2) A call that sleeps in its middle has recorded in `p.call.progress` how many bytes it has moved, and goes on there.
 */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { CONSTANTS } from "../abi.ts";
import { errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { FROM_KERNEL, postSignal } from "../signal.ts";
import { signalNumber } from "../signal-state.ts";
import { keepingPromise, promisePage } from "../vm/commit.ts";
import { hugeContent } from "../vm/hugetlb/object.ts";
import { isHugeAligned } from "../vm/hugetlb/sizes.ts";
import {
  cachedPage,
  cachedPageForOverwrite,
  dropCachedPages,
  findCachedPage,
  isPageSwapped,
  markPageDirty,
  objectOf,
} from "../vm/page-cache.ts";
import { noteRead, readAhead } from "../vm/read-ahead.ts";
import { noteUse } from "../vm/replacement.ts";
import { isSwapFile } from "../vm/swap-file.ts";
import { throttleWriter } from "../vm/throttle.ts";
import { backedBytes } from "./backing.ts";
import { dropPrivilegeBits, isRegular, MAX_FILE_BYTES, touchAccessed, touchModified } from "./inode.ts";
import { checkSealsOfSize, checkSealsOfWrite } from "./shmem.ts";
import { FS_TRAITS, hasHome } from "./traits.ts";
import type { Inode, OpenFile, ReadAhead } from "./types.ts";
import { byPages, prepare, put, takeFor, type UserBuffer } from "./user-buffer.ts";
import { FILE_SYSTEMS } from "./vfs.ts";

const { RLIMIT_FSIZE } = CONSTANTS.rlimit;
const ZEROES = new Uint8Array(PAGE_SIZE);

/** read(2) of a regular file. @throws Errno EFAULT, EIO, ENOMEM */
export function readContent(k: Kernel, p: Process, file: OpenFile, buffer: UserBuffer, position: number): number {
  const { inode, ahead, flags } = file;
  const read = byPages(p, position, buffer.length, (at, done, most) => {
    const length = Math.min(most, inode.size - at);
    if (length <= 0) return 0;
    const usable = prepare(k, p, buffer, done, length, "write");
    const index = Math.floor(at / PAGE_SIZE);
    const wanted = Math.ceil(Math.min(position + buffer.length, inode.size) / PAGE_SIZE) - index;
    const page = pageContent(k, p, inode, index, { ahead, wanted });
    put(k, p, buffer, done, page.subarray(at % PAGE_SIZE, (at % PAGE_SIZE) + usable));
    return usable;
  });
  touchAccessed(k, inode, flags);
  return read;
}

/** Who reads, and how many pages from this one on he wants. */
interface Reader {
  readonly ahead: ReadAhead;
  readonly wanted: number;
}

/** The bytes of one page, as they are in memory; a hole does not become a page by being read. May sleep. */
function pageContent(k: Kernel, p: Process, inode: Inode, index: number, reader: Reader | null): Uint8Array {
  if (inode.data.kind === "huge") return hugeContent(k, inode, index) ?? ZEROES;
  let frame = findCachedPage(k, inode, index);
  if (frame === 0 && isHole(k, p, inode, index)) return ZEROES;
  if (reader !== null) readAhead(k, objectOf(k, inode), reader.ahead, index, reader.wanted);
  if (frame === 0) frame = cachedPage(k, p, inode, index);
  if (reader !== null) noteRead(reader.ahead, index);
  noteUse(k, frame);
  return k.machine.ram.frame(frame);
}

/** A page that is neither here nor in swap: does its disk keep nothing of it? May sleep. */
function isHole(k: Kernel, p: Process, inode: Inode, index: number): boolean {
  return !isPageSwapped(k, inode, index) && k.pageSources[inode.fs].locate(k, p, inode, index)!.length === 0;
}

/**
 * write(2) of a regular file.
 * @throws Errno EFAULT, EFBIG (and SIGXFSZ), ENOSPC, EIO, ENOMEM
 */
export function writeContent(k: Kernel, p: Process, inode: Inode, buffer: UserBuffer, position: number): number {
  // They are written through mappings alone.
  if (inode.data.kind === "huge") throw errno("EINVAL");
  if (isSwapFile(k, inode)) throw errno("ETXTBSY");
  if (buffer.length === 0) return 0;
  const room = writableLength(k, p, inode, position, buffer.length);
  return byPages(p, position, room, (at, done, most) => {
    throttleWriter(k, p, inode);
    const usable = prepare(k, p, buffer, done, most, "read");
    checkSealsOfWrite(inode, at + most);
    if (at > inode.size) fetchTail(k, p, inode, inode.size);
    const frame = pageForWriting(k, p, inode, at, usable);
    k.pageSources[inode.fs].claim?.(k, p, inode, at, at + usable);
    if (at > inode.size && hasHome(inode)) zeroTail(k, inode);
    const to = (frame - k.vm.frames.first) * PAGE_SIZE + (at % PAGE_SIZE);
    k.machine.ram.u8.set(takeFor(k, p, buffer, done, usable, to), to);
    k.machine.ram.wrote(to, usable);
    noteUse(k, frame);
    markPageDirty(k, frame);
    if (isRegular(inode)) inode.size = Math.max(inode.size, at + usable);
    touchModified(k, inode);
    dropPrivilegeBits(p, inode);
    return usable;
  });
}

/** How much of a write may happen: RLIMIT_FSIZE and the largest file cut it short, or forbid it. */
function writableLength(k: Kernel, p: Process, inode: Inode, position: number, length: number): number {
  if (!isRegular(inode)) return Math.min(length, deviceRoom(inode, position));
  const soft = p.limits[RLIMIT_FSIZE].soft;
  if (position >= soft) exceedLimit(k, p);
  if (position >= MAX_FILE_BYTES) throw errno("EFBIG");
  return Math.min(length, soft - position, MAX_FILE_BYTES - position);
}

function deviceRoom(inode: Inode, position: number): number {
  if (position >= inode.size) throw errno("ENOSPC");
  return inode.size - position;
}

function exceedLimit(k: Kernel, p: Process): never {
  postSignal(k, p, signalNumber("SIGXFSZ"), FROM_KERNEL);
  throw errno("EFBIG");
}

function pageForWriting(k: Kernel, p: Process, inode: Inode, at: number, length: number): number {
  const index = Math.floor(at / PAGE_SIZE);
  const object = objectOf(k, inode);
  const wasPromised = object.promised.has(index);
  if (!promisePage(k, p, object, index)) throw errno("ENOSPC");
  const here = findCachedPage(k, inode, index);
  if (here !== 0) return here;
  const fetch = needNotRead(k, p, inode, index, length) ? cachedPageForOverwrite : cachedPage;
  return keepingPromise(k, object, index, wasPromised, () => fetch(k, p, inode, index));
}

/**
 * Need a page that is not here not be read, since it is a hole, or since `length` bytes of it are replaced? Not where a part of
 * it has no place yet: to get one may fail, or sleep, and others must not see zeroes meanwhile. May sleep.
 */
function needNotRead(k: Kernel, p: Process, inode: Inode, index: number, length: number): boolean {
  if (isPageSwapped(k, inode, index)) return length === PAGE_SIZE;
  const { locate, claim } = k.pageSources[inode.fs];
  const place = locate(k, p, inode, index)!;
  const placed = place.reduce((sum, segment) => sum + segment.length, 0);
  return placed === 0 || (length === PAGE_SIZE && (claim === undefined || placed === PAGE_SIZE));
}

/** Brings the page in which `end` lies back from where it is kept, so that zeroTail finds it. May sleep. */
function fetchTail(k: Kernel, p: Process, inode: Inode, end: number): void {
  const index = Math.floor(end / PAGE_SIZE);
  if (end % PAGE_SIZE === 0 || findCachedPage(k, inode, index) !== 0) return;
  const isKept = FS_TRAITS[inode.fs].kept && !isHole(k, p, inode, index);
  if (isKept || isPageSwapped(k, inode, index)) cachedPage(k, p, inode, index);
}

/** Keeps (1): a mapping may have written beyond the end of the last page. */
function zeroTail(k: Kernel, inode: Inode): void {
  const frame = findCachedPage(k, inode, Math.floor(inode.size / PAGE_SIZE));
  if (frame === 0) return;
  const tail = k.machine.ram.frame(frame).subarray(inode.size % PAGE_SIZE);
  if (tail.every((byte) => byte === 0)) return;
  tail.fill(0);
  k.machine.ram.wrote((frame - k.vm.frames.first) * PAGE_SIZE, PAGE_SIZE);
  markPageDirty(k, frame);
}

/**
 * Sets a regular file's size: ftruncate(2), O_TRUNC. What is cut off is gone for good, in mappings too.
 * @throws Errno EFBIG (and SIGXFSZ), EINVAL a negative size
 */
export function truncateContent(k: Kernel, p: Process, inode: Inode, size: number): void {
  if (size < 0) throw errno("EINVAL");
  if (isSwapFile(k, inode)) throw errno("ETXTBSY");
  if (size > inode.size && size > p.limits[RLIMIT_FSIZE].soft) exceedLimit(k, p);
  if (size > MAX_FILE_BYTES) throw errno("EFBIG");
  if (inode.data.kind === "huge" && !isHugeAligned(size, inode.data.order)) throw errno("EINVAL");
  checkSealsOfSize(inode, size);
  fetchTail(k, p, inode, Math.min(size, inode.size));
  FILE_SYSTEMS[inode.fs].truncate?.(k, p, inode, size);
  if (size < inode.size) {
    dropCachedPages(k, inode, Math.ceil(size / PAGE_SIZE));
    if (inode.data.kind === "file" && inode.data.backing !== null && inode.data.backing.length > size)
      inode.data.backing = { ...inode.data.backing, length: size };
    inode.size = size;
    zeroTail(k, inode);
  } else if (hasHome(inode)) zeroTail(k, inode);
  // As Linux: reservations behind the new end go, even those of a file that has grown.
  else if (inode.data.kind === "huge") dropCachedPages(k, inode, size / PAGE_SIZE);
  inode.size = size;
  touchModified(k, inode);
  dropPrivilegeBits(p, inode);
}

/**
 * Does page `index` hold data: is it in memory, in swap or on the disk? Else it is a hole. Files that may lie anywhere on a
 * disk are said to be all data, as Linux's ext2 says.
 */
function isData(k: Kernel, inode: Inode, index: number): boolean {
  if (FS_TRAITS[inode.fs].kept) return true;
  return findCachedPage(k, inode, index) !== 0 || backedBytes(inode, index) > 0 || isPageSwapped(k, inode, index);
}

/** Pages that the file has in memory and in swap. */
function keptPages(k: Kernel, inode: Inode): number[] {
  const object = k.vm.cache.files.get(inode.id);
  return object === undefined ? [] : [...object.pages.keys(), ...object.swapped.keys()];
}

/**
 * lseek(2) SEEK_DATA and SEEK_HOLE: the first byte from `offset` on that is (not) in a hole. The end of the file counts as
 * a hole.
 * @throws Errno ENXIO no such place: `offset` is at or beyond the end, or only a hole follows
 */
export function seekContent(k: Kernel, inode: Inode, offset: number, wanted: "data" | "hole"): number {
  if (offset < 0 || offset >= inode.size) throw errno("ENXIO");
  if (inode.data.kind === "huge") return wanted === "data" ? offset : inode.size;
  const end = Math.ceil(inode.size / PAGE_SIZE);
  for (const index of candidates(k, inode, Math.floor(offset / PAGE_SIZE), end))
    if (isData(k, inode, index) === (wanted === "data")) return Math.max(offset, index * PAGE_SIZE);
  if (wanted === "data") throw errno("ENXIO");
  return inode.size;
}

/** Pages at which data may begin or end, so that a large hole costs nothing: the first, and those in or after data. */
function candidates(k: Kernel, inode: Inode, first: number, end: number): number[] {
  const backing = inode.data.kind === "file" ? (inode.data.backing?.length ?? 0) : 0;
  const found = new Set([first]);
  if (FS_TRAITS[inode.fs].kept) return [first];
  for (let index = first; index < Math.ceil(backing / PAGE_SIZE); index++) found.add(index).add(index + 1);
  for (const index of keptPages(k, inode)) found.add(index).add(index + 1);
  return [...found].filter((index) => index >= first && index < end).sort((a, b) => a - b);
}

/** Pages that the file occupies, in memory, in swap or on disk: st_blocks. */
export function pagesOf(k: Kernel, inode: Inode): number {
  const backing = inode.data.kind === "file" ? (inode.data.backing?.length ?? 0) : 0;
  const backed = Math.ceil(backing / PAGE_SIZE);
  return backed + keptPages(k, inode).filter((index) => index >= backed).length;
}

/**
 * Bytes of a file for the kernel itself (execve reads headers so); fewer at the file's end. May sleep.
 * @param ahead who reads on behalf of a program: sendfile(2)
 * @throws Errno EIO, ENOMEM
 */
export function readBytes(
  k: Kernel,
  p: Process,
  inode: Inode,
  position: number,
  length: number,
  ahead: ReadAhead | null = null,
): Uint8Array {
  const bytes = new Uint8Array(Math.max(0, Math.min(length, inode.size - position)));
  for (let done = 0; done < bytes.length; ) {
    const at = position + done;
    const index = Math.floor(at / PAGE_SIZE);
    const wanted = Math.ceil((position + bytes.length) / PAGE_SIZE) - index;
    const page = pageContent(k, p, inode, index, ahead && { ahead, wanted });
    const part = page.subarray(at % PAGE_SIZE).subarray(0, bytes.length - done);
    bytes.set(part, done);
    done += part.length;
  }
  return bytes;
}
