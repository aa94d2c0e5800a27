/**
 * New mappings: what mmap does once its file is known, and what exec maps for a program.
 * A mapping promises pages; fault.ts makes them resident when they are touched, populate() at once, which is the caller's.
 * What mlockall(MCL_FUTURE) wants of new mappings they get here; whether the limit allows it is the caller's, too.
 */
import { type FrameNumber, PAGE_SIZE, type VirtualAddress } from "../../cpu/paging.ts";
import { errno } from "../errno.ts";
import { forbidsPrograms } from "../fs/mount-flags.ts";
import { isSealedAgainstMapping } from "../fs/shmem.ts";
import type { Kernel } from "../kernel.ts";
import { addVma, keepingObjects, nextVma } from "./address-space.ts";
import { chargeCommit, honoursNoReserve, isAccountable } from "./commit.ts";
import { reservePrivate, reserveShared } from "./hugetlb/reserve.ts";
import { bytesOfOrder, isHugeAligned } from "./hugetlb/sizes.ts";
import type { HugeReserve } from "./hugetlb/types.ts";
import { mayExpand } from "./limits.ts";
import { forgetObject, newHugeObject, newSharedObject, objectOf } from "./page-cache.ts";
import { placeMapping } from "./place.ts";
import {
  MAP_FIXED,
  MAP_GROWSDOWN,
  MAP_LOCKED,
  MAP_NORESERVE,
  MAP_PRIVATE,
  MAP_SHARED,
  MAP_TYPE,
  PROT_EXEC,
  PROT_READ,
  PROT_WRITE,
} from "./prot.ts";
import type { FileMapRequest, MapRequest, StackRequest } from "./requests.ts";
import type { AddressSpace, PageObject, Vma } from "./types.ts";
import { unmapRange } from "./unmap.ts";
import { newVma, pageAlign, pagesIn, VMA } from "./vma.ts";

/**
 * Where a mapping would go: the first half of every mmap, before its file and type are looked at. Changes nothing.
 * @throws Errno EINVAL no length or misaligned; ENOMEM no room or too many mappings; EPERM; EEXIST
 */
export function checkPlace(k: Kernel, s: AddressSpace, request: MapRequest): VirtualAddress {
  if (request.length === 0) throw errno("EINVAL");
  if (s.vmaCount > k.vm.maxMapCount) throw errno("ENOMEM");
  const { address, length, flags, huge = 0 } = request;
  if (!isHugeAligned(pageAlign(length), huge)) throw errno("EINVAL");
  return placeMapping(k, s, address, pageAlign(length), flags, bytesOfOrder(huge));
}

/** MAP bits that stay with the mapping. */
function vmaFlags(k: Kernel, flags: number, mayWrite: boolean): number {
  const shared = (flags & MAP_TYPE) !== MAP_PRIVATE;
  return (
    (shared ? VMA.shared : 0) |
    (mayWrite || !shared ? VMA.mayWrite : 0) |
    (flags & MAP_GROWSDOWN ? VMA.growsDown : 0) |
    (flags & MAP_LOCKED ? VMA.locked : 0) |
    (flags & MAP_NORESERVE && honoursNoReserve(k) ? VMA.noReserve : 0)
  );
}

/** Pages of the range that are mapped now and would go. */
function mappedPages(s: AddressSpace, start: VirtualAddress, end: VirtualAddress): number {
  let pages = 0;
  for (let v = nextVma(s, start); v !== null && v.start < end; v = nextVma(s, v.end))
    pages += pagesIn(Math.max(start, v.start), Math.min(end, v.end));
  return pages;
}

/** What a new mapping shows. */
interface Shown {
  readonly object: PageObject | null;
  readonly offset?: number;
  readonly reserve?: HugeReserve | null;
}

