/**
 * Write-back: dirty pages of a file go home. A page loses W in every process before it is written, so that a later
 * write makes it dirty again (fault kind shared-write) and no change is lost.
 *
 *   dirty ──writeBack──► writing, clean ──pageReadDone──► clean
 *     ▲                     ├─ written to meanwhile ──► dirty again
 *     └──── failed ─────────┘  (and EIO for whoever waits)
 *
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

/**
 * Writes the dirty pages with index from to to - 1 and waits until none of them is under way.
 * @throws Errno EIO
 */
export function writeBack(k: Kernel, p: Process, inode: Inode, from: number, to: number): void {
  const object = k.vm.cache.files.get(inode.id);
  if (object === undefined || PAGE_SOURCES[inode.fs].writePage === undefined) return;
  const { frames } = k.vm;
  let waits = false;
  for (const index of cachedIndices(object, from, to)) {
    const frame = object.pages.get(index)!;
    const i = frame - frames.first;
    if ((frames.flags[i] & (FRAME.dirty | FRAME.writing)) === FRAME.dirty) startWriting(k, p, inode, index, frame);
    if (frames.flags[i] & FRAME.writing) waits = true;
  }
  if (waits) sleep(k, p, object.channel, { uninterruptible: true });
  if (!object.writeFailed) return;
  object.writeFailed = false;
  throw errno("EIO");
}

function startWriting(k: Kernel, p: Process, inode: Inode, index: number, frame: FrameNumber): void {
  protectFrame(k, frame);
  clearPageDirty(k, frame);
  k.vm.frames.flags[frame - k.vm.frames.first] |= FRAME.writing;
  pinFrame(k, frame);
  const answer = PAGE_SOURCES[inode.fs].writePage!(k, inode, index, frame);
  if (answer === "started") return;
  pageReadDone(k, frame, answer === "done");
  if (answer !== "done") sleep(k, p, answer.busy, { uninterruptible: true });
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
