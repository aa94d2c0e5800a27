/**
 * Bare: no translation. An address is a place in RAM, for programs and kernel alike, and nothing stands between one process and
 * the memory of another, or of the kernel's caches. The counterpart of cpu/translation/bare.ts.
 *
 *   RAM  [ program 1 | heap ][ stack 1 ]  [ program 2 | heap ][ stack 2 ][ mapping ]   hole   [ page cache ... trampoline ]
 *
 * (1) Frames of a mapping lie where its addresses say, and count a reference for each mapping that has them: two, where a program
 *     was loaded over another one (a collision). Nothing is ever moved.
 * (2) Only exec loads over what another process has, for a program that is linked to those addresses; never over what is the
 *     kernel's.
 * (3) Heap and stack are of a fixed size, settled by exec, as on Linux without an MMU.
 *
 * What cannot be done gives the errno of Linux without an MMU (mm/nommu.c, kernel/sys_ni.c): the table in README.md.
 */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { errno } from "../errno.ts";
import { emit } from "../events.ts";
import { readBytes } from "../fs/content.ts";
import type { Kernel } from "../kernel.ts";
import { panic } from "../panic.ts";
import type { Process } from "../process.ts";
import { findVma, forEachVma, residentPages, vmaList } from "../vm/address-space.ts";
import { OWNER } from "../vm/frames.ts";
import { startHeap } from "../vm/heap.ts";
import { chooseLayout, UNDISPLACED } from "../vm/layout.ts";
import { mapAnonymous, mapFile, mapSharedObject, mapStack, mapTrampoline } from "../vm/map.ts";
import {
  MAP_ANONYMOUS,
  MAP_FIXED,
  MAP_FIXED_NOREPLACE,
  MAP_LOCKED,
  MAP_PRIVATE,
  MAP_TYPE,
  PROT_READ,
  PROT_WRITE,
} from "../vm/prot.ts";
import type { FileMapRequest, MapRequest, RemapRequest } from "../vm/requests.ts";
import {
  contiguousState,
  dropRun,
  findHole,
  isHole,
  NO_RUN,
  sharedRun,
  shareRun,
  takeRun,
  tellFragmented,
  zeroRun,
} from "../vm/runs.ts";
import { tellTouch } from "../vm/tell-references.ts";
import type { Access, AddressSpace, PageObject, Vma } from "../vm/types.ts";
import { unmapRange } from "../vm/unmap.ts";
import { pageAlign, pagesIn, VMA } from "../vm/vma.ts";
import { mayTakeRun } from "./allocate-run.ts";
import { type FrameCensus, NOWHERE, type Scheme } from "./scheme.ts";

/** Bytes of a program's heap: (3). */
const HEAP = 256 * 2 ** 10;
/** Bytes of a usual stack with its arguments, for which the heap leaves room. */
const STACK = 160 * 2 ** 10;

const indexOf = (k: Kernel, va: number) => Math.floor(va / PAGE_SIZE) - k.vm.frames.first;
const addressOf = (k: Kernel, index: number) => (index + k.vm.frames.first) * PAGE_SIZE;

/** Where `bytes` (whole pages) go by the policy. @throws Errno ENOMEM */
function freePlace(k: Kernel, bytes: number): number {
  const pages = bytes / PAGE_SIZE;
  if (pages > k.vm.frames.count || !mayTakeRun(k, pages)) throw errno("ENOMEM");
  const index = findHole(k, pages);
  if (index === NO_RUN) {
    tellFragmented(k, pages);
    throw errno("ENOMEM");
  }
  return addressOf(k, index);
}

/**
 * Where there is room for all of the heap behind the program, if there is. Aligned by moving up, within a hole that is so much
 * larger: what lies below is somebody's. @throws Errno ENOMEM
 */
