/**
 * Swap-out: a page leaves RAM for a slot of swap.
 *
 *   private memory          every entry that names the frame becomes a swap entry, a use of the slot each
 *   shared memory, tmpfs    every entry is emptied; the object's `swapped` has the one use of the slot
 *
 * The frame, in the swap cache from then on, is freed at once when its slot has what it holds already (it came from
 * there and was not written to), else when it has been written.
 *
 * (1) Consecutive calls take consecutive slots (swap-slots.ts, 3), so the disk's head stays where it is.
 * (2) What was never written to goes without a slot: MADV_FREE pages, holes of shared memory and tmpfs.
 */
import type { Kernel } from "../kernel.ts";
import { flushPage } from "./flush.ts";
import { FRAME, OWNER } from "./frames.ts";
import { isHuge } from "./huge-page.ts";
import { dropCleanPage, evictToSwap, hasHome } from "./page-cache.ts";
import { isWritten, unmapFrame } from "./page-references.ts";
import { swapPageOut } from "./pte.ts";
import { mappingsOf, pageOfPte, spaceOfPte } from "./reverse-map.ts";
import { addToSwapCache, removeFromSwapCache } from "./swap-cache.ts";
import { NO_ENTRY } from "./swap-entry.ts";
import { allocateSlot } from "./swap-slots.ts";
import { markLeaving, startSwapWrite } from "./swap-transfer.ts";

/** What came of taking a page: its frame is free, will be when a transfer ends, or is where it was. */
export type Eviction = "freed" | "started" | "kept";

/**
 * Takes a page of private memory, shared memory or tmpfs out of RAM. Whether it is locked (mlock) is the caller's to know.
 * @param index of the frame @returns "kept": in transfer, of another kind, part of a huge page, or swap is full
 */
export function swapOutFrame(k: Kernel, index: number): Eviction {
  const { pins, owner } = k.vm.frames;
  if (pins[index] > 0 || isHuge(k, index)) return "kept";
  if (owner[index] === OWNER.anonymous) return swapOutPrivate(k, index);
  if (owner[index] === OWNER.file || owner[index] === OWNER.shared) return swapOutCached(k, index);
  return "kept";
}

function isDirty(k: Kernel, index: number): boolean {
  return (k.vm.frames.flags[index] & FRAME.dirty) !== 0 || isWritten(k, index);
}

function swapOutPrivate(k: Kernel, index: number): Eviction {
  const { flags, slot, first } = k.vm.frames;
  const frame = index + first;
  if (flags[index] & FRAME.failed) {
    removeFromSwapCache(k, frame);
    return "freed";
  }
  if (flags[index] & FRAME.lazyFree && !isDirty(k, index)) {
    unmapFrame(k, index);
    return "freed";
  }
  if (!giveSlot(k, index)) return "kept";
  for (const at of mappingsOf(k, frame)) {
    const s = k.vm.spaces.get(spaceOfPte(k, at))!;
    swapPageOut(k, s, at, slot[index]);
    flushPage(k, s, pageOfPte(k, at));
  }
  return leave(k, index);
}

/**
 * Takes a private page that is being written to its slot out of its processes, so that its frame goes when the transfer has
 * ended. What was written to it meanwhile keeps it in the swap cache. @returns false: it is not being written
 */
export function leaveWhileWritten(k: Kernel, index: number): boolean {
  const { flags, slot, owner, first } = k.vm.frames;
  if (owner[index] !== OWNER.anonymous || slot[index] === NO_ENTRY || !(flags[index] & FRAME.writing)) return false;
  for (const at of mappingsOf(k, index + first)) {
    const s = k.vm.spaces.get(spaceOfPte(k, at))!;
    swapPageOut(k, s, at, slot[index]);
    flushPage(k, s, pageOfPte(k, at));
  }
  if (!(flags[index] & FRAME.leaving)) markLeaving(k, index);
  return true;
}

/** Sees that the frame has a slot. What it holds is not there yet when the slot is new. @returns false: swap is full */
export function giveSlot(k: Kernel, index: number): boolean {
  const { slot, flags, first } = k.vm.frames;
  if (slot[index] !== NO_ENTRY) return true;
  const entry = allocateSlot(k);
  if (entry === NO_ENTRY) return false;
  addToSwapCache(k, entry, index + first);
  flags[index] |= FRAME.dirty;
  return true;
}

/** Nobody names the frame any more but the swap cache. */
function leave(k: Kernel, index: number): Eviction {
  const { flags, first } = k.vm.frames;
  if (flags[index] & FRAME.dirty) {
    startSwapWrite(k, index);
    return "started";
  }
  removeFromSwapCache(k, index + first);
  return "freed";
}

function swapOutCached(k: Kernel, index: number): Eviction {
  const { frames, cache } = k.vm;
  const object = cache.objects.get(frames.holder[index]);
  // Dropped from its object meanwhile, or somebody's to write back.
  if (object?.pages.get(frames.position[index]) !== index + frames.first || hasHome(object)) return "kept";
  const isClean = !isDirty(k, index);
  if (isClean && frames.slot[index] === NO_ENTRY) {
    unmapFrame(k, index);
    dropCleanPage(k, object, index + frames.first);
    return "freed";
  }
  if (!giveSlot(k, index)) return "kept";
  unmapFrame(k, index);
  evictToSwap(k, index + frames.first);
  return leave(k, index);
}
