/**
 * Reading ahead for MADV_WILLNEED: transfers are started and nobody waits for them. It is a hint: with little memory
 * free nothing is started, and what could not be is read when it is touched.
 */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { backedBytes } from "../fs/page-sources.ts";
import type { Kernel } from "../kernel.ts";
import { startReadingPage } from "./page-cache.ts";
import type { PageObject } from "./types.ts";

/** Whether reading ahead leaves enough for those who need memory now. */
function hasRoom(k: Kernel): boolean {
  return k.vm.frames.free > k.vm.reclaim.watermarks.high;
}

/** Pages `from` to `to` - 1 of an object that are on its file's disk. Holes stay holes. */
export function startObjectPages(k: Kernel, object: PageObject, from: number, to: number): void {
  const { inode } = object;
  if (inode === null) return;
  const end = Math.min(to, Math.ceil(inode.size / PAGE_SIZE));
  for (let index = from; index < end && hasRoom(k) && backedBytes(inode, index) > 0; index++) {
    const isHere = object.pages.has(index) || object.swapped.has(index);
    if (!isHere && !startReadingPage(k, object, index)) return;
  }
}
