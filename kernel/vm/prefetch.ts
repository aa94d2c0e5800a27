/**
 * Bringing a file's pages into the cache before they are mapped: MAP_POPULATE. Done before the mapping exists, so that a
 * call that sleeps for the disk has changed nothing and can run again.
 */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { Errno } from "../errno.ts";
import type { Inode } from "../fs/types.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { cachedPage } from "./page-cache.ts";

/** Reads the pages of offset to offset + length - 1 that the file has. Errors are left for the fault. May sleep. */
export function prefetch(k: Kernel, p: Process, inode: Inode, offset: number, length: number): void {
  const end = Math.min(offset + length, inode.size);
  try {
    for (let at = offset; at < end; at += PAGE_SIZE) cachedPage(k, p, inode, at / PAGE_SIZE);
  } catch (thrown) {
    if (!(thrown instanceof Errno)) throw thrown;
  }
}
