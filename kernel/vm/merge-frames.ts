/**
 * Two frames become one: what happens to the entries.
 *
 *   P ─► 7 (W)   C ─► 9 (W)     the same content     P ─► 7 ◄─ C   both without W, frame 7 merged; 9 loses a name
 *
 * (1) A merged frame is private memory that no entry may write: a store gets a copy first (copy-on-write.ts), even if nobody
 *     else has the frame, so what the stable tree orders does not change.
 * (2) A merged frame is no part of a huge page: that is split when one of its pages is about to be merged, not before.
 * (3) Each entry counts the frame as resident, as Linux counts it; the zero frame counts nowhere.
 */
import { type FrameNumber, PTE } from "../../cpu/paging.ts";
import { flushPage } from "./flush.ts";
import { addReference, FRAME, NO_FRAME, OWNER } from "./frames.ts";
import { headOf } from "./huge-page.ts";
import { findPte, frameUnder } from "./page-table.ts";
import { changeRights, isResident, pteRights, replacePage, rightsOf, takeDirty } from "./pte.ts";
import { splitHugePage } from "./pte-large.ts";
import type { AddressSpace, Vma } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";
import { VMA } from "./vma.ts";

/** A page that may be merged: its place, and what is there. */
export interface MergeablePage {
  readonly s: AddressSpace;
  readonly v: Vma;
  readonly page: number;
  /** The word of RAM with the low half of its entry, of whatever level. */
  readonly at: number;
  readonly frame: FrameNumber;
}

/** Whether a mapping's private pages are merged. Without any private page yet there is nothing to look at. */
export function isMergeable(v: Vma): boolean {
  return (v.flags & VMA.mergeable) !== 0 && v.family !== 0;
}

/** The private frame that the entry at `at` shows at `page`; NO_FRAME: none. */
export function privateFrame(k: VmKernel, at: number, page: number): FrameNumber {
  if (!isResident(k.machine.ram.u32[at])) return NO_FRAME;
  const frame = frameUnder(k, at, page);
  return k.vm.frames.owner[frame - k.vm.frames.first] === OWNER.anonymous ? frame : NO_FRAME;
}

/**
 * The page, whose huge page, if it is part of one, is split now: only frames of their own are merged. Its entry is looked for
 * again: the page that it is merged with may have been part of the same huge page, and that is split already.
 */
export function asSmallPage(k: VmKernel, here: MergeablePage): MergeablePage {
  const index = here.frame - k.vm.frames.first;
  if (k.vm.frames.block[index] !== 0) splitHugePage(k, headOf(k, index));
  return { ...here, at: findPte(k, here.s, here.page) };
}

/** Whether a transfer of the frame is under way: it is left alone until that has ended. */
export function isBusy(k: VmKernel, frame: FrameNumber): boolean {
  return k.vm.frames.pins[frame - k.vm.frames.first] > 0;
}

/** The frame of the page is to be a merged one: nobody can write to it, and it is worth keeping in swap. */
export function protect(k: VmKernel, { s, page, at, frame }: MergeablePage): void {
  const { flags, first } = k.vm.frames;
  const low = k.machine.ram.u32[at];
  changeRights(k, at, rightsOf(low) & ~PTE.W);
  takeDirty(k, at);
  if (low & PTE.V) flushPage(k, s, page);
  if (!(flags[frame - first] & FRAME.referenced)) k.references?.usedByCall(frame - first);
  flags[frame - first] |= FRAME.dirty | FRAME.referenced;
}

/** The page shows `frame` from now on, which has the same content. */
export function showInstead(k: VmKernel, { s, v, page, at }: MergeablePage, frame: FrameNumber): void {
  const low = k.machine.ram.u32[at];
  if (frame !== k.vm.zeroFrame) addReference(k, frame);
  replacePage(k, s, at, frame, pteRights(v.prot, false) | PTE.A);
  k.references?.touched(frame - k.vm.frames.first, s.id, page, false, null);
  if (low & PTE.V) flushPage(k, s, page);
}
