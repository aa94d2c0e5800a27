/**
 * Inodes of file systems that keep them elsewhere, to which nobody refers any more: their file system sees to them, between
 * calls (ext2fs/tend.ts).
 *
 * A leaf.
 */
import type { FsState, Inode } from "./types.ts";

/** The last reference, or the last mapping, of an inode may have gone. */
export function noteIdle(k: { readonly fs: FsState }, inode: Inode): void {
  k.fs.idle.add(inode.id);
  k.fs.tending = true;
}