function programPlace(k: Kernel, bytes: number, align: number): number {
  const room = bytes + align - PAGE_SIZE;
  const index = findHole(k, (room + HEAP) / PAGE_SIZE);
  const at = index === NO_RUN ? freePlace(k, room) : addressOf(k, index);
  return Math.ceil(at / align) * align;
}

/** Without MAP_FIXED a hint means nothing; with it only exec can say where (mapForExec). @throws Errno EINVAL, ENOMEM */
function place(k: Kernel, _s: AddressSpace, { length, flags }: MapRequest): number {
  if (length === 0 || flags & MAP_FIXED) throw errno("EINVAL");
  return freePlace(k, pageAlign(length));
}

/** The request with its place settled, for vm/map.ts. MAP_FIXED_NOREPLACE is exec's. */
function settled<R extends MapRequest>(k: Kernel, s: AddressSpace, request: R): R {
  const own = (request.flags & MAP_FIXED_NOREPLACE) !== 0 && (request.flags & MAP_FIXED) === 0;
  const address = own ? request.address : place(k, s, request);
  return { ...request, address, flags: (request.flags & ~MAP_LOCKED) | MAP_FIXED_NOREPLACE };
}

/** Whether all of the frames are free, or have a program's content, over which another one may be loaded: (2). */
function mayClaim(k: Kernel, index: number, pages: number): boolean {
  const { owner, count } = k.vm.frames;
  if (index < 0 || index + pages > count) return false;
  for (let i = index; i < index + pages; i++) if (owner[i] !== OWNER.free && owner[i] !== OWNER.segment) return false;
  return true;
}

/** The frames become a mapping's, zeroed, whoever has them. @returns false: they cannot */
function claim(k: Kernel, index: number, pages: number): boolean {
  if (!mayClaim(k, index, pages) || !mayTakeRun(k, pages)) return false;
  let over = 0;
  for (let i = index; i < index + pages; i++) {
    if (k.vm.frames.owner[i] === OWNER.free) takeRun(k, i, 1);
    else {
      shareRun(k, i, 1);
      zeroRun(k, i, 1);
      over++;
    }
  }
  if (over > 0) tellCollision(k, index, over);
  return true;
}

function tellCollision(k: Kernel, index: number, pages: number): void {
  contiguousState(k).figures.collisions++;
  const frame = index + k.vm.frames.first;
  if (k.listeners.length > 0) emit(k, { type: "collision", pid: k.current?.pid ?? 0, frame, pages });
}

function count(s: AddressSpace, v: Vma, pages: number): void {
  s.counts[v.flags & VMA.shared ? "shared" : "anonymous"] += pages;
  s.counts.peakResident = Math.max(s.counts.peakResident, residentPages(s));
}

/** The mappings of start to end - 1, just made, get memory. @throws Errno ENOMEM, and they are gone */
function giveMemory(k: Kernel, s: AddressSpace, start: number, end: number): void {
  const v = findVma(s, start)!;
  const pages = pagesIn(start, end);
  const run = v.object !== null && v.flags & VMA.shared ? sharedRun(k, v.object.id) : null;
  if (run !== null) shareRun(k, run.index, run.pages);
  else if (!claim(k, indexOf(k, start), pages)) {
    unmapRange(k, s, start, end - start);
    throw errno("ENOMEM");
  }
  if (run === null && v.flags & VMA.shared) shareObject(k, v, { index: indexOf(k, start), pages });
  count(s, v, pages);
}

/** Shared memory has a run of its own, where it was first mapped. */
function shareObject(k: Kernel, v: Vma, run: { index: number; pages: number }): void {
  contiguousState(k).shared.set(v.object!.id, run);
  shareRun(k, run.index, run.pages);
}

function mapAnonymousBare(k: Kernel, s: AddressSpace, request: MapRequest): number {
  const start = mapAnonymous(k, s, settled(k, s, request));
  giveMemory(k, s, start, start + pageAlign(request.length));
  return start;
}

