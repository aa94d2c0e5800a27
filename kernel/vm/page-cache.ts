/**
 * The page cache: one copy in memory of each page of a file, for read, write and mmap alike. Also holds the pages of
 * shared anonymous memory, which are a file without a name.
 *
 *   inode ─► PageObject ─► index ─► frame ◄─ PTEs of everyone who maps it (reverse map)
 *
 * A page:   absent ──cachedPage──► reading ──pageReadDone──► clean ──markPageDirty──► dirty
 *              ▲                      └─ failed ──► absent (EIO for whoever asked)        │
 *              └───────────── dropCachedPages (truncate), forgetInode ◄──────────────────┘
 *
 * (1) A cached frame has `holder` its object's id, `position` its index, and one reference for being here.
 * (2) A page being read is pinned, and nobody gets to see it. When its object drops it meanwhile, the end of the
 *     transfer frees it.
 * (3) filePages, sharedPages and dirtyPages count what is here. An object with a home has the indices of its dirty pages in
 *     `dirty`, and of those on their way in `writing`.
 * (4) A page is here or in swap, never both: `pages` and `swapped` of an object have no index in common. One that came
 *     back keeps its slot while it is a clean copy; without the slot it is dirty.
 *
 * May sleep: cachedPage.
 */
import { type FrameNumber, PAGE_SIZE } from "../../cpu/paging.ts";
import { Errno, errno } from "../errno.ts";
import { backingOf } from "../fs/backing.ts";
import type { PagePlace } from "../fs/page-source.ts";
import { hasHome as inodeHasHome } from "../fs/traits.ts";
import type { Inode, ReadAhead } from "../fs/types.ts";
import type { Kernel } from "../kernel.ts";
import { panic } from "../panic.ts";
import type { Process } from "../process.ts";
import { sleep, wakeup } from "../sleep.ts";
import { chargeCommit, FILE_PROMISES, forgetPromises, promisedPages, unchargeCommit } from "./commit.ts";
import { isRelaxed, noteDirtied } from "./dirty.ts";
import { addReference, allocateFrame, dropReference, FRAME, NO_FRAME, OWNER, pinFrame, unpinFrame } from "./frames.ts";
import { dropHugePages } from "./hugetlb/object.ts";
import { pagesOfOrder } from "./hugetlb/sizes.ts";
import { noteArrival, objectPageKey } from "./refault.ts";
import { dropSharedRun } from "./runs.ts";
import { addSlotUse, dropSlotUse, isSwapTight } from "./swap-area.ts";
import { dropIfUnwanted, giveSlotBack } from "./swap-cache.ts";
import { fetchSwapped, waitOf } from "./swap-read.ts";
import { transferChannel } from "./swap-transfer.ts";
import type { PageCache, PageObject } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";
import { zapObject } from "./zap.ts";

/** An empty cache. */
export function createPageCache(): PageCache {
  return { objects: new Map(), files: new Map(), nextObject: 1, filePages: 0, sharedPages: 0, dirtyPages: 0 };
}

/** A reader of whom nothing is known. */
export function newReadAhead(): ReadAhead {
  return { advice: "normal", last: -1, start: 0, size: 0, marker: -1 };
}

/** @param order of its pages, if they are huge ones of the pool; else 0 */
function makeObject(
  k: Kernel,
  inode: Inode | null,
  bytes: number,
  promise: PageObject["promise"],
  order = 0,
): PageObject {
  const id = k.vm.cache.nextObject++;
  const object: PageObject = {
    id,
    inode,
    segment: null,
    locked: false,
    bytes,
    pages: new Map(),
    swapped: new Map(),
    promise,
    promised: new Set(),
    mount: inode === null ? null : (k.fs.mounts.get(inode.device) ?? null),
    mappers: new Map(),
    places: new Map(),
    dirty: new Set(),
    writing: new Map(),
    ahead: newReadAhead(),
    writeFailed: false,
    huge: order === 0 ? null : { order, pages: new Map(), reserved: new Set(), subpool: inode?.device ?? 0 },
  };
  k.vm.cache.objects.set(id, object);
  return object;
}

