/**
 * Taking blocks, close to where they are wanted, and giving them back.
 *
 * (1) Nothing but a block that a file may own is ever taken or given back: a bitmap that says otherwise is damaged (EUCLEAN).
 * (2) Blocks are given back only when nothing on the disk points at them any more: the caller sees to that (README.md).
 */
import { errno } from "../../errno.ts";
import { firstFree, firstFreeByte, isTaken, release, take } from "./bitmap.ts";
import { count, counter, readSuperblock } from "./counters.ts";
import { groupOf, groupSize, groupStart, isFileBlock } from "./geometry.ts";
import { get, SUPERBLOCK } from "./layout.ts";
import type { Transaction } from "./transaction.ts";
import type { BlockRun, Ext2 } from "./types.ts";

/** How far behind the wanted block a free one is still as good. */
const NEAR = 64;

/** Takes a block: `goal` itself, one close behind it, one of its group, one of another group. @throws Errno ENOSPC */
export function takeBlock(t: Transaction, goal: number): number {
  if (!t.reserve && isReserveLeft(t)) throw errno("ENOSPC");
  const { fs } = t;
  const wanted = goal > fs.firstBlock && goal < fs.blocks ? goal : fs.firstBlock;
  const home = groupOf(fs, wanted);
  for (let i = 0; i < fs.groups.length; i++) {
    const group = (home + i) % fs.groups.length;
    if (counter(t, group, "freeBlocks") === 0) continue;
    const bitmap = t.read(fs.groups[group].blockBitmap);
    const bit = search(bitmap, i === 0 ? wanted - groupStart(fs, group) : 0, groupSize(fs, group));
    if (bit >= 0) return takeBit(t, group, bit);
  }
  throw errno("ENOSPC");
}

/** Is nothing free but what is reserved for root? */
function isReserveLeft(t: Transaction): boolean {
  const bytes = readSuperblock(t);
  return get(bytes, SUPERBLOCK.freeBlocks) <= get(bytes, SUPERBLOCK.reservedBlocks);
}

function search(bitmap: Uint8Array, goal: number, end: number): number {
  const near = firstFree(bitmap, goal, Math.min(end, goal + NEAR));
  if (near >= 0) return near;
  const roomy = firstFreeByte(bitmap, goal, end);
  if (roomy >= 0) return roomy;
  const behind = firstFree(bitmap, goal, end);
  return behind >= 0 ? behind : firstFree(bitmap, 0, goal);
}

function takeBit(t: Transaction, group: number, bit: number): number {
  const block = groupStart(t.fs, group) + bit;
  if (!isFileBlock(t.fs, block)) throw errno("EUCLEAN");
  take(t.change(t.fs.groups[group].blockBitmap, "bitmap"), bit);
  count(t, group, "freeBlocks", -1);
  return block;
}

/** Makes blocks free again. @throws Errno EUCLEAN when they are not taken, or nobody's to give */
export function releaseBlocks(t: Transaction, runs: readonly BlockRun[]): void {
  for (const run of runs) {
    for (let i = 0; i < run.count; i++) releaseBlock(t, run.block + i);
    t.forget(run);
  }
}

function releaseBlock(t: Transaction, block: number): void {
  const { fs } = t;
  if (!isFileBlock(fs, block)) throw errno("EUCLEAN");
  const group = groupOf(fs, block);
  const bit = block - groupStart(fs, group);
  const bitmap = t.change(fs.groups[group].blockBitmap, "bitmap");
  if (!isTaken(bitmap, bit)) throw errno("EUCLEAN");
  release(bitmap, bit);
  count(t, group, "freeBlocks", 1);
}

/** Single blocks as runs, in order. */
export function runsOf(blocks: readonly number[]): BlockRun[] {
  const runs: { block: number; count: number }[] = [];
  for (const block of [...blocks].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last !== undefined && last.block + last.count === block) last.count++;
    else runs.push({ block, count: 1 });
  }
  return runs;
}

/** Where a file's first block is wanted: at the start of its inode's group. */
export function homeOf(fs: Ext2, ino: number): number {
  const group = Math.floor((ino - 1) / fs.inodesPerGroup);
  const { inodeTable } = fs.groups[group];
  return inodeTable + Math.ceil((fs.inodesPerGroup * fs.inodeSize) / fs.blockSize);
}
