/** The heap: brk(2). It begins behind the program and grows up; its end need not lie on a page's border. */
import { PAGE_SIZE, type VirtualAddress } from "../../cpu/paging.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { addVma, nextVma } from "./address-space.ts";
import { tryCommit } from "./commit.ts";
import { dataAllows, mayExpand } from "./limits.ts";
import { mayLockMore } from "./lock-limit.ts";
import { changeThenPopulate, populate } from "./populate.ts";
import { PROT_READ, PROT_WRITE } from "./prot.ts";
import type { AddressSpace } from "./types.ts";
import { unmapRange } from "./unmap.ts";
import { newVma, occupiedFrom, pageAlign, pagesIn, VMA } from "./vma.ts";

/** exec: the heap is empty and begins at `address`. */
export function startHeap(s: AddressSpace, address: VirtualAddress): void {
  s.layout.brkStart = address;
  s.layout.brk = address;
}

/**
 * Moves the end of the heap to `address`, if that can be; returns where it is then. Never fails otherwise: brk(2), "C
 * library/kernel differences".
 */
export function setBreak(k: Kernel, p: Process, s: AddressSpace, address: VirtualAddress): VirtualAddress {
  return changeThenPopulate(
    p,
    () => moveBreak(k, p, s, address),
    (brk) => {
      if (s.lockFuture === 0 && k.vm.policies.population === "demand") return;
      populate(k, p, s, pageAlign(s.layout.brkStart), pageAlign(brk), { until: "end", resume: true });
    },
  );
}

/** The same without the pages. @returns where the heap ends then; p.call.progress says where it ended, for what is populated begins there */
export function moveBreak(k: Kernel, p: Process, s: AddressSpace, address: VirtualAddress): VirtualAddress {
  const { layout } = s;
  p.call.progress = pageAlign(layout.brk);
  if (address < layout.brkStart || !dataAllows(p.limits, dataBytes(s, address))) return layout.brk;
  const oldEnd = pageAlign(layout.brk);
  const newEnd = pageAlign(address);
  if (newEnd < oldEnd && !shrinkHeap(k, s, newEnd, oldEnd)) return layout.brk;
  if (newEnd > oldEnd && !growHeap(k, p, s, oldEnd, newEnd)) return layout.brk;
  layout.brk = address;
  return address;
}

/** Heap and initialised data: what RLIMIT_DATA counts here. */
function dataBytes(s: AddressSpace, brk: VirtualAddress): number {
  return brk - s.layout.brkStart + (s.layout.dataEnd - s.layout.dataStart);
}

/** As Linux, what was unmapped by hand already cannot be given back again. */
function shrinkHeap(k: Kernel, s: AddressSpace, start: VirtualAddress, end: VirtualAddress): boolean {
  const first = nextVma(s, start);
  if (first === null || first.start >= end) return false;
  // The heap may be part of a larger mapping, and that not be split for max_map_count.
  if (first.start < start && first.end > end && s.vmaCount >= k.vm.maxMapCount) return false;
  unmapRange(k, s, start, end - start);
  return true;
}

function growHeap(k: Kernel, p: Process, s: AddressSpace, start: VirtualAddress, end: VirtualAddress): boolean {
  if (end > k.vm.userLimit || s.vmaCount > k.vm.maxMapCount) return false;
  const next = nextVma(s, start);
  if (next !== null && end + PAGE_SIZE > occupiedFrom(next)) return false;
  const prot = PROT_READ | PROT_WRITE;
  if (!mayExpand(s, p.limits, pagesIn(start, end), prot, VMA.mayWrite)) return false;
  if (s.lockFuture !== 0 && !mayLockMore(p, s, pagesIn(start, end))) return false;
  if (!tryCommit(k, p, s, pagesIn(start, end))) return false;
  const flags = VMA.mayWrite | VMA.accounted | s.lockFuture;
  addVma(k, s, newVma({ start, end, prot, flags, name: "[heap]" }));
  return true;
}
