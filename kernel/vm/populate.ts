/**
 * Making pages resident before they are touched: MAP_POPULATE, MAP_LOCKED, and the population strategy "eager".
 * Never sleeps and never fails: what is not in memory, or finds no frame, is left for the fault.
 */
import { PAGE_SIZE, type VirtualAddress } from "../../cpu/paging.ts";
import type { Kernel } from "../kernel.ts";
import { forEachVma } from "./address-space.ts";
import { placeFirstPage } from "./first-touch.ts";
import { NO_FRAME } from "./frames.ts";
import { cachedIndices, findPage, objectSize } from "./page-cache.ts";
import { findPte, NO_PTE } from "./page-table.ts";
import { allows } from "./prot.ts";
import type { Access, AddressSpace, Vma } from "./types.ts";
import { objectIndex, VMA } from "./vma.ts";

/** Makes the pages of start to end - 1 resident; private writable ones as if written (so no copy is made later). */
export function populate(k: Kernel, s: AddressSpace, start: VirtualAddress, end: VirtualAddress): void {
  forEachVma(s, start, end, (v) => {
    const access = accessFor(v);
    if (access === null || v.special !== 0) return;
    const last = Math.min(end, v.end);
    for (const va of pagesToPlace(v, Math.max(start, v.start), last)) if (!populatePage(k, s, v, va, access)) break;
  });
}

/** Of an object only the pages that are in memory: a mapping may be far larger than what it shows. */
function* pagesToPlace(v: Vma, start: VirtualAddress, end: VirtualAddress): Iterable<VirtualAddress> {
  if (v.object === null) for (let va = start; va < end; va += PAGE_SIZE) yield va;
  else
    for (const index of cachedIndices(v.object, objectIndex(v, start), objectIndex(v, end)))
      yield v.start + (index - objectIndex(v, v.start)) * PAGE_SIZE;
}

/** Linux populates by writing where a private mapping may be written, else by reading; not at all without rights. */
function accessFor(v: Vma): Access | null {
  if (allows(v.prot, "write") && !(v.flags & VMA.shared)) return "write";
  return allows(v.prot, "read") ? "read" : null;
}

/** @returns false to stop: no frame is free */
function populatePage(k: Kernel, s: AddressSpace, v: Vma, va: VirtualAddress, access: Access): boolean {
  const page = va / PAGE_SIZE;
  const at = findPte(k, s, page);
  if (at !== NO_PTE && k.machine.ram.u32[at] !== 0) return true;
  if (v.object === null) return placeFirstPage(k, s, v, page, access, NO_FRAME);
  const index = objectIndex(v, va);
  const frame = findPage(k, v.object, index);
  if (frame === NO_FRAME || index * PAGE_SIZE >= objectSize(v.object)) return true;
  return placeFirstPage(k, s, v, page, access, frame);
}
