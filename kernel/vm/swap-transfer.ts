/**
 * Transfers between frames and slots: what is given to the disk, and what its end means.
 *
 *   out:  dirty ──startSwapWrite──► writing, leaving ──done──► freed, or a clean copy where somebody wants it again
 *                                          └─ failed ──► dirty, in RAM: the slot is worth nothing
 *   in:   ──startSwapRead──► reading ──done──► a clean copy             failed ──► FRAME.failed, until somebody asks
 *
 * (1) A frame in transfer is in the swap cache and pinned; its slot stays taken until the end.
 * (2) Whoever waits for a transfer sleeps on the channel of its frame; so do those who wait for a file's page.
 */
import { frameAddress, PAGE_SIZE } from "../../cpu/paging.ts";
import { submit } from "../block/request-queue.ts";
import { emit } from "../events.ts";
import type { Kernel } from "../kernel.ts";
import { wakeup } from "../sleep.ts";
import { FRAME, pinFrame, unpinFrame } from "./frames.ts";
import { giveSlotBack, isWanted, removeFromSwapCache } from "./swap-cache.ts";
import { NO_ENTRY, swapSlotOf } from "./swap-entry.ts";
import { slotPosition } from "./swap-extents.ts";
import { areaOf, slotUses } from "./swap-slots.ts";

/** Channels below every other one that is not newChannel's. */
const FIRST_CHANNEL = -16;

/** Woken when a transfer of frame `index` has ended: to or from swap, or its file. */
export function transferChannel(index: number): number {
  return FIRST_CHANNEL - index;
}

function start(k: Kernel, index: number, write: boolean): void {
  const { frames } = k.vm;
  const frame = index + frames.first;
  const entry = frames.slot[index];
  const area = areaOf(k, entry);
  const { disk, number } = area;
  const slot = swapSlotOf(entry);
  pinFrame(k, frame);
  const transfer = {
    disk,
    write,
    position: slotPosition(area, slot),
    length: PAGE_SIZE,
    address: frameAddress(frame),
    frame,
  };
  submit(k, transfer);
  if (k.listeners.length > 0)
    emit(k, { type: write ? "swap-out" : "swap-in", pid: k.current?.pid ?? 0, area: number, slot, frame });
}

/** Begins to write the frame, which is in the swap cache, to its slot. It is freed at the end unless somebody wants it. */
export function startSwapWrite(k: Kernel, index: number): void {
  const { flags } = k.vm.frames;
  flags[index] = (flags[index] & ~FRAME.dirty) | FRAME.writing | FRAME.leaving;
  k.vm.reclaim.leaving++;
  k.vm.swap.pagesOut++;
  start(k, index, true);
}

/** Begins to write the frame, which is in the swap cache, to its slot; whoever maps it keeps it. */
export function startSwapClean(k: Kernel, index: number): void {
  const { flags } = k.vm.frames;
  flags[index] = (flags[index] & ~FRAME.dirty) | FRAME.writing;
  k.vm.swap.pagesOut++;
  start(k, index, true);
}

/** Nobody maps a frame any more that is given to the disk: it leaves when that has ended. */
export function markLeaving(k: Kernel, index: number): void {
  k.vm.frames.flags[index] |= FRAME.leaving;
  k.vm.reclaim.leaving++;
}

/** Begins to read the slot of a frame that was just entered in the swap cache. */
export function startSwapRead(k: Kernel, index: number): void {
  k.vm.frames.flags[index] |= FRAME.reading;
  k.vm.swap.pagesIn++;
  start(k, index, false);
}

/** Whether a transfer of the frame that has ended was one to or from swap. */
export function isSwapTransfer(k: Kernel, frame: number): boolean {
  return k.vm.frames.slot[frame - k.vm.frames.first] !== NO_ENTRY;
}

/** The transfer of a frame has ended. */
export function swapTransferDone(k: Kernel, frame: number, ok: boolean): void {
  const { frames, reclaim } = k.vm;
  const index = frame - frames.first;
  const wrote = (frames.flags[index] & FRAME.writing) !== 0;
  if (frames.flags[index] & FRAME.leaving) reclaim.leaving--;
  frames.flags[index] &= ~(FRAME.reading | FRAME.writing | FRAME.leaving);
  if (!ok && wrote) frames.flags[index] |= FRAME.dirty;
  if (!ok && !wrote) frames.flags[index] |= FRAME.failed;
  unpinFrame(k, frame);
  settle(k, index, wrote);
  wakeup(k, transferChannel(index));
  if (wrote) wakeup(k, reclaim.channel);
}

/** What becomes of the frame: gone if it has left, or if nobody names its slot any more. */
function settle(k: Kernel, index: number, wrote: boolean): void {
  const { frames } = k.vm;
  if (isWanted(k, index)) return;
  const frame = index + frames.first;
  if (slotUses(k, frames.slot[index]) === 0) giveSlotBack(k, frame);
  else if (wrote && !(frames.flags[index] & FRAME.dirty)) removeFromSwapCache(k, frame);
}
