/**
 * mmap and its family where each mapping is a segment of its own. The mappings themselves are vm/map.ts', vm/unmap.ts' and
 * vm/heap.ts'; here is where they go, and that they have memory from the start.
 *
 * (1) A mapping that gets no memory is taken out again: ENOMEM.
 * (2) A file is read in whole, before anything changes. Shared mappings of files are ENODEV: their content would have to be in one
 *     piece (Linux without an MMU: NOMMU_MAP_DIRECT).
 */

import { PAGE_SIZE } from "../../cpu/paging.ts";
import { SEGMENT_SIZE, segmentOf } from "../../cpu/segments.ts";
import { FLAGS } from "../abi.ts";
import { errno } from "../errno.ts";
import { readBytes } from "../fs/content.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { findVma, forEachVma, nextVma, previousVma, resizeVma } from "../vm/address-space.ts";
import { chargeCommit, unchargeCommit } from "../vm/commit.ts";
import { moveBreak } from "../vm/heap.ts";
import { mayExpand } from "../vm/limits.ts";
import { mapAnonymous, mapFile, mapSharedObject } from "../vm/map.ts";
import { MAP_FIXED, MAP_FIXED_NOREPLACE, MAP_GROWSDOWN, MAP_LOCKED, MAP_PRIVATE, MAP_TYPE } from "../vm/prot.ts";
import type { FileMapRequest, MapRequest, RemapRequest } from "../vm/requests.ts";
import type { AddressSpace, PageObject, Vma } from "../vm/types.ts";
import { unmapRange } from "../vm/unmap.ts";
import { pageAlign, pagesIn, VMA } from "../vm/vma.ts";
import { attachShared, firstOf, fitSegment, isShared, releaseSegment } from "./segment-memory.ts";
import { segmentAt } from "./segment-table.ts";

/** Where the search for a segment of a mapping begins, downwards: below the trampoline. */
const HIGHEST = 253;
const FIXED = MAP_FIXED | MAP_FIXED_NOREPLACE;
const { MREMAP_FIXED, MREMAP_MAYMOVE, MREMAP_DONTUNMAP } = FLAGS.mremap;

/** The last mapping of segment `n`; null: it has none. */
export function lastOf(s: AddressSpace, n: number): Vma | null {
  const v = previousVma(s, (n + 1) * SEGMENT_SIZE);
  return v !== null && v.start >= n * SEGMENT_SIZE ? v : null;
}

/** The number of a segment without mappings. @throws Errno ENOMEM none, or too large */
export function freeSegment(s: AddressSpace, bytes: number): number {
  if (bytes > SEGMENT_SIZE) throw errno("ENOMEM");
  for (let n = HIGHEST; n > 0; n--) if (firstOf(s, n) === null) return n;
  throw errno("ENOMEM");
}

/** @throws Errno EINVAL a place that no segment can have; ENOMEM no segment left, or too large; EEXIST */
export function place(_k: Kernel, s: AddressSpace, { address, length, flags }: MapRequest): number {
  const bytes = pageAlign(length);
  if (bytes === 0) throw errno("EINVAL");
  if (flags & FIXED) return fixedPlace(s, address, bytes, flags);
  const hinted = address % SEGMENT_SIZE === 0 && address > 0 && segmentOf(address) <= HIGHEST;
  const n = hinted && bytes <= SEGMENT_SIZE && firstOf(s, segmentOf(address)) === null ? segmentOf(address) : null;
  const start = (n ?? freeSegment(s, bytes)) * SEGMENT_SIZE;
  return flags & MAP_GROWSDOWN ? start + SEGMENT_SIZE - bytes : start;
}

/** The beginning of a new segment or behind what one has; shared memory is a segment's beginning. */
function fixedPlace(s: AddressSpace, address: number, bytes: number, flags: number): number {
  const n = segmentOf(address);
  if (address % PAGE_SIZE !== 0) throw errno("EINVAL");
  if (segmentOf(address + bytes - 1) !== n || n > HIGHEST) throw errno("ENOMEM");
  const next = nextVma(s, address);
  const taken = next !== null && next.start < address + bytes;
  if (taken) throw errno(flags & MAP_FIXED_NOREPLACE ? "EEXIST" : "EINVAL");
  const last = lastOf(s, n);
  const isPrivate = (flags & MAP_TYPE) === MAP_PRIVATE;
  const mayFollow = last === null || (last.end <= address && !(last.flags & (VMA.growsDown | VMA.shared)));
  const fits = isPrivate ? mayFollow : last === null && address % SEGMENT_SIZE === 0;
  if (!fits || flags & MAP_GROWSDOWN) throw errno("EINVAL");
  return address;
}

/** The request with its place settled, for vm/map.ts. */
function settled<R extends MapRequest>(k: Kernel, s: AddressSpace, request: R): R {
  const address = place(k, s, request);
  const flags = (request.flags & ~(MAP_FIXED | MAP_LOCKED)) | MAP_FIXED_NOREPLACE;
  return { ...request, address, flags };
}

/** The mappings of start to end - 1, just made, get memory. @throws Errno ENOMEM, and they are gone */
export function giveMemory(k: Kernel, s: AddressSpace, start: number, end: number): void {
  const n = segmentOf(start);
  const v = findVma(s, start)!;
  if (v.flags & VMA.shared ? attachShared(k, s, n, v) : fitSegment(k, s, n)) return;
  unmapRange(k, s, start, end - start);
  throw errno("ENOMEM");
}

/** @throws Errno as mmap(2) */
export function mapAnonymousSegment(k: Kernel, s: AddressSpace, request: MapRequest): number {
  const start = mapAnonymous(k, s, settled(k, s, request));
  giveMemory(k, s, start, start + pageAlign(request.length));
  return start;
}

