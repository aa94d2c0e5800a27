/**
 * Damaged ext2 images: mounted, read and written, they may give any errno, but nothing else is thrown, no block outside the
 * image is touched, and every operation ends: it may read only so many blocks.
 */
import { Random } from "../../../../cpu/random.ts";
import { Errno } from "../../../../kernel/errno.ts";
import { getattr, setattr } from "../../../../kernel/fs/ext2/attributes.ts";
import { mapBlocks } from "../../../../kernel/fs/ext2/block-map.ts";
import { readData, resize, writeData } from "../../../../kernel/fs/ext2/data.ts";
import { isEmpty, list, lookup, parentOf } from "../../../../kernel/fs/ext2/directory.ts";
import { MemoryImage } from "../../../../kernel/fs/ext2/image.ts";
import { readInode } from "../../../../kernel/fs/ext2/inode.ts";
import { get, INODE, u32 } from "../../../../kernel/fs/ext2/layout.ts";
import { create, link, mkdir, readlink, symlink } from "../../../../kernel/fs/ext2/operations.ts";
import { freeAtOnce, orphan, rmdir, unlink } from "../../../../kernel/fs/ext2/removal.ts";
import { isWithin, rename } from "../../../../kernel/fs/ext2/rename.ts";
import { mount } from "../../../../kernel/fs/ext2/super.ts";
import { Transaction, view } from "../../../../kernel/fs/ext2/transaction.ts";
import type { BlockKind, BlockStore, CommitSink, Ext2, View } from "../../../../kernel/fs/ext2/types.ts";
import { markMounted, markUnmounted, statfs } from "../../../../kernel/fs/ext2/usage.ts";
import { type Disk, file, folder, newDisk, ROOT, TIME } from "./disks.ts";
import { RandomTree } from "./random-tree.ts";

/** Blocks that one operation may read: several times those of the image, and of one inode's trees. */
const MOST_READS = 60_000;
/** Files that are looked at, and names that are worked on. */
const MOST_FILES = 60;
const OPERATIONS = 40;

/** A store that refuses what is outside, and operations that do not end. */
class GuardedImage implements BlockStore, CommitSink {
  reads = 0;
  readonly blockSize: number;
  readonly blocks: number;
  private readonly image: MemoryImage;

  constructor(image: MemoryImage) {
    this.image = image;
    this.blockSize = image.blockSize;
    this.blocks = image.blocks;
  }

  private check(block: number): void {
    if (!Number.isInteger(block) || block < 0 || block >= this.blocks)
      throw new Error(`block ${block} of ${this.blocks}`);
  }

  read(block: number): Uint8Array {
    this.check(block);
    if (++this.reads > MOST_READS) throw new Error("an operation does not end");
    return this.image.read(block);
  }

  /** Set once it is mounted. */
  fs: Ext2 | null = null;

  write(block: number, bytes: Uint8Array, kind: BlockKind): void {
    this.check(block);
    const own = this.fs === null ? null : systemKind(this.fs, block);
    if (own !== null && own !== kind) throw new Error(`block ${block}, of ${own}, is written as ${kind}`);
    if (bytes.length !== this.blockSize) throw new Error(`a block of ${bytes.length} bytes`);
    this.image.write(block, bytes);
  }
}

/** What a block that no file may own is for; null: files may. */
function systemKind(fs: Ext2, block: number): BlockKind | null {
  for (const { blockBitmap, inodeBitmap, inodeTable } of fs.groups) {
    if (block === blockBitmap || block === inodeBitmap) return "bitmap";
    if (block >= inodeTable && block < inodeTable + (fs.inodesPerGroup * fs.inodeSize) / fs.blockSize) return "inodes";
  }
  return null;
}

export interface FuzzResult {
  readonly mounted: boolean;
  /** How often operations gave each errno; "" is success. */
  readonly outcomes: ReadonlyMap<string, number>;
}

export interface FuzzBase {
  readonly image: MemoryImage;
  readonly fs: Ext2;
  /** Blocks of directories, indirect blocks, and the inode table's first. */
  readonly structures: readonly number[];
}

