/**
 * The pages that a core dump writes: those that hold something, found and brought in without a look at the mapping's
 * rights.
 */
import { PAGE_SIZE } from "../cpu/paging.ts";
import { Errno } from "./errno.ts";
import { backedBytes } from "./fs/backing.ts";
import type { Kernel } from "./kernel.ts";
import type { Process } from "./process.ts";
import { isZeroFrame } from "./vm/huge-page.ts";
import { hugeIndices, pageInside } from "./vm/hugetlb/object.ts";
import { objectPage, objectSize } from "./vm/page-cache.ts";
import { findPte, forEachPte, frameUnder, NO_PTE } from "./vm/page-table.ts";
import { isResident, isSwapped } from "./vm/pte.ts";
import { fetchSwapped } from "./vm/swap-read.ts";
import type { AddressSpace, PageObject, Vma } from "./vm/types.ts";
import { objectIndex } from "./vm/vma.ts";

/** Addresses of the mapping's pages below `end` that may hold something, upwards. */
export function pagesToDump(k: Kernel, s: AddressSpace, v: Vma, end: number): readonly number[] {
  if (v.special !== 0) return [v.start];
  if (k.vm.levels === 0) return everyPage(v, end);
  const found = new Set<number>();
  forEachPte(k, s, v.start / PAGE_SIZE, end / PAGE_SIZE, (_at, page, pages) => {
    for (let i = 0; i < pages; i++) found.add((page + i) * PAGE_SIZE);
    return true;
  });
  if (v.object === null) return [...found];
  for (const va of objectPages(v, v.object, end)) found.add(va);
  return [...found].sort((a, b) => a - b);
}

/** Memory in one piece is all there. */
function everyPage(v: Vma, end: number): number[] {
  return Array.from({ length: (end - v.start) / PAGE_SIZE }, (_, i) => v.start + i * PAGE_SIZE);
}

/** Addresses below `end` at which the mapping shows a page that its object has. */
function objectPages(v: Vma, object: PageObject, end: number): number[] {
  const first = objectIndex(v, v.start);
  const last = Math.min(objectIndex(v, end), Math.ceil(objectSize(object) / PAGE_SIZE));
  const here = [...object.pages.keys(), ...object.swapped.keys(), ...hugeIndices(object)];
  const present = here.filter((index) => index >= first && index < last);
  if (object.inode !== null)
    for (let index = first; index < last && backedBytes(object.inode, index) > 0; index++) present.push(index);
  return present.map((index) => v.start + (index - first) * PAGE_SIZE);
}

/**
 * What the page at `va` holds; null: nothing but zeroes, or nothing that can be read. May sleep.
 * @throws Errno ENOMEM
 */
export function dumpedPage(k: Kernel, p: Process, v: Vma, va: number): Uint8Array | null {
  const { ram } = k.machine;
  if (v.special !== 0) return ram.frame(v.special);
  if (k.vm.levels === 0) return ram.frame(k.scheme.peek(k, p.space!, va) / PAGE_SIZE + k.vm.frames.first);
  const at = findPte(k, p.space!, va / PAGE_SIZE);
  const low = at === NO_PTE ? 0 : ram.u32[at];
  if (isResident(low)) {
    const frame = frameUnder(k, at, va / PAGE_SIZE);
    return isZeroFrame(k, frame) ? null : ram.frame(frame);
  }
  try {
    if (isSwapped(low)) return ram.frame(fetchSwapped(k, p, low, true));
    if (v.object === null || objectIndex(v, va) * PAGE_SIZE >= objectSize(v.object)) return null;
    if (v.object.huge !== null) return pageInside(k, v.object, objectIndex(v, va));
    return ram.frame(objectPage(k, p, v.object, objectIndex(v, va)));
  } catch (failure) {
    if (failure instanceof Errno && failure.name === "EIO") return null;
    throw failure;
  }
}
