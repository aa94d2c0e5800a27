/**
 * The memory of segments: a segment has what the mappings in its 1 GiB of addresses reach over, in one piece, from its beginning
 * (growing down: to its end).
 *
 * (1) A segment that cannot get what it is to have keeps what it has.
 * (2) counts.anonymous and counts.shared of a space are the pages of its segments: private ones, and those of shared memory.
 */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { DESCRIPTOR, SEGMENT_SIZE, SEGMENTS } from "../../cpu/segments.ts";
import type { Kernel } from "../kernel.ts";
import { nextVma, residentPages } from "../vm/address-space.ts";
import { contiguousState, copyRun, dropRun, NO_RUN, sharedRun, shareRun } from "../vm/runs.ts";
import type { AddressSpace, Run, Vma } from "../vm/types.ts";
import { pagesIn, VMA } from "../vm/vma.ts";
import { allocateRun, extendRun, takeBetweenRuns } from "./allocate-run.ts";
import { descriptorOf } from "./descriptor.ts";
import { clearSegment, type Segment, segmentAt, setSegment, tellSegment } from "./segment-table.ts";

const RIGHTS = DESCRIPTOR.R | DESCRIPTOR.W | DESCRIPTOR.X;

/** What the mappings of segment `n` ask for. */
interface Extent {
  readonly pages: number;
  readonly growsDown: boolean;
  readonly rights: number;
}

function extentOf(s: AddressSpace, n: number): Extent {
  const { flags, limit } = descriptorOf(s, n * SEGMENT_SIZE);
  const growsDown = (flags & DESCRIPTOR.D) !== 0;
  const pages = (growsDown ? SEGMENT_SIZE - limit : limit) / PAGE_SIZE;
  return { pages, growsDown, rights: flags & RIGHTS };
}

/** The first mapping of segment `n`; null: it has none. */
export function firstOf(s: AddressSpace, n: number): Vma | null {
  const v = nextVma(s, n * SEGMENT_SIZE);
  return v !== null && v.start < (n + 1) * SEGMENT_SIZE ? v : null;
}

/** Whether segment `n` shows shared memory. */
export function isShared(s: AddressSpace, n: number): boolean {
  const v = firstOf(s, n);
  return v !== null && (v.flags & VMA.shared) !== 0;
}

function count(s: AddressSpace, shared: boolean, pages: number): void {
  s.counts[shared ? "shared" : "anonymous"] += pages;
  const resident = residentPages(s);
  if (resident > s.counts.peakResident) s.counts.peakResident = resident;
}

/** Gives private segment `n` what its mappings ask for, no more and no less, with their rights. @returns false: no room */
export function fitSegment(k: Kernel, s: AddressSpace, n: number): boolean {
  const extent = extentOf(s, n);
  const before = segmentAt(k, s, n);
  if (before?.special) return true;
  if (extent.pages === 0) {
    if (before !== null) releaseSegment(k, s, n, false);
    return true;
  }
  const run = resized(k, s, n, before, extent);
  if (run === null) return false;
  setSegment(k, s, n, run, extent);
  count(s, false, extent.pages - (before?.pages ?? 0));
  return true;
}

/** The run that the segment has then; null: there is none. */
function resized(k: Kernel, s: AddressSpace, n: number, before: Segment | null, extent: Extent): Run | null {
  const { pages, growsDown } = extent;
  if (before === null) {
    const index = allocateRun(k, pages);
    if (index === NO_RUN) return null;
    tellSegment(k, s, n, "made", { index, pages });
    return { index, pages };
  }
  const more = pages - before.pages;
  if (more === 0) return before;
  return more < 0 ? shrunk(k, s, n, before, -more) : grown(k, s, n, before, more, growsDown);
}

function shrunk(k: Kernel, s: AddressSpace, n: number, before: Segment, less: number): Run {
  const pages = before.pages - less;
  const index = before.growsDown ? before.index + less : before.index;
  dropRun(k, before.growsDown ? before.index : before.index + pages, less);
  tellSegment(k, s, n, "shrunk", { index, pages });
  return { index, pages };
}

