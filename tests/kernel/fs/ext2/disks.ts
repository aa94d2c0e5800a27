/** File systems in memory for tests, and running operations on them. */
import { Errno } from "../../../../kernel/errno.ts";
import { MemoryImage } from "../../../../kernel/fs/ext2/image.ts";
import { MAKE_DEFAULTS, type MakeOptions, make } from "../../../../kernel/fs/ext2/make.ts";
import { mount } from "../../../../kernel/fs/ext2/super.ts";
import { Transaction, view } from "../../../../kernel/fs/ext2/transaction.ts";
import type { Ext2, View } from "../../../../kernel/fs/ext2/types.ts";

export const TIME = 1_700_000_000;
export const ROOT = 2;
const UUID = "00112233445566778899aabbccddeeff";

/** A mounted image. */
export class Disk {
  readonly image: MemoryImage;
  readonly fs: Ext2;

  constructor(image: MemoryImage) {
    const mounted = mount(image, { readOnly: false });
    if (!mounted.ok) throw new Error(mounted.message);
    this.image = image;
    this.fs = mounted.fs;
  }

  get view(): View {
    return view(this.fs, this.image);
  }

  /** Runs an operation in a transaction of its own, and commits it. */
  run<T>(operation: (t: Transaction) => T): T {
    const t = new Transaction(this.fs, this.image);
    const result = operation(t);
    t.commit(this.image);
    return result;
  }
}

export function newImage(options: Partial<MakeOptions> & { size: number }): MemoryImage {
  const all = { ...MAKE_DEFAULTS, uuid: UUID, time: TIME, ...options };
  const image = new MemoryImage(new Uint8Array(options.size), all.blockSize);
  make(all, (block, bytes) => image.write(block, bytes));
  return image;
}

export function newDisk(options: Partial<MakeOptions> & { size: number }): Disk {
  return new Disk(newImage(options));
}

/** The error's name that an operation ends with; "" when it does not fail. What is not an Errno is thrown on. */
export function failureOf(operation: () => unknown): string {
  try {
    operation();
  } catch (error) {
    if (error instanceof Errno) return error.name;
    throw error;
  }
  return "";
}

export const file = (mode = 0o644) => ({ mode: 0o100000 | mode, uid: 0, gid: 0, time: TIME });
export const folder = (mode = 0o755) => ({ mode: 0o040000 | mode, uid: 0, gid: 0, time: TIME });

/** Every kind of file system that can be written: one of each block size, revision, inode size and feature. */
export const KINDS: readonly (Pick<
  MakeOptions,
  "blockSize" | "inodeSize" | "revision" | "sparseSuper" | "fileTypes"
> & { largeFiles: boolean })[] = [1024, 2048, 4096].flatMap((blockSize) => [
  { blockSize, inodeSize: 128, revision: 0, sparseSuper: false, fileTypes: false, largeFiles: false },
  ...[128, 256].flatMap((inodeSize) =>
    [true, false].flatMap((sparseSuper) =>
      [true, false].map((fileTypes) => ({
        blockSize,
        inodeSize,
        revision: 1 as const,
        sparseSuper,
        fileTypes,
        largeFiles: true,
      })),
    ),
  ),
]);

export function kindName(kind: (typeof KINDS)[number]): string {
  const { blockSize, inodeSize, revision, sparseSuper, fileTypes } = kind;
  return `blocks of ${blockSize}, inodes of ${inodeSize}, revision ${revision}${sparseSuper ? ", sparse_super" : ""}${fileTypes ? ", filetype" : ""}`;
}
