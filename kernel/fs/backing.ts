/**
 * Files that lie on a disk as one piece: those of the root archive, and block devices, whose one piece is the disk.
 *
 * A leaf: the page cache asks here.
 */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import type { Extent, Inode } from "./types.ts";

/** The piece of a disk; null: the file has none. */
export function backingOf(inode: Inode): Extent | null {
  return inode.data.kind === "file" || inode.data.kind === "device" ? inode.data.backing : null;
}

/** Bytes of page `index` that lie in it; 0: none. */
export function backedBytes(inode: Inode, index: number): number {
  const backing = backingOf(inode);
  if (backing === null) return 0;
  return Math.max(0, Math.min(PAGE_SIZE, backing.length - index * PAGE_SIZE));
}
