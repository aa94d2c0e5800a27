/**
 * Which block of the disk holds which block of a file: 12 pointers in the inode, then trees of one, two and three levels of
 * indirect blocks. A pointer of 0 is a hole.
 *
 * (1) Every pointer that is followed leads to a block that a file may own; anything else is damage (EUCLEAN).
 * (2) An indirect or directory block that is made here is ordered before the block that points at it.
 */
import { errno } from "../../errno.ts";
import { hasBlocks } from "./attributes.ts";
import { homeOf, takeBlock } from "./block-allocation.ts";
import { isFileBlock } from "./geometry.ts";
import { changeInode, countBlocks, inodePlace, liveInode } from "./inode.ts";
import { DIRECT, INODE, setU32, u32 } from "./layout.ts";
import type { Transaction } from "./transaction.ts";
import type { BlockKind, Ext2, FileRun, View } from "./types.ts";

/** Bytes of the inode at which pointer `slot` is. */
export function slotPlace(slot: number): number {
  return INODE.blocks[0] + 4 * slot;
}

/** Pointers in an indirect block. */
export function pointersOf({ blockSize }: Ext2): number {
  return blockSize / 4;
}

/** Sectors of an inode are counted in 32 bits. */
const MOST_SECTORS = 2 ** 32 - 1;

/** Bytes that a file may have: what the trees hold, and no more blocks than can be counted. */
export function maximumSize(fs: Ext2): number {
  const p = pointersOf(fs);
  const countable = Math.floor(MOST_SECTORS / (fs.blockSize / 512));
  const indirect = Math.ceil(countable / p) + Math.ceil(countable / p ** 2) + 3;
  return Math.min(DIRECT + p + p ** 2 + p ** 3, countable - indirect) * fs.blockSize;
}

/** Slots on the way to block `n`, the inode's first. @throws Errno EFBIG */
function pathTo(fs: Ext2, n: number): number[] {
  const p = pointersOf(fs);
  if (n < DIRECT) return [n];
  let rest = n - DIRECT;
  for (let level = 1; level <= 3; level++) {
    if (rest < p ** level) return [DIRECT + level - 1, ...digits(rest, p, level)];
    rest -= p ** level;
  }
  throw errno("EFBIG");
}

function digits(value: number, base: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.floor(value / base ** (count - 1 - i)) % base);
}

function checked(v: View, pointer: number): number {
  if (!isFileBlock(v.fs, pointer)) throw errno("EUCLEAN");
  return pointer;
}

/** Where block `n` is, and, when it is a hole, how many blocks from it on are one for certain. */
function locate(v: View, raw: Uint8Array, n: number): { block: number; span: number } {
  const path = pathTo(v.fs, n);
  let pointer = u32(raw, slotPlace(path[0]));
  for (let i = 1; i < path.length; i++) {
    if (pointer === 0) return { block: 0, span: restOf(path.slice(i), pointersOf(v.fs)) };
    pointer = u32(v.read(checked(v, pointer)), 4 * path[i]);
  }
  return { block: pointer === 0 ? 0 : checked(v, pointer), span: 1 };
}

/** Blocks of a subtree from the one that these slots lead to on. */
function restOf(slots: readonly number[], base: number): number {
  return base ** slots.length - slots.reduce((value, slot) => value * base + slot, 0);
}

/** The block of the disk that holds block `n` of a file; 0: a hole. */
export function blockAt(v: View, raw: Uint8Array, n: number): number {
  return locate(v, raw, n).block;
}

/**
 * Blocks `first` to `first + count - 1` of a file, as runs in order that cover them all; beyond what a file can have are holes.
 * @throws Errno EUCLEAN, EINVAL for a file without blocks
 */
