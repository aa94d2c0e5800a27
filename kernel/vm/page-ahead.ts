/**
 * Reading ahead for MADV_WILLNEED: transfers are started and nobody waits for them. It is a hint: with little memory
 * free nothing is started, and what could not be is read when it is touched.
 */
import { PAGE_SIZE, type VirtualAddress } from "../../cpu/paging.ts";
import type { Kernel } from "../kernel.ts";
import { allocateFrame, NO_FRAME, OWNER } from "./frames.ts";
import { startReadingPage } from "./page-cache.ts";
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

/** Pages `from` to `to` - 1 of an object that are in swap or on its file's disk. Holes stay holes. */
export function startObjectPages(k: Kernel, object: PageObject, from: number, to: number): void {
  for (const [index, slot] of object.swapped) if (index >= from && index < to && hasRoom(k)) startSlot(k, slot);
  const { inode } = object;
  if (inode === null) return;
  const end = Math.min(to, Math.ceil(inode.size / PAGE_SIZE));
  for (let index = from; index < end && hasRoom(k); index++) {
    if (object.pages.has(index) || object.swapped.has(index)) continue;
    const place = k.pageSources[inode.fs].locate(k, null, inode, index);
    if (place === null) return;
    if (place.length > 0 && !startReadingPage(k, object, index)) return;
  }
}
