/**
 * Moving page-table entries from one range of a space to another: no page is copied, none is read or written.
 *
 *   old:  [ 7 rw D ][ swapped ][   ][ 9 none ]          tables for the new range are made first, for what moves alone;
 *             └─────────┼────────────────┼─────┐       if one cannot be had, nothing has moved
 *   new:  [ 7 rw D ][ swapped ][   ][ 9 none ] ◄──      frames, slots, A, D and rights go along, and so does the reverse map
 *
 * Huge pages that lie whole in the range, and would at the new place begin at a multiple of their size, move as they are; others
 * are split before.
 *
 * Cost: proportional to the pages that are resident or in swap, not to what is mapped.
 */
import { PAGE_SIZE, PTES_PER_TABLE, type VirtualAddress } from "../../cpu/paging.ts";
import { commitFlush, gather, newBatch } from "./flush.ts";
import { ensurePte, forEachPte, forEachTable, levelOf, NO_PTE, pruneRange } from "./page-table.ts";
import { movePage } from "./pte.ts";
import { moveLeaf, splitAround, splitLeaf } from "./pte-large.ts";
import type { AddressSpace } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";

/**
 * Moves the entries of `bytes` from `from` on to `to` on, where there are none.
 * @returns false when no frame is free for a table; nothing has changed then
 */
export function movePages(
  k: VmKernel,
  s: AddressSpace,
  from: VirtualAddress,
  to: VirtualAddress,
  bytes: number,
): boolean {
  const first = from / PAGE_SIZE;
  const last = first + bytes / PAGE_SIZE;
  const shift = to / PAGE_SIZE - first;
  splitAround(k, s, first, last);
  if (shift % PTES_PER_TABLE !== 0) splitAll(k, s, first, last);
  if (!makeTables(k, s, first, last, shift)) {
    pruneRange(k, s, first + shift, last + shift);
    return false;
  }
  const batch = newBatch();
  forEachPte(k, s, first, last, (at, page, pages) => {
    const to = ensurePte(k, s, page + shift, levelOf(k, at));
    if (pages === 1) movePage(k, at, to);
    else moveLeaf(k, at, to);
    gather(batch, page);
    for (let i = 0; i < pages; i++) k.references?.moved(s.id, page + i, page + i + shift);
    return true;
  });
  commitFlush(k, s, batch);
  if (shift % PTES_PER_TABLE === 0) pruneRange(k, s, first, last, { from: first, to: last });
  return true;
}

/** At the new place, for each that there is at the old one, whether it has an entry or not. @returns whether there was memory */
function makeTables(k: VmKernel, s: AddressSpace, first: number, last: number, shift: number): boolean {
  return forEachTable(k, s, first, last, (from, to, level) => {
    if (ensurePte(k, s, from + shift, level) === NO_PTE) return false;
    return level > 0 || ensurePte(k, s, to - 1 + shift) !== NO_PTE;
  });
}

/** The new place is not one for huge pages. */
function splitAll(k: VmKernel, s: AddressSpace, first: number, last: number): void {
  if (s.deposits.length === 0) return;
  forEachPte(k, s, first, last, (at, _page, pages) => {
    if (pages > 1) splitLeaf(k, s, at);
    return true;
  });
}
