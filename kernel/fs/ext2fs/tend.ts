/**
 * What mounted ext2 file systems do between calls: tasks that waited for the disk, inodes that nobody uses any more, inodes
 * that are to be written. WORK.volumes (due-work.ts) says that there may be something.
 *
 * (1) It never sleeps and never fails: what is not possible now is tried again when the disk has done something.
 */

import { WORK } from "../../due-work.ts";
import { Errno } from "../../errno.ts";
import type { Kernel } from "../../kernel.ts";
import type { Inode } from "../types.ts";
import { NOT_HERE } from "./buffers.ts";
import { isUsed, noteUnused, shrink } from "./inodes.ts";
import { writeChangedInodes } from "./sync.ts";
import { freeIfUnused, runTasks } from "./tasks.ts";

/** Does what can be done. */
export function tendFiles(k: Kernel): void {
  k.due.work &= ~WORK.volumes;
  tendIdle(k);
  for (const v of k.fs.volumes.values()) if (v.ready.length > 0) runTasks(k, v);
  if (k.fs.writeInodes) writeInodes(k);
  if (k.fs.dropUnused) for (const v of k.fs.volumes.values()) shrink(k, v, 0);
  k.fs.dropUnused = false;
}

function tendIdle(k: Kernel): void {
  for (const id of [...k.fs.idle]) {
    const inode = k.fs.inodes.get(id);
    if (inode !== undefined && inode.fs !== "ext2") continue;
    k.fs.idle.delete(id);
    if (inode !== undefined && !isUsed(k, inode)) dropUnused(k, inode);
  }
}

function dropUnused(k: Kernel, inode: Inode): void {
  const v = k.fs.volumes.get(inode.device);
  const node = v?.nodes.get(inode.ino);
  if (v === undefined || node === undefined) return;
  noteUnused(k, v, node);
  freeIfUnused(k, v, node);
}

/** The flusher's look: inodes that say something new go to their tables, from where the flusher takes them home. */
function writeInodes(k: Kernel): void {
  try {
    for (const v of k.fs.volumes.values()) writeChangedInodes(k, null, v);
    k.fs.writeInodes = false;
  } catch (thrown) {
    // Not possible now: at the flusher's next look, or when the disk has done something.
    if (thrown !== NOT_HERE && !(thrown instanceof Errno)) throw thrown;
  }
}