/** Makes room and enters the vma; `object` is what it shows. */
function mapRegion(
  k: Kernel,
  s: AddressSpace,
  request: MapRequest,
  vmFlags: number,
  show: (bytes: number) => Shown,
): VirtualAddress {
  const start = checkPlace(k, s, request);
  const bytes = pageAlign(request.length);
  const end = start + bytes;
  const prot = request.prot & (PROT_READ | PROT_WRITE | PROT_EXEC);
  const more = pagesIn(start, end) - mappedPages(s, start, end);
  if (!mayExpand(s, request.limits, more, prot, vmFlags)) throw errno("ENOMEM");
  const name = request.name ?? "";
  if (request.huge) {
    // What was reserved for an object in the way is not there for this one yet.
    keepingObjects(k, s, start, end, () => {
      if (request.flags & MAP_FIXED) unmapRange(k, s, start, bytes);
      addVma(k, s, newVma({ start, end, prot, flags: vmFlags, ...show(bytes), name }));
    });
    return start;
  }
  if (request.flags & MAP_FIXED) unmapRange(k, s, start, bytes);
  const promise = promiseOf(k, s, pagesIn(start, end), prot, vmFlags);
  addVma(k, s, newVma({ start, end, prot, flags: vmFlags | promise | s.lockFuture, ...show(bytes), name }));
  return start;
}

/** Promises the pages of a mapping that is a promise, and says so: VMA.accounted, or 0. @throws Errno ENOMEM */
function promiseOf(k: Kernel, s: AddressSpace, pages: number, prot: number, flags: number): number {
  if (!isAccountable(prot, flags)) return 0;
  chargeCommit(k, k.current, s, pages);
  return VMA.accounted;
}

/**
 * Memory that begins as zeroes: private, or with MAP_SHARED shared with children.
 * @throws Errno as mmap(2): EINVAL ENOMEM EPERM EEXIST
 */
export function mapAnonymous(k: Kernel, s: AddressSpace, request: MapRequest): VirtualAddress {
  const shared = (request.flags & MAP_TYPE) === MAP_SHARED;
  if (request.huge) return mapHugeAnonymous(k, s, request, request.huge);
  const flags = vmaFlags(k, request.flags, true);
  const promise = flags & VMA.noReserve ? "by page" : "whole";
  return mapRegion(k, s, request, flags, (bytes) =>
    shared ? { object: newSharedObject(k, bytes, promise), offset: 0 } : { object: null },
  );
}

/** Bits of a mapping of huge pages: it has its own accounting, and is never locked nor in need of it. */
function hugeFlags(k: Kernel, flags: number, mayWrite: boolean): number {
  const noReserve = flags & MAP_NORESERVE ? VMA.noReserve : 0;
  return (vmaFlags(k, flags, mayWrite) & ~VMA.locked) | noReserve | VMA.hugetlb;
}

/** As Linux, a file of huge pages without a name: the mapping's, and its children's. */
function mapHugeAnonymous(k: Kernel, s: AddressSpace, request: MapRequest, order: number): VirtualAddress {
  const flags = hugeFlags(k, request.flags, true);
  const name = "/anon_hugepage (deleted)";
  return mapRegion(k, s, { ...request, name }, flags, (bytes) => {
    const object = newHugeObject(k, bytes, order);
    try {
      return showHuge(k, object, flags, 0, bytes);
    } catch (thrown) {
      forgetObject(k, object);
      throw thrown;
    }
  });
}

/**
 * Bytes `offset` to `offset` + `bytes` - 1 of an object of huge pages, which are reserved for the mapping.
 * @throws Errno EINVAL misaligned; ENOMEM there are too few
 */
function showHuge(k: Kernel, object: PageObject, flags: number, offset: number, bytes: number): Shown {
  const size = bytesOfOrder(object.huge!.order);
  if (offset % size !== 0) throw errno("EINVAL");
  if (flags & VMA.noReserve) return { object, offset };
  const from = offset / size;
  if (flags & VMA.shared) {
    if (!reserveShared(k, object, from, from + bytes / size)) throw errno("ENOMEM");
    return { object, offset };
  }
  const reserve = reservePrivate(k, object, bytes / size);
  if (reserve === null) throw errno("ENOMEM");
  return { object, offset, reserve };
}

