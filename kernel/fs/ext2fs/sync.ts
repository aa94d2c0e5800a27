/**
 * fsync(2) and its like for a mounted ext2 file system: once the pages of a file are on the disk, its inode and names.
 *
 * (1) What is waited for is what was dirty at the first run of the call: `p.call.flushing` is the number of the last change
 *     then. Else the call would not end while others work.
 * (2) All metadata up to the last change that concerned the file or a directory above it is written: then every name is there
 *     by which it was known. What could not be written before is tried again, and waited for.
 *     sync(2) also has done what waited for that: what was removed before it is free on the disk after it.
 * (3) An error is the caller's only if it concerns the file; of sync(2) and unmounting, any is.
 *
 * May sleep: sync.
 */
import { Errno, errno } from "../../errno.ts";
import type { Kernel } from "../../kernel.ts";
import { LOG_LEVEL, log } from "../../log.ts";
import type { Process } from "../../process.ts";
import { diskRow } from "../devices.ts";
import { pointerBlocks } from "../ext2/block-map.ts";
import { findSlot } from "../ext2/directory.ts";
import { inodePlace } from "../ext2/inode.ts";
import { blocksBefore } from "../ext2/write-order.ts";
import { inodeById, isRegular } from "../inode.ts";
import type { Inode, Mount } from "../types.ts";
import { oldestDirty, retryFailed, wantBlocks } from "./buffers.ts";
import { awaitProgress, viewFor } from "./change.ts";
import { nodeOf, writeInode } from "./inodes.ts";
import { runTasks } from "./tasks.ts";
import type { Volume } from "./types.ts";

/** FileSystem.sync. */
export function sync(k: Kernel, p: Process, mount: Mount, inode: Inode | null, dataOnly: boolean): void {
  const v = k.fs.volumes.get(mount.device)!;
  if (v.ext2.readOnly) return;
  const upTo = p.call.flushing ?? begin(k, p, v, inode, dataOnly);
  if (flush(k, v, upTo) === "started") awaitProgress(k, p, v);
  if (inode === null) finishTasks(k, p, v);
  const failed = inode === null ? v.failed.size + v.unwritten.size > 0 : v.failed.size > 0 && concerns(k, p, v, inode);
  p.call.flushing = null;
  if (failed) throw errno("EIO");
}

/** Others make new tasks meanwhile: after so many looks it is enough. */
const MOST_LOOKS = 1000;

/** What waited for the blocks that have been written is done, and written. `p.call.note` counts looks, from 1 when there was any. */
function finishTasks(k: Kernel, p: Process, v: Volume): void {
  if (v.ready.length > 0) runTasks(k, v);
  const looks = p.call.note;
  if (looks > 0 && looks < MOST_LOOKS && flush(k, v, v.changes) === "started") {
    p.call.note++;
    awaitProgress(k, p, v);
  }
  p.call.note = 0;
}

/** Invariant (1). @returns number of the change up to which all is to be written */
function begin(k: Kernel, p: Process, v: Volume, inode: Inode | null, dataOnly: boolean): number {
  if (inode === null) {
    retryInodes(k, v);
    writeChangedInodes(k, p, v);
    p.call.note = v.tasks.size > 0 ? 1 : 0;
  } else if (!dataOnly || (isRegular(inode) && inode.size !== nodeOf(v, inode).size)) writeInode(k, p, v, inode);
  const all = inode === null || v.failed.size > 0;
  retryFailed(k, v);
  const upTo = all ? v.changes : Math.max(nodeOf(v, inode).changed, v.moved);
  p.call.flushing = upTo;
  return upTo;
}

/** Has what was dirty before or with change `upTo` written. @returns "done": it is, or cannot be; "started": it will be */
export function flush(k: Kernel, v: Volume, upTo: number): "done" | "started" {
  if (oldestDirty(v) > upTo) return "done";
  const due: number[] = [];
  for (const [block, { since }] of v.dirty) if (since <= upTo) due.push(block);
  wantBlocks(k, v, due);
  return v.writing.size > 0 ? "started" : "done";
}

/** Writes all inodes that say something new to their tables. */
export function writeChangedInodes(k: Kernel, p: Process | null, v: Volume): void {
  for (const id of [...k.fs.changed]) {
    const inode = k.fs.inodes.get(id);
    if (inode === undefined) k.fs.changed.delete(id);
    else if (inode.device === v.device) writeInodeOrLog(k, p, v, inode);
  }
}

/** Inodes that could not be written are to be, once more. */
export function retryInodes(k: Kernel, v: Volume): void {
  for (const ino of v.unwritten) k.fs.changed.add(v.nodes.get(ino)!.inode);
  v.unwritten.clear();
}

/** An inode that cannot be written does not keep others from it; it is left alone until somebody asks for it. */
function writeInodeOrLog(k: Kernel, p: Process | null, v: Volume, inode: Inode): void {
  try {
    writeInode(k, p, v, inode);
  } catch (thrown) {
    if (!(thrown instanceof Errno) || thrown.name === "ENOMEM") throw thrown;
    log(k, LOG_LEVEL.error, `${diskRow(v.disk).name}: inode ${inode.ino} cannot be written (${thrown.name})`);
    k.fs.changed.delete(inode.id);
    v.unwritten.add(inode.ino);
  }
}

/** Does a block that could not be written have to do with the file: its inode, its pointers, or what leads to it? */
function concerns(k: Kernel, p: Process, v: Volume, inode: Inode): boolean {
  const view = viewFor(k, p, v);
  const blocks = pointerBlocks(view, inode.ino);
  for (let here = inode; ; ) {
    blocks.push(inodePlace(v.ext2, here.ino).block);
    const { place } = here;
    if (place === null || here.nlink === 0) break;
    const above = inodeById(k, place.directory);
    const slot = findSlot(view, above.ino, place.name);
    if (slot !== null) blocks.push(slot.block);
    here = above;
  }
  return blocks.some((block) => blocksBefore(v.order, block).some((one) => v.failed.has(one)));
}
