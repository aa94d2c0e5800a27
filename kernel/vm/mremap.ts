/**
 * mremap(2): a mapping becomes larger or smaller, or lies elsewhere. Checks come in Linux's order, which differs with
 * what is asked for:
 *
 *   MREMAP_FIXED, MREMAP_DONTUNMAP ─► what lies at the new place goes ─► shrink ─► may it grow? ─► move
 *   old size >= new size           ─► munmap of the rest
 *   else                           ─► may it grow? ─► in place, if it ends there and nothing follows
 *                                                 └─► elsewhere, with MREMAP_MAYMOVE
 *
 * (1) Pages are moved, never copied: move-pages.ts.
 * (2) A mapping that moves keeps its promise: no more is promised than what it grows by (MREMAP_DONTUNMAP: all of it).
 * (3) As on Linux, what was unmapped before an error stays unmapped: the new place, and the rest of a shrunk mapping.
 *
 * May sleep, once all is changed: the new part of a locked mapping is made resident (populate.ts).
 */
import { PAGE_SIZE, type VirtualAddress } from "../../cpu/paging.ts";
import { FLAGS } from "../abi.ts";
import { errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { noteAttached, segmentOf } from "../shm.ts";
import { addMovedVma, changeVma, findVma, mergeAbove, nextVma, resizeVma, splitVmaAt } from "./address-space.ts";
import { chargeCommit, renewPromise, unchargeCommit } from "./commit.ts";
import { loseReserve } from "./hugetlb/reserve.ts";
import { hugeAlign, isHugeAligned } from "./hugetlb/sizes.ts";
import { mayExpand } from "./limits.ts";
import { mayLockMore } from "./lock-limit.ts";
import { unmergeRange } from "./merge-break.ts";
import { movePages } from "./move-pages.ts";
import { placeMapping } from "./place.ts";
import { changeThenPopulate, populate } from "./populate.ts";
import { MAP_FIXED } from "./prot.ts";
import type { RemapRequest } from "./requests.ts";
import type { AddressSpace, Vma } from "./types.ts";
import { unmapRange } from "./unmap.ts";
import { newVma, pageAlign, VMA } from "./vma.ts";

const { MREMAP_MAYMOVE, MREMAP_FIXED, MREMAP_DONTUNMAP } = FLAGS.mremap;
const LOCK_FLAGS = VMA.locked | VMA.lockOnFault;
/** Sizes are 64 bits. */
const WRAP = 2 ** 64;
/** Mappings that a move may make on its way, as Linux reckons: it stays so far below max_map_count. */
const SPARE_MAPPINGS = 3;
const SPARE_MAPPINGS_EARLY = 5;

/**
 * Changes size or place of the mapping at `address`.
 * @returns where it is then
 * @throws Errno EINVAL flags, misaligned, no new size, overlapping places, a private mapping duplicated; EFAULT nothing
 *   mapped, across mappings, the kernel's page grown; EAGAIN RLIMIT_MEMLOCK; ENOMEM no room, limits, promises. mremap(2)
 */
export function remap(k: Kernel, p: Process, given: RemapRequest): VirtualAddress {
  const oldSize = pageAlign(given.oldSize) % WRAP;
  const newSize = pageAlign(given.newSize) % WRAP;
  const request = { ...given, oldSize, newSize };
  const s = p.space!;
  return changeThenPopulate(
    p,
    () => change(k, p, s, request),
    (at) => {
      if (newSize <= oldSize || !wantsPages(k, s, at)) return;
      populate(k, p, s, at + oldSize, at + newSize, { until: "end", resume: true });
    },
  );
}

/** Whether what the mapping grew by is made resident at once. */
function wantsPages(k: Kernel, s: AddressSpace, at: VirtualAddress): boolean {
  return k.vm.policies.population === "eager" || (findVma(s, at)!.flags & VMA.locked) !== 0;
}

function change(k: Kernel, p: Process, s: AddressSpace, given: RemapRequest): VirtualAddress {
  checkArguments(given);
  const found = findVma(s, given.address);
  if (found === null) throw errno("EFAULT");
  const request = found.object?.huge ? wholeHugePages(given, found.object.huge.order) : given;
  const { address, oldSize, newSize, flags } = request;
  if (flags & (MREMAP_FIXED | MREMAP_DONTUNMAP)) return remapTo(k, p, s, request);
  if (oldSize >= newSize) {
    if (oldSize > newSize) unmapRange(k, s, address + newSize, oldSize - newSize);
    return address;
  }
  const v = growable(p, s, request);
  if (oldSize === v.end - address && isRoomBehind(k, s, v, newSize - oldSize)) {
    growInPlace(k, p, s, v, newSize - oldSize);
    return address;
  }
  if (!(flags & MREMAP_MAYMOVE)) throw errno("ENOMEM");
  return move(k, p, s, v, request, placeMapping(k, s, 0, newSize, 0));
}

/** Sizes in whole huge pages. @throws Errno EINVAL misaligned; it is to grow: what is reserved for it cannot */
function wholeHugePages(request: RemapRequest, order: number): RemapRequest {
  const oldSize = hugeAlign(request.oldSize, order);
  const newSize = hugeAlign(request.newSize, order);
  const aligned = isHugeAligned(request.address, order) && isHugeAligned(request.newAddress, order);
  if (!aligned || newSize > oldSize) throw errno("EINVAL");
  return { ...request, oldSize, newSize };
}

/** What is wrong whatever is mapped. */
function checkArguments({ address, oldSize, newSize, flags }: RemapRequest): void {
  const moves = (flags & MREMAP_MAYMOVE) !== 0;
  const bad =
    flags & ~(MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP) ||
    (flags & MREMAP_FIXED && !moves) ||
    (flags & MREMAP_DONTUNMAP && !(moves && oldSize === newSize)) ||
    address % PAGE_SIZE !== 0 ||
    newSize === 0;
  if (bad) throw errno("EINVAL");
}

/** MREMAP_FIXED and MREMAP_DONTUNMAP: Linux's mremap_to. */
function remapTo(k: Kernel, p: Process, s: AddressSpace, request: RemapRequest): VirtualAddress {
  const { address, newSize, flags, newAddress } = request;
  const { userLimit, maxMapCount } = k.vm;
  if (newAddress % PAGE_SIZE !== 0 || newSize > userLimit || newAddress > userLimit - newSize) throw errno("EINVAL");
  if ((address + request.oldSize) % WRAP > newAddress && newAddress + newSize > address) throw errno("EINVAL");
  if (s.vmaCount >= maxMapCount - SPARE_MAPPINGS_EARLY) throw errno("ENOMEM");
  if (flags & MREMAP_FIXED) unmapRange(k, s, newAddress, newSize);
  let { oldSize } = request;
  if (oldSize > newSize) {
    unmapRange(k, s, address + newSize, oldSize - newSize);
    oldSize = newSize;
  }
  const v = growable(p, s, { ...request, oldSize });
  if (flags & MREMAP_DONTUNMAP && !mayExpand(s, p.limits, oldSize / PAGE_SIZE, v.prot, v.flags)) throw errno("ENOMEM");
  return move(k, p, s, v, { ...request, oldSize }, placeOf(k, s, request));
}

/** Where a mapping that is told its place goes; without MREMAP_FIXED that is a hint, and one too low is none. */
function placeOf(k: Kernel, s: AddressSpace, { newAddress, newSize, flags }: RemapRequest): VirtualAddress {
  if (flags & MREMAP_FIXED) return placeMapping(k, s, newAddress, newSize, MAP_FIXED);
  return placeMapping(k, s, newAddress < k.vm.settings.mmapMinAddr ? 0 : newAddress, newSize, 0);
}

/** The vma, if it may grow from oldSize to newSize: Linux's vma_to_resize. */
function growable(p: Process, s: AddressSpace, request: RemapRequest): Vma {
  const { address, oldSize, newSize, flags } = request;
  const v = findVma(s, address);
  if (v === null) throw errno("EFAULT");
  if (oldSize === 0 && !(v.flags & VMA.shared)) throw errno("EINVAL");
  if (flags & MREMAP_DONTUNMAP && (v.special !== 0 || v.flags & VMA.hugetlb)) throw errno("EINVAL");
  if (oldSize > v.end - address) throw errno("EFAULT");
  if (newSize === oldSize) return v;
  if (v.special !== 0) throw errno("EFAULT");
  const pages = (newSize - oldSize) / PAGE_SIZE;
  if (v.flags & VMA.locked && !mayLockMore(p, s, pages)) throw errno("EAGAIN");
  if (!mayExpand(s, p.limits, pages, v.prot, v.flags)) throw errno("ENOMEM");
  return v;
}

/** Whether nothing is mapped in the `bytes` behind the vma. A stack above may come as near as it likes. */
function isRoomBehind(k: Kernel, s: AddressSpace, v: Vma, bytes: number): boolean {
  const end = v.end + bytes;
  const next = nextVma(s, v.end);
  return end <= k.vm.userLimit && (next === null || next.start >= end);
}

function growInPlace(k: Kernel, p: Process, s: AddressSpace, v: Vma, bytes: number): void {
  if (v.flags & VMA.accounted) chargeCommit(k, p, s, bytes / PAGE_SIZE);
  resizeVma(s, v, v.start, v.end + bytes);
  mergeAbove(k, s, v);
}

/** To `to`, where nothing is mapped: Linux's move_vma. */
function move(
  k: Kernel,
  p: Process,
  s: AddressSpace,
  v: Vma,
  request: RemapRequest,
  to: VirtualAddress,
): VirtualAddress {
  const { address, oldSize, newSize, flags } = request;
  if (s.vmaCount >= k.vm.maxMapCount - SPARE_MAPPINGS) throw errno("ENOMEM");
  // As Linux, whose reverse map of merged pages goes by their addresses.
  unmergeRange(k, p, s, v, address, address + oldSize);
  const stays = (flags & MREMAP_DONTUNMAP) !== 0;
  const promised = v.flags & VMA.accounted ? (stays ? newSize : newSize - oldSize) / PAGE_SIZE : 0;
  chargeCommit(k, p, s, promised);
  const moved = movedVma(v, request, to);
  if (!movePages(k, s, address, to, oldSize)) {
    unchargeCommit(k, promised);
    throw errno("ENOMEM");
  }
  const { peakMapped } = s.counts;
  addMovedVma(k, s, moved);
  if (moved.reserve !== null) loseReserve(k, v, moved);
  if (v.object !== null && v.object.segment !== null) noteAttached(k, segmentOf(k, v.object));
  if (address === s.layout.trampoline && v.special !== 0) s.layout.trampoline = to;
  if (stays) leaveEmpty(k, s, address, oldSize);
  else if (oldSize > 0) {
    if (v.flags & VMA.accounted) renewPromise(k, oldSize / PAGE_SIZE);
    unmapRange(k, s, address, oldSize);
  }
  // Both were there for a moment that nobody could see.
  s.counts.peakMapped = Math.max(peakMapped, s.counts.mapped);
  return to;
}

/** The vma at the new place. Private anonymous memory that has no page yet forgets where it was made, as on Linux. */
function movedVma(v: Vma, request: RemapRequest, to: VirtualAddress): Vma {
  const { address, newSize, flags } = request;
  const untouched = v.object === null && v.special === 0 && v.family === 0;
  const offset = untouched ? to : v.offset + (address - v.start);
  const name = v.object === null && v.special === 0 ? "" : v.name;
  // With MREMAP_DONTUNMAP an untouched mapping is not joined with the one that it comes from.
  const beside = to === v.end || to + newSize === v.start;
  const apart = (flags & MREMAP_DONTUNMAP) !== 0 && untouched && beside;
  return newVma({ ...v, start: to, end: to + newSize, offset, name, apart });
}

/**
 * MREMAP_DONTUNMAP: what is left loses its locks, in the range only, and if it is a mapping of its own its family. Linux does
 * not join it with its neighbours: family.ts (2).
 */
function leaveEmpty(k: Kernel, s: AddressSpace, address: VirtualAddress, bytes: number): void {
  if (findVma(s, address)!.flags & VMA.locked) {
    splitVmaAt(k, s, address);
    splitVmaAt(k, s, address + bytes);
  }
  const left = findVma(s, address)!;
  changeVma(s, left, left.prot, left.flags & ~LOCK_FLAGS);
  left.apart = true;
  if (left.start !== address || left.end !== address + bytes) return;
  left.family = 0;
  left.inherited = false;
  if (left.object === null && left.special === 0) left.offset = left.start;
}