/** In place where the frames beside it are free, else elsewhere, else in place where the others can make room. */
function grown(k: Kernel, s: AddressSpace, n: number, before: Segment, more: number, growsDown: boolean): Run | null {
  const { figures } = contiguousState(k);
  const { shortage } = k.vm.reclaim;
  const pages = before.pages + more;
  const first = growsDown ? before.index - more : before.index;
  if (extendRun(k, growsDown ? first : before.index + before.pages, more)) {
    figures.grown++;
    tellSegment(k, s, n, "grown", { index: first, pages });
    return { index: first, pages };
  }
  const index = allocateRun(k, pages);
  if (index === NO_RUN) return widened(k, s, n, more, growsDown, shortage);
  // A compaction may have moved it meanwhile.
  const { index: from } = segmentAt(k, s, n)!;
  copyRun(k, from, growsDown ? index + more : index, before.pages);
  dropRun(k, from, before.pages);
  figures.moved++;
  tellSegment(k, s, n, "moved", { index, pages });
  return { index, pages };
}

/** @param shortage what reclaim was asked for before this growth */
function widened(
  k: Kernel,
  s: AddressSpace,
  n: number,
  more: number,
  growsDown: boolean,
  shortage: number,
): Run | null {
  const border = () => {
    const { index, pages } = segmentAt(k, s, n)!;
    return growsDown ? index : index + pages;
  };
  const gap = takeBetweenRuns(k, border, more);
  if (gap === NO_RUN) return null;
  k.vm.reclaim.shortage = shortage;
  const { index, pages } = segmentAt(k, s, n)!;
  const run = { index: growsDown ? gap : index, pages: pages + more };
  contiguousState(k).figures.grown++;
  tellSegment(k, s, n, "grown", run);
  return run;
}

/** Segment `n` and what it has go. @param shared it showed shared memory */
export function releaseSegment(k: Kernel, s: AddressSpace, n: number, shared: boolean): void {
  const segment = segmentAt(k, s, n);
  if (segment === null) return;
  clearSegment(k, s, n);
  if (segment.special) return;
  dropRun(k, segment.index, segment.pages);
  count(s, shared, -segment.pages);
  tellSegment(k, s, n, "freed", segment);
}

/** Segment `n`, with the one mapping `v` of shared memory, shows the object's run, which is made if need be. @returns false: no room */
export function attachShared(k: Kernel, s: AddressSpace, n: number, v: Vma): boolean {
  const pages = pagesIn(v.start, v.end);
  let run = sharedRun(k, v.object!.id);
  if (run === null) {
    const index = allocateRun(k, pages);
    if (index === NO_RUN) return false;
    run = { index, pages };
    contiguousState(k).shared.set(v.object!.id, run);
  }
  shareRun(k, run.index, run.pages);
  setSegment(k, s, n, run, extentOf(s, n));
  count(s, true, run.pages);
  tellSegment(k, s, n, "made", run);
  return true;
}

/** fork: the child's segment `n`, whose mappings it has: the same shared memory, or a copy. @returns false: no room */
export function forkSegment(k: Kernel, parent: AddressSpace, child: AddressSpace, n: number): boolean {
  const segment = segmentAt(k, parent, n);
  if (segment === null) return true;
  const extent = extentOf(child, n);
  if (extent.pages === 0) return true;
  if (segment.special) {
    setSegment(k, child, n, segment, extent);
    return true;
  }
  if (isShared(parent, n)) return attachShared(k, child, n, firstOf(child, n)!);
  if (!fitSegment(k, child, n)) return false;
  // The allocation may have moved the parent's.
  const from = segmentAt(k, parent, n)!;
  const to = segmentAt(k, child, n)!;
  const pages = Math.min(from.pages, to.pages);
  const skip = from.growsDown ? from.pages - pages : 0;
  copyRun(k, from.index + skip, to.index, pages);
  return true;
}

/** Every segment's rights as its mappings say. */
export function renewRights(k: Kernel, s: AddressSpace): void {
  for (let n = 0; n < SEGMENTS; n++) {
    const segment = segmentAt(k, s, n);
    if (segment === null) continue;
    const extent = extentOf(s, n);
    if ((segment.flags & RIGHTS) !== extent.rights) setSegment(k, s, n, segment, extent);
  }
}