/** The object of a file's pages, made when the file is first looked into. */
export function objectOf(k: Kernel, inode: Inode): PageObject {
  const known = k.vm.cache.files.get(inode.id);
  if (known !== undefined) return known;
  const order = inode.data.kind === "huge" ? inode.data.order : 0;
  const object = makeObject(k, inode, 0, FILE_PROMISES[inode.fs], order);
  k.vm.cache.files.set(inode.id, object);
  return object;
}

/**
 * Memory shared through fork, of its own: MAP_SHARED | MAP_ANONYMOUS; System V shared memory.
 * @param promise "whole": all of it now; "by page" (MAP_NORESERVE, SHM_NORESERVE): each page when it is first touched
 * @throws Errno ENOMEM it cannot be promised
 */
export function newSharedObject(k: Kernel, bytes: number, promise: "whole" | "by page" = "whole"): PageObject {
  if (promise === "whole") chargeCommit(k, k.current, k.current?.space ?? null, Math.ceil(bytes / PAGE_SIZE));
  return makeObject(k, null, bytes, promise);
}

/** Huge pages without a file: MAP_HUGETLB | MAP_ANONYMOUS, shared or private; SHM_HUGETLB. @param order of the pages */
export function newHugeObject(k: Kernel, bytes: number, order: number): PageObject {
  return makeObject(k, null, bytes, "none", order);
}

/** Bytes that the object has now. */
export function objectSize(object: PageObject): number {
  return object.inode === null ? object.bytes : object.inode.size;
}

/** Whether some process maps the file. */
export function isMapped(k: VmKernel, inode: Inode): boolean {
  return (k.vm.cache.files.get(inode.id)?.mappers.size ?? 0) > 0;
}

/** Who has the frames of the object's pages: what a file only gives a name to (tmpfs) is shared memory, as on Linux. */
export function ownerOfPages(object: PageObject): number {
  const onDisk = object.inode !== null && (hasHome(object) || backingOf(object.inode) !== null);
  return onDisk ? OWNER.file : OWNER.shared;
}

/** Allocates and enters a zeroed page; NO_FRAME when out of memory. */
function addPage(k: VmKernel, object: PageObject, index: number): FrameNumber {
  const frame = allocateFrame(k, ownerOfPages(object));
  if (frame === NO_FRAME) return NO_FRAME;
  enterPage(k, object, index, frame);
  noteArrival(k, objectPageKey(object, index), frame - k.vm.frames.first);
  return frame;
}

/** The frame, with the caller's reference, is page `index` of the object. */
function enterPage(k: VmKernel, object: PageObject, index: number, frame: FrameNumber): void {
  const { frames, cache } = k.vm;
  const i = frame - frames.first;
  frames.owner[i] = ownerOfPages(object);
  frames.holder[i] = object.id;
  frames.position[i] = index;
  object.pages.set(index, frame);
  if (frames.owner[i] === OWNER.file) cache.filePages++;
  else cache.sharedPages++;
}

/** Takes a page out; no PTE names it. */
function removePage(k: VmKernel, object: PageObject, index: number, frame: FrameNumber): void {
  const inSwapCache = k.vm.frames.slot[frame - k.vm.frames.first] !== 0;
  detachPage(k, object, index, frame);
  dropReference(k, frame);
  if (inSwapCache) dropIfUnwanted(k, frame);
}

/** The page is its object's no more, its frame and the reference for it the caller's. */
function detachPage(k: VmKernel, object: PageObject, index: number, frame: FrameNumber): void {
  const { frames, cache } = k.vm;
  const i = frame - frames.first;
  if (frames.mappings[i] !== 0) panic("page cache: a dropped page is mapped nowhere", { object: object.id, index });
  object.pages.delete(index);
  object.places.delete(index);
  object.writing.delete(index);
  if (frames.owner[i] === OWNER.file) cache.filePages--;
  else cache.sharedPages--;
  clearPageDirty(k, frame);
}

/** Reclaim: a clean page that nobody maps goes. It can be had again from where it came from. */
export function dropCleanPage(k: VmKernel, object: PageObject, frame: FrameNumber): void {
  removePage(k, object, k.vm.frames.position[frame - k.vm.frames.first], frame);
}

