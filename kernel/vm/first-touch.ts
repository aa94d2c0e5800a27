/**
 * First touch of a page: what its empty entry gets.
 *
 *                     private, write        private, read         shared
 *   anonymous         a zeroed frame        the zero frame        (an object without a file)
 *   file              a copy of the page    the page itself       the page itself
 *
 * Only what can be written without a further decision gets W: see pte.ts (2).
 */
import { type FrameNumber, PTE } from "../../cpu/paging.ts";
import { FS_TRAITS } from "../fs/traits.ts";
import { ensureFamily } from "./family.ts";
import { allocateCopy, allocateFrame, dropReference, NO_FRAME, OWNER } from "./frames.ts";
import { isPageDirty, markPageDirty } from "./page-cache.ts";
import { ensurePte, NO_PTE } from "./page-table.ts";
import { pteRights, putPage } from "./pte.ts";
import type { Access, AddressSpace, Vma } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";
import { VMA } from "./vma.ts";

/**
 * Fills the empty entry of `page`.
 * @param cached the object's frame; NO_FRAME for private anonymous memory
 * @param found the entry, where a walk has found its table already; NO_PTE: not known
 * @returns false when no frame is free; nothing is changed then
 */
export function placeFirstPage(
  k: VmKernel,
  s: AddressSpace,
  v: Vma,
  page: number,
  access: Access,
  cached: FrameNumber,
  found: number = NO_PTE,
): boolean {
  const shared = (v.flags & VMA.shared) !== 0;
  if (access === "write" && !shared) return placeOwn(k, s, v, page, cached, found);
  const at = found === NO_PTE ? ensurePte(k, s, page) : found;
  if (at === NO_PTE) return false;
  if (cached === NO_FRAME) {
    putPage(k, s, at, k.vm.zeroFrame, pteRights(v.prot, false), false);
    return true;
  }
  if (access === "write") markPageDirty(k, cached);
  putPage(k, s, at, cached, pteRights(v.prot, shared && needsNoNotice(k, v, cached, access)), false);
  return true;
}

/** A shared page that may be written at once: a dirty one, or one with no file behind it. */
function needsNoNotice(k: VmKernel, v: Vma, frame: FrameNumber, access: Access): boolean {
  const inode = v.object?.inode ?? null;
  // A dirty page of a file that may lie anywhere need not have a place for all of it: fault.ts, claimShown.
  return inode === null || (isPageDirty(k, frame) && !(FS_TRAITS[inode.fs].kept && access !== "write"));
}

/** A frame of the process's own: zeroes, or a copy of the cached page. */
function placeOwn(k: VmKernel, s: AddressSpace, v: Vma, page: number, cached: FrameNumber, found: number): boolean {
  const own = cached === NO_FRAME ? allocateFrame(k, OWNER.anonymous) : allocateCopy(k, OWNER.anonymous, cached);
  if (own === NO_FRAME) return false;
  const at = found === NO_PTE ? ensurePte(k, s, page) : found;
  if (at === NO_PTE) {
    dropReference(k, own);
    return false;
  }
  putPage(k, s, at, own, pteRights(v.prot, true), true);
  if (cached !== NO_FRAME) v.flags |= VMA.copied;
  ensureFamily(s, v);
  return true;
}

/** Shows the kernel's own frame of a special mapping. */
export function placeSpecialPage(k: VmKernel, s: AddressSpace, v: Vma, page: number): boolean {
  const at = ensurePte(k, s, page);
  if (at === NO_PTE) return false;
  putPage(k, s, at, v.special, pteRights(v.prot, false) & ~PTE.W, false);
  return true;
}
