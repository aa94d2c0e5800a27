/**
 * Writing a page while it stays in RAM, so that it can go later without a transfer: what WSClock asks for.
 *
 * (1) The entries that name the frame lose D with the start of the transfer: what is written to it afterwards sets D again.
 */
import type { Kernel } from "../kernel.ts";
import { flushPage } from "./flush.ts";
import { FRAME, OWNER } from "./frames.ts";
import { hasHome } from "./page-cache.ts";
import { isWritten } from "./page-references.ts";
import { takeDirty } from "./pte.ts";
import { mappingsOf, pageOfPte, spaceOfPte } from "./reverse-map.ts";
import { NO_ENTRY } from "./swap-entry.ts";
import { giveSlot } from "./swap-out.ts";
import { startSwapClean } from "./swap-transfer.ts";
import type { PageObject } from "./types.ts";
import { startWriteBack } from "./write-back.ts";

const BUSY = FRAME.reading | FRAME.writing | FRAME.leaving;

/** The page of a file system with a disk that is its frame's home; null: there is none. */
function homeOf(k: Kernel, index: number): PageObject | null {
  const { owner, holder, slot } = k.vm.frames;
  if (owner[index] === OWNER.anonymous || slot[index] !== NO_ENTRY) return null;
  const object = k.vm.cache.objects.get(holder[index]);
  return object !== undefined && hasHome(object) ? object : null;
}

/** Whether the frame holds what no disk has, nor is being given. What D of an entry says of a page with a home is in its flags. */
export function isFrameDirty(k: Kernel, index: number): boolean {
  const { flags, owner, slot } = k.vm.frames;
  if (homeOf(k, index) === null && isWritten(k, index)) return true;
  if (flags[index] & FRAME.writing) return false;
  return (flags[index] & FRAME.dirty) !== 0 || (owner[index] === OWNER.anonymous && slot[index] === NO_ENTRY);
}

/** Whether its writing can begin, as far as can be seen without trying. */
export function mayClean(k: Kernel, index: number): boolean {
  const { flags, owner, pins, holder } = k.vm.frames;
  if (pins[index] > 0 || flags[index] & BUSY) return false;
  if (owner[index] !== OWNER.anonymous && !k.vm.cache.objects.has(holder[index])) return false;
  if (homeOf(k, index)?.writeFailed) return false;
  // Under a limit a slot is for those who have to leave while there are few: resident-limit.ts, (5).
  return homeOf(k, index) !== null || k.vm.reclaim.resident === 0 || k.vm.reclaim.room;
}

/** Begins to write the frame to its home or to swap. @returns false: it is in transfer, locked, or there is no room */
export function cleanFrame(k: Kernel, index: number): boolean {
  if (!mayClean(k, index)) return false;
  const { first } = k.vm.frames;
  const home = homeOf(k, index);
  if (home !== null) return startWriteBack(k, home, index + first);
  if (!giveSlot(k, index)) return false;
  for (const at of mappingsOf(k, index + first)) {
    const s = k.vm.spaces.get(spaceOfPte(k, at))!;
    if (takeDirty(k, at)) flushPage(k, s, pageOfPte(k, at));
  }
  startSwapClean(k, index);
  return true;
}
