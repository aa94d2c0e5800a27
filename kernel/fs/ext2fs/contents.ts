/**
 * Contents of regular files of a mounted ext2 file system: where pages are, room for what is written, cutting. A page of
 * 4 KiB is one to four blocks, which may lie anywhere.
 *
 * (1) PageObject.places says where each cached page is kept; it is right from when the page comes until it goes: claim adds
 *     to it, cutting takes from it. So writing a page back needs nothing else.
 * (2) Behind a file's end its last block is zero on the disk.
 * (3) What a mapping may write without a fault has a place: when the end moves up, who writes to the page in which it was is
 *     asked again. What has no place in a dirty page is zero.
 *
 * May sleep: locate, claim, cutContents, awaitCut.
 */
import { PAGE_SIZE } from "../../../cpu/paging.ts";
import { transferPage } from "../../block/page-transfer.ts";
import { errno } from "../../errno.ts";
import type { Kernel } from "../../kernel.ts";
import { panic } from "../../panic.ts";
import type { Process } from "../../process.ts";
import { markPageDirty, objectOf } from "../../vm/page-cache.ts";
import { protectFrame } from "../../vm/write-back.ts";
import { allocateBlocks, mapBlocks, maximumSize } from "../ext2/block-map.ts";
import { truncate } from "../ext2/truncate.ts";
import type { FileRun } from "../ext2/types.ts";
import type { PageAnswer, PagePlace, PageSource, Segment } from "../page-source.ts";
import type { Inode } from "../types.ts";
import { NOT_HERE } from "./buffers.ts";
import { awaitProgress, change, viewFor } from "./change.ts";
import { nodeOf, now, volumeOf } from "./inodes.ts";
import { cut } from "./tasks.ts";
import type { Volume } from "./types.ts";

function locate(k: Kernel, p: Process | null, inode: Inode, index: number): PagePlace | null {
  const v = volumeOf(k, inode);
  const perPage = PAGE_SIZE / v.ext2.blockSize;
  const first = index * perPage;
  const count = Math.min(perPage, blocksLeft(v, inode) - first);
  if (count <= 0) return [];
  try {
    return placeOf(v, mapBlocks(viewFor(k, p, v, p === null), inode.ino, first, count), index);
  } catch (thrown) {
    if (thrown === NOT_HERE) return null;
    throw thrown;
  }
}

/** Blocks of a file that is being cut which are still its own: what is behind them is as good as gone. */
function blocksLeft(v: Volume, inode: Inode): number {
  const { cutting, size } = nodeOf(v, inode);
  return cutting ? Math.ceil(size / v.ext2.blockSize) : Number.POSITIVE_INFINITY;
}

function placeOf({ disk, ext2 }: Volume, runs: readonly FileRun[], index: number): Segment[] {
  const { blockSize } = ext2;
  return runs
    .filter(({ block }) => block !== 0)
    .map(({ first, count, block }) => ({
      disk,
      position: block * blockSize,
      length: count * blockSize,
      offset: first * blockSize - index * PAGE_SIZE,
    }));
}

/** FileSystem.pieces. */
export function pieces(k: Kernel, p: Process, inode: Inode): Segment[] {
  const v = volumeOf(k, inode);
  const blocks = Math.ceil(inode.size / v.ext2.blockSize);
  return placeOf(v, mapBlocks(viewFor(k, p, v), inode.ino, 0, blocks), 0);
}

function readPage(k: Kernel, _inode: Inode, _index: number, frame: number, place: PagePlace): PageAnswer {
  transferPage(k, frame, place, "read");
  return "started";
}

function writePage(k: Kernel, inode: Inode, index: number, frame: number): PageAnswer {
  const v = volumeOf(k, inode);
  const place = objectOf(k, inode).places.get(index) ?? [];
  // Invariant (2): mappings may write there.
  const end = inode.size - index * PAGE_SIZE;
  if (end < PAGE_SIZE) {
    k.machine.ram.frame(frame).fill(0, Math.max(0, end));
    k.machine.ram.wrote((frame - k.vm.frames.first) * PAGE_SIZE, PAGE_SIZE);
  }
  if (place.length === 0) {
    // What was cut off left a hole. Invariant (3).
    if (k.machine.ram.frame(frame).every((byte) => byte === 0)) return "done";
    return panic("ext2fs: contents have a place", { ino: inode.ino, index, size: inode.size });
  }
  v.contents.set(frame, place);
  transferPage(k, frame, place, "write");
  return "started";
}

