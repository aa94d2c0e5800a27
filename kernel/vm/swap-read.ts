/**
 * Getting back what a slot holds: from the swap cache, or from the disk together with its neighbours (read-ahead), which
 * left RAM at about the same time and are likely to be wanted soon.
 *
 * May sleep: fetchSwapped.
 */
import type { FrameNumber } from "../../cpu/paging.ts";
import { errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { type SleepOptions, sleep } from "../sleep.ts";
import { allocateFrame, dropReference, FRAME, NO_FRAME, OWNER } from "./frames.ts";
import { forgetReturn, noteArrival, stallOf } from "./refault.ts";
import { addToSwapCache, removeFromSwapCache, swapCacheFind } from "./swap-cache.ts";
import { slotKey, swapEntry, swapSlotOf } from "./swap-entry.ts";
import { areaOf, HELD, NO_SLOT } from "./swap-slots.ts";
import { startSwapRead, transferChannel } from "./swap-transfer.ts";
import type { SwapEntry } from "./types.ts";

/**
 * The frame with what the slot holds, in the swap cache. Sleeps while the disk works.
 * @param ahead read the neighbours too (not for mappings under MADV_RANDOM); nobody does under the limit of resident-limit.ts
 * @throws Errno ENOMEM no frame is free; EIO the disk failed: the next one who asks tries again
 */
export function fetchSwapped(k: Kernel, p: Process, entry: SwapEntry, ahead: boolean): FrameNumber {
  const here = swapCacheFind(k, entry);
  const frame = here === NO_FRAME ? readSlots(k, entry, ahead) : here;
  const index = frame - k.vm.frames.first;
  const flags = k.vm.frames.flags[index];
  if (here === NO_FRAME || flags & FRAME.ahead) noteArrival(k, slotKey(entry), index);
  if (flags & FRAME.ahead) {
    k.vm.frames.flags[index] &= ~FRAME.ahead;
    k.vm.swap.readAhead.hits++;
  }
  if (flags & FRAME.reading) sleep(k, p, transferChannel(index), waitOf(k, index));
  if (flags & FRAME.failed) {
    removeFromSwapCache(k, frame);
    throw errno("EIO");
  }
  return frame;
}

/** How a process sleeps that waits for a page to be read. */
export function waitOf(k: Kernel, index: number): SleepOptions {
  return { uninterruptible: true, stall: stallOf(k, index) };
}

/** Starts reading the slot, and its neighbours where frames are plentiful. @throws Errno ENOMEM */
function readSlots(k: Kernel, wanted: SwapEntry, ahead: boolean): FrameNumber {
  const frame = allocateFrame(k, OWNER.anonymous);
  if (frame === NO_FRAME) throw errno("ENOMEM");
  // In the order of the slots, so that the head goes one way.
  for (const entry of ahead && k.vm.reclaim.resident === 0 ? window(k, wanted) : [wanted]) {
    if (entry === wanted) readInto(k, entry, frame);
    else if (k.vm.frames.free > k.vm.reclaim.watermarks.low) readAhead(k, entry);
  }
  return frame;
}

function readAhead(k: Kernel, entry: SwapEntry): void {
  const frame = allocateFrame(k, OWNER.anonymous);
  readInto(k, entry, frame);
  if (frame !== NO_FRAME) k.vm.frames.flags[frame - k.vm.frames.first] |= FRAME.ahead;
}

/** Enters a frame that was just allocated, and starts reading. NO_FRAME: nothing to do. */
export function readInto(k: Kernel, entry: SwapEntry, frame: FrameNumber): void {
  if (frame === NO_FRAME) return;
  forgetReturn(k, frame - k.vm.frames.first);
  addToSwapCache(k, entry, frame);
  dropReference(k, frame);
  startSwapRead(k, frame - k.vm.frames.first);
}

/**
 * How many slots to read, a power of two: more while pages that were read ahead are wanted, and at the second of two
 * neighbours; one where nothing suggests that neighbours belong together. Linux 6.1's __swapin_nr_pages.
 */
function windowSize(k: Kernel, slot: number): number {
  const {
    readAhead,
    readAhead: { hits },
  } = k.vm.swap;
  const most = 2 ** k.vm.settings.pageCluster;
  let size = hits === 0 ? (Math.abs(slot - readAhead.slot) === 1 ? 2 : 1) : 4;
  while (hits > 0 && size < hits + 2) size *= 2;
  size = Math.max(Math.min(size, most), readAhead.window / 2);
  k.vm.swap.readAhead = { hits: 0, slot, window: Math.min(size, most) };
  return Math.max(1, Math.min(size, most));
}

/** The slots in use, and not in RAM, of the aligned group of windowSize that the wanted one is in. */
function window(k: Kernel, wanted: SwapEntry): SwapEntry[] {
  const { uses, number } = areaOf(k, wanted);
  const slot = swapSlotOf(wanted);
  const size = windowSize(k, slot);
  const first = slot - (slot % size);
  const entries: SwapEntry[] = [];
  for (let at = first; at < Math.min(first + size, uses.length); at++)
    if (uses[at] !== 0 && uses[at] !== NO_SLOT && uses[at] < HELD) entries.push(swapEntry(number, at));
  return entries;
}