/** The page of a frame that nobody maps and that has a slot is in swap from now on, its frame the swap cache's alone. */
export function evictToSwap(k: VmKernel, frame: FrameNumber): void {
  const { frames, cache } = k.vm;
  const i = frame - frames.first;
  const object = cache.objects.get(frames.holder[i])!;
  const index = frames.position[i];
  // Without a home, it is not among those that dirtyPages counts.
  const dirty = frames.flags[i] & FRAME.dirty;
  detachPage(k, object, index, frame);
  frames.owner[i] = OWNER.anonymous;
  frames.holder[i] = 0;
  frames.position[i] = 0;
  frames.flags[i] |= dirty;
  addSlotUse(k, frames.slot[i]);
  object.swapped.set(index, frames.slot[i]);
  dropReference(k, frame);
}

/** Page `index` of the object, which is in swap, is read back. May sleep. @throws Errno ENOMEM, EIO */
function fetchPage(k: Kernel, p: Process, object: PageObject, index: number): FrameNumber {
  const entry = object.swapped.get(index)!;
  const frame = fetchSwapped(k, p, entry, true);
  bringBack(k, object, index, frame);
  if (isSwapTight(k)) giveSlotBack(k, frame);
  return frame;
}

/** The frame in the swap cache that has what a page in swap holds is the object's again. */
export function bringBack(k: VmKernel, object: PageObject, index: number, frame: FrameNumber): void {
  addReference(k, frame);
  enterPage(k, object, index, frame);
  noteArrival(k, objectPageKey(object, index), frame - k.vm.frames.first);
  dropSwapped(k, object, index);
}

/** The object's use of a slot goes: the page is back, or dropped. */
function dropSwapped(k: VmKernel, object: PageObject, index: number): void {
  const entry = object.swapped.get(index)!;
  object.swapped.delete(index);
  dropSlotUse(k, entry);
}

/** Whether page `index` of the file is in swap, from where cachedPage brings it back. */
export function isPageSwapped(k: VmKernel, inode: Inode, index: number): boolean {
  return k.vm.cache.files.get(inode.id)?.swapped.has(index) === true;
}

/** A page of the file that is here and readable; NO_FRAME otherwise. Changes nothing. */
export function findCachedPage(k: VmKernel, inode: Inode, index: number): FrameNumber {
  const object = k.vm.cache.files.get(inode.id);
  return object === undefined ? NO_FRAME : findPage(k, object, index);
}

/** The same for an object. */
export function findPage(k: VmKernel, object: PageObject, index: number): FrameNumber {
  const frame = object.pages.get(index) ?? NO_FRAME;
  if (frame === NO_FRAME) return NO_FRAME;
  const unusable = k.vm.frames.flags[frame - k.vm.frames.first] & (FRAME.reading | FRAME.failed);
  return unusable ? NO_FRAME : frame;
}

/**
 * The frame with page `index` of the file, read in when it is not here. Does not look at the file's size.
 * May sleep while the disk works.
 * @throws Errno EIO the disk failed; ENOMEM no frame is free
 */
export function cachedPage(k: Kernel, p: Process, inode: Inode, index: number): FrameNumber {
  return objectPage(k, p, objectOf(k, inode), index);
}

/** The same for an object; shared anonymous memory begins as zeroes. */
export function objectPage(k: Kernel, p: Process, object: PageObject, index: number): FrameNumber {
  if (object.swapped.has(index)) return fetchPage(k, p, object, index);
  const frame = object.pages.get(index) ?? startReading(k, p, object, index);
  const i = frame - k.vm.frames.first;
  const flags = k.vm.frames.flags[i];
  if (flags & FRAME.reading) sleep(k, p, transferChannel(i), waitOf(k, i));
  if (flags & FRAME.failed) {
    removePage(k, object, index, frame);
    throw errno("EIO");
  }
  return frame;
}

/**
 * Begins to read a page of a file that is not here; nobody waits. A hole stays one.
 * @returns false: no frame is free, or where the page is cannot be known without waiting
 */
