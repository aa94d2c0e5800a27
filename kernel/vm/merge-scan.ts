/**
 * The scanner's way: from space to space, mapping to mapping, private page to private page; past the last space a full scan
 * has ended and the next one begins.
 *
 * (1) The unstable tree is empty between two full scans.
 * (2) Items of pages that are no longer there go as the scanner comes by, those of a space that has ended all at once.
 *
 * Source: Linux 6.1 mm/ksm.c, scan_get_next_rmap_item.
 */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { nextVma } from "./address-space.ts";
import { NO_FRAME } from "./frames.ts";
import { isMergeable, type MergeablePage, privateFrame } from "./merge-frames.ts";
import { dropItemsBehind, itemOfPage } from "./merge-items.ts";
import { forgetSpace } from "./merge-spaces.ts";
import { forEachPte } from "./page-table.ts";
import type { AddressSpace, Vma } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";
import { VMA } from "./vma.ts";

/** What the scanner has come to. */
export interface Visit {
  readonly item: number;
  readonly here: MergeablePage;
}

/** The next page to look at; null: a full scan has ended, or there is nobody to visit. */
export function nextVisit(k: VmKernel): Visit | null {
  const m = k.vm.merge;
  if (m.order.length === 0) return null;
  if (m.cursor.space === 0) goTo(k, m.order[0]);
  for (;;) {
    const visit = nextInSpace(k);
    if (visit !== null) return visit;
    const next = leaveBehind(k);
    goTo(k, next);
    if (next !== 0) continue;
    m.unstable.root = 0;
    m.fullScans++;
    return null;
  }
}

function goTo(k: VmKernel, space: number): void {
  Object.assign(k.vm.merge.cursor, { space, page: 0, last: 0 });
}

function nextInSpace(k: VmKernel): Visit | null {
  const { cursor, spaces } = k.vm.merge;
  const s = k.vm.spaces.get(cursor.space);
  if (s === undefined) {
    goTo(k, cursor.space);
    return null;
  }
  for (let v = nextVma(s, cursor.page * PAGE_SIZE); v !== null; v = nextVma(s, v.end)) {
    if (!(v.flags & VMA.mergeable)) continue;
    cursor.page = Math.max(cursor.page, v.start / PAGE_SIZE);
    const here = isMergeable(v) ? nextPrivatePage(k, s, v, cursor.page) : null;
    if (here === null) {
      cursor.page = v.end / PAGE_SIZE;
      continue;
    }
    const item = itemOfPage(k, spaces.get(cursor.space)!, cursor.last, here.page);
    Object.assign(cursor, { page: here.page + 1, last: item });
    return { item, here };
  }
  return null;
}

/** The first resident private page of the mapping from `page` on. */
function nextPrivatePage(k: VmKernel, s: AddressSpace, v: Vma, page: number): MergeablePage | null {
  let found: MergeablePage | null = null;
  forEachPte(k, s, page, v.end / PAGE_SIZE, (at, next) => {
    const frame = privateFrame(k, at, next);
    if (frame === NO_FRAME) return true;
    found = { s, v, page: next, at, frame };
    return false;
  });
  return found;
}

/** The space is done with: what is remembered of pages behind the last one goes. @returns the next one; 0: that was the last */
function leaveBehind(k: VmKernel): number {
  const m = k.vm.merge;
  const { space, page, last } = m.cursor;
  dropItemsBehind(k, m.spaces.get(space)!, last);
  const next = m.order[m.order.indexOf(space) + 1] ?? 0;
  // Nothing mergeable from its first page on, or it has ended.
  if (page === 0) forgetSpace(m, space);
  return next;
}