/** Shared memory lies at one address, for all who attach it: where it is already. */
function mapSharedBare(k: Kernel, s: AddressSpace, request: MapRequest, object: PageObject, mayWrite: boolean): number {
  const run = sharedRun(k, object.id);
  const flags = (request.flags & ~(MAP_FIXED | MAP_LOCKED)) | MAP_FIXED_NOREPLACE;
  const address = run === null ? place(k, s, request) : addressOf(k, run.index);
  const start = mapSharedObject(k, s, { ...request, address, flags }, object, mayWrite);
  giveMemory(k, s, start, start + pageAlign(request.length));
  return start;
}

/** Read in whole, before anything changes. May sleep. @throws Errno as mmap(2); ENODEV a shared mapping */
function mapFileBare(k: Kernel, p: Process, s: AddressSpace, request: FileMapRequest): number {
  if ((request.flags & MAP_TYPE) !== MAP_PRIVATE) throw errno("ENODEV");
  if (pageAlign(request.length) / PAGE_SIZE > k.vm.frames.count) throw errno("ENOMEM");
  const bytes = readBytes(k, p, request.inode, request.offset, pageAlign(request.length));
  const start = mapFile(k, s, settled(k, s, request));
  giveMemory(k, s, start, start + pageAlign(request.length));
  findVma(s, start)!.flags |= VMA.copied;
  const at = indexOf(k, start) * PAGE_SIZE;
  k.machine.ram.u8.set(bytes, at);
  k.machine.ram.wrote(at, bytes.length);
  return start;
}

function dropMemory(k: Kernel, s: AddressSpace, v: Vma, start: number, end: number): void {
  if (v.special !== 0) return;
  dropRun(k, indexOf(k, start), pagesIn(start, end));
  count(s, v, -pagesIn(start, end));
}

/** Linux without an MMU: any part of anonymous memory, files only whole; EINVAL also where nothing is mapped. */
function unmapBare(k: Kernel, s: AddressSpace, start: number, length: number): void {
  const end = start + pageAlign(length);
  if (start % PAGE_SIZE !== 0 || length === 0 || end > k.vm.userLimit) throw errno("EINVAL");
  const parts: { v: Vma; from: number; to: number }[] = [];
  forEachVma(s, start, end, (v) => {
    if (v.object !== null && (v.start < start || v.end > end)) throw errno("EINVAL");
    parts.push({ v, from: Math.max(v.start, start), to: Math.min(v.end, end) });
  });
  if (parts.length === 0) throw errno("EINVAL");
  for (const { v, from, to } of parts) dropMemory(k, s, v, from, to);
  unmapRange(k, s, start, end - start);
}

/** The heap lies behind the program, as large as there is room for beside a stack, and is all there from the start. */
function placeHeap(k: Kernel, s: AddressSpace, end: number): void {
  const start = pageAlign(end);
  startHeap(s, start);
  const most = (k.vm.frames.free - k.vm.reclaim.watermarks.high) * PAGE_SIZE - STACK;
  let bytes = Math.max(0, Math.min(HEAP, most));
  while (bytes > 0 && !isHole(k, indexOf(k, start), bytes / PAGE_SIZE)) bytes -= PAGE_SIZE;
  if (bytes === 0) return;
  mapAnonymousBare(k, s, {
    address: start,
    length: bytes,
    prot: PROT_READ | PROT_WRITE,
    flags: MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
    limits: null,
    name: "[heap]",
  });
}

/** (3): brk(2) moves within what the heap has. */
function setBreak(_k: Kernel, _p: Process, s: AddressSpace, address: number): number {
  const { layout } = s;
  const heap = findVma(s, layout.brkStart);
  if (address >= layout.brkStart && heap !== null && address <= heap.end) layout.brk = address;
  return layout.brk;
}

