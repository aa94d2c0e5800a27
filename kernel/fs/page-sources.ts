/**
 * Where the pages of files come from: a row a file system. The page cache asks here; writes of pages come with file
 * systems that have a home for them.
 *
 * A leaf, so that imports never run in a circle: it knows inodes and the disk driver, not the page cache. When a transfer
 * that readPage started has ended, drivers/interrupt-controller.ts tells the page cache.
 */
import { frameAddress, PAGE_SIZE } from "../../cpu/paging.ts";
import { submit } from "../drivers/disk.ts";
import type { Kernel } from "../kernel.ts";
import type { Extent, FsName, Inode } from "./types.ts";

/** "done": filled, or written, now. "started": pageReadDone will be called for the frame. */
export type PageAnswer = "done" | "started";

export interface PageSource {
  /** Fills a zeroed frame with page `index` of the file. */
  readPage(k: Kernel, inode: Inode, index: number, frame: number): PageAnswer;
  /** Writes a dirty page back; absent: the cache is the only home of its pages. */
  writePage?(k: Kernel, inode: Inode, index: number, frame: number): PageAnswer;
  /** No name and no open file: when its last mapping goes, the cache forgets its pages. */
  isUnused(inode: Inode): boolean;
}

/** The extent on disk of a file that has one. */
export function backingOf(inode: Inode): Extent | null {
  return inode.data.kind === "file" || inode.data.kind === "device" ? inode.data.backing : null;
}

/** Bytes of page `index` that lie on disk; 0: the page is a hole unless it is cached. */
export function backedBytes(inode: Inode, index: number): number {
  const backing = backingOf(inode);
  if (backing === null) return 0;
  return Math.max(0, Math.min(PAGE_SIZE, backing.length - index * PAGE_SIZE));
}

function readBacked(k: Kernel, inode: Inode, index: number, frame: number): PageAnswer {
  const length = backedBytes(inode, index);
  if (length === 0) return "done";
  const { disk, position } = backingOf(inode)!;
  const address = frameAddress(frame);
  submit(k, { disk, write: false, position: position + index * PAGE_SIZE, length, address, frame });
  return "started";
}

function writeBacked(k: Kernel, inode: Inode, index: number, frame: number): PageAnswer {
  const { disk, position } = backingOf(inode)!;
  const length = backedBytes(inode, index);
  submit(k, { disk, write: true, position: position + index * PAGE_SIZE, length, address: frameAddress(frame), frame });
  return "started";
}

const isUnused = (inode: Inode) => inode.nlink === 0 && inode.references === 0;

const memory: PageSource = { readPage: readBacked, isUnused };

export const PAGE_SOURCES: Readonly<Record<FsName, PageSource>> = {
  tmpfs: memory,
  /** Block devices: the disk itself. */
  devfs: { readPage: readBacked, writePage: writeBacked, isUnused },
  procfs: memory,
  pipefs: memory,
};
