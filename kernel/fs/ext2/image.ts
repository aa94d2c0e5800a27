/** Stores without a disk behind them: an image in memory, and blocks that are only kept once written. */
import type { BlockStore, CommitSink } from "./types.ts";

/** An image in one array; what is committed is written to it at once. */
export class MemoryImage implements BlockStore, CommitSink {
  readonly bytes: Uint8Array;
  readonly blockSize: number;
  readonly blocks: number;

  constructor(bytes: Uint8Array, blockSize: number) {
    this.bytes = bytes;
    this.blockSize = blockSize;
    this.blocks = Math.floor(bytes.length / blockSize);
  }

  read(block: number): Uint8Array {
    return this.bytes.subarray(block * this.blockSize, (block + 1) * this.blockSize);
  }

  write(block: number, bytes: Uint8Array): void {
    this.bytes.set(bytes, block * this.blockSize);
  }
}

/** Blocks by number; those that were never written are zeroes. */
export class SparseImage implements BlockStore, CommitSink {
  readonly written = new Map<number, Uint8Array>();
  readonly blockSize: number;
  readonly blocks: number;
  private readonly zeroes: Uint8Array;

  constructor(blocks: number, blockSize: number) {
    this.blocks = blocks;
    this.blockSize = blockSize;
    this.zeroes = new Uint8Array(blockSize);
  }

  read(block: number): Uint8Array {
    return this.written.get(block) ?? this.zeroes;
  }

  write(block: number, bytes: Uint8Array): void {
    this.written.set(block, bytes);
  }
}
