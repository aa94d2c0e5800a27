/**
 * How much a tmpfs may hold: by default pages for half of RAM, and as many inodes, as on Linux. Counted by mount.
 *
 * (1) `usedPages` of a mount is the pages that its files have content of their own in, resident or in swap; pages that are
 *     still as the root image has them on disk cost nothing. The page cache's promises count them (vm/commit.ts).
 * (2) `usedInodes` is the inodes of the mount that are in FsState.inodes.
 *
 * A leaf: the page cache asks here.
 */
import type { VmState } from "../vm/types.ts";
import type { FsName, FsState, Mount } from "./types.ts";

interface Holder {
  readonly fs: FsState;
}

/** Pages, and inodes, that a new mount may hold; Infinity: it is no tmpfs. */
export function defaultCapacity(k: { readonly vm: VmState }, fs: FsName): number {
  return fs === "tmpfs" || fs === "devfs" ? Math.floor(k.vm.frames.count / 2) : Number.POSITIVE_INFINITY;
}

/** Is there room for another page? @param mount null: of nobody's */
export function hasPageRoom(mount: Mount | null): boolean {
  return mount === null || mount.usedPages < mount.most;
}

/** A page of a file got content (1) or is gone for good (-1). */
export function countPage(mount: Mount | null, by: 1 | -1): void {
  if (mount !== null) mount.usedPages += by;
}

/** May another inode be made on the file system of this number? */
export function hasInodeRoom(k: Holder, device: number): boolean {
  const mount = k.fs.mounts.get(device);
  return mount === undefined || mount.usedInodes < mount.mostInodes;
}

/** An inode was made there (1) or is gone (-1). */
export function countInode(k: Holder, device: number, by: 1 | -1): void {
  const mount = k.fs.mounts.get(device);
  if (mount !== undefined) mount.usedInodes += by;
}