/** File systems to be damaged, one of each block size, with all kinds of files in them. */
export function fuzzBases(): readonly FuzzBase[] {
  return [1024, 2048, 4096].map((blockSize, seed) => {
    const disk = newDisk({ size: 512 * blockSize, blockSize, inodeSize: 128, bytesPerInode: 4 * blockSize });
    new RandomTree(disk, seed, 40_000).work(150);
    const big = disk.run((t) => create(t, ROOT, "big", file()));
    // Single, double and triple indirect blocks.
    for (const n of [20, 12 + blockSize / 4 + 5, 12 + blockSize / 4 + (blockSize / 4) ** 2 + 9])
      disk.run((t) => writeData(t, big, n * blockSize, new Uint8Array(3 * blockSize).fill(1), TIME));
    return { image: disk.image, fs: disk.fs, structures: structuresOf(disk) };
  });
}

function structuresOf(disk: Disk): number[] {
  const { fs } = disk;
  const found = [fs.groups[0].inodeTable];
  for (let ino = ROOT; ino <= fs.inodes; ino++) {
    const type = get(readInode(disk.view, ino), INODE.mode) & 0o170000;
    const raw = readInode(disk.view, ino);
    if (type === 0o040000) found.push(u32(raw, 40));
    if (type === 0o100000)
      for (let level = 1; level <= 3; level++) indirect(disk, u32(raw, 40 + 4 * (11 + level)), level, found);
  }
  return found;
}

function indirect(disk: Disk, block: number, level: number, found: number[]): void {
  if (block === 0) return;
  found.push(block);
  for (let at = 0; at < disk.fs.blockSize && level > 1; at += 4)
    indirect(disk, u32(disk.view.read(block), at), level - 1, found);
}

/** A damaged copy of an image. */
export function damaged(base: FuzzBase, random: Random): MemoryImage {
  const image = new MemoryImage(base.image.bytes.slice(), base.image.blockSize);
  damage(base, image, random);
  return image;
}

/** Damages a copy of an image and does all that can be done with it. */
export function fuzzOnce(base: FuzzBase, seed: number): FuzzResult {
  const random = new Random(seed);
  const image = damaged(base, random);
  const store = new GuardedImage(image);
  const outcomes = new Map<string, number>();
  const mounting = mount(store, { readOnly: random.below(10) === 0 });
  if (!mounting.ok) return { mounted: false, outcomes: outcomes.set(mounting.error, 1) };
  store.fs = mounting.fs;
  new Work(mounting.fs, store, random, outcomes).run();
  return { mounted: true, outcomes };
}

/** Overwrites some numbers or bytes, in places that mean something. */
function damage(base: FuzzBase, image: MemoryImage, random: Random): void {
  const { bytes, blockSize } = image;
  for (let i = random.below(random.below(4) === 0 ? 60 : 8); i >= 0; i--) {
    const size = [1, 2, 4][random.below(3)];
    const at = place(base, random) + size * random.below(32);
    const values = [
      0,
      1,
      2,
      0x7f,
      0xff,
      0xffff,
      0x7fffffff,
      0xffffffff,
      image.blocks,
      image.blocks - 1,
      base.fs.groups[0].blockBitmap,
      base.fs.groups[0].inodeTable,
      random.below(image.blocks),
      random.next(),
    ];
    const value = values[random.below(values.length)];
    if (random.below(4) === 0) bytes[at % bytes.length] ^= 1 << random.below(8);
    else for (let byte = 0; byte < size; byte++) bytes[(at + byte) % bytes.length] = value >>> (8 * byte);
  }
  if (random.below(20) === 0)
    bytes.copyWithin(random.below(image.blocks) * blockSize, random.below(image.blocks) * blockSize, blockSize * 9);
}

function place({ fs, structures }: FuzzBase, random: Random): number {
  const { blockSize } = fs;
  const { blockBitmap, inodeTable } = fs.groups[0];
  switch (random.below(16)) {
    case 0:
      return 1024;
    case 1:
      return (fs.firstBlock + 1) * blockSize;
    case 2:
      return blockBitmap * blockSize + random.below(2 * blockSize);
    case 3:
      return random.below(fs.blocks) * blockSize;
    case 4:
      return inodeTable * blockSize + fs.inodeSize;
    default: {
      if (random.below(2) === 0)
        return inodeTable * blockSize + random.below(Math.min(90, fs.inodesPerGroup)) * fs.inodeSize;
      return (
        structures[random.below(structures.length)] * blockSize +
        random.below(random.below(2) === 0 ? 16 : blockSize / 4) * 4
      );
    }
  }
}

