/**
 * Taking pages out of an object for everyone: MADV_REMOVE. What is left is a hole, which reads as zeroes; private copies
 * stay with those who made them.
 */
import type { FrameNumber } from "../../cpu/paging.ts";
import { errno } from "../errno.ts";
import { backedBytes } from "../fs/backing.ts";
import { touchModified } from "../fs/inode.ts";
import { checkSealsOfWrite } from "../fs/shmem.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { forgetPromise, keepingPromise, promisePage } from "./commit.ts";
import { flushPage } from "./flush.ts";
import { dropHugePages, pageInside } from "./hugetlb/object.ts";
import { pagesOfOrder } from "./hugetlb/sizes.ts";
import {
  cachedIndices,
  cachedPageForOverwrite,
  dropCleanPage,
  hasHome,
  markPageDirty,
  swappedIndices,
} from "./page-cache.ts";
import { pruneTables } from "./page-table.ts";
import { clearPage } from "./pte.ts";
import { mappingsOf, pageOfPte, spaceOfPte } from "./reverse-map.ts";
import { dropSlotUse } from "./swap-cache.ts";
import type { PageObject } from "./types.ts";
import { zapObject } from "./zap.ts";

/**
 * Makes pages `from` to `to` - 1 of the object a hole. Done again it finds nothing left to do.
 * @throws Errno ENOTSUP a block device has no holes; EPERM the file is sealed; ENOMEM, ENOSPC for zeroes over a disk's content
 */
export function punchHole(k: Kernel, p: Process, object: PageObject, from: number, to: number): void {
  const { inode } = object;
  if (hasHome(object)) throw errno("ENOTSUP");
  if (inode !== null) checkSealsOfWrite(inode, 0);
  if (object.huge !== null) {
    punchHugeHole(k, object, from, to);
    if (inode !== null) touchModified(k, inode);
    return;
  }
  for (const index of cachedIndices(object, from, to)) {
    const frame = object.pages.get(index)!;
    unmapPage(k, frame);
    dropCleanPage(k, object, frame);
    forgetPromise(k, object, index);
  }
  for (const index of swappedIndices(object, from, to)) {
    const slot = object.swapped.get(index)!;
    object.swapped.delete(index);
    dropSlotUse(k, slot);
    forgetPromise(k, object, index);
  }
  if (inode === null) return;
  // What the disk still has would be read again: there zeroes must stand in memory.
  for (let index = from; index < to && backedBytes(inode, index) > 0; index++) {
    const wasPromised = object.promised.has(index);
    if (!promisePage(k, p, object, index)) throw errno("ENOSPC");
    const fetch = () => cachedPageForOverwrite(k, p, inode, index);
    markPageDirty(k, keepingPromise(k, object, index, wasPromised, fetch));
  }
  touchModified(k, inode);
}

/** Of an object of huge pages: those that lie in the range whole go, private copies of them too; of others a part becomes zero. */
function punchHugeHole(k: Kernel, object: PageObject, from: number, to: number): void {
  const size = pagesOfOrder(object.huge!.order);
  const first = Math.ceil(from / size);
  const last = Math.floor(to / size);
  zeroBetween(k, object, from, Math.min(to, first * size));
  if (first <= last) zeroBetween(k, object, last * size, to);
  if (first >= last) return;
  zapObject(k, object, first * size, last * size);
  dropHugePages(k, object, first, last);
}

/** Ordinary pages from to to - 1, which lie in one huge page. */
function zeroBetween(k: Kernel, object: PageObject, from: number, to: number): void {
  for (let index = from; index < to; index++) {
    const page = pageInside(k, object, index);
    if (page === null) return;
    page.fill(0);
    k.machine.ram.wrote(page.byteOffset - k.machine.ram.u8.byteOffset, page.length);
  }
}

/** Takes the page from everybody who maps it. */
function unmapPage(k: Kernel, frame: FrameNumber): void {
  for (const at of mappingsOf(k, frame)) {
    const s = k.vm.spaces.get(spaceOfPte(k, at))!;
    const page = pageOfPte(k, at);
    clearPage(k, s, at);
    flushPage(k, s, page);
    pruneTables(k, s, page);
  }
}
