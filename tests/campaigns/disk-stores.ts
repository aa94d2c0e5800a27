/** Disks for the campaigns: one that remembers each block that was written, one that fails when it is told to. */
import { DiskError, type DiskStore } from "../../cpu/devices/disk-store.ts";

/** An image in memory, written in place. */
export class ArrayStore implements DiskStore {
  readonly size: number;
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.size = bytes.length;
  }

  /** What the device promises to its store; a store that is asked for other bytes ends the test. */
  private check(position: number, length: number): void {
    if (position < 0 || position + length > this.size || position % 512 !== 0 || length % 512 !== 0)
      throw new Error(`the disk asks for ${length} bytes at ${position} of ${this.size}`);
  }

  read(position: number, into: Uint8Array): void {
    this.check(position, into.length);
    into.set(this.bytes.subarray(position, position + into.length));
  }

  write(position: number, bytes: Uint8Array): void {
    this.check(position, bytes.length);
    this.bytes.set(bytes, position);
  }

  save(): unknown {
    return this.bytes.slice();
  }

  restore(saved: unknown): void {
    this.bytes.set(saved as Uint8Array);
  }
}

/** Bytes of a disk that were written at once. */
export interface BlockWrite {
  readonly position: number;
  readonly bytes: Uint8Array;
}

/** Remembers every write, block by block: a command of several blocks may stop behind each of them. */
export class RecordingStore extends ArrayStore {
  readonly writes: BlockWrite[] = [];
  private readonly blockSize: number;
  /** Called before a piece of a command is written. */
  onWrite: () => void = () => {};

  constructor(bytes: Uint8Array, blockSize: number) {
    super(bytes);
    this.blockSize = blockSize;
  }

  override write(position: number, bytes: Uint8Array): void {
    this.onWrite();
    for (let at = 0; at < bytes.length; ) {
      const length = Math.min(this.blockSize - ((position + at) % this.blockSize), bytes.length - at);
      this.writes.push({ position: position + at, bytes: bytes.slice(at, at + length) });
      at += length;
    }
    super.write(position, bytes);
  }
}

/** Which of a disk's transfers fail: the n-th (from 0), and with `forever` all that follow. */
export interface Fault {
  readonly at: number;
  readonly forever: boolean;
}

/** Counts its transfers, reads and writes alike, and refuses some. */
export class FaultyStore extends ArrayStore {
  transfers = 0;
  /** Called when the first transfer is refused. */
  onFailure: () => void = () => {};
  /** Byte of the disk at which the first failing transfer began, and what it was. */
  failed: { readonly what: "read" | "write"; readonly position: number; readonly length: number } | null = null;
  private readonly fault: Fault;

  constructor(bytes: Uint8Array, fault: Fault) {
    super(bytes);
    this.fault = fault;
  }

  private attempt(what: "read" | "write", position: number, length: number): void {
    const number = this.transfers++;
    if (number !== this.fault.at && !(this.fault.forever && number > this.fault.at)) return;
    if (this.failed === null) this.onFailure();
    this.failed ??= { what, position, length };
    throw new DiskError(`transfer ${number}`);
  }

  override read(position: number, into: Uint8Array): void {
    this.attempt("read", position, into.length);
    super.read(position, into);
  }

  override write(position: number, bytes: Uint8Array): void {
    this.attempt("write", position, bytes.length);
    super.write(position, bytes);
  }
}
