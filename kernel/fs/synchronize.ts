/**
 * Bringing files home so that it lasts: fsync(2) and its family, writes under O_SYNC and O_DSYNC, msync(2) with MS_SYNC.
 *
 *   p.call.home:  pages written back and awaited ──► what the file systems keep beside pages (FileSystem.sync) ──► done
 *                 (vm/write-back.ts: step 0)          one after the other: step 1, 2, ...             ▲
 *                                                     └──► the disks' own caches flushed ─────────────┘
 *
 * (1) A call that runs again after a sleep goes on at its step: it does not begin again with what has become dirty since.
 *
 * All may sleep.
 */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { FLAGS } from "../abi.ts";
import { flushDisk, isPending } from "../block/request-queue.ts";
import { Errno, errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { sleep } from "../sleep.ts";
import { awaitPart, type FilePart, hasFailed, startPart, wholeFile, writePagesBack } from "../vm/write-back.ts";
import { isSynchronous } from "./mount-flags.ts";
import { hasHome } from "./traits.ts";
import type { Inode, Mount, OpenFile } from "./types.ts";
import { FILE_SYSTEMS } from "./vfs.ts";

const { O_SYNC, O_DSYNC } = FLAGS.open;
const { SYNC_FILE_RANGE_WAIT_BEFORE, SYNC_FILE_RANGE_WRITE, SYNC_FILE_RANGE_WAIT_AFTER } = FLAGS.syncFileRange;

/** What a file system is asked for besides pages: all of a mount, or what one file needs. */
interface Kept {
  readonly mount: Mount;
  readonly inode: Inode | null;
}

function mountOf(k: Kernel, inode: Inode): Mount | null {
  return k.fs.mounts.get(inode.device) ?? null;
}

function keptOf(k: Kernel, inode: Inode): Kept[] {
  const mount = mountOf(k, inode);
  return mount === null ? [] : [{ mount, inode }];
}

/** @param tell as for writePagesBack; @throws Errno EIO and what else a file system says, when everything was tried */
function bringHome(
  k: Kernel,
  p: Process,
  parts: readonly FilePart[],
  kept: readonly Kept[],
  { dataOnly = false, tell = true } = {},
): void {
  const home = writePagesBack(k, p, parts, tell);
  for (; home.step <= kept.length; home.step++) {
    const { mount, inode } = kept[home.step - 1];
    try {
      FILE_SYSTEMS[mount.fs].sync?.(k, p, mount, inode, dataOnly);
    } catch (thrown) {
      // With more frames it goes on: syscall.ts.
      if (!(thrown instanceof Errno) || thrown.name === "ENOMEM") throw thrown;
      home.failure ??= thrown.name;
    }
  }
  home.flushes ??= disksOf(k, parts, kept).map((disk) => flushDisk(k, disk));
  for (const request of home.flushes) {
    if (isPending(request)) sleep(k, p, request.channel, { uninterruptible: true });
    if (request.state === "failed") home.failure ??= "EIO";
  }
  p.call.home = null;
  if (home.failure !== null) throw errno(home.failure);
}

/** The disks that keep the files: what they were given is to be safe in them when the call returns. */
function disksOf(k: Kernel, parts: readonly FilePart[], kept: readonly Kept[]): number[] {
  const raw = parts.flatMap(({ inode }) => (inode.data.kind === "device" ? (inode.data.backing?.disk ?? []) : []));
  const mounted = kept.flatMap(({ mount }) => k.fs.volumes.get(mount.device)?.disk ?? []);
  return [...new Set([...raw, ...mounted])];
}

/** fsync(2), fdatasync(2) of a file. @throws Errno EIO */
export function synchronizeFile(k: Kernel, p: Process, inode: Inode, dataOnly: boolean): void {
  bringHome(k, p, [wholeFile(inode)], keptOf(k, inode), { dataOnly });
}

/** Parts of files, and what is needed to find them again: msync(2). @throws Errno EIO */
export function synchronizeParts(k: Kernel, p: Process, parts: readonly FilePart[]): void {
  const kept = [...new Set(parts.map(({ inode }) => inode))].flatMap((inode) => keptOf(k, inode));
  bringHome(k, p, parts, kept, { dataOnly: true });
}

/** Files with a home that have pages, of one mount or of all. */
function filesToWrite(k: Kernel, mount: Mount | null): FilePart[] {
  const parts: FilePart[] = [];
  for (const { inode } of k.vm.cache.files.values())
    if (inode !== null && hasHome(inode) && (mount === null || inode.device === mount.device))
      parts.push(wholeFile(inode));
  return parts;
}

/** syncfs(2): the mount that the file is on. @throws Errno EIO; whoever has one of its files open is told as well */
export function synchronizeMount(k: Kernel, p: Process, inode: Inode): void {
  const mount = mountOf(k, inode);
  if (mount !== null) bringHome(k, p, filesToWrite(k, mount), [{ mount, inode: null }], { tell: false });
}

/** sync(2): nobody is told of an error. */
export function synchronizeAll(k: Kernel, p: Process): void {
  const mounts = [...k.fs.mounts.values()].map((mount) => ({ mount, inode: null }));
  try {
    bringHome(k, p, filesToWrite(k, null), mounts, { tell: false });
  } catch (failure) {
    if (!(failure instanceof Errno) || failure.name === "ENOMEM") throw failure;
  }
}

/** Whether a write returns only when it is on the disk. @param file a regular file or a disk */
export function writesThrough(k: Kernel, file: OpenFile): boolean {
  return (file.flags & O_DSYNC) !== 0 || isSynchronous(k, file.inode);
}

/** The write of such a file has put `length` bytes at `from`: they go home. O_DSYNC: as fdatasync(2) does it. @throws Errno EIO */
export function synchronizeWrite(
  k: Kernel,
  p: Process,
  { inode, flags }: OpenFile,
  from: number,
  length: number,
): void {
  const dataOnly = (flags & O_SYNC) !== O_SYNC;
  bringHome(k, p, [pagesOf(inode, from, from + length)], keptOf(k, inode), { dataOnly });
}

/** The pages of bytes `from` to `to` - 1. */
function pagesOf(inode: Inode, from: number, to: number): FilePart {
  return { inode, from: Math.floor(from / PAGE_SIZE), to: Math.ceil(to / PAGE_SIZE) };
}

/**
 * sync_file_range(2): pages alone. @param to first byte behind the range
 * @throws Errno EIO
 */
export function synchronizeRange(k: Kernel, p: Process, inode: Inode, from: number, to: number, flags: number): void {
  if (!hasHome(inode)) return;
  const part = pagesOf(inode, from, to);
  p.call.home ??= { upTo: k.vm.flusher.started, step: 0, flushes: null, failure: null };
  if (p.call.home.step === 0) {
    if (flags & SYNC_FILE_RANGE_WAIT_BEFORE) awaitPart(k, p, part, p.call.home.upTo);
    if (flags & SYNC_FILE_RANGE_WRITE) startPart(k, part);
    p.call.home = { upTo: k.vm.flusher.started, step: 1, flushes: null, failure: null };
  }
  const { upTo } = p.call.home;
  if (flags & SYNC_FILE_RANGE_WAIT_AFTER) awaitPart(k, p, part, upTo);
  p.call.home = null;
  const waits = SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WAIT_AFTER;
  if (flags & waits && hasFailed(k, inode, true)) throw errno("EIO");
}
