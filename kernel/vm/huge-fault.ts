/**
 * The first touch of memory that may have a huge page: 2 MiB at once, where nothing of them is there yet.
 *
 *   write   a zeroed huge page                                read   the huge page of zeroes, one for the whole computer
 *
 * What cannot be had (no free block, no frame for a table) is no failure: the fault goes on with one page of 4 KiB. Writing to the
 * huge page of zeroes splits it, and gives one page (copy-on-write.ts), as on Linux.
 *
 * Owns `zeroFrame` of k.vm.huge; pte-large.ts counts its uses.
 */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { ensureFamily } from "./family.ts";
import { NO_FRAME, OWNER } from "./frames.ts";
import { allocateHugePage, giveBlock, HUGE_ORDER, HUGE_PAGES } from "./huge-page.ts";
import { fits, hugeStart, mayBeHuge } from "./huge-policy.ts";
import { noteCandidate } from "./huge-scan-state.ts";
import { depositTable, ensurePte, findPte, freeDeposit, NO_PTE, pruneTables } from "./page-table.ts";
import { pteRights } from "./pte.ts";
import { putHugePage } from "./pte-large.ts";
import type { Access, AddressSpace, Vma } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";

/**
 * Shows a huge page where `page` is touched for the first time.
 * @param v private anonymous memory that allows the access
 * @returns the kind of fault; null: not here, or not now
 */
export function placeHugePage(
  k: VmKernel,
  s: AddressSpace,
  v: Vma,
  page: number,
  access: Access,
): "huge-page" | "huge-zero-page" | null {
  if (!mayBeHuge(k, s, v) || !fits(v, page * PAGE_SIZE)) return null;
  // Something of it is there: collapsing will see to it.
  if (findPte(k, s, page) !== NO_PTE) {
    noteCandidate(k, s);
    return null;
  }
  const zero = access !== "write" && k.vm.huge.useZeroPage !== 0;
  if (place(k, s, v, hugeStart(page), zero)) return zero ? "huge-zero-page" : "huge-page";
  noteCandidate(k, s);
  return null;
}

function place(k: VmKernel, s: AddressSpace, v: Vma, first: number, zero: boolean): boolean {
  const at = ensurePte(k, s, first, 1);
  if (at === NO_PTE) return false;
  if (!depositTable(k, s)) {
    pruneTables(k, s, first);
    return false;
  }
  const head = zero ? hugeZeroFrame(k) : newHugePage(k);
  if (head === NO_FRAME) {
    freeDeposit(k, s);
    pruneTables(k, s, first);
    return false;
  }
  putHugePage(k, s, at, head, pteRights(v.prot, !zero), true);
  ensureFamily(s, v);
  return true;
}

function newHugePage(k: VmKernel): number {
  const head = allocateHugePage(k, OWNER.anonymous);
  const { statistics } = k.vm;
  if (head === NO_FRAME) statistics.hugeFallbacks++;
  else statistics.hugeFaults++;
  return head;
}

/** The huge page of zeroes, made for its first use; NO_FRAME where no block is free. */
function hugeZeroFrame(k: VmKernel): number {
  const { huge, statistics } = k.vm;
  if (huge.zeroFrame !== NO_FRAME) return huge.zeroFrame;
  huge.zeroFrame = allocateHugePage(k, OWNER.kernel);
  if (huge.zeroFrame === NO_FRAME) {
    statistics.hugeZeroFailures++;
    statistics.hugeFallbacks++;
  } else statistics.hugeZeroes++;
  return huge.zeroFrame;
}

/** Memory is short: gives the huge page of zeroes back if nobody sees it. @returns frames that are free by it */
export function dropHugeZero(k: VmKernel): number {
  const { huge, frames, statistics } = k.vm;
  if (huge.zeroFrame === NO_FRAME || huge.zeroUses > 0) return 0;
  giveBlock(k, huge.zeroFrame - frames.first, HUGE_ORDER);
  statistics.framesFreed += HUGE_PAGES;
  huge.zeroFrame = NO_FRAME;
  return HUGE_PAGES;
}
