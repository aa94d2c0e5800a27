/**
 * PageSource: where the pages of a file system's files come from and go to. page-sources.ts is the table; the page cache
 * reaches it as `k.pageSources`, for the file systems themselves are above the page cache.
 *
 * Types only. `K` is the kernel and `P` a process: kernel.ts imports this file.
 */
import type { PagePlace } from "./page-place.ts";
import type { FsName, Inode } from "./types.ts";

export type { PagePlace, Segment } from "./page-place.ts";

/**
 * "done": filled, or written, now. "failed": that was tried now. "started": pageReadDone will be called for the frame.
 * "kept": it cannot be written yet.
 */
export type PageAnswer = "done" | "failed" | "started" | "kept";

export interface PageSource<K, P> {
  /**
   * Where page `index` is kept. May sleep for what the file system must read to know; without a process (reading ahead)
   * it gives null instead.
   * @throws Errno EIO, EUCLEAN
   */
  locate(k: K, p: P | null, inode: Inode, index: number): PagePlace | null;
  /** Fills a zeroed frame with a page that is no hole. */
  readPage(k: K, inode: Inode, index: number, frame: number, place: PagePlace): PageAnswer;
  /** Writes a dirty page back; absent: the cache is the only home of its pages (FS_TRAITS: home). */
  writePage?(k: K, inode: Inode, index: number, frame: number): PageAnswer;
  /**
   * Bytes `from` to `to` - 1 of the file, whose page is in the cache, are about to change: gives them a place where they have
   * none. May sleep before it changes anything; the caller must not sleep between it and the change.
   * @throws Errno ENOSPC, EFBIG, EIO, EUCLEAN
   */
  claim?(k: K, p: P, inode: Inode, from: number, to: number): void;
}

export type PageSources<K, P> = Readonly<Record<FsName, PageSource<K, P>>>;
