/**
 * The types of swap's state, and nothing else: plain data. Which file owns which part stands beside each. types.ts hands them on.
 */
import type { FrameNumber } from "../../cpu/paging.ts";
import type { Inode } from "../fs/types.ts";

/**
 * Where a page is in swap, as the low word of a page-table entry: V and NO_ACCESS clear, bit 1 set, bits 2 to 6 the
 * area's number, bits 10 to 31 the slot (never 0: that is the header). 0 is no entry. pte.ts makes and reads them.
 */
export type SwapEntry = number;

/** Slots that follow each other on the disk. */
export interface SwapExtent {
  readonly slot: number;
  readonly count: number;
  /** Byte of the disk. */
  readonly position: number;
}

/** One swap area: swap-area.ts. */
export interface SwapArea {
  /** Its index in SwapState.areas, 0 to 31. */
  readonly number: number;
  /** The block device or the file, as swapon(2) named it. */
  readonly path: string;
  readonly inode: Inode;
  readonly disk: number;
  /** Where the slots are: sorted, without overlaps. swap-extents.ts. */
  readonly extents: readonly SwapExtent[];
  /** Higher is used first; equal ones take turns. Negative: given by the kernel, which moves them up as others go. */
  priority: number;
  /** By slot: page-table entries and page objects that name it, HELD, NO_SLOT (swap-slots.ts). */
  readonly uses: Uint32Array;
  /** Free slots of each cluster: swap-slots.ts. */
  readonly free: Uint16Array;
  /** Slots with uses, or held by the swap cache. */
  used: number;
  /** Slots that can be used at all. */
  readonly usable: number;
  /** Where the search for a free slot goes on. */
  next: number;
  /** The process whose swapoff(2) is emptying it, so that there are no new slots; 0: none. */
  closing: number;
}

/** Swap areas, and the pages of RAM that have a slot: swap-area.ts, swap-cache.ts. */
export interface SwapState {
  readonly areas: (SwapArea | null)[];
  /** The frame of each slot that is in RAM, by swap entry. */
  readonly cache: Map<SwapEntry, FrameNumber>;
  /** The area that gave the last slot. */
  turn: number;
  /** What read-ahead learns from: pages read ahead that were then wanted, the slot that was read last, the last window. */
  readAhead: { hits: number; slot: number; window: number };
  /** Pages moved since boot: pswpin, pswpout. */
  pagesIn: number;
  pagesOut: number;
}