/** A System V segment: all of it. @param mayWrite the attachment may become writable. @throws Errno as mapAnonymous */
export function mapSharedObject(
  k: Kernel,
  s: AddressSpace,
  request: MapRequest,
  object: PageObject,
  mayWrite: boolean,
): VirtualAddress {
  if (object.huge !== null) {
    const flags = hugeFlags(k, request.flags, mayWrite);
    return mapRegion(k, s, request, flags, (bytes) => showHuge(k, object, flags, 0, bytes));
  }
  return mapRegion(k, s, request, vmaFlags(k, request.flags, mayWrite), () => ({ object, offset: 0 }));
}

/** A part of a file. Rights to the file are the caller's to check. @throws Errno as mapAnonymous */
export function mapFile(k: Kernel, s: AddressSpace, given: FileMapRequest): VirtualAddress {
  const { inode, offset, mayWrite } = given;
  const request = { ...given, huge: inode.data.kind === "huge" ? inode.data.order : 0 };
  if (offset % PAGE_SIZE !== 0) throw errno("EINVAL");
  const shared = (request.flags & MAP_TYPE) !== MAP_PRIVATE;
  const sealed = shared && isSealedAgainstMapping(inode);
  const canWrite = mayWrite && !sealed;
  const never = forbidsPrograms(k, inode) ? VMA.neverExecuted : 0;
  const flags = (request.huge ? hugeFlags : vmaFlags)(k, request.flags, canWrite) | never;
  return mapRegion(k, s, request, flags, (bytes) => {
    // As on Linux, what lay in the way is gone by now.
    if (mayWrite && sealed && request.prot & PROT_WRITE) throw errno("EPERM");
    const object = objectOf(k, inode);
    if (!request.huge) return { object, offset };
    const shown = showHuge(k, object, flags, offset, bytes);
    if (request.prot & PROT_WRITE) inode.size = Math.max(inode.size, offset + bytes);
    return shown;
  });
}

/**
 * The stack, ending at layout.stackTop; it grows down by itself.
 * @throws Errno ENOMEM, also when the program lies there already
 */
export function mapStack(k: Kernel, s: AddressSpace, request: StackRequest): Vma {
  const end = s.layout.stackTop;
  const start = end - pageAlign(request.bytes);
  const prot = PROT_READ | PROT_WRITE | (request.executable ? PROT_EXEC : 0);
  const flags = VMA.growsDown | VMA.mayWrite | VMA.accounted;
  const inTheWay = nextVma(s, start);
  if (inTheWay !== null && inTheWay.start < end) throw errno("ENOMEM");
  if (!mayExpand(s, request.limits, pagesIn(start, end), prot, flags)) throw errno("ENOMEM");
  chargeCommit(k, k.current, s, pagesIn(start, end));
  return addVma(k, s, newVma({ start, end, prot, flags, name: "[stack]" }));
}

/** One frame of the kernel's at or near `address`, for everyone to read and execute: no count, no reverse map, never written. */
function mapSpecial(
  k: Kernel,
  s: AddressSpace,
  address: VirtualAddress,
  frame: FrameNumber,
  name: string,
): VirtualAddress {
  const start = placeMapping(k, s, address, PAGE_SIZE, 0);
  const prot = PROT_READ | PROT_EXEC;
  addVma(k, s, newVma({ start, end: start + PAGE_SIZE, prot, flags: 0, special: frame, name }));
  return start;
}

/** The page with the signal trampoline, at layout.trampoline if it can be; sets that. @throws Errno ENOMEM */
export function mapTrampoline(k: Kernel, s: AddressSpace): VirtualAddress {
  s.layout.trampoline = mapSpecial(k, s, s.layout.trampoline, k.vm.trampolineFrame, "[vdso]");
  return s.layout.trampoline;
}

/** Boot: what the trampoline page holds. @param code at most a page */
export function setTrampolineCode(k: Kernel, code: Uint8Array): void {
  k.machine.ram.frame(k.vm.trampolineFrame).set(code);
}