export function startReadingPage(k: Kernel, object: PageObject, index: number): boolean {
  try {
    const place = k.pageSources[object.inode!.fs].locate(k, null, object.inode!, index);
    if (place === null) return false;
    if (place.length > 0) readFrom(k, object, index, place);
    return true;
  } catch (thrown) {
    if (thrown instanceof Errno) return false;
    throw thrown;
  }
}

/** Enters a page, and begins to read it from where it is kept. May sleep. @throws Errno ENOMEM, EIO, EUCLEAN */
function startReading(k: Kernel, p: Process, object: PageObject, index: number): FrameNumber {
  const { inode } = object;
  return readFrom(k, object, index, inode === null ? [] : k.pageSources[inode.fs].locate(k, p, inode, index)!);
}

function readFrom(k: Kernel, object: PageObject, index: number, place: PagePlace): FrameNumber {
  const { inode } = object;
  const frame = addPage(k, object, index);
  if (frame === NO_FRAME) throw errno("ENOMEM");
  notePlace(k, object, index, place);
  if (inode === null || place.length === 0) return frame;
  const i = frame - k.vm.frames.first;
  k.vm.frames.flags[i] |= FRAME.reading;
  pinFrame(k, frame);
  const answer = k.pageSources[inode.fs].readPage(k, inode, index, frame, place);
  if (answer !== "started") pageReadDone(k, frame, answer === "done");
  return frame;
}

/** Where page `index`, which is here, is kept, for files whose pages may be anywhere. */
export function notePlace(k: Kernel, object: PageObject, index: number, place: PagePlace): void {
  if (object.inode !== null && k.pageSources[object.inode.fs].claim !== undefined) object.places.set(index, place);
}

/**
 * A page whose whole content the caller replaces now, so that nothing is read. It begins as zeroes when it was not
 * here. Call markPageDirty after writing.
 * @throws Errno ENOMEM
 */
export function cachedPageForOverwrite(k: Kernel, p: Process | null, inode: Inode, index: number): FrameNumber {
  const object = objectOf(k, inode);
  if (p !== null && object.pages.has(index)) return objectPage(k, p, object, index);
  const place = k.pageSources[inode.fs].locate(k, p, inode, index)!;
  const frame = addPage(k, object, index);
  if (frame === NO_FRAME) throw errno("ENOMEM");
  notePlace(k, object, index, place);
  if (object.swapped.has(index)) dropSwapped(k, object, index);
  return frame;
}

/** A transfer that readPage or writePage "started" for the frame has ended. */
export function pageReadDone(k: Kernel, frame: FrameNumber, ok: boolean): void {
  const { frames, cache } = k.vm;
  const i = frame - frames.first;
  const object = cache.objects.get(frames.holder[i]);
  const wasWriting = (frames.flags[i] & FRAME.writing) !== 0;
  frames.flags[i] &= ~(FRAME.reading | FRAME.writing);
  if (!ok && !wasWriting) frames.flags[i] |= FRAME.failed;
  if (!ok && wasWriting && object !== undefined) {
    object.writeFailed = true;
    if (object.pages.get(frames.position[i]) === frame) markPageDirty(k, frame);
  }
  if (wasWriting && object?.pages.get(frames.position[i]) === frame) object.writing.delete(frames.position[i]);
  unpinFrame(k, frame);
  wakeup(k, transferChannel(i));
  if (!wasWriting) return;
  k.vm.flusher.writing--;
  k.vm.statistics.pagesWritten++;
  wakeup(k, k.vm.reclaim.channel);
  if (k.sleepers.has(k.vm.flusher.channel) && isRelaxed(k)) wakeup(k, k.vm.flusher.channel);
}

/** Whether the pages of an object have a place of their own outside memory to be written to: a block device. */
export function hasHome({ inode }: PageObject): boolean {
  return inode !== null && inodeHasHome(inode);
}

/** The object that counts a cached page while it is dirty, as dirtyPages does: only what can be written back is counted. */
function countsAsDirty(k: VmKernel, i: number): PageObject | null {
  const { owner, holder } = k.vm.frames;
  const object = k.vm.cache.objects.get(holder[i]);
  return owner[i] === OWNER.file && object !== undefined && hasHome(object) ? object : null;
}

