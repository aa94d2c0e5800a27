/**
 * Emptying a swap area: swapoff(2). Every page that is there comes back to where it belongs, then the area is forgotten.
 *
 * The call runs again from its start after every sleep, and each run does what can be done now:
 *
 *   pages of the area in the swap cache ─► into every table and object that names them
 *   pages on the disk                   ─► a batch is read; sleep until the last of it is here
 *   nothing left                        ─► the area goes
 *
 * (1) While it runs no new slot is given out there; what came back can leave again, to another area.
 * (2) Where memory and the other areas cannot hold what is there, it fails and the area is as it was (ENOMEM).
 *
 * May sleep.
 */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { errno } from "../errno.ts";
import { isRegular, release } from "../fs/inode.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { sleep } from "../sleep.ts";
import { findVma } from "./address-space.ts";
import { allocateFrame, FRAME, NO_FRAME, OWNER } from "./frames.ts";
import { bringBack } from "./page-cache.ts";
import { forEachPte } from "./page-table.ts";
import { isSwapped, pteRights, swapPageIn } from "./pte.ts";
import { giveSlotBack, removeFromSwapCache, swapCacheFind } from "./swap-cache.ts";
import { swapAreaOf } from "./swap-entry.ts";
import { removeSwapArea } from "./swap-on.ts";
import { readInto } from "./swap-read.ts";
import { transferChannel } from "./swap-transfer.ts";
import type { AddressSpace, PageObject, SwapArea, SwapEntry } from "./types.ts";

/** Pages read before the call sleeps, at least; more where more frames are free, since each run walks all tables. */
const BATCH = 32;

/** What one run of the call finds. */
interface Pass {
  readonly area: SwapArea;
  /** Slots whose page is on the disk only. */
  readonly missing: Set<SwapEntry>;
  /** Frame index of a transfer to wait for; -1: none. */
  moving: number;
}

/**
 * Brings every page of the area back and forgets the area.
 * @throws Errno ENOMEM there is no room for them; EINTR a signal; EIO the disk failed: the area stays in use then
 */
export function emptySwapArea(k: Kernel, p: Process, area: SwapArea): void {
  area.closing = p.pid;
  try {
    if (p.signals.attention) throw errno("EINTR");
    const pass: Pass = { area, missing: new Set(), moving: -1 };
    for (const s of k.vm.spaces.values()) emptyTables(k, s, pass);
    for (const object of k.vm.cache.objects.values()) emptyObject(k, object, pass);
    readMissing(k, pass);
    releaseCopies(k, pass);
    if (pass.moving < 0) {
      removeSwapArea(k, area);
      if (isRegular(area.inode)) release(k, area.inode);
      return;
    }
    sleep(k, p, transferChannel(pass.moving), { uninterruptible: true });
  } catch (thrown) {
    // Asleep, or waiting for memory, the call goes on later: isClosing says so for as long as its process is in it.
    if (isFinal(k, thrown)) area.closing = 0;
    throw thrown;
  }
}

/** Whether what was thrown ends the call. */
function isFinal(k: Kernel, thrown: unknown): boolean {
  const { shortage } = k.vm.reclaim;
  return thrown === errno("EINTR") || thrown === errno("EIO") || (thrown === errno("ENOMEM") && shortage === 0);
}

/** The frame with what a slot of the area holds, ready to be used; NO_FRAME: it has to be read, or waited for. */
function readyFrame(k: Kernel, pass: Pass, entry: SwapEntry): number {
  const frame = swapCacheFind(k, entry);
  if (frame === NO_FRAME) {
    pass.missing.add(entry);
    return NO_FRAME;
  }
  const index = frame - k.vm.frames.first;
  const flags = k.vm.frames.flags[index];
  if (flags & FRAME.failed) {
    removeFromSwapCache(k, frame);
    throw errno("EIO");
  }
  if (!(flags & FRAME.reading)) return frame;
  pass.moving = index;
  return NO_FRAME;
}

function emptyTables(k: Kernel, s: AddressSpace, pass: Pass): void {
  if (s.counts.swapped === 0) return;
  forEachPte(k, s, 0, k.vm.userLimit / PAGE_SIZE, (at, page) => {
    const entry = k.machine.ram.u32[at];
    if (!isSwapped(entry) || swapAreaOf(entry) !== pass.area.number) return true;
    const frame = readyFrame(k, pass, entry);
    if (frame !== NO_FRAME) swapPageIn(k, s, at, frame, pteRights(findVma(s, page * PAGE_SIZE)!.prot, false));
    return true;
  });
}

function emptyObject(k: Kernel, object: PageObject, pass: Pass): void {
  for (const [index, entry] of object.swapped) {
    if (swapAreaOf(entry) !== pass.area.number) continue;
    const frame = readyFrame(k, pass, entry);
    if (frame !== NO_FRAME) bringBack(k, object, index, frame);
  }
}

/** Reads a batch of what is missing. Refuses before the first one when all of them would have no room: invariant (2). */
function readMissing(k: Kernel, pass: Pass): void {
  const { first } = k.vm.frames;
  if (pass.missing.size > roomFor(k, pass.area)) {
    k.vm.reclaim.shortage = 0;
    throw errno("ENOMEM");
  }
  const spare = k.vm.frames.free - k.vm.reclaim.watermarks.high;
  const batch = Math.max(BATCH, Math.floor(spare / 4));
  let started = 0;
  for (const entry of pass.missing) {
    if (started === batch) break;
    const frame = allocateFrame(k, OWNER.anonymous);
    if (frame === NO_FRAME) break;
    readInto(k, entry, frame);
    pass.moving = frame - first;
    started++;
  }
  if (pass.missing.size > 0 && started === 0 && pass.moving < 0) throw errno("ENOMEM");
}

/** Pages that can be had: free frames, files' pages that can be read again, slots of the other areas. */
function roomFor(k: Kernel, area: SwapArea): number {
  const { frames, cache, swap, reclaim } = k.vm;
  const elsewhere = swap.areas.reduce((sum, a) => (a === null || a === area ? sum : sum + a.usable - a.used), 0);
  let droppable = 0;
  for (const { inode, pages } of cache.objects.values()) {
    if (inode === null) continue;
    for (const frame of pages.values()) {
      const index = frame - frames.first;
      if (frames.slot[index] === 0 && frames.mappings[index] === 0 && !(frames.flags[index] & FRAME.dirty)) droppable++;
    }
  }
  return Math.max(0, frames.free - reclaim.watermarks.min) + droppable + elsewhere;
}

/** Slots that nobody names any more, but of which a frame is still a copy. */
function releaseCopies(k: Kernel, pass: Pass): void {
  const { frames, swap } = k.vm;
  for (const [entry, frame] of swap.cache) {
    if (swapAreaOf(entry) !== pass.area.number || pass.missing.has(entry)) continue;
    if (!giveSlotBack(k, frame)) pass.moving = frame - frames.first;
  }
}
