/**
 * A write to a private page that is resident without W: who gets which frame.
 *
 *   fork                     parent writes                     child writes
 *   P ─► frame 7 ◄─ C        P ─► frame 9 (copy)               C ─► frame 7, alone now: taken over,
 *   both without W           C ─► frame 7                      W set, nothing copied
 *
 * (1) A private frame that several name, by entries or through its slot of swap, is never changed: a write gets a copy
 *     first.
 * (2) The last one who has a private frame takes it over without copying, and gives its slot back. Never a merged one: its
 *     content stays as it is for as long as the stable tree may know it (merge-frames.ts, 1).
 *
 * A huge page that several name is split in the writer's tables, and only the page that is written to is copied, as Linux
 * does it. The huge page of zeroes, too.
 */
import { type FrameNumber, PTE } from "../../cpu/paging.ts";
import { ensureFamily } from "./family.ts";
import type { FaultKind } from "./fault-kinds.ts";
import { flushPage } from "./flush.ts";
import { allocateCopy, allocateFrame, NO_FRAME, OWNER } from "./frames.ts";
import { findPte, levelOf } from "./page-table.ts";
import { changeRights, pteFrameOf, pteRights, replacePage, WAS_SHARED } from "./pte.ts";
import { isExclusiveLeaf, splitLeaf } from "./pte-large.ts";
import { giveSlotBack, isExclusive } from "./swap-cache.ts";
import type { AddressSpace, Vma } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";
import { VMA } from "./vma.ts";

/** Makes the resident private page at `at`, an entry of any level, writable. Out of memory, only a huge page may have been split. */
export function makeOwn(k: VmKernel, s: AddressSpace, v: Vma, at: number, page: number): FaultKind {
  if (levelOf(k, at) === 0) return makeSmallOwn(k, s, v, at, page);
  if (isExclusiveLeaf(k, at)) {
    const shared = k.machine.ram.u32[at] & WAS_SHARED;
    changeRights(k, at, pteRights(v.prot, true));
    flushPage(k, s, page);
    return shared ? "copy-on-write-takeover" : "permission-upgrade";
  }
  splitLeaf(k, s, at);
  return makeSmallOwn(k, s, v, findPte(k, s, page), page);
}

function makeSmallOwn(k: VmKernel, s: AddressSpace, v: Vma, at: number, page: number): FaultKind {
  const low = k.machine.ram.u32[at];
  const frame = pteFrameOf(low);
  const index = frame - k.vm.frames.first;
  const owner = k.vm.frames.owner[index];
  if (owner === OWNER.anonymous && isExclusive(k, index)) {
    changeRights(k, at, pteRights(v.prot, true));
    flushPage(k, s, page);
    giveSlotBack(k, frame);
    return low & WAS_SHARED ? "copy-on-write-takeover" : "permission-upgrade";
  }
  const zero = frame === k.vm.zeroFrame;
  const own = zero ? allocateFrame(k, OWNER.anonymous) : allocateCopy(k, OWNER.anonymous, frame);
  if (own === NO_FRAME) return "out-of-memory";
  const wasMerged = k.vm.frames.merged[index] !== 0;
  giveOwn(k, s, v, at, page, own, low);
  if (zero) return "zero-page-write";
  if (wasMerged) k.vm.statistics.mergedCopied++;
  if (wasMerged) return "unmerge";
  return owner === OWNER.anonymous ? "copy-on-write" : "private-file-copy";
}

function giveOwn(k: VmKernel, s: AddressSpace, v: Vma, at: number, page: number, own: FrameNumber, low: number): void {
  replacePage(k, s, at, own, pteRights(v.prot, true));
  if (low & PTE.V) flushPage(k, s, page);
  if (v.object !== null) v.flags |= VMA.copied;
  ensureFamily(s, v);
}