/** Sleeps while the file is being cut: nothing may be added to it, and it may not grow. */
function awaitCut(k: Kernel, p: Process, v: Volume, inode: Inode): void {
  if (nodeOf(v, inode).cutting) awaitProgress(k, p, v);
}

function claim(k: Kernel, p: Process, inode: Inode, from: number, to: number): void {
  const v = volumeOf(k, inode);
  const index = Math.floor(from / PAGE_SIZE);
  const object = objectOf(k, inode);
  if (to > inode.size) awaitCut(k, p, v, inode);
  if (!isPlaced(object.places.get(index) ?? [], from - index * PAGE_SIZE, to - index * PAGE_SIZE))
    givePlace(k, p, v, inode, from, to);
  if (to > inode.size) moveEndUp(k, inode);
}

function givePlace(k: Kernel, p: Process, v: Volume, inode: Inode, from: number, to: number): void {
  awaitCut(k, p, v, inode);
  if (to > maximumSize(v.ext2)) throw errno("EFBIG");
  const { blockSize } = v.ext2;
  const [first, end] = [Math.floor(from / blockSize), Math.ceil(to / blockSize)];
  change(k, p, v, (t) => allocateBlocks(t, inode.ino, first, end - first));
  const node = nodeOf(v, inode);
  node.changed = v.changes;
  const index = Math.floor(from / PAGE_SIZE);
  const { places, pages } = objectOf(k, inode);
  places.set(index, locate(k, p, inode, index)!);
  // Fresh blocks hold what was there before until the page is written, whatever becomes of him who wanted to change it.
  markPageDirty(k, pages.get(index)!);
}

/** Invariant (3). */
function moveEndUp(k: Kernel, inode: Inode): void {
  const frame = objectOf(k, inode).pages.get(Math.floor(inode.size / PAGE_SIZE));
  if (frame !== undefined && inode.size % PAGE_SIZE !== 0) protectFrame(k, frame);
}

/** Do segments cover bytes `from` to `to` - 1 of the page? */
function isPlaced(place: PagePlace, from: number, to: number): boolean {
  let covered = from;
  for (const { offset, length } of place) if (offset <= covered) covered = Math.max(covered, offset + length);
  return covered >= to;
}

/** FileSystem.truncate. The page cache is the caller's. @throws Errno EFBIG, EIO, EUCLEAN */
export function cutContents(k: Kernel, p: Process, inode: Inode, size: number): void {
  const v = volumeOf(k, inode);
  awaitCut(k, p, v, inode);
  if (size > maximumSize(v.ext2)) throw errno("EFBIG");
  if (size > inode.size) moveEndUp(k, inode);
  if (size >= inode.size) return;
  const node = nodeOf(v, inode);
  const changed = change(k, p, v, (t) => truncate(t, inode.ino, size, now(k)));
  node.changed = v.changes;
  cut(k, v, node, size, changed);
  trimPlace(k, v, inode, size);
}

/** The page in which the file ends now loses the blocks behind the end: invariant (1). */
function trimPlace(k: Kernel, { ext2 }: Volume, inode: Inode, size: number): void {
  const { places } = objectOf(k, inode);
  const index = Math.floor(size / PAGE_SIZE);
  const place = places.get(index);
  if (place === undefined) return;
  const end = Math.ceil((size - index * PAGE_SIZE) / ext2.blockSize) * ext2.blockSize;
  const kept = place.filter(({ offset }) => offset < end);
  places.set(
    index,
    kept.map((segment) => ({ ...segment, length: Math.min(segment.length, end - segment.offset) })),
  );
}

/** The row of PAGE_SOURCES. */
export const ext2Pages: PageSource<Kernel, Process> = { locate, readPage, writePage, claim };