/** @throws Errno as mmap(2) */
export function mapSharedSegment(
  k: Kernel,
  s: AddressSpace,
  request: MapRequest,
  object: PageObject,
  mayWrite: boolean,
): number {
  const start = mapSharedObject(k, s, settled(k, s, request), object, mayWrite);
  giveMemory(k, s, start, start + pageAlign(request.length));
  return start;
}

/** (2). May sleep. @throws Errno as mmap(2); ENODEV a shared mapping */
export function mapFileSegment(k: Kernel, p: Process, s: AddressSpace, request: FileMapRequest): number {
  if ((request.flags & MAP_TYPE) !== MAP_PRIVATE) throw errno("ENODEV");
  const there = settled(k, s, request);
  if (pageAlign(request.length) / PAGE_SIZE > k.vm.frames.count) throw errno("ENOMEM");
  const bytes = readBytes(k, p, request.inode, request.offset, pageAlign(request.length));
  const start = mapFile(k, s, there);
  giveMemory(k, s, start, start + pageAlign(request.length));
  findVma(s, start)!.flags |= VMA.copied;
  const { index } = segmentAt(k, s, segmentOf(start))!;
  const at = index * PAGE_SIZE + (start - segmentOf(start) * SEGMENT_SIZE);
  k.machine.ram.u8.set(bytes, at);
  k.machine.ram.wrote(at, bytes.length);
  return start;
}

/** Whether what is left of segment `n` without start to end - 1 can be one segment. */
function mayCut(s: AddressSpace, n: number, start: number, end: number): boolean {
  const first = firstOf(s, n)!;
  const last = lastOf(s, n)!;
  if (start <= first.start && end >= last.end) return true;
  if (isShared(s, n)) return false;
  return last.flags & VMA.growsDown ? start <= first.start : end >= last.end;
}

/**
 * Whole segments, and the ends of private ones. @throws Errno EINVAL anything else; also where nothing is mapped: munmap of Linux
 * without an MMU
 */
export function unmapSegments(k: Kernel, s: AddressSpace, start: number, length: number): void {
  const end = start + pageAlign(length);
  if (start % PAGE_SIZE !== 0 || length === 0 || end > k.vm.userLimit) throw errno("EINVAL");
  const shared = new Map<number, boolean>();
  forEachVma(s, start, end, (v) => {
    const n = segmentOf(v.start);
    if (!mayCut(s, n, start, end)) throw errno("EINVAL");
    shared.set(n, isShared(s, n));
  });
  if (shared.size === 0) throw errno("EINVAL");
  unmapRange(k, s, start, end - start);
  for (const [n, wasShared] of shared)
    if (firstOf(s, n) === null) releaseSegment(k, s, n, wasShared);
    else fitSegment(k, s, n);
}

/** brk(2): the segment of the heap grows in place, or moves. */
export function setSegmentBreak(k: Kernel, p: Process, s: AddressSpace, address: number): number {
  const { brk } = s.layout;
  const n = segmentOf(s.layout.brkStart);
  if (address > (n + 1) * SEGMENT_SIZE) return brk;
  const moved = moveBreak(k, p, s, address);
  p.call.progress = 0;
  if (fitSegment(k, s, n)) return moved;
  // Only growing can fail.
  moveBreak(k, p, s, brk);
  p.call.progress = 0;
  if (k.vm.reclaim.shortage > 0) throw errno("ENOMEM");
  return s.layout.brk;
}

/**
 * In place only, as its address is its segment's: the last mapping of a private segment. @throws Errno as mremap of Linux without
 * an MMU, which never grows: EINVAL no such mapping, or another place; EPERM shared; ENOMEM no room
 */
export function remapSegment(k: Kernel, p: Process, request: RemapRequest): number {
  const { address, flags } = request;
  const [oldSize, newSize] = [pageAlign(request.oldSize), pageAlign(request.newSize)];
  if (oldSize === 0 || newSize === 0 || address % PAGE_SIZE !== 0) throw errno("EINVAL");
  if (flags & ~(MREMAP_FIXED | MREMAP_MAYMOVE | MREMAP_DONTUNMAP) || flags & MREMAP_DONTUNMAP) throw errno("EINVAL");
  if (flags & MREMAP_FIXED && request.newAddress !== address) throw errno("EINVAL");
  const s = p.space!;
  const v = findVma(s, address);
  if (v === null || v.start !== address || v.special !== 0) throw errno("EINVAL");
  if (v.end !== address + oldSize) throw errno("EFAULT");
  if (v.flags & VMA.shared) throw errno("EPERM");
  if (newSize < oldSize) unmapSegments(k, s, address + newSize, oldSize - newSize);
  else if (newSize > oldSize) growMapping(k, p, s, v, newSize);
  return address;
}

function growMapping(k: Kernel, p: Process, s: AddressSpace, v: Vma, size: number): void {
  const n = segmentOf(v.start);
  const { end } = v;
  const more = pagesIn(end, v.start + size);
  const isLast = lastOf(s, n) === v && !(v.flags & VMA.growsDown) && v.object === null;
  if (!isLast || segmentOf(v.start + size - 1) !== n || !mayExpand(s, p.limits, more, v.prot, v.flags))
    throw errno("ENOMEM");
  if (v.flags & VMA.accounted) chargeCommit(k, p, s, more);
  resizeVma(s, v, v.start, v.start + size);
  if (fitSegment(k, s, n)) return;
  resizeVma(s, v, v.start, end);
  if (v.flags & VMA.accounted) unchargeCommit(k, more);
  throw errno("ENOMEM");
}
