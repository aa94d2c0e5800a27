/**
 * A file of the host as a store of ext2's blocks. What is written waits in memory until `save`, contents of files as a note
 * of where to fetch them: a command that fails in its middle has changed nothing, and an image is never loaded whole.
 *
 * (1) Blocks of metadata wait in `staged`, contents in `copies`; a block is in one of them at most.
 * (2) A new image's file gets only the blocks that are not all zeroes: the rest are holes.
 */
import { closeSync, fstatSync, openSync, readSync, type Stats, writeSync } from "node:fs";
import { errno } from "../../kernel/errno.ts";
import type { BlockRun, BlockStore, CommitSink, FileRun } from "../../kernel/fs/ext2/types.ts";
import { UsageError } from "../errors.ts";
import { reason } from "../files.ts";
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

export class ImageFile implements BlockStore, CommitSink {
  readonly blockSize: number;
  readonly blocks: number;
  /** The file's, as `identityOf` makes it; null of a new image. */
  readonly identity: string | null;
  /** Null: a new image, all zeroes. */
  private readonly fd: number | null;
  private readonly staged = new Map<number, Uint8Array>();
  private readonly copies: ContentCopy[] = [];
  private readonly cache = new Map<number, Uint8Array>();

  constructor(fd: number | null, blockSize: number, blocks: number) {
    this.fd = fd;
    this.blockSize = blockSize;
    this.blocks = blocks;
    this.identity = fd === null ? null : identityOf(fstatSync(fd));
  }

  /** @throws Errno EIO when the file has become shorter */
  read(block: number): Uint8Array {
    const known = this.staged.get(block) ?? this.cache.get(block);
    if (known !== undefined) return known;
    const bytes = this.readRun({ block, count: 1 });
    const [oldest] = this.cache.keys();
    if (this.cache.size >= CACHED) this.cache.delete(oldest!);
    this.cache.set(block, bytes);
    return bytes;
  }

  /** Blocks as they are in the file. @throws Errno EIO */
  readRun({ block, count }: BlockRun): Uint8Array {
    const bytes = new Uint8Array(count * this.blockSize);
    if (this.fd !== null && !readWhole(this.fd, bytes, block * this.blockSize)) throw errno("EIO");
    return bytes;
  }

  write(block: number, bytes: Uint8Array): void {
    this.cache.delete(block);
    this.staged.set(block, bytes);
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

  /** Writes everything to a file: contents first, then what leads to them. Throws UsageError, and host errors of `fd`. */
  save(fd: number): void {
    for (const copy of this.copies) this.copyContent(fd, copy);
    const fresh = this.fd === null;
    const changed = [...this.staged].filter(([, bytes]) => !fresh || !isZero(bytes)).sort(([a], [b]) => a - b);
    for (const [block, bytes] of changed) writeWhole(fd, bytes, block * this.blockSize);
    this.staged.clear();
    this.copies.length = 0;
  }

  private copyContent(fd: number, { source, size, runs }: ContentCopy): void {
    const from = openSource(source);
    try {
      if (fstatSync(from).size !== size) throw changed(source);
      for (const run of runs) this.copyRun(fd, from, run, { source, size });
    } finally {
      closeSync(from);
    }
  }

  private copyRun(fd: number, from: number, run: FileRun, { source, size }: { source: string; size: number }): void {
    const step = CHUNK / this.blockSize;
    for (let i = 0; i < run.count; i += step) {
      const bytes = new Uint8Array(Math.min(step, run.count - i) * this.blockSize);
      const position = (run.first + i) * this.blockSize;
      if (!readWhole(from, bytes.subarray(0, size - position), position)) throw changed(source);
      writeWhole(fd, bytes, (run.block + i) * this.blockSize);
    }
  }
}

/** The same for all names of one file of the host. */
export function identityOf({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
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
