/**
 * Contents of regular files through a transaction: for those who have no page cache beside the blocks (the host's tools).
 * The kernel moves contents between pages and the blocks that mapBlocks and allocateBlocks name.
 */
import { errno } from "../../errno.ts";
import { releaseBlocks } from "./block-allocation.ts";
import { allocateBlocks, blockAt, mapBlocks, maximumSize } from "./block-map.ts";
import { changeLive, liveInode, sizeOf, touchModified, typeOf } from "./inode.ts";
import { TYPE } from "./layout.ts";
import type { Transaction } from "./transaction.ts";
import { extend, truncate } from "./truncate.ts";
import type { View } from "./types.ts";

/** Bytes that one call reads at most. */
export const MOST_READ = 16 * 2 ** 20;

function checkRegular(v: View, ino: number): void {
  const type = typeOf(liveInode(v, ino));
  if (type !== TYPE.regular) throw errno(type === TYPE.directory ? "EISDIR" : "EINVAL");
}

/** Bytes from `position` on: as many as asked for, but none behind the end and at most MOST_READ. @throws Errno EISDIR, EINVAL, EUCLEAN */
export function readData(v: View, ino: number, position: number, length: number): Uint8Array {
  checkRegular(v, ino);
  const { blockSize } = v.fs;
  const end = Math.min(position + Math.min(length, MOST_READ), sizeOf(liveInode(v, ino)));
  const bytes = new Uint8Array(Math.max(0, end - position));
  if (bytes.length === 0) return bytes;
  const first = Math.floor(position / blockSize);
  for (const run of mapBlocks(v, ino, first, Math.ceil(end / blockSize) - first)) {
    for (let i = 0; i < run.count && run.block !== 0; i++) {
      const start = (run.first + i) * blockSize;
      const from = Math.max(0, position - start);
      bytes.set(v.read(run.block + i).subarray(from, Math.min(blockSize, end - start)), start + from - position);
    }
  }
  return bytes;
}

/** Writes bytes, making the file longer if they go beyond its end. @throws Errno ENOSPC, EFBIG, EISDIR, EINVAL, EUCLEAN */
export function writeData(t: Transaction, ino: number, position: number, bytes: Uint8Array, time: number): void {
  checkRegular(t, ino);
  const { blockSize } = t.fs;
  const end = position + bytes.length;
  if (end > maximumSize(t.fs)) throw errno("EFBIG");
  const first = Math.floor(position / blockSize);
  const runs = bytes.length === 0 ? [] : allocateBlocks(t, ino, first, Math.ceil(end / blockSize) - first);
  for (const run of runs) {
    for (let i = 0; i < run.count; i++) {
      const start = (run.first + i) * blockSize;
      const from = Math.max(0, position - start);
      const piece = bytes.subarray(start + from - position, start + blockSize - position);
      const target = run.fresh ? t.fresh(run.block + i, "data") : t.change(run.block + i, "data");
      target.set(piece, from);
    }
  }
  extend(t, ino, end);
  touchModified(changeLive(t, ino), time);
}

/** Gives a file a size; what was behind a smaller one reads as zeroes should it grow again. @throws Errno as truncate */
export function resize(t: Transaction, ino: number, size: number, time: number): void {
  checkRegular(t, ino);
  const rest = size % t.fs.blockSize;
  if (rest !== 0 && size < sizeOf(liveInode(t, ino))) {
    const block = blockAt(t, liveInode(t, ino), Math.floor(size / t.fs.blockSize));
    if (block !== 0) t.change(block, "data").fill(0, rest);
  }
  for (;;) {
    const { released, done } = truncate(t, ino, size, time);
    releaseBlocks(t, released);
    if (done) return;
  }
}
