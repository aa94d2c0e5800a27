/**
 * The pages of objects whose pages are huge: files of hugetlbfs, and shared memory of huge pages. What the page cache is to
 * others; they are never dirty, never read, never taken away.
 *
 * (1) A page of an object has the object's id in `holder` of its first frame and its index in `position`; a private one has 0.
 */
import type { FrameNumber } from "../../../cpu/paging.ts";
import type { Inode } from "../../fs/types.ts";
import { NO_FRAME } from "../frames.ts";
import { zeroHugePage } from "../huge-page.ts";
import type { PageObject } from "../types.ts";
import type { VmKernel } from "../vm-kernel.ts";
import { pageUnused } from "./pool.ts";
import { claimPage, forgetReserved, hugeOf } from "./reserve.ts";
import { bytesOfOrder } from "./sizes.ts";

/** The first frame of page `index`; NO_FRAME when the object has none there. */
export function findHugePage(object: PageObject, index: number): FrameNumber {
  return hugeOf(object).pages.get(index) ?? NO_FRAME;
}

/** Whether the huge page with this first frame is an object's. */
export function isObjects(k: VmKernel, head: FrameNumber): boolean {
  return k.vm.frames.holder[head - k.vm.frames.first] !== 0;
}

/** Gives the object page `index`, zeroed. @returns its first frame; NO_FRAME: there is none to be had */
export function addHugePage(k: VmKernel, object: PageObject, index: number): FrameNumber {
  const huge = hugeOf(object);
  const head = claimPage(k, { object, index, shared: true, reserve: null });
  if (head === NO_FRAME) return NO_FRAME;
  zeroHugePage(k, head, huge.order);
  huge.pages.set(index, head);
  k.vm.frames.holder[head - k.vm.frames.first] = object.id;
  k.vm.frames.position[head - k.vm.frames.first] = index;
  return head;
}

/** The object loses page `index`, which nothing maps. */
function removeHugePage(k: VmKernel, object: PageObject, index: number, head: FrameNumber): void {
  hugeOf(object).pages.delete(index);
  k.vm.frames.holder[head - k.vm.frames.first] = 0;
  k.vm.frames.position[head - k.vm.frames.first] = 0;
  pageUnused(k, head);
}

/** Pages from to to - 1 go for good, and what was reserved for them. Nothing maps them. */
export function dropHugePages(k: VmKernel, object: PageObject, from: number, to = Number.POSITIVE_INFINITY): void {
  let freed = 0;
  for (const [index, head] of hugeOf(object).pages)
    if (index >= from && index < to) {
      removeHugePage(k, object, index, head);
      freed++;
    }
  forgetReserved(k, object, from, to, freed);
}

/** The bytes of the ordinary page `index` of a file of huge pages; null: a hole. */
export function hugeContent(k: VmKernel, inode: Inode, index: number): Uint8Array | null {
  const object = k.vm.cache.files.get(inode.id);
  return object === undefined ? null : pageInside(k, object, index);
}

/** The same of an object. */
export function pageInside(k: VmKernel, object: PageObject, index: number): Uint8Array | null {
  const pages = 2 ** hugeOf(object).order;
  const head = findHugePage(object, Math.floor(index / pages));
  return head === NO_FRAME ? null : k.machine.ram.frame(head + (index % pages));
}

/** Indices of the ordinary pages that an object has as part of huge ones; none of another object. */
export function hugeIndices({ huge }: PageObject): number[] {
  if (huge === null) return [];
  const size = 2 ** huge.order;
  return [...huge.pages.keys()].flatMap((index) => Array.from({ length: size }, (_, i) => index * size + i));
}

/** Bytes that the object's pages take. */
export function hugeBytes(object: PageObject): number {
  const { order, pages } = hugeOf(object);
  return pages.size * bytesOfOrder(order);
}