/** In place, and no larger. @throws Errno EINVAL, EFAULT, EPERM, ENOMEM: mremap of Linux without an MMU */
function remap(k: Kernel, p: Process, { address, oldSize, newSize, flags, newAddress }: RemapRequest): number {
  const FIXED_FLAG = 2;
  const [oldBytes, newBytes] = [pageAlign(oldSize), pageAlign(newSize)];
  if (oldBytes === 0 || newBytes === 0 || address % PAGE_SIZE !== 0) throw errno("EINVAL");
  if (flags & FIXED_FLAG && newAddress !== address) throw errno("EINVAL");
  const v = findVma(p.space!, address);
  if (v === null || v.start !== address || v.special !== 0) throw errno("EINVAL");
  if (v.end !== address + oldBytes) throw errno("EFAULT");
  if (v.flags & VMA.shared) throw errno("EPERM");
  if (newBytes > oldBytes) throw errno("ENOMEM");
  if (newBytes < oldBytes) unmapBare(k, p.space!, address + newBytes, oldBytes - newBytes);
  return address;
}

function peek(k: Kernel, va: number): number {
  const at = va - k.machine.ram.base;
  return at >= 0 && at < k.machine.ram.size ? at : NOWHERE;
}

function locate(k: Kernel, _p: Process, s: AddressSpace, va: number, access: Access): number {
  const at = peek(k, va);
  if (at !== NOWHERE) tellTouch(k, indexOf(k, va), s.id, Math.floor(va / PAGE_SIZE), access === "write");
  return at;
}

/** Asserts (1). */
function check(k: Kernel, s: AddressSpace, census: FrameCensus): void {
  const { owner } = k.vm.frames;
  const found = { anonymous: 0, shared: 0 };
  for (const v of vmaList(s)) {
    if (v.special !== 0) continue;
    const first = indexOf(k, v.start);
    for (let i = first; i < first + pagesIn(v.start, v.end); i++) {
      if (owner[i] !== OWNER.segment)
        panic("bare (1): a mapping's frames lie at its addresses", { space: s.id, index: i });
      census.segments[i]++;
    }
    found[v.flags & VMA.shared ? "shared" : "anonymous"] += pagesIn(v.start, v.end);
  }
  const { anonymous, shared } = s.counts;
  if (anonymous !== found.anonymous || shared !== found.shared)
    panic("bare (1): pages of mappings are counted", { space: s.id, anonymous, shared, found: JSON.stringify(found) });
}

export const BARE_SCHEME: Scheme<Kernel, Process> = {
  name: "bare",
  createRoot: () => true,
  emptySpace: (k, s) => forEachVma(s, 0, Number.POSITIVE_INFINITY, (v) => dropMemory(k, s, v, v.start, v.end)),
  dropRoot() {},
  settle: (_k, s) => {
    s.unsettled = false;
  },
  // uClinux: a copy would have to lie at the same addresses.
  fork: () => {
    throw errno("ENOSYS");
  },
  decideFault: () => "outside-user-space",
  locate,
  peek: (k, _s, va) => peek(k, va),
  layout: (k, _s, choice) =>
    chooseLayout(k.vm.userLimit, { ...choice, randomize: 0, displacements: UNDISPLACED, compatible: false }),
  placeProgram: (k, _s, bytes, align) => programPlace(k, bytes, align),
  placeHeap,
  placeStack: (k, _s, bytes) => {
    const size = pageAlign(bytes());
    return freePlace(k, size) + size;
  },
  mapStack: (k, s, request) => {
    const v = mapStack(k, s, request);
    giveMemory(k, s, v.start, v.end);
    return v;
  },
  mapTrampoline: (k, s) => {
    s.layout.trampoline = k.vm.trampolineFrame * PAGE_SIZE;
    return mapTrampoline(k, s);
  },
  checkPlace: place,
  mapAnonymous: mapAnonymousBare,
  mapFile: mapFileBare,
  mapShared: mapSharedBare,
  unmap: unmapBare,
  protect: () => {
    throw errno("ENOSYS");
  },
  check,
  setBreak,
  remap,
};
