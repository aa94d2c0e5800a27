/**
 * Same-page merging: private pages with equal content, wherever they are, come to share one frame. Linux's KSM.
 *
 *   a page is looked at ─► is its frame merged, by this very item? ── yes ─► done
 *     in the stable tree? ── yes ─► it shows that frame from now on
 *     its checksum is another than the last time? ── yes ─► remembered: it changes too often
 *     all zeroes, and use_zero_pages? ─► it shows the zero frame
 *     in the unstable tree? ── no ─► entered there
 *                           └─ yes ─► both become one merged frame, in the stable tree
 *
 * The stable tree holds merged frames, whose content nobody can change (merge-frames.ts, 1). The unstable tree holds pages
 * that did not change between two full scans; they may all the same, and the tree is out of order then: it finds less, and
 * begins anew with the next full scan. A comparison of the whole pages always has the last word.
 *
 * (1) It never asks for a frame: merging gives memory back, and cannot fail for want of it.
 *
 * Source: Linux 6.1 mm/ksm.c, cmp_and_merge_page; Documentation/admin-guide/mm/ksm.rst.
 */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { nextVma } from "./address-space.ts";
import { NO_FRAME } from "./frames.ts";
import { checksumOf, comparePages, hashPage } from "./merge-content.ts";
import {
  asSmallPage,
  isBusy,
  isMergeable,
  type MergeablePage,
  privateFrame,
  protect,
  showInstead,
} from "./merge-frames.ts";
import { enterUnstable, takeFromTrees } from "./merge-items.ts";
import { addItem } from "./merge-nodes.ts";
import { enterFrame, findNode } from "./merge-tree.ts";
import { findPte, NO_PTE } from "./page-table.ts";
import type { Side } from "./red-black.ts";
import type { VmKernel } from "./vm-kernel.ts";

/** Looks at the page of `item`, which is resident and mergeable, and merges it if it can be. */
export function mergePage(k: VmKernel, item: number, here: MergeablePage): void {
  const m = k.vm.merge;
  const { where, node } = m.unstable.nodes[item];
  const own = k.vm.frames.merged[here.frame - k.vm.frames.first];
  if (own !== 0 && where === "stable" && node === own) return;
  // A frame that is merged already, and has got this name by fork or from swap.
  const found = own !== 0 ? own : findNode(k, here.frame);
  takeFromTrees(k, item);
  if (found !== 0) {
    joinNode(k, item, here, found);
    return;
  }
  const checksum = checksumOf(k, here.frame);
  if (m.unstable.nodes[item].checksum !== checksum) {
    m.unstable.nodes[item].checksum = checksum;
    m.changed = true;
    return;
  }
  if (m.settings.useZeroPages !== 0 && becomesZeroPage(k, here, checksum)) return;
  mergeUnstable(k, item, here, checksum);
}

/** The page shows the frame of the node, unless it does already. */
function joinNode(k: VmKernel, item: number, here: MergeablePage, node: number): void {
  const m = k.vm.merge;
  const { frame } = m.stable.nodes[node];
  if (frame !== here.frame) {
    if (isBusy(k, here.frame)) return;
    showInstead(k, asSmallPage(k, here), frame);
  }
  m.changed = true;
  addItem(m, item, node);
}

function becomesZeroPage(k: VmKernel, here: MergeablePage, checksum: number): boolean {
  const { zeroFrame } = k.vm;
  if (checksum !== hashPage(k, zeroFrame) || isBusy(k, here.frame)) return false;
  if (comparePages(k, here.frame, zeroFrame) !== 0) return false;
  showInstead(k, asSmallPage(k, here), zeroFrame);
  k.vm.merge.changed = true;
  return true;
}

/** Looks for a page with the same content in the unstable tree; enters this one when there is none. */
function mergeUnstable(k: VmKernel, item: number, here: MergeablePage, checksum: number): void {
  const m = k.vm.merge;
  let [parent, side]: [number, Side] = [0, "left"];
  for (let at = m.unstable.root; at !== 0; at = m.unstable.nodes[at][side]) {
    const there = pageOfItem(k, at);
    // Gone, or the same frame by another name: nothing is to be learnt here.
    if (there === null || there.frame === here.frame) return;
    const order = comparePages(k, here.frame, there.frame);
    if (order === 0) {
      mergeTwo(k, item, here, at, there, checksum);
      return;
    }
    parent = at;
    side = order < 0 ? "left" : "right";
  }
  enterUnstable(m, item, parent, side);
}

/** The page of an item, as it is now; null: nothing to be merged. */
function pageOfItem(k: VmKernel, item: number): MergeablePage | null {
  const { space, page } = k.vm.merge.unstable.nodes[item];
  const s = k.vm.spaces.get(space);
  const v = s === undefined ? null : nextVma(s, page * PAGE_SIZE);
  if (s === undefined || v === null || v.start > page * PAGE_SIZE || !isMergeable(v)) return null;
  const at = findPte(k, s, page);
  const frame = at === NO_PTE ? NO_FRAME : privateFrame(k, at, page);
  return frame === NO_FRAME ? null : { s, v, page, at, frame };
}

/** Two equal pages of two frames: the frame of the one just looked at stays. */
function mergeTwo(
  k: VmKernel,
  item: number,
  here: MergeablePage,
  other: number,
  there: MergeablePage,
  checksum: number,
): void {
  const m = k.vm.merge;
  if (isBusy(k, here.frame) || isBusy(k, there.frame)) return;
  protect(k, asSmallPage(k, here));
  takeFromTrees(k, other);
  showInstead(k, asSmallPage(k, there), here.frame);
  const node = enterFrame(k, here.frame, checksum);
  addItem(m, other, node);
  addItem(m, item, node);
  m.changed = true;
}
