/**
 * Swap entries: where in swap a page is, as the low word of a page-table entry. Encoding only; see SwapEntry in types.ts.
 */
import { PTE, PTE_PPN_SHIFT } from "../../cpu/paging.ts";
import type { PageKey } from "./reference-observer.ts";
import type { SwapEntry } from "./types.ts";

/** One of the two RSW bits: the page is resident though V is 0. */
export const NO_ACCESS = 1 << 8;

/** Where V and NO_ACCESS are clear: the page is in swap. */
const SWAPPED = 1 << 1;
const SWAP_AREA_SHIFT = 2;
const SWAP_AREA_MASK = 31;

/** "No entry": no slot is free, or the page is not in swap. */
export const NO_ENTRY: SwapEntry = 0;

/** Slots that an area can have: what bits 10 to 31 of an entry name. */
export const MOST_SLOTS = 2 ** 22;

/** Areas that there can be at once: what bits 2 to 6 name. */
export const MOST_AREAS = SWAP_AREA_MASK + 1;

/** @param area 0 to 31; @param slot 1 to MOST_SLOTS - 1 */
export function swapEntry(area: number, slot: number): SwapEntry {
  return ((slot << PTE_PPN_SHIFT) | (area << SWAP_AREA_SHIFT) | SWAPPED) >>> 0;
}

export function swapAreaOf(entry: SwapEntry): number {
  return (entry >>> SWAP_AREA_SHIFT) & SWAP_AREA_MASK;
}

export function swapSlotOf(entry: SwapEntry): number {
  return entry >>> PTE_PPN_SHIFT;
}

/** Whether the low word of an entry is a swap entry. */
export function isSwapped(low: number): boolean {
  return (low & (PTE.V | NO_ACCESS | SWAPPED)) === SWAPPED;
}

/** What a page is known by while it is away: the slot that has it. Not 0, and no text: this is asked at each page's coming and going. */
export function slotKey(entry: SwapEntry): PageKey {
  return entry;
}
