/**
 * Reading before anybody waits: for MADV_WILLNEED and POSIX_FADV_WILLNEED, and for who reads in sequence (read-ahead.ts). It is a hint: with little memory
 * free nothing is started, and what could not be is read when it is touched.
 */
import { PAGE_SIZE, type VirtualAddress } from "../../cpu/paging.ts";
import type { Kernel } from "../kernel.ts";
import { allocateFrame, NO_FRAME, OWNER } from "./frames.ts";
import { objectSize, startReadingPage, swappedIndices } from "./page-cache.ts";
import { forEachPte } from "./page-table.ts";
import { isSwapped } from "./pte.ts";
import { swapCacheFind } from "./swap-cache.ts";
import { readInto } from "./swap-read.ts";
import type { AddressSpace, PageObject, SwapEntry } from "./types.ts";

/** Whether reading ahead leaves enough for those who need memory now. */
function hasRoom(k: Kernel): boolean {
  return k.vm.frames.free > k.vm.reclaim.watermarks.high;
}

/** Private memory: what is in swap, without its neighbours. */
export function startSwappedPages(k: Kernel, s: AddressSpace, from: VirtualAddress, to: VirtualAddress): void {
  forEachPte(k, s, from / PAGE_SIZE, to / PAGE_SIZE, (at) => {
    const low = k.machine.ram.u32[at];
    if (isSwapped(low)) startSlot(k, low);
    return hasRoom(k);
  });
}

function startSlot(k: Kernel, entry: SwapEntry): void {
  if (swapCacheFind(k, entry) === NO_FRAME) readInto(k, entry, allocateFrame(k, OWNER.anonymous));
}

/** Pages `from` to `to` - 1 of an object that are in swap or on its file's disk. */
export function startObjectPages(k: Kernel, object: PageObject, from: number, to: number): void {
  for (const index of swappedIndices(object, from, to)) if (hasRoom(k)) startSlot(k, object.swapped.get(index)!);
  startFilePages(k, object, from, to);
}

/** The same, of what is on a file's disk. @returns false: it ended before the range did, and not at the file's end */
export function startFilePages(k: Kernel, object: PageObject, from: number, to: number): boolean {
  const end = Math.min(to, Math.ceil(objectSize(object) / PAGE_SIZE));
  if (object.inode === null) return false;
  for (let index = from; index < end; index++) {
    if (object.pages.has(index) || object.swapped.has(index)) continue;
    if (!hasRoom(k) || !startReadingPage(k, object, index)) return false;
  }
  return true;
}