/** The page differs from what its file system, or its slot of swap, keeps. */
export function markPageDirty(k: VmKernel, frame: FrameNumber): void {
  const { frames, cache } = k.vm;
  const i = frame - frames.first;
  if (frames.flags[i] & FRAME.dirty) return;
  frames.flags[i] |= FRAME.dirty;
  const object = countsAsDirty(k, i);
  if (object === null) return;
  object.dirty.add(frames.position[i]);
  cache.dirtyPages++;
  noteDirtied(k, frames.holder[i]);
}

/** Its file system has, or is about to have, what the page holds. */
export function clearPageDirty(k: VmKernel, frame: FrameNumber): void {
  const i = frame - k.vm.frames.first;
  if (!(k.vm.frames.flags[i] & FRAME.dirty)) return;
  k.vm.frames.flags[i] &= ~FRAME.dirty;
  const object = countsAsDirty(k, i);
  if (object?.dirty.delete(k.vm.frames.position[i])) k.vm.cache.dirtyPages--;
}

/** Whether a page differs from what its home keeps. */
export function isPageDirty(k: VmKernel, frame: FrameNumber): boolean {
  return (k.vm.frames.flags[frame - k.vm.frames.first] & FRAME.dirty) !== 0;
}

/** Indices from `from` on that are here, upwards. */
export function cachedIndices(object: PageObject, from: number, to: number): number[] {
  return indicesOf(object.pages, from, to);
}

/** Indices of the pages that differ from what their home keeps, upwards. Costs what is dirty, not what is cached. */
export function dirtyIndices(object: PageObject, from: number, to: number): number[] {
  return indicesOf(object.dirty, from, to);
}

/** Indices of the pages that are in swap, upwards. */
export function swappedIndices(object: PageObject, from: number, to: number): number[] {
  return indicesOf(object.swapped, from, to);
}

/** What lies in the range, upwards. Looks at indices or at entries, whichever are fewer. */
function indicesOf(entries: ReadonlySet<number> | ReadonlyMap<number, unknown>, from: number, to: number): number[] {
  const found: number[] = [];
  if (to - from <= entries.size) {
    for (let index = from; index < to; index++) if (entries.has(index)) found.push(index);
    return found;
  }
  for (const index of entries.keys()) if (index >= from && index < to) found.push(index);
  return found.sort((a, b) => a - b);
}

/**
 * Truncation: pages from index `from` on go, and go from every process that maps them (private copies too), so that
 * the next access beyond the new end is SIGBUS. The tail of the last page that stays is the caller's to zero.
 */
export function dropCachedPages(k: VmKernel, inode: Inode, from: number): void {
  const object = k.vm.cache.files.get(inode.id);
  if (object !== undefined) dropPages(k, object, from);
}

function dropPages(k: VmKernel, object: PageObject, from: number): void {
  zapObject(k, object, from);
  for (const index of cachedIndices(object, from, Number.POSITIVE_INFINITY))
    removePage(k, object, index, object.pages.get(index)!);
  for (const index of object.swapped.keys()) if (index >= from) dropSwapped(k, object, index);
  if (object.huge !== null) dropHugePages(k, object, Math.ceil(from / pagesOfOrder(object.huge.order)));
  forgetPromises(k, object, from);
}

/** The file is gone for good: no link, no opening, no mapping. */
export function forgetInode(k: VmKernel, inode: Inode): void {
  const object = k.vm.cache.files.get(inode.id);
  if (object === undefined) return;
  k.vm.cache.files.delete(inode.id);
  forgetObject(k, object);
}

/** Nothing maps or names the object any more: its pages go. */
export function forgetObject(k: VmKernel, object: PageObject): void {
  if (object.mappers.size > 0) panic("page cache: a forgotten object is mapped nowhere", { id: object.id });
  dropPages(k, object, 0);
  dropSharedRun(k, object.id);
  if (object.promise === "whole") unchargeCommit(k, promisedPages(object));
  k.vm.cache.objects.delete(object.id);
}
