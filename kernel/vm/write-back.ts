/**
 * Write-back: dirty pages of a file go home. A page loses W in every process before it is written, so that a later
 * write makes it dirty again (fault kind shared-write) and no change is lost.
 *
 *   dirty ──startWriteBack──► writing, clean ──pageReadDone──► clean
 *     ▲                          ├─ written to meanwhile ──► dirty again
 *     └──── failed ──────────────┘  (and EIO for whoever waits)
 *
 * Who starts it: msync, fsync and their like (writeBack), the flusher, reclaim.
 * A file system without writePage (tmpfs) has no other home for its pages: there they stay dirty.
 * May sleep: writeBack.
 */
import { type FrameNumber, PTE } from "../../cpu/paging.ts";
import { errno } from "../errno.ts";
import { PAGE_SOURCES } from "../fs/page-sources.ts";
import type { Inode } from "../fs/types.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { sleep } from "../sleep.ts";
import { flushPage } from "./flush.ts";
import { FRAME, pinFrame } from "./frames.ts";
import { cachedIndices, clearPageDirty, pageReadDone } from "./page-cache.ts";
import { changeRights, rightsOf } from "./pte.ts";
import { mappingsOf, pageOfPte, spaceOfPte } from "./reverse-map.ts";
import type { PageObject } from "./types.ts";

/**
 * Writes the dirty pages with index from to to - 1 and waits until none of them is under way.
 * @throws Errno EIO
 */
export function writeBack(k: Kernel, p: Process, inode: Inode, from: number, to: number): void {
  const object = k.vm.cache.files.get(inode.id);
  if (object === undefined || PAGE_SOURCES[inode.fs].writePage === undefined) return;
  const { frames } = k.vm;
  // What has failed since the last call is told before it is tried again: else it would be tried for ever.
  if (!object.writeFailed)
    for (const index of cachedIndices(object, from, to)) startWriteBack(k, object, object.pages.get(index)!);
  const isWriting = (index: number) => frames.flags[object.pages.get(index)! - frames.first] & FRAME.writing;
  if (cachedIndices(object, from, to).some(isWriting)) sleep(k, p, object.channel, { uninterruptible: true });
  if (!object.writeFailed) return;
  object.writeFailed = false;
  throw errno("EIO");
}

/** Starts to write a page, if it is dirty and not under way already. @returns whether it was started, or is done */
export function startWriteBack(k: Kernel, object: PageObject, frame: FrameNumber): boolean {
  const { inode } = object;
  const { flags, position, first } = k.vm.frames;
  const i = frame - first;
  const write = inode === null ? undefined : PAGE_SOURCES[inode.fs].writePage;
  if (inode === null || write === undefined || (flags[i] & (FRAME.dirty | FRAME.writing)) !== FRAME.dirty) return false;
  protectFrame(k, frame);
  clearPageDirty(k, frame);
  flags[i] |= FRAME.writing;
  k.vm.flusher.writing++;
  pinFrame(k, frame);
  if (write(k, inode, position[i], frame) === "done") pageReadDone(k, frame, true);
  return true;
}

/** Takes W from every entry that names the frame. */
function protectFrame(k: Kernel, frame: FrameNumber): void {
  for (const at of mappingsOf(k, frame)) {
    const low = k.machine.ram.u32[at];
    if (!(low & PTE.W)) continue;
    changeRights(k, at, rightsOf(low) & ~PTE.W);
    flushPage(k, k.vm.spaces.get(spaceOfPte(k, at))!, pageOfPte(k, at));
  }
}
