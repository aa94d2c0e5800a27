/**
 * Inodes of file systems that keep them elsewhere, to which nobody refers any more: their file system sees to them, between
 * calls (ext2fs/tend.ts).
 *
 * A leaf.
 */
import { WORK, type Worked } from "../due-work.ts";
import type { FsState, Inode } from "./types.ts";

/** The last reference, or the last mapping, of an inode may have gone. */
export function noteIdle(k: Worked & { readonly fs: FsState }, inode: Inode): void {
  k.fs.idle.add(inode.id);
  k.due.work |= WORK.volumes | WORK.hostFiles;
}
