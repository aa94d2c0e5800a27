/**
 * Making files shorter, in steps of bounded work, and longer.
 *
 * A step cuts from the end, so that the file is whole after each: its size is then the place of the cut. A large file has
 * thousands of indirect blocks; they need not all be in memory at once.
 *
 * (1) Cut blocks stay taken in the bitmap until the caller gives them to releaseBlocks.
 * (2) An inode never loses more blocks than it counts, and counts no more than there are: circles in its trees end.
 */
import { errno } from "../../errno.ts";
import { runsOf } from "./block-allocation.ts";
import { maximumSize, pointersOf, slotPlace } from "./block-map.ts";
import { changeSuperblock, readSuperblock } from "./counters.ts";
import { LARGE_FILE } from "./features.ts";
import { isFileBlock } from "./geometry.ts";
import { changeLive, countBlocks, setSize, sizeOf, touchModified, typeOf } from "./inode.ts";
import {
  DIRECT,
  get,
  INODE,
  OLD_FIRST_INODE,
  OLD_INODE_SIZE,
  POINTERS,
  SUPERBLOCK,
  set,
  setU32,
  TYPE,
  u32,
} from "./layout.ts";
import type { Transaction } from "./transaction.ts";
import type { Cut, Ext2 } from "./types.ts";

/** Indirect blocks of the lowest level that one step reads. */
export const BUDGET = 64;

/** Where a step is. */
interface Step {
  readonly t: Transaction;
  /** Blocks that the file keeps at its start. */
  readonly keep: number;
  readonly released: number[];
  budget: number;
  /** Everything from this block of the file on is gone. */
  lowest: number;
}

/**
 * Cuts a regular file to `size` bytes, or makes it longer. Bytes behind the end in the last block are the caller's to clear.
 * @throws Errno EINVAL, EFBIG, EUCLEAN
 */
export function truncate(t: Transaction, ino: number, size: number, time: number, budget = BUDGET): Cut {
  const raw = changeLive(t, ino);
  if (typeOf(raw) !== TYPE.regular) throw errno("EINVAL");
  touchModified(raw, time);
  extend(t, ino, size);
  return cutBlocks(t, raw, size, budget);
}

/** A regular file ends at `size` from now on; between is a hole. Nothing happens when it is longer. @throws Errno EFBIG */
export function extend(t: Transaction, ino: number, size: number): void {
  if (size > maximumSize(t.fs)) throw errno("EFBIG");
  const raw = changeLive(t, ino);
  if (size <= sizeOf(raw)) return;
  if (size > 0x7fffffff) claimLargeFiles(t);
  setSize(raw, size);
}

/** Files from 2 GiB on need the feature, and that needs revision 1. */
function claimLargeFiles(t: Transaction): void {
  const features = get(readSuperblock(t), SUPERBLOCK.readOnlyCompatible);
  const revision = get(readSuperblock(t), SUPERBLOCK.revision);
  if (revision > 0 && (features & LARGE_FILE) !== 0) return;
  const bytes = changeSuperblock(t);
  if (revision === 0) {
    set(bytes, SUPERBLOCK.revision, 1);
    set(bytes, SUPERBLOCK.firstInode, OLD_FIRST_INODE);
    set(bytes, SUPERBLOCK.inodeSize, OLD_INODE_SIZE);
  }
  set(bytes, SUPERBLOCK.readOnlyCompatible, features | LARGE_FILE);
}

/** Cuts the blocks of a file behind `size`. @param raw its inode's bytes, to be changed */
export function cutBlocks(t: Transaction, raw: Uint8Array, size: number, budget: number): Cut {
  const { fs } = t;
  if (get(raw, INODE.sectors) > fs.blocks * (fs.blockSize / 512)) throw errno("EUCLEAN");
  const step: Step = {
    t,
    keep: Math.ceil(size / fs.blockSize),
    released: [],
    budget,
    lowest: Number.POSITIVE_INFINITY,
  };
  const done = cutInode(step, raw);
  countBlocks(fs, raw, -step.released.length);
  const end = Math.max(size, step.lowest * fs.blockSize);
  if (end < sizeOf(raw) || done) setSize(raw, done ? size : end);
  return { released: runsOf(step.released), done };
}

/** Cuts an inode's pointers, the last first. Is it all done? */
function cutInode(step: Step, raw: Uint8Array): boolean {
  for (let slot = POINTERS - 1; slot >= 0; slot--) {
    const level = Math.max(0, slot - DIRECT + 1);
    const start = startOf(step.t.fs, slot);
    const pointer = u32(raw, slotPlace(slot));
    if (pointer === 0 || start + spanOf(step.t.fs, level) <= step.keep) continue;
    const outcome = cutTree(step, pointer, level, start);
    if (outcome === "more") return false;
    if (outcome === "gone") setU32(raw, slotPlace(slot), 0);
  }
  return true;
}

/** Blocks of a file below a pointer of this level. */
function spanOf(fs: Ext2, level: number): number {
  return pointersOf(fs) ** level;
}

/** First block of the file below a pointer of the inode. */
function startOf(fs: Ext2, slot: number): number {
  let start = Math.min(slot, DIRECT);
  for (let level = 1; level <= slot - DIRECT; level++) start += spanOf(fs, level);
  return start;
}

/** What became of what a pointer leads to; "more": the budget is used up. */
type Outcome = "gone" | "kept" | "more";

/** Cuts what a pointer leads to, and its own block when nothing of that is left. */
function cutTree(step: Step, block: number, level: number, start: number): Outcome {
  if (!isFileBlock(step.t.fs, block)) throw errno("EUCLEAN");
  const outcome = level === 0 ? "gone" : cutPointers(step, block, level, start);
  if (outcome !== "gone") return outcome;
  step.released.push(block);
  // Of a block that was left with holes alone, the end of the file is further on.
  if (start >= step.keep) step.lowest = Math.min(step.lowest, start);
  return "gone";
}

/** Cuts the pointers of an indirect block, the last first. The block is changed only if it stays. */
function cutPointers(step: Step, block: number, level: number, start: number): Outcome {
  if (level === 1 && step.budget-- <= 0) return "more";
  const bytes = step.t.read(block);
  const span = spanOf(step.t.fs, level - 1);
  let outcome: Outcome = "gone";
  let slot = pointersOf(step.t.fs) - 1;
  for (; slot >= 0 && start + (slot + 1) * span > step.keep; slot--) {
    const pointer = u32(bytes, 4 * slot);
    outcome = pointer === 0 ? "gone" : cutTree(step, pointer, level - 1, start + slot * span);
    if (outcome === "more") break;
  }
  // Slots above this one are cut; the one behind it was the last of them, of which something may be left.
  const first = outcome === "kept" ? slot + 2 : slot + 1;
  if (outcome === "gone" && isEmpty(bytes, first)) return "gone";
  clearFrom(step.t, block, first);
  return outcome === "more" ? "more" : "kept";
}

/** Is there no pointer below this slot? */
function isEmpty(bytes: Uint8Array, slot: number): boolean {
  return bytes.subarray(0, 4 * slot).every((byte) => byte === 0);
}

function clearFrom(t: Transaction, block: number, slot: number): void {
  const bytes = t.read(block);
  if (bytes.subarray(4 * slot).some((byte) => byte !== 0)) t.change(block, "indirect").fill(0, 4 * slot);
}
