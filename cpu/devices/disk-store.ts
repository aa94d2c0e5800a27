/**
 * What keeps the bytes of a disk: an interface, so that they may lie in memory, in a file of the host, or behind something
 * that fails on purpose; and the store in memory. The disk (disk.ts) has the registers, the time and the head.
 *
 * (1) Positions and lengths are whole sectors, inside the store: the disk looks before it asks.
 * (2) A store that throws a DiskError has a bad sector there: the command ends with an error. Anything else thrown is the
 *     store's own fault and ends the emulation.
 * (3) MemoryStore never writes into the image that it was given.
 */

import { panic } from "../panic.ts";

/** Bytes of a sector. */
export const SECTOR_SIZE = 512;

/** What keeps the bytes of a disk. Positions and lengths are whole sectors. */
export interface DiskStore {
  /** Bytes, whole sectors. */
  readonly size: number;
  /** Fills `into` with what lies at `position`. @throws DiskError the device reports an error, the guest gets EIO */
  read(position: number, into: Uint8Array): void;
  /** Keeps `bytes`, which are the caller's again afterwards. @throws DiskError likewise */
  write(position: number, bytes: Uint8Array): void;
  /** What was written is to outlast the host's end too: DISK_COMMAND.flush. @throws DiskError likewise */
  flush?(): void;
  /** Plain data for a snapshot. A store that cannot go back to it (it writes through to the host) throws an Error that says so. */
  save(): unknown;
  /** Goes back to what `save` gave, which may be used again. */
  restore(saved: unknown): void;
}

/** The store cannot read or write there. */
export class DiskError extends Error {}

/** A disk's initial contents, whole sectors: all of it, or what it begins with, and zeroes up to `size` bytes. */
export type DiskImage = Uint8Array | { readonly size: number; readonly start: Uint8Array };

/** Whether what was given keeps the bytes itself. */
export function isDiskStore(disk: DiskImage | DiskStore): disk is DiskStore {
  return "save" in disk;
}

/** What was written is kept in blocks of this many bytes. */
const BLOCK_SIZE = 4096;

/**
 * Bytes of a slab, from which blocks are cut: an array with a buffer of its own takes several times as long to make as to fill, and
 * the garbage collector as long again to find.
 */
const SLAB_SIZE = 64 * BLOCK_SIZE;

/** Written blocks by block number. */
type Blocks = Map<number, Uint8Array>;

/** An image that is never written, and the blocks that differ from it. */
export class MemoryStore implements DiskStore {
  readonly size: number;
  /** Beyond it there are zeroes. */
  private readonly image: Uint8Array;
  private blocks: Blocks = new Map();
  /** Blocks are cut from it in order; `cut` bytes have been. What lies behind is zero. */
  private slab = new Uint8Array(0);
  private cut = 0;

  /** @throws Panic no whole sectors, or more of them than fit */
  constructor(image: DiskImage) {
    this.image = image instanceof Uint8Array ? image : image.start;
    this.size = image instanceof Uint8Array ? image.length : image.size;
    const whole = this.size % SECTOR_SIZE === 0 && this.image.length % SECTOR_SIZE === 0;
    if (!whole || this.image.length > this.size) panic("a disk is whole sectors", { bytes: this.size });
  }

  read(position: number, into: Uint8Array): void {
    for (let done = 0; done < into.length; ) {
      const { number, from, length } = partAt(position + done, into.length - done);
      const part = into.subarray(done, done + length);
      const block = this.blocks.get(number);
      if (block !== undefined) part.set(block.subarray(from, from + length));
      else this.readImage(position + done, part);
      done += length;
    }
  }

  private readImage(position: number, into: Uint8Array): void {
    const there = this.image.subarray(position, position + into.length);
    into.set(there);
    into.fill(0, there.length);
  }

  write(position: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      const { number, from, length } = partAt(position + done, bytes.length - done);
      let block = this.blocks.get(number);
      if (block === undefined) {
        block = this.newBlock();
        if (length < BLOCK_SIZE) this.readImage(number * BLOCK_SIZE, block);
        this.blocks.set(number, block);
      }
      block.set(bytes.subarray(done, done + length), from);
      done += length;
    }
  }

  /** A block of zeroes. */
  private newBlock(): Uint8Array {
    if (this.cut === this.slab.length) {
      this.slab = new Uint8Array(SLAB_SIZE);
      this.cut = 0;
    }
    this.cut += BLOCK_SIZE;
    return this.slab.subarray(this.cut - BLOCK_SIZE, this.cut);
  }

  save(): unknown {
    return structuredClone(this.blocks);
  }

  restore(saved: unknown): void {
    this.blocks = structuredClone(saved as Blocks);
  }
}

/** The block in which `position` lies, where in it, and how much of `length` bytes is there. */
function partAt(position: number, length: number): { number: number; from: number; length: number } {
  const from = position % BLOCK_SIZE;
  return { number: Math.floor(position / BLOCK_SIZE), from, length: Math.min(length, BLOCK_SIZE - from) };
}