/** All operations, on what is found. */
class Work {
  private readonly fs: Ext2;
  private readonly store: GuardedImage;
  private readonly random: Random;
  private readonly outcomes: Map<string, number>;
  private readonly folders: number[] = [ROOT];
  private readonly names: { directory: number; name: string; ino: number }[] = [];

  constructor(fs: Ext2, store: GuardedImage, random: Random, outcomes: Map<string, number>) {
    this.fs = fs;
    this.store = store;
    this.random = random;
    this.outcomes = outcomes;
  }

  private attempt<T>(operation: () => T): T | null {
    this.store.reads = 0;
    try {
      const result = operation();
      this.outcomes.set("", (this.outcomes.get("") ?? 0) + 1);
      return result;
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      this.outcomes.set(error.name, (this.outcomes.get(error.name) ?? 0) + 1);
      return null;
    }
  }

  private change(operation: (t: Transaction) => unknown): void {
    this.attempt(() => {
      const t = new Transaction(this.fs, this.store, this.random.below(2) === 0);
      operation(t);
      t.commit(this.store);
    });
  }

  run(): void {
    const v = view(this.fs, this.store);
    this.attempt(() => statfs(v));
    this.change((t) => markMounted(t, TIME, "/"));
    for (let i = 0; i < this.folders.length && this.names.length < MOST_FILES; i++) this.look(v, this.folders[i]);
    for (const { ino } of this.names) this.lookAt(v, ino);
    for (let i = 0; i < OPERATIONS; i++) this.one(v);
    this.change((t) => markUnmounted(t, TIME));
  }

  private look(v: View, directory: number): void {
    this.attempt(() => parentOf(v, directory));
    this.attempt(() => isEmpty(v, directory));
    for (const { name, ino } of this.attempt(() => list(v, directory, 0, 30)) ?? []) {
      this.names.push({ directory, name, ino });
      if (!this.folders.includes(ino) && this.attempt(() => list(v, ino, 0, 1)) !== null) this.folders.push(ino);
      this.attempt(() => lookup(v, directory, name));
    }
  }

  private lookAt(v: View, ino: number): void {
    const attributes = this.attempt(() => getattr(v, ino));
    if (attributes === null) return;
    this.attempt(() => readlink(v, ino));
    this.attempt(() => readData(v, ino, 0, 70_000));
    this.attempt(() => readData(v, ino, Math.max(0, attributes.size - 5000), 5000));
    this.attempt(() => mapBlocks(v, ino, 0, Math.ceil(attributes.size / this.fs.blockSize)));
    this.attempt(() => isWithin(v, ino, 11));
  }

  private one(v: View): void {
    const { random } = this;
    const any =
      this.names.length === 0 ? { directory: ROOT, name: "x", ino: ROOT } : this.names[random.below(this.names.length)];
    const directory = this.folders[random.below(this.folders.length)];
    const name = random.below(8) === 0 ? any.name : `new${random.below(1000)}`;
    const size = random.below(2) === 0 ? random.below(200_000) : random.below(2 ** 35);
    const works: readonly ((t: Transaction) => unknown)[] = [
      (t) => create(t, directory, name, file()),
      (t) => mkdir(t, directory, name, folder()),
      (t) => symlink(t, directory, name, "t".repeat(1 + random.below(120)), file()),
      (t) => link(t, directory, name, any.ino, TIME),
      (t) => writeData(t, any.ino, size % 300_000, random.bytes(3000), TIME),
      (t) => resize(t, any.ino, size, TIME),
      (t) => resize(t, any.ino, 0, TIME),
      (t) => freeIfLast(t, unlink(t, any.directory, any.name, TIME)),
      (t) => freeIfLast(t, rmdir(t, any.directory, any.name, TIME)),
      (t) => freeIfLast(t, rename(t, any, { directory, name }, TIME)),
      (t) => setattr(t, any.ino, { mode: random.below(2 ** 16), uid: random.next(), mtime: random.next() }),
      (t) => orphan(t, any.ino),
    ];
    this.change(works[random.below(works.length)]);
    if (random.below(10) === 0) this.lookAt(v, any.ino);
  }
}

function freeIfLast(t: Transaction, removed: { ino: number; last: boolean } | null): void {
  if (removed?.last) freeAtOnce(t, removed.ino, TIME);
}
