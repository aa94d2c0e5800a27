/**
 * Segments: base and limit. A process has up to 256 segments, each in one piece of RAM; no page is fetched when it is touched, none
 * is shared until it is written to, none is in swap. The counterpart of cpu/translation/segments.ts.
 *
 *   0     the program, with its heap behind it (a program linked for segments: text in 0, data and heap in 1)
 *   253.. mappings, one segment each, downwards
 *   254   the trampoline, the kernel's frame
 *   255   the stack, which grows down
 *
 * (1) When a process runs, each segment has what its mappings reach over, and their rights (asserted by check). What lies in a
 *     segment and in no mapping of it is the process's own all the same: rights and limit are the segment's.
 * (2) The hart loads descriptors at a fence: settle ends with one.
 *
 * What cannot be done gives the errno of Linux without an MMU (mm/nommu.c, kernel/sys_ni.c): the table in README.md.
 */

import { PAGE_SIZE } from "../../cpu/paging.ts";
import { DESCRIPTOR, SEGMENT_SIZE, SEGMENTS, segmentOf, segmentOffset } from "../../cpu/segments.ts";
import { errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import { panic } from "../panic.ts";
import type { Process } from "../process.ts";
import { destroyAddressSpace, forEachVma } from "../vm/address-space.ts";
import { type FaultKind, handleFault } from "../vm/fault.ts";
import { flushPage } from "../vm/flush.ts";
import { forkAddressSpace } from "../vm/fork.ts";
import { allocateFrame, dropReference, NO_FRAME, OWNER } from "../vm/frames.ts";
import { startHeap } from "../vm/heap.ts";
import { chooseLayout, type LayoutChoice, UNDISPLACED } from "../vm/layout.ts";
import { mapStack, mapTrampoline } from "../vm/map.ts";
import { protectRange } from "../vm/protect.ts";
import { tellTouch } from "../vm/tell-references.ts";
import type { Access, AddressSpace } from "../vm/types.ts";
import type { VmKernel } from "../vm/vm-kernel.ts";
import { pageAlign } from "../vm/vma.ts";
import { descriptorOf, rightsOfProt } from "./descriptor.ts";
import { type FrameCensus, NOWHERE, type Scheme } from "./scheme.ts";
import * as mapping from "./segment-mapping.ts";
import { firstOf, forkSegment, isShared, releaseSegment, renewRights } from "./segment-memory.ts";
import { growStackSegment } from "./segment-stack.ts";
import { forEachSegment, type Segment, segmentAt, setSegment } from "./segment-table.ts";

/** The segment of the trampoline. */
const TRAMPOLINE = SEGMENTS - 2;
/** A fault may lead to another: the stack grows, then the access is looked at again. */
const MOST_FAULTS = 2;

const NEEDS: Readonly<Record<Access, number>> = { read: DESCRIPTOR.R, write: DESCRIPTOR.W, execute: DESCRIPTOR.X };
const REFUSALS: Readonly<Record<Access, FaultKind>> = {
  read: "segment-not-readable",
  write: "segment-not-writable",
  execute: "segment-not-executable",
};

function createRoot(k: VmKernel, s: AddressSpace): boolean {
  s.root = allocateFrame(k, OWNER.table);
  if (s.root === NO_FRAME) return false;
  s.counts.tables++;
  return true;
}

function dropRoot(k: VmKernel, s: AddressSpace): void {
  s.counts.tables--;
  dropReference(k, s.root);
}

function emptySpace(k: Kernel, s: AddressSpace): void {
  forEachSegment(k, s, (n) => releaseSegment(k, s, n, isShared(s, n)));
}

function settle(k: Kernel, s: AddressSpace): void {
  renewRights(k, s);
  s.unsettled = false;
  flushPage(k, s, 0);
}

/** All of it copied, but for what is shared. @throws Errno ENOMEM */
function fork(k: Kernel, parent: AddressSpace): AddressSpace {
  const child = forkAddressSpace(k, parent);
  for (let n = 0; n < SEGMENTS; n++) {
    if (forkSegment(k, parent, child, n)) continue;
    destroyAddressSpace(k, child);
    throw errno("ENOMEM");
  }
  return child;
}

/** Bytes from the segment's first valid one to `va`; negative or too large: not in it. */
function placeIn(segment: Segment, va: number): number {
  const first = segment.growsDown ? SEGMENT_SIZE - segment.pages * PAGE_SIZE : 0;
  return segmentOffset(va) - first;
}

const holds = (segment: Segment, va: number) => {
  const place = placeIn(segment, va);
  return place >= 0 && place < segment.pages * PAGE_SIZE;
};

function decideFault(k: Kernel, p: Process, s: AddressSpace, va: number, access: Access): FaultKind {
  if (!(va >= 0 && va < k.vm.userLimit)) return "outside-user-space";
  const segment = segmentAt(k, s, segmentOf(va));
  if (segment === null) return "no-segment";
  if (!holds(segment, va)) return segment.growsDown ? growStackSegment(k, p, s, va) : "beyond-limit";
  if (!(segment.flags & NEEDS[access])) return REFUSALS[access];
  s.unsettled = true;
  return "spurious";
}

function peek(k: VmKernel, s: AddressSpace, va: number): number {
  const segment = segmentAt(k, s, segmentOf(va));
  return segment !== null && holds(segment, va) ? segment.index * PAGE_SIZE + placeIn(segment, va) : NOWHERE;
}

function locate(k: Kernel, p: Process, s: AddressSpace, va: number, access: Access): number {
  for (let attempt = 0; attempt <= MOST_FAULTS; attempt++) {
    const segment = segmentAt(k, s, segmentOf(va));
    if (segment !== null && segment.flags & NEEDS[access] && holds(segment, va)) {
      const at = peek(k, s, va);
      tellTouch(k, Math.floor(at / PAGE_SIZE), s.id, Math.floor(va / PAGE_SIZE), access === "write");
      return at;
    }
    if (handleFault(k, p, va, access, s).signal !== null) return NOWHERE;
  }
  return panic("a resolved fault lets the access through", { va, access, pid: p.pid });
}

/** Chance moves nothing: a segment's addresses are far from the next one's. */
function layout(k: Kernel, choice: LayoutChoice) {
  return chooseLayout(k.vm.userLimit, { ...choice, randomize: 0, displacements: UNDISPLACED, compatible: false });
}

function mapTrampolineSegment(k: Kernel, s: AddressSpace): number {
  s.layout.trampoline = TRAMPOLINE * SEGMENT_SIZE;
  const at = mapTrampoline(k, s);
  const run = { index: k.vm.trampolineFrame - k.vm.frames.first, pages: 1 };
  setSegment(k, s, segmentOf(at), run, { rights: rightsOfProt(firstOf(s, segmentOf(at))!.prot), growsDown: false });
  return at;
}

/** Whole segments only: a part has no rights of its own. mprotect is ENOSYS on Linux without an MMU. */
function protect(
  k: Kernel,
  s: AddressSpace,
  start: number,
  length: number,
  prot: number,
  limits: Process["limits"] | null,
): void {
  const end = start + pageAlign(length);
  if (start % PAGE_SIZE !== 0) throw errno("EINVAL");
  forEachVma(s, start, end, (v) => {
    const n = segmentOf(v.start);
    const last = mapping.lastOf(s, n)!;
    if (firstOf(s, n)!.start < start || last.end > end) throw errno("ENOSYS");
  });
  protectRange(k, s, start, length, prot, limits);
  renewRights(k, s);
}

/** Asserts (1), and what segment-table.ts and segment-memory.ts promise. */
function check(k: Kernel, s: AddressSpace, census: FrameCensus): void {
  const { frames } = k.vm;
  const found = { anonymous: 0, shared: 0 };
  census.tables[s.root - frames.first] = 1;
  for (let n = 0; n < SEGMENTS; n++) {
    const segment = segmentAt(k, s, n);
    const { flags, limit } = descriptorOf(s, n * SEGMENT_SIZE);
    const growsDown = (flags & DESCRIPTOR.D) !== 0;
    const pages = (growsDown ? SEGMENT_SIZE - limit : limit) / PAGE_SIZE;
    const where = { space: s.id, segment: n, pages: segment?.pages ?? 0, expected: pages };
    if ((segment?.pages ?? 0) !== pages) panic("segments (1): a segment has what its mappings reach over", where);
    if (segment === null) continue;
    if (segment.growsDown !== growsDown) panic("segments (1): a segment grows as its mapping does", where);
    if (!s.unsettled && segment.flags !== flags)
      panic("segments (1): a segment has the rights of its mappings", {
        ...where,
        flags: segment.flags,
        wanted: flags,
      });
    if (segment.special) continue;
    for (let i = segment.index; i < segment.index + pages; i++) {
      if (frames.owner[i] !== OWNER.segment) panic("segments: a segment's frames are a run", { ...where, index: i });
      census.segments[i]++;
    }
    found[isShared(s, n) ? "shared" : "anonymous"] += pages;
  }
  if (s.counts.anonymous !== found.anonymous || s.counts.shared !== found.shared)
    panic("segments: pages of segments are counted", {
      space: s.id,
      counted: `${s.counts.anonymous}+${s.counts.shared}`,
      found: `${found.anonymous}+${found.shared}`,
    });
}

export const SEGMENTS_SCHEME: Scheme<Kernel, Process> = {
  name: "segments",
  createRoot,
  emptySpace,
  dropRoot,
  settle,
  fork,
  decideFault,
  locate,
  peek,
  layout: (k, _s, choice) => layout(k, choice),
  placeProgram: (_k, s, bytes) => mapping.freeSegment(s, bytes) * SEGMENT_SIZE,
  placeHeap: (_k, s, end) => startHeap(s, pageAlign(end)),
  placeStack: (_k, s) => s.layout.stackTop,
  mapStack: (k, s, request) => {
    const v = mapStack(k, s, request);
    mapping.giveMemory(k, s, v.start, v.end);
    return v;
  },
  mapTrampoline: mapTrampolineSegment,
  checkPlace: mapping.place,
  mapAnonymous: mapping.mapAnonymousSegment,
  mapFile: mapping.mapFileSegment,
  mapShared: mapping.mapSharedSegment,
  unmap: mapping.unmapSegments,
  protect,
  check,
  setBreak: mapping.setSegmentBreak,
  remap: mapping.remapSegment,
};