export function mapBlocks(v: View, ino: number, first: number, count: number): FileRun[] {
  const raw = liveInode(v, ino);
  if (!hasBlocks(v, raw)) throw errno("EINVAL");
  const runs: Mutable<FileRun>[] = [];
  const limit = maximumSize(v.fs) / v.fs.blockSize;
  for (let n = first; n < first + count; ) {
    const { block, span } = n < limit ? locate(v, raw, n) : { block: 0, span: Number.POSITIVE_INFINITY };
    const length = Math.min(span, first + count - n);
    append(runs, { first: n, count: length, block, fresh: false });
    n += length;
  }
  return runs;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function append(runs: Mutable<FileRun>[], run: FileRun): void {
  const last = runs.at(-1);
  const follows = last !== undefined && last.fresh === run.fresh;
  if (follows && (run.block === 0 ? last.block === 0 : last.block !== 0 && last.block + last.count === run.block))
    last.count += run.count;
  else runs.push({ ...run });
}

/**
 * Gives blocks `first` to `first + count - 1` of a file a place each, where they have none. Contents of the fresh ones are
 * the caller's to write; size and times too.
 * @throws Errno ENOSPC, EFBIG, EUCLEAN, EINVAL
 */
export function allocateBlocks(t: Transaction, ino: number, first: number, count: number): FileRun[] {
  if (!hasBlocks(t, liveInode(t, ino))) throw errno("EINVAL");
  if ((first + count) * t.fs.blockSize > maximumSize(t.fs)) throw errno("EFBIG");
  const runs: Mutable<FileRun>[] = [];
  let goal = goalOf(t, ino, first);
  for (let n = first; n < first + count; n++) {
    const placed = placeBlock(t, ino, n, goal, "data");
    append(runs, { first: n, count: 1, ...placed });
    goal = placed.block + 1;
  }
  return runs;
}

/** Where block `n` is wanted: behind the one before it. */
function goalOf(t: Transaction, ino: number, n: number): number {
  const before = n === 0 ? 0 : blockAt(t, liveInode(t, ino), n - 1);
  return before === 0 ? homeOf(t.fs, ino) : before + 1;
}

/** Block `n` of a directory or link, made with zeroes. @throws Errno ENOSPC, EFBIG, EUCLEAN */
export function addBlock(t: Transaction, ino: number, n: number, kind: BlockKind): number {
  return placeBlock(t, ino, n, goalOf(t, ino, n), kind).block;
}

function placeBlock(
  t: Transaction,
  ino: number,
  n: number,
  goal: number,
  kind: BlockKind,
): { block: number; fresh: boolean } {
  const path = pathTo(t.fs, n);
  const { block, at } = inodePlace(t.fs, ino);
  const holder: Holder = { block, at: at + slotPlace(path[0]), kind: "inodes" };
  let fresh = false;
  for (let i = 0; ; i++) {
    const last = i === path.length - 1;
    let pointer = u32(t.read(holder.block), holder.at);
    fresh = pointer === 0;
    if (fresh) pointer = newBlock(t, ino, holder, goal, last ? kind : "indirect");
    else checked(t, pointer);
    if (last) return { block: pointer, fresh };
    Object.assign(holder, { block: pointer, at: 4 * path[i + 1], kind: "indirect" });
  }
}

/** Where a pointer is. */
interface Holder {
  block: number;
  at: number;
  kind: BlockKind;
}

function newBlock(t: Transaction, ino: number, holder: Holder, goal: number, kind: BlockKind): number {
  const block = takeBlock(t, goal);
  countBlocks(t.fs, changeInode(t, ino), 1);
  if (kind === "data") t.forget({ block, count: 1 });
  else {
    t.fresh(block, kind);
    t.order(block, holder.block, true);
  }
  setU32(t.change(holder.block, holder.kind), holder.at, block);
  return block;
}

/**
 * The blocks that an inode's trees are made of: indirect blocks, not what they lead to.
 * @throws Errno EUCLEAN
 */
export function pointerBlocks(v: View, ino: number): number[] {
  const raw = liveInode(v, ino);
  const found: number[] = [];
  const visit = (pointer: number, level: number) => {
    if (pointer === 0 || level === 0) return;
    found.push(checked(v, pointer));
    const bytes = v.read(pointer);
    for (let slot = 0; level > 1 && slot < pointersOf(v.fs); slot++) visit(u32(bytes, 4 * slot), level - 1);
  };
  if (hasBlocks(v, raw)) for (let level = 1; level <= 3; level++) visit(u32(raw, slotPlace(DIRECT + level - 1)), level);
  return found;
}
