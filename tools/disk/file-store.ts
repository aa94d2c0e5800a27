/**
 * A file of the host as a disk: read where and when the guest reads, written as the guest's commands complete. And the same
 * file under a layer of memory that takes what is written.
 *
 * (1) Nothing is kept here of what goes to the file: what the guest's disk says is done is in the file, and after a flush on
 *     the host's disk.
 * (2) The file has its lock (lock.ts) for as long as it can be written to.
 * (3) Bytes behind the last whole sector are no part of the disk.
 */
import { closeSync, fdatasyncSync, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { DiskError, type DiskStore, SECTOR_SIZE } from "../../cpu/devices/disk-store.ts";
import { UsageError } from "../errors.ts";
import { reason } from "../files.ts";
import { type Identity, identityOf } from "../identity.ts";
import { type Lock, lockImage, refuseWhileWritten, writerOf } from "./lock.ts";

/** A disk that a file of the host keeps. */
export interface HostDisk {
  /** As the user wrote it. */
  readonly path: string;
  readonly identity: Identity;
  readonly store: DiskStore;
  /** What the user should know. */
  readonly warnings: readonly string[];
  /** What the host could not do, a sentence each: the guest's disk failed there. */
  readonly failures: ReadonlySet<string>;
  /** Brings everything to the host's disk and gives the file back. May be called twice. Throws DiskError */
  close(): void;
}

/**
 * write: alone, and everything goes to the file. snapshot: what is written stays in memory; nobody else may be writing when it is
 * opened, but who begins later is not kept from it. read: for looking at it, even while somebody writes.
 */
export type Access = "write" | "snapshot" | "read";

/** Opens an image as a disk. Throws UsageError: there is none, or it cannot be used so, or somebody else uses it */
export function openHostDisk(path: string, access: Access): HostDisk {
  const fd = openImageFile(path, access === "write" ? "write" : "read");
  let lock: Lock | null = null;
  try {
    const { size, warnings } = sectorsOf(path, fd);
    if (access === "write") lock = lockImage(path);
    if (access === "snapshot") refuseWhileWritten(path);
    const writer = access === "read" ? writerOf(path) : null;
    if (writer !== null) warnings.push(`${path} is in use: ${writer}; what is read here may be half-written`);
    const file = new FileStore(path, fd, size);
    const store = access === "snapshot" ? new SnapshotStore(file) : file;
    const identity = identityOf(fstatSync(fd, { bigint: true }));
    return { path, identity, store, warnings, failures: file.failures, close: closing(file, fd, lock) };
  } catch (error) {
    closeSync(fd);
    lock?.release();
    throw error;
  }
}

function closing(file: FileStore, fd: number, lock: Lock | null): () => void {
  let open = true;
  return () => {
    if (!open) return;
    open = false;
    try {
      file.flush();
    } finally {
      closeSync(fd);
      lock?.release();
    }
  };
}

/** Opens the regular file of an image. Throws UsageError */
function openImageFile(path: string, access: "read" | "write"): number {
  let fd: number;
  try {
    fd = openSync(path, access === "read" ? "r" : "r+");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "EISDIR") throw new UsageError(`${path} is a directory, not the image of a disk`);
    if (code === "ENOENT") throw new UsageError(`cannot read ${path}: ${reason(error)}`);
    throw new UsageError(`cannot ${access} ${path}: ${reason(error)}`);
  }
  const stat = fstatSync(fd);
  if (stat.isFile()) return fd;
  closeSync(fd);
  if (stat.isDirectory()) throw new UsageError(`${path} is a directory, not the image of a disk`);
  throw new UsageError(`${path} is not a regular file, as the image of a disk is`);
}

/** The whole sectors of a file, in bytes. */
function sectorsOf(path: string, fd: number): { size: number; warnings: string[] } {
  const bytes = fstatSync(fd).size;
  const rest = bytes % SECTOR_SIZE;
  if (bytes < SECTOR_SIZE)
    throw new UsageError(`${path} has ${bytes} bytes: a disk has at least one sector of ${SECTOR_SIZE}`);
  const warning = `${path}: its last ${rest} bytes are no whole sector of ${SECTOR_SIZE}, and no part of the disk`;
  return { size: bytes - rest, warnings: rest === 0 ? [] : [warning] };
}

/** A file that is open, as a disk: for those who made it themselves. */
export class FileStore implements DiskStore {
  readonly failures = new Set<string>();
  private unsaved = false;

  /** @param fd stays the caller's @param size bytes, whole sectors */
  constructor(
    private readonly path: string,
    private readonly fd: number,
    readonly size: number,
  ) {}

  read(position: number, into: Uint8Array): void {
    for (let at = 0; at < into.length; ) {
      const count = this.host(() => readSync(this.fd, into, at, into.length - at, position + at));
      if (count === 0) throw this.failed("it has become shorter");
      at += count;
    }
  }

  write(position: number, bytes: Uint8Array): void {
    this.unsaved = true;
    for (let at = 0; at < bytes.length; )
      at += this.host(() => writeSync(this.fd, bytes, at, bytes.length - at, position + at));
  }

  flush(): void {
    if (!this.unsaved) return;
    this.host(() => fdatasyncSync(this.fd));
    this.unsaved = false;
  }

  /** No space, a bad sector of the host: the guest's disk fails there. */
  private host<T>(use: () => T): T {
    try {
      return use();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
      throw this.failed(reason(error));
    }
  }

  private failed(why: string): DiskError {
    const message = `${this.path}: ${why}`;
    this.failures.add(message);
    return new DiskError(message);
  }

  save(): never {
    throw new Error(`${this.path} is written through to the host: a computer with such a disk has no snapshots`);
  }

  restore(): never {
    return this.save();
  }
}

/** What was written is kept in blocks of this many bytes. */
const BLOCK_SIZE = 4096;

/** A store that is only read, and the blocks that differ from it. */
export class SnapshotStore implements DiskStore {
  readonly size: number;
  private blocks = new Map<number, Uint8Array>();

  constructor(private readonly below: DiskStore) {
    this.size = below.size;
  }

  read(position: number, into: Uint8Array): void {
    // Most of what is read was never written: one read of the file, then what lies above it.
    this.below.read(position, into);
    const end = position + into.length;
    for (let number = Math.floor(position / BLOCK_SIZE); number * BLOCK_SIZE < end; number++) {
      const block = this.blocks.get(number);
      if (block === undefined) continue;
      const from = Math.max(position, number * BLOCK_SIZE);
      const to = Math.min(end, (number + 1) * BLOCK_SIZE);
      into.set(block.subarray(from - number * BLOCK_SIZE, to - number * BLOCK_SIZE), from - position);
    }
  }

  write(position: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      const from = (position + done) % BLOCK_SIZE;
      const length = Math.min(bytes.length - done, BLOCK_SIZE - from);
      this.ownBlock(Math.floor((position + done) / BLOCK_SIZE)).set(bytes.subarray(done, done + length), from);
      done += length;
    }
  }

  private ownBlock(number: number): Uint8Array {
    let block = this.blocks.get(number);
    if (block === undefined) {
      block = new Uint8Array(BLOCK_SIZE);
      const start = number * BLOCK_SIZE;
      this.below.read(start, block.subarray(0, Math.min(BLOCK_SIZE, this.size - start)));
      this.blocks.set(number, block);
    }
    return block;
  }

  save(): unknown {
    return structuredClone(this.blocks);
  }

  restore(saved: unknown): void {
    this.blocks = structuredClone(saved as Map<number, Uint8Array>);
  }
}
