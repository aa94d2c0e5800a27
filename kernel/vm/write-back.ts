/**
 * Write-back: dirty pages of a file go home. A page loses W in every process before it is written, so that a later
 * write makes it dirty again (fault kind shared-write) and no change is lost.
 *
 *   dirty ──startWriteBack──► writing, clean ──pageReadDone──► clean
 *     ▲                          ├─ written to meanwhile ──► dirty again
 *     └──── failed ──────────────┘  (and EIO for whoever waits)
 *
 * Who starts it: msync, fsync and their like, the flusher, reclaim.
 * A file system without writePage (tmpfs) has no other home for its pages: there they stay dirty.
 *
 * (1) A call writes what is dirty when it begins: it starts transfers in its first run only, and waits for those that were
 *     under way then. p.call.home says so. Else it would not end while others write to the file.
 * (2) It costs what is dirty or under way, however much is cached.
 *
 * May sleep: writeBack, writePagesBack.
 */
import { type FrameNumber, PTE } from "../../cpu/paging.ts";
import { errno } from "../errno.ts";
import type { Inode } from "../fs/types.ts";
import type { Kernel } from "../kernel.ts";
import type { HomeCall, Process } from "../process.ts";
import { sleep } from "../sleep.ts";
import { rememberDirty } from "./dirty.ts";
import { flushPage } from "./flush.ts";
import { FRAME, pinFrame } from "./frames.ts";
import { clearPageDirty, dirtyIndices, hasHome, objectOf, pageReadDone } from "./page-cache.ts";
import { changeRights, rightsOf } from "./pte.ts";
import { mappingsOf, pageOfPte, spaceOfPte } from "./reverse-map.ts";
import { transferChannel } from "./swap-transfer.ts";
import type { PageObject } from "./types.ts";

/** Pages of a file, with index from `from` to `to` - 1. */
export interface FilePart {
  readonly inode: Inode;
  readonly from: number;
  readonly to: number;
}

/** All that is of a file. */
export function wholeFile(inode: Inode): FilePart {
  return { inode, from: 0, to: Number.POSITIVE_INFINITY };
}

/**
 * Writes the dirty pages of the parts and waits for them.
 * @throws Errno EIO a page of these files could not be written, now or since somebody was told the last time
 */
export function writeBack(k: Kernel, p: Process, parts: readonly FilePart[]): void {
  const { failure } = writePagesBack(k, p, parts, true);
  p.call.home = null;
  if (failure !== null) throw errno(failure);
}

/**
 * The same as the first step of a call that has others: it throws nothing, later runs of the call pass over it, and
 * `p.call.home`, which it returns, is the caller's to clear when the call is complete.
 * @param tell the failure counts as told; else the next one who asks is told too: sync(2)
 */
export function writePagesBack(k: Kernel, p: Process, parts: readonly FilePart[], tell: boolean): HomeCall {
  const homed = parts.filter(({ inode }) => hasHomeOf(k, inode));
  if (p.call.home === null) {
    for (const part of homed) startPart(k, part);
    p.call.home = { upTo: k.vm.flusher.started, step: 0, flushes: null, failure: null };
  }
  const { home } = p.call;
  if (home.step > 0) return home;
  for (const part of homed) awaitPart(k, p, part, home.upTo);
  for (const { inode } of homed) if (hasFailed(k, inode, tell)) home.failure = "EIO";
  home.step = 1;
  return home;
}

function hasHomeOf(k: Kernel, inode: Inode): boolean {
  const object = k.vm.cache.files.get(inode.id);
  return object !== undefined && hasHome(object);
}

/** Starts to write what is dirty of the part; nobody waits. */
export function startPart(k: Kernel, { inode, from, to }: FilePart): void {
  const object = objectOf(k, inode);
  for (const index of dirtyIndices(object, from, to)) startWriteBack(k, object, object.pages.get(index)!);
}

/**
 * Sleeps while a page is under way whose transfer has a number up to `upTo`: till the last, for transfers end about in the
 * order in which they began.
 */
export function awaitPart(k: Kernel, p: Process, { inode, from, to }: FilePart, upTo: number): void {
  const { pages, writing } = objectOf(k, inode);
  let last = -1;
  for (const [index, number] of writing) if (index >= from && index < to && number <= upTo) last = index;
  if (last < 0) return;
  sleep(k, p, transferChannel(pages.get(last)! - k.vm.frames.first), { uninterruptible: true });
}

/** Whether a page could not be written. Once somebody is told, the flusher, which has left the file alone since, tries again. */
export function hasFailed(k: Kernel, inode: Inode, tell: boolean): boolean {
  const object = objectOf(k, inode);
  if (!object.writeFailed || !tell) return object.writeFailed;
  object.writeFailed = false;
  if (object.dirty.size > 0) rememberDirty(k, object.id);
  return true;
}

/** Starts to write a page, if it is dirty and not under way already. @returns whether it was started, or is done */
export function startWriteBack(k: Kernel, object: PageObject, frame: FrameNumber): boolean {
  const { inode } = object;
  const { flags, position, first } = k.vm.frames;
  const i = frame - first;
  const write = inode === null ? undefined : k.pageSources[inode.fs].writePage;
  if (inode === null || write === undefined || (flags[i] & (FRAME.dirty | FRAME.writing)) !== FRAME.dirty) return false;
  const answer = write(k, inode, position[i], frame);
  if (answer === "kept") return false;
  protectFrame(k, frame);
  clearPageDirty(k, frame);
  flags[i] |= FRAME.writing;
  k.vm.flusher.writing++;
  object.writing.set(position[i], ++k.vm.flusher.started);
  pinFrame(k, frame);
  if (answer !== "started") pageReadDone(k, frame, answer === "done");
  return true;
}

/** Takes W from every entry that names the frame: who writes to it next is noticed. */
export function protectFrame(k: Kernel, frame: FrameNumber): void {
  for (const at of mappingsOf(k, frame)) {
    const low = k.machine.ram.u32[at];
    if (!(low & PTE.W)) continue;
    changeRights(k, at, rightsOf(low) & ~PTE.W);
    flushPage(k, k.vm.spaces.get(spaceOfPte(k, at))!, pageOfPte(k, at));
  }
}
