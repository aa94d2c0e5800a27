/**
 * Where the slots of a swap area are: on a disk of its own one after the other, in a file where the file's blocks are.
 *
 * A leaf.
 */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import type { Segment } from "../fs/page-place.ts";
import { panic } from "../panic.ts";
import type { SwapArea, SwapExtent } from "./types.ts";

/** All of a disk. @param size bytes */
export function diskExtents(size: number): SwapExtent[] {
  return [{ slot: 0, count: Math.floor(size / PAGE_SIZE), position: 0 }];
}

/** The whole pages of a file's pieces; a page that lies in two pieces is in none of them. */
export function fileExtents(pieces: readonly Segment[]): SwapExtent[] {
  const found: SwapExtent[] = [];
  for (const { offset, length, position } of pieces) {
    const slot = Math.ceil(offset / PAGE_SIZE);
    const count = Math.floor((offset + length) / PAGE_SIZE) - slot;
    if (count > 0) found.push({ slot, count, position: position + slot * PAGE_SIZE - offset });
  }
  return found;
}

/** Slots below `pages` that no extent has. */
export function missingSlots(extents: readonly SwapExtent[], pages: number): number[] {
  const missing: number[] = [];
  let next = 0;
  for (const { slot, count } of extents) {
    for (; next < Math.min(slot, pages); next++) missing.push(next);
    next = slot + count;
  }
  for (; next < pages; next++) missing.push(next);
  return missing;
}

/** Byte of the disk at which a slot begins. */
export function slotPosition({ extents, number }: SwapArea, slot: number): number {
  let low = 0;
  let high = extents.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (extents[middle].slot + extents[middle].count > slot) high = middle;
    else low = middle + 1;
  }
  const extent = extents[low];
  if (extent === undefined || extent.slot > slot) return panic("swap: a slot lies somewhere", { area: number, slot });
  return extent.position + (slot - extent.slot) * PAGE_SIZE;
}
