/**
 * vm.drop_caches: pages of files that are clean, that nobody maps and that nothing is doing with go; they can be read
 * again. What has no other home stays.
 */
import { backedBytes } from "../fs/backing.ts";
import { noteIdle } from "../fs/idle.ts";
import { FS_TRAITS, hasHome } from "../fs/traits.ts";
import type { Kernel } from "../kernel.ts";
import { FRAME } from "./frames.ts";
import { cachedIndices, dropCleanPage, isMapped } from "./page-cache.ts";
import type { PageObject } from "./types.ts";

/** Frees what it can. */
export function dropCaches(k: Kernel): void {
  for (const object of k.vm.cache.files.values()) dropCleanPages(k, object, 0, Number.POSITIVE_INFINITY);
}

/** The same of pages `from` to `to` - 1 of one file: POSIX_FADV_DONTNEED. */
export function dropCleanPages(k: Kernel, object: PageObject, from: number, to: number): void {
  for (const index of cachedIndices(object, from, to)) {
    const frame = object.pages.get(index)!;
    if (mayGo(k, object, index, frame)) dropCleanPage(k, object, frame);
  }
}

/**
 * Inodes that their file system keeps outside memory, that nobody uses and of which no page is here: they can be read again.
 * The file system sees to them (FsState.idle).
 */
export function dropInodes(k: Kernel): void {
  k.fs.dropUnused = true;
  for (const inode of k.fs.inodes.values()) {
    if (!FS_TRAITS[inode.fs].kept || inode.references > 0 || isMapped(k, inode)) continue;
    if ((k.vm.cache.files.get(inode.id)?.pages.size ?? 0) === 0) noteIdle(k, inode);
  }
}

function mayGo(k: Kernel, { inode }: PageObject, index: number, frame: number): boolean {
  const { frames } = k.vm;
  const i = frame - frames.first;
  if (inode === null || frames.mappings[i] !== 0 || frames.pins[i] > 0 || frames.slot[i] !== 0) return false;
  const busy = FRAME.dirty | FRAME.reading | FRAME.writing | FRAME.leaving;
  const home = hasHome(inode) || backedBytes(inode, index) > 0;
  return home && (frames.flags[i] & busy) === 0;
}
