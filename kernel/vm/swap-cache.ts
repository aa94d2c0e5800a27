/**
 * The swap cache: frames that a slot of swap has, or is about to have, or did have the content of. One frame a slot,
 * so that processes that share a swapped page come to share the frame.
 *
 *   swap entry ─► frame      while it is written, while it is read, read ahead, and as long as it is a clean copy
 *
 * (1) frames.slot[i] is the entry of a frame that is here, else 0; a frame here has one reference for it.
 * (2) A frame whose transfer is under way stays here until the transfer ends.
 * (3) A frame that nobody maps, of a slot that nobody names, goes at once (or when its transfer ends).
 * (4) FRAME.dirty, or D in an entry that names it, of a frame that is here: it differs from its slot.
 */
import type { FrameNumber } from "../../cpu/paging.ts";
import { panic } from "../panic.ts";
import { addReference, dropReference, FRAME, NO_FRAME, OWNER } from "./frames.ts";
import { NO_ENTRY } from "./swap-entry.ts";
import { holdSlot, slotUses, takeSlotUse, unholdSlot } from "./swap-slots.ts";
import type { SwapEntry } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";

/** The frame of a slot, ready or still being read; NO_FRAME: the page is on the disk only. */
export function swapCacheFind(k: VmKernel, entry: SwapEntry): FrameNumber {
  return k.vm.swap.cache.get(entry) ?? NO_FRAME;
}

/** Enters a frame; the slot is allocated or in use. */
export function addToSwapCache(k: VmKernel, entry: SwapEntry, frame: FrameNumber): void {
  const { frames, swap } = k.vm;
  const index = frame - frames.first;
  if (frames.slot[index] !== NO_ENTRY || swap.cache.has(entry))
    panic("swap cache (1): one frame a slot, one slot a frame", { entry, frame, slot: frames.slot[index] });
  holdSlot(k, entry);
  swap.cache.set(entry, frame);
  frames.slot[index] = entry;
  addReference(k, frame);
}

/**
 * Takes a frame out: the slot is free when nobody names it, the frame when nobody maps it. What has no other home
 * becomes dirty. Not while a transfer is under way.
 */
export function removeFromSwapCache(k: VmKernel, frame: FrameNumber): void {
  const { frames, swap } = k.vm;
  const index = frame - frames.first;
  const entry = frames.slot[index];
  if (frames.flags[index] & (FRAME.reading | FRAME.writing))
    panic("swap cache (2): a frame in transfer stays", { entry, frame });
  swap.cache.delete(entry);
  frames.slot[index] = NO_ENTRY;
  unholdSlot(k, entry);
  // From now on what a cached page holds is nowhere else.
  if (frames.owner[index] !== OWNER.anonymous) frames.flags[index] |= FRAME.dirty;
  dropReference(k, frame);
}

/** Gives the slot of a frame back if nobody names it and no transfer is under way. @returns whether it has none now */
export function giveSlotBack(k: VmKernel, frame: FrameNumber): boolean {
  const { flags, slot, first } = k.vm.frames;
  const index = frame - first;
  if (slot[index] === NO_ENTRY) return true;
  if (flags[index] & (FRAME.reading | FRAME.writing) || slotUses(k, slot[index]) > 0) return false;
  removeFromSwapCache(k, frame);
  return true;
}

/** Whether anybody but the swap cache and transfers has the frame: a page-table entry, or a page object. */
export function isWanted(k: VmKernel, index: number): boolean {
  const { references, pins, slot } = k.vm.frames;
  return references[index] - pins[index] - (slot[index] === NO_ENTRY ? 0 : 1) > 0;
}

/** Invariant (3), for a frame that has lost a name. */
export function dropIfUnwanted(k: VmKernel, frame: FrameNumber): void {
  const index = frame - k.vm.frames.first;
  if (k.vm.frames.slot[index] !== NO_ENTRY && !isWanted(k, index)) giveSlotBack(k, frame);
}

/** Whether one page-table entry is all that names what a private frame holds, in RAM or in swap, and the stable tree does not. */
export function isExclusive(k: VmKernel, index: number): boolean {
  const { references, pins, slot, merged } = k.vm.frames;
  if (merged[index] !== 0) return false;
  if (slot[index] === NO_ENTRY) return references[index] - pins[index] === 1;
  return references[index] - pins[index] === 2 && slotUses(k, slot[index]) === 0;
}

/** One name of a slot less. With the last one the slot goes, and its frame here unless somebody maps it. */
export function dropSlotUse(k: VmKernel, entry: SwapEntry): void {
  if (!takeSlotUse(k, entry)) return;
  const frame = swapCacheFind(k, entry);
  if (frame !== NO_FRAME) dropIfUnwanted(k, frame);
}
