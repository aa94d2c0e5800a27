/**
 * Contents of the host's files: pages come from the host and go there. The host is asked at once, so a page is there, or
 * written, when the call returns; no transfer is ever under way.
 *
 * (1) A file that is written to has `content` open for writing: it was opened so (openContent), or is now.
 * (2) What this side writes changes the host's times; they are asked at once, so that it does not pass for a change by
 *     somebody else.
 */
import { PAGE_SIZE } from "../../../cpu/paging.ts";
import { Errno } from "../../errno.ts";
import type { Kernel } from "../../kernel.ts";
import type { Process } from "../../process.ts";
import { dropCleanPages } from "../../vm/drop-caches.ts";
import { isPageDirty } from "../../vm/page-cache.ts";
import { startPart, wholeFile } from "../../vm/write-back.ts";
import type { PageAnswer, PagePlace, PageSource } from "../page-source.ts";
import type { Inode } from "../types.ts";
import { GETATTR_BASIC, LOPEN } from "./protocol.ts";
import { call, callRead, callWrite, clunk, fidOf, hostFile, newFid } from "./session.ts";

/** Pages are on no disk; that they are kept somewhere is all that those who ask need to know. */
const NO_DISK = -1;

/** Opens the file at the host for reading, or for both if that can be. Nothing to do when it is. @throws Errno */
export function openContent(k: Kernel, inode: Inode, forWriting: boolean): number {
  fidOf(k, inode);
  const file = hostFile(k, inode);
  if (file.content !== 0 && (file.writable || !forWriting)) return file.content;
  const content = forWriting ? openForWriting(k, inode) : openAs(k, inode, LOPEN.readOnly);
  clunk(k, file, file.content);
  Object.assign(file, { content, writable: forWriting });
  return content;
}

/** For both, as pages that are written to in part must be read; or for writing only, where reading is not allowed. */
function openForWriting(k: Kernel, inode: Inode): number {
  try {
    return openAs(k, inode, LOPEN.readWrite);
  } catch (thrown) {
    if (!(thrown instanceof Errno) || thrown.name !== "EACCES") throw thrown;
    return openAs(k, inode, LOPEN.writeOnly);
  }
}

function openAs(k: Kernel, inode: Inode, flags: number): number {
  const fid = newFid(k);
  call(k, "Twalk", () => ({ fid: fidOf(k, inode), newFid: fid, names: [] }));
  try {
    call(k, "Tlopen", () => ({ fid, flags }));
  } catch (thrown) {
    clunk(k, hostFile(k, inode), fid);
    throw thrown;
  }
  return fid;
}

export function hasDirtyPages(k: Kernel, inode: Inode): boolean {
  return (k.vm.cache.files.get(inode.id)?.dirty.size ?? 0) > 0;
}

/** Starts to write all dirty pages, which is to write them. What the host refuses stays dirty, and is told by fsync(2). */
export function flushFile(k: Kernel, inode: Inode): void {
  if (hasDirtyPages(k, inode)) startPart(k, wholeFile(inode));
}

/** The host's file has changed: clean pages go, or are read anew where somebody maps them. */
export function renewPages(k: Kernel, inode: Inode): void {
  const object = k.vm.cache.files.get(inode.id);
  if (object === undefined) return;
  dropCleanPages(k, object, 0, Number.POSITIVE_INFINITY);
  for (const [index, frame] of object.pages) {
    if (isPageDirty(k, frame)) continue;
    k.machine.ram.frame(frame).fill(0);
    k.machine.ram.wrote((frame - k.vm.frames.first) * PAGE_SIZE, PAGE_SIZE);
    readPage(k, inode, index, frame);
  }
}

/** Beyond the end that the host knows there is nothing but what is in the cache. */
function locate(k: Kernel, _p: Process | null, inode: Inode, index: number): PagePlace {
  const position = index * PAGE_SIZE;
  const length = Math.min(PAGE_SIZE, hostFile(k, inode).size - position);
  return length <= 0 ? [] : [{ disk: NO_DISK, position, length, offset: 0 }];
}

/** Runs what may be refused. */
function attempt(work: () => void): PageAnswer {
  try {
    work();
    return "done";
  } catch (thrown) {
    if (!(thrown instanceof Errno)) throw thrown;
    return "failed";
  }
}

function readPage(k: Kernel, inode: Inode, index: number, frame: number): PageAnswer {
  return attempt(() => {
    const { content } = hostFile(k, inode);
    const fid = () =>
      content === 0 ? openContent(k, inode, false) : openContent(k, inode, hostFile(k, inode).writable);
    callRead(k, fid, index * PAGE_SIZE, PAGE_SIZE, frame);
  });
}

function writePage(k: Kernel, inode: Inode, index: number, frame: number): PageAnswer {
  const file = hostFile(k, inode);
  const position = index * PAGE_SIZE;
  const length = Math.min(PAGE_SIZE, inode.size - position);
  if (length <= 0) return "done";
  return attempt(() => {
    const fid = () => openContent(k, inode, true);
    if (callWrite(k, fid, position, length, frame) < length) throw new Errno("ENOSPC");
    const a = call(k, "Tgetattr", () => ({ fid: fid(), mask: GETATTR_BASIC }));
    file.size = a.size;
    file.sectors = a.blocks;
    file.modified = { seconds: a.mtimeSec, nanoseconds: a.mtimeNsec };
    file.changed = { seconds: a.ctimeSec, nanoseconds: a.ctimeNsec };
  });
}

/** What the host has of the file, without the page cache. Asking it takes time like everything else here. @throws Errno */
export function peekHost(k: Kernel, inode: Inode): Uint8Array {
  const bytes = new Uint8Array(hostFile(k, inode).size);
  for (let done = 0; done < bytes.length; ) {
    const fid = () => openContent(k, inode, false);
    const { data } = call(k, "Tread", () => ({ fid: fid(), offset: done, count: PAGE_SIZE }));
    if (data.length === 0) break;
    bytes.set(data.subarray(0, bytes.length - done), done);
    done += data.length;
  }
  return bytes;
}

/** The row of PAGE_SOURCES. */
export const hostPages: PageSource<Kernel, Process> = {
  locate,
  readPage: (k, inode, index, frame) => readPage(k, inode, index, frame),
  writePage,
};
