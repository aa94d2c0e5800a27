/**
 * Writing a page while it stays in RAM, so that it can go later without a transfer: what WSClock asks for.
 *
 * (1) The entries that name the frame lose D with the start of the transfer: what is written to it afterwards sets D again.
 */
import { hasHome } from "../fs/traits.ts";
import type { Kernel } from "../kernel.ts";
import { flushPage } from "./flush.ts";
import { FRAME, OWNER } from "./frames.ts";
import { isWritten } from "./page-references.ts";
import { takeDirty } from "./pte.ts";
import { mappingsOf, pageOfPte, spaceOfPte } from "./reverse-map.ts";
import { NO_ENTRY } from "./swap-entry.ts";
import { giveSlot } from "./swap-out.ts";
import { startSwapClean } from "./swap-transfer.ts";
import { startWriteBack } from "./write-back.ts";

const BUSY = FRAME.reading | FRAME.writing | FRAME.leaving;

/** Whether the frame holds what no disk has, nor is being given. */
export function isFrameDirty(k: Kernel, index: number): boolean {
  const { flags, owner, slot } = k.vm.frames;
  if (isWritten(k, index)) return true;
  if (flags[index] & FRAME.writing) return false;
  return (flags[index] & FRAME.dirty) !== 0 || (owner[index] === OWNER.anonymous && slot[index] === NO_ENTRY);
}

/** Begins to write the frame to its home or to swap. @returns false: it is in transfer, locked, or there is no room */
export function cleanFrame(k: Kernel, index: number): boolean {
  const { flags, owner, pins, first, holder } = k.vm.frames;
  if (pins[index] > 0 || flags[index] & BUSY) return false;
  const object = owner[index] === OWNER.anonymous ? null : k.vm.cache.objects.get(holder[index]);
  if (object === undefined) return false;
  if (object !== null && object.inode !== null && hasHome(object.inode) && k.vm.frames.slot[index] === NO_ENTRY)
    return !object.writeFailed && startWriteBack(k, object, index + first);
  if (!giveSlot(k, index)) return false;
  for (const at of mappingsOf(k, index + first)) {
    const s = k.vm.spaces.get(spaceOfPte(k, at))!;
    if (takeDirty(k, at)) flushPage(k, s, pageOfPte(k, at));
  }
  startSwapClean(k, index);
  return true;
}
