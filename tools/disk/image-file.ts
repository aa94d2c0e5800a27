/**
 * A disk as a store of ext2's blocks. What is written waits in memory until `save`, contents of files as a note of where to
 * fetch them: a command that fails in its middle has changed nothing, and an image is never loaded whole.
 *
 * (1) Blocks of metadata wait in `staged`, contents in `copies`; a block is in one of them at most.
 * (2) A new image's file gets only the blocks that are not all zeroes: the rest are holes.
 * (3) `save` writes in an order that e2fsck can repair after any block, kernel/fs/ext2/README.md: first what lies in blocks
 *     that were free, then inodes and bitmaps, then directories that were there. While it writes, the superblock says that
 *     the file system is in use. What a command takes away is freed when its names are gone from the disk: rule 4 there.
 */
import { closeSync, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { DiskError, type DiskStore } from "../../cpu/devices/disk-store.ts";
import { errno } from "../../kernel/errno.ts";
import { isTaken } from "../../kernel/fs/ext2/bitmap.ts";
import { groupOf, groupStart, superblockPlace } from "../../kernel/fs/ext2/geometry.ts";
import { get, STATE, SUPERBLOCK, set } from "../../kernel/fs/ext2/layout.ts";
import type { BlockKind, BlockRun, BlockStore, CommitSink, Ext2, FileRun } from "../../kernel/fs/ext2/types.ts";
import { UsageError } from "../errors.ts";
import { reason } from "../files.ts";
import type { Identity } from "../identity.ts";
import { hostPath, shown } from "./names.ts";

/** Contents that are to be copied from a file of the host. */
export interface ContentCopy {
  /** Path on the host, as bytes. */
  readonly source: string;
  /** Bytes that it had when it was looked at. */
  readonly size: number;
  readonly runs: readonly FileRun[];
}

/** Blocks that are kept for reading again. */
const CACHED = 4096;
/** Bytes that are moved at once. */
export const CHUNK = 2 ** 20;

interface Staged {
  readonly bytes: Uint8Array;
  readonly kind: BlockKind;
}

export class ImageFile implements BlockStore, CommitSink {
  readonly blockSize: number;
  readonly blocks: number;
  /** The file's; null of a new image. */
  readonly identity: Identity | null;
  /** Null: a new image, all zeroes. */
  private readonly store: DiskStore | null;
  private readonly staged = new Map<number, Staged>();
  private readonly copies: ContentCopy[] = [];
  private readonly cache = new Map<number, Uint8Array>();

  constructor(store: DiskStore | null, blockSize: number, blocks: number, identity: Identity | null = null) {
    this.store = store;
    this.blockSize = blockSize;
    this.blocks = blocks;
    this.identity = identity;
  }

  /** @throws Errno EIO when the file has become shorter */
  read(block: number): Uint8Array {
    const known = this.staged.get(block)?.bytes ?? this.cache.get(block);
    if (known !== undefined) return known;
    const bytes = this.readRun({ block, count: 1 });
    const [oldest] = this.cache.keys();
    if (this.cache.size >= CACHED) this.cache.delete(oldest!);
    this.cache.set(block, bytes);
    return bytes;
  }

  /** Blocks as they are on the disk. @throws Errno EIO */
  readRun({ block, count }: BlockRun): Uint8Array {
    const bytes = new Uint8Array(count * this.blockSize);
    try {
      this.store?.read(block * this.blockSize, bytes);
    } catch (error) {
      throw error instanceof DiskError ? errno("EIO") : error;
    }
    return bytes;
  }

  write(block: number, bytes: Uint8Array, kind: BlockKind): void {
    this.cache.delete(block);
    this.staged.set(block, { bytes, kind });
  }

  forget(run: BlockRun): void {
    for (let block = run.block; block < run.block + run.count; block++) {
      this.cache.delete(block);
      this.staged.delete(block);
    }
  }

  /** Has contents copied at `save`. */
  copy(content: ContentCopy): void {
    this.copies.push(content);
  }

  /** Everything that waits, and what was written before, is dropped: for another attempt. */
  discard(): void {
    this.staged.clear();
    this.copies.length = 0;
    this.cache.clear();
  }

  /** Writes everything to a new, empty disk. Throws UsageError, DiskError */
  saveNew(to: DiskStore): void {
    this.copyContents(to);
    this.writeStaged(to, ({ bytes }) => !isZero(bytes));
    to.flush?.();
  }

  /** A new image's bytes up to the last block that is not all zeroes. */
  start(): Uint8Array {
    const used = [...this.staged].filter(([, { bytes }]) => !isZero(bytes));
    const start = new Uint8Array(used.reduce((end, [block]) => Math.max(end, block + 1), 0) * this.blockSize);
    for (const [block, { bytes }] of used) start.set(bytes, block * this.blockSize);
    return start;
  }

  /**
   * Writes everything back to the disk, in order. @param fs the file system that is on it
   * @param free called when the disk has forgotten what was removed: what it changes is written too. Throws UsageError, DiskError
   */
  save(fs: Ext2, free: () => void): void {
    if (this.staged.size === 0) return;
    const store = this.store!;
    const { block, at } = superblockPlace(fs);
    const superblock = this.readRun({ block, count: 1 });
    this.copyContents(store);
    this.writeFresh(fs, store);
    store.write(block * this.blockSize, inUse(superblock, at));
    store.flush?.();
    this.writeKnown(store);
    free();
    this.writeFresh(fs, store);
    this.writeKnown(store);
    store.write(block * this.blockSize, this.staged.get(block)?.bytes ?? superblock);
    store.flush?.();
    this.staged.clear();
  }

  /** What nothing on the disk leads to yet. */
  private writeFresh(fs: Ext2, store: DiskStore): void {
    const free = freeBlocks(fs, store);
    this.writeStaged(store, ({ kind }, block) => !FIXED.has(kind) && free(block));
  }

  /** What the disk knows already: inodes and bitmaps, then what leads to them. The superblock waits. */
  private writeKnown(store: DiskStore): void {
    this.writeStaged(store, ({ kind }) => FIXED.has(kind) && kind !== "superblock");
    store.flush?.();
    this.writeStaged(store, ({ kind }) => kind !== "superblock");
    store.flush?.();
  }

  private copyContents(to: DiskStore): void {
    for (const copy of this.copies) this.copyContent(to, copy);
    this.copies.length = 0;
  }

  /** Writes those that are chosen, in the order of their places. */
  private writeStaged(to: DiskStore, chosen: (one: Staged, block: number) => boolean): void {
    const ready = [...this.staged].filter(([block, one]) => chosen(one, block)).sort(([a], [b]) => a - b);
    for (const [block, { bytes }] of ready) {
      to.write(block * this.blockSize, bytes);
      this.staged.delete(block);
    }
  }

  private copyContent(to: DiskStore, { source, size, runs }: ContentCopy): void {
    const from = openSource(source);
    try {
      if (fstatSync(from).size !== size) throw changed(source);
      for (const run of runs) this.copyRun(to, from, run, { source, size });
    } finally {
      closeSync(from);
    }
  }

  private copyRun(to: DiskStore, from: number, run: FileRun, { source, size }: { source: string; size: number }): void {
    const step = CHUNK / this.blockSize;
    for (let i = 0; i < run.count; i += step) {
      const bytes = new Uint8Array(Math.min(step, run.count - i) * this.blockSize);
      const position = (run.first + i) * this.blockSize;
      if (!readWhole(from, bytes.subarray(0, size - position), position)) throw changed(source);
      to.write((run.block + i) * this.blockSize, bytes);
    }
  }
}

/** Kinds of blocks that have had their places since the file system was made. */
const FIXED: ReadonlySet<BlockKind> = new Set(["superblock", "descriptors", "bitmap", "inodes"]);

/** A superblock as a mount leaves it: who finds it so knows that the file system has to be checked. */
function inUse(superblock: Uint8Array, at: number): Uint8Array {
  const bytes = superblock.slice();
  set(bytes, SUPERBLOCK.state, get(bytes, SUPERBLOCK.state, at) & ~STATE.clean, at);
  return bytes;
}

/** Tells of a block whether nothing on the disk leads to it. */
function freeBlocks(fs: Ext2, store: DiskStore): (block: number) => boolean {
  const bitmaps = new Map<number, Uint8Array>();
  return (block) => {
    const group = groupOf(fs, block);
    let bitmap = bitmaps.get(group);
    if (bitmap === undefined) {
      bitmap = new Uint8Array(fs.blockSize);
      store.read(fs.groups[group]!.blockBitmap * fs.blockSize, bitmap);
      bitmaps.set(group, bitmap);
    }
    return !isTaken(bitmap, block - groupStart(fs, group));
  };
}

function changed(source: string): UsageError {
  return new UsageError(`${shown(source)} changed while it was read: nothing was written that the image knows of`);
}

/** Opens a file of the host for reading. Throws UsageError. */
export function openSource(source: string): number {
  try {
    return openSync(hostPath(source), "r");
  } catch (error) {
    throw new UsageError(`cannot read ${shown(source)}: ${reason(error)}`);
  }
}

/** Fills `bytes` from a position of a file. False: the file ends before. */
export function readWhole(fd: number, bytes: Uint8Array, position: number): boolean {
  for (let at = 0; at < bytes.length; ) {
    const count = readSync(fd, bytes, at, bytes.length - at, position + at);
    if (count === 0) return false;
    at += count;
  }
  return true;
}

export function writeWhole(fd: number, bytes: Uint8Array, position: number): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at, bytes.length - at, position + at);
}

const ZEROES = new Uint8Array(4096);

/** @param bytes a block, or less */
export function isZero(bytes: Uint8Array): boolean {
  return Buffer.compare(bytes, ZEROES.subarray(0, bytes.length)) === 0;
}
