/**
 * Emptying page-table entries: what munmap, truncate, exec and exit share. Vmas are not touched here.
 */
import { PAGE_SIZE, type VirtualAddress } from "../../cpu/paging.ts";
import { commitFlush, flushSpace, gather, newBatch } from "./flush.ts";
import { forEachPte, pruneRange } from "./page-table.ts";
import { clearPage } from "./pte.ts";
import { clearLeaf, splitAround } from "./pte-large.ts";
import type { AddressSpace, PageObject, Vma } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";
import { objectIndex } from "./vma.ts";
import { firstEndingAbove } from "./vma-tree.ts";

/**
 * Empties the entries of start to end - 1 (huge pages that lie partly in there are split), and forgets their translations.
 * Tables stay: whoever unmaps the range frees them (page-table.ts, 1).
 */
export function zapRange(k: VmKernel, s: AddressSpace, start: VirtualAddress, end: VirtualAddress): void {
  const batch = newBatch();
  let cleared = false;
  splitAround(k, s, start / PAGE_SIZE, end / PAGE_SIZE);
  forEachPte(k, s, start / PAGE_SIZE, end / PAGE_SIZE, (at, page, pages) => {
    if (pages === 1) clearPage(k, s, at);
    else clearLeaf(k, s, at);
    gather(batch, page);
    cleared = true;
    return true;
  });
  k.references?.forgot(s.id, start / PAGE_SIZE, end / PAGE_SIZE);
  if (cleared) commitFlush(k, s, batch);
}

/** Empties the whole space, whose vmas are still there: outside of them it has nothing. */
export function zapAll(k: VmKernel, s: AddressSpace): void {
  const clear = (at: number, _page: number, pages: number) => {
    if (pages === 1) clearPage(k, s, at);
    else clearLeaf(k, s, at);
    return true;
  };
  for (let v = firstEndingAbove(s.vmas, 0); v !== null; v = firstEndingAbove(s.vmas, v.end))
    forEachPte(k, s, v.start / PAGE_SIZE, v.end / PAGE_SIZE, clear);
  flushSpace(k, s);
  for (let v = firstEndingAbove(s.vmas, 0); v !== null; v = firstEndingAbove(s.vmas, v.end))
    pruneRange(k, s, v.start / PAGE_SIZE, v.end / PAGE_SIZE);
}

/** Empties, in every space that maps the object, the entries of its pages `from` to `to` - 1; private copies too. */
export function zapObject(k: VmKernel, object: PageObject, from: number, to = Number.POSITIVE_INFINITY): void {
  for (const [id, count] of object.mappers) {
    const s = k.vm.spaces.get(id)!;
    let left = count;
    for (let v = firstEndingAbove(s.vmas, 0); v !== null && left > 0; v = firstEndingAbove(s.vmas, v.end)) {
      if (v.object !== object) continue;
      zapPart(k, s, v, from, to);
      left--;
    }
  }
}

function zapPart(k: VmKernel, s: AddressSpace, v: Vma, from: number, to: number): void {
  const first = objectIndex(v, v.start);
  const start = v.start + Math.max(0, from - first) * PAGE_SIZE;
  const end = Math.min(v.end, v.start + (to - first) * PAGE_SIZE);
  if (start >= end) return;
  zapRange(k, s, start, end);
  pruneRange(k, s, start / PAGE_SIZE, end / PAGE_SIZE);
}
