/**
 * Makes a file system: superblock, descriptors and their copies, bitmaps, inode tables, the root and lost+found.
 *
 * (1) The same options give the same bytes: uuid and time are the caller's.
 *
 * Source: mke2fs(8) for the defaults and for what becomes of a last group that is too small.
 */
import { errno } from "../../errno.ts";
import { initialize } from "./attributes.ts";
import { isTaken, take } from "./bitmap.ts";
import { addBlock } from "./block-map.ts";
import { count, readSuperblock } from "./counters.ts";
import { appendBlock } from "./directory.ts";
import { putDots } from "./entries.ts";
import { FILE_TYPE, LARGE_FILE, SPARSE_SUPER } from "./features.ts";
import {
  descriptorBlocks,
  descriptorPlace,
  groupCount,
  groupSize,
  groupStart,
  hasSuperblock,
  tableBlocks,
} from "./geometry.ts";
import { SparseImage } from "./image.ts";
import { changeInode, setSize } from "./inode.ts";
import {
  DESCRIPTOR,
  DIRECT,
  MAGIC,
  OLD_FIRST_INODE,
  OLD_INODE_SIZE,
  ROOT_INODE,
  STATE,
  SUPERBLOCK,
  SUPERBLOCK_SIZE,
  SUPERBLOCK_TEXTS,
  set,
  TYPE,
  toBytes,
} from "./layout.ts";
import { mkdir } from "./operations.ts";
import { Transaction } from "./transaction.ts";
import type { Ext2, Group } from "./types.ts";

export interface MakeOptions {
  /** Bytes of the device; whole blocks of it are used. */
  readonly size: number;
  /** 1024, 2048 or 4096. */
  readonly blockSize: number;
  /** 128 or more, a power of two. */
  readonly inodeSize: number;
  /** One inode for so many bytes. */
  readonly bytesPerInode: number;
  readonly revision: 0 | 1;
  readonly sparseSuper: boolean;
  readonly fileTypes: boolean;
  readonly largeFiles: boolean;
  /** Of a hundred blocks, how many only root may take. */
  readonly reserved: number;
  /** 16 bytes as 32 hexadecimal digits. */
  readonly uuid: string;
  /** Up to 16 bytes. */
  readonly label: string;
  /** Seconds since 1970. */
  readonly time: number;
}

export const MAKE_DEFAULTS: Omit<MakeOptions, "size" | "uuid" | "time"> = {
  blockSize: 4096,
  inodeSize: 256,
  bytesPerInode: 8192,
  revision: 1,
  sparseSuper: true,
  fileTypes: true,
  largeFiles: true,
  reserved: 5,
  label: "",
};

/** A last group needs so many blocks beside its own structures; else it is left out. */
const LEAST_LAST = 50;
const LOST_AND_FOUND = 16384;
/** A file system needs room for its structures, the root, lost+found and a file. */
const LEAST_DATA = DIRECT + 4;
/** Limits of mounts that call for a check: none. */
const UNLIMITED = 0xffff;

/**
 * Writes a new file system: the blocks that are given are all that must be written; others keep what they have.
 * @param write receives every block that matters, inode tables included @returns the blocks that it uses of the device
 * @throws Errno ENOSPC: the device is too small; EINVAL: no such sizes
 */
export function make(options: MakeOptions, write: (block: number, bytes: Uint8Array) => void): number {
  const fs = plan(options);
  const image = new SparseImage(fs.blocks, fs.blockSize);
  writeSuperblock(fs, options, image);
  for (let group = 0; group < fs.groups.length; group++) writeGroup(fs, group, image);
  const t = new Transaction(fs, image);
  finishCounts(t);
  makeRoot(t, options.time);
  t.commit(image);
  copySuperblocks(fs, image);
  for (const [block, bytes] of [...image.written].sort(([a], [b]) => a - b)) write(block, bytes);
  return fs.blocks;
}

/** Where everything will be. */
function plan(options: MakeOptions): Ext2 {
  checkOptions(options);
  const { blockSize, sparseSuper } = options;
  const firstBlock = blockSize === 1024 ? 1 : 0;
  const blocksPerGroup = 8 * blockSize;
  let shape = { ...bare(options), blockSize, blocks: Math.floor(options.size / blockSize), firstBlock, blocksPerGroup };
  if (shape.blocks <= firstBlock + 1) throw errno("ENOSPC");
  for (;;) {
    const inodesPerGroup = inodesFor(options, groupCount(shape));
    shape = { ...shape, inodesPerGroup, inodes: inodesPerGroup * groupCount(shape) };
    const last = groupCount(shape) - 1;
    const own = 2 + tableBlocks(shape) + (hasSuperblock(last, sparseSuper) ? 1 + descriptorBlocks(shape) : 0);
    if (groupSize(shape, last) >= own + (last === 0 ? LEAST_DATA : LEAST_LAST)) break;
    if (last === 0) throw errno("ENOSPC");
    shape = { ...shape, blocks: groupStart(shape, last) };
  }
  return { ...shape, groups: Array.from({ length: groupCount(shape) }, (_, group) => planGroup(shape, group)) };
}

function checkOptions({
  blockSize,
  inodeSize,
  bytesPerInode,
  revision,
  sparseSuper,
  fileTypes,
  largeFiles,
  uuid,
}: MakeOptions): void {
  const sizes =
    [1024, 2048, 4096].includes(blockSize) && [128, 256, 512, 1024].includes(inodeSize) && inodeSize <= blockSize;
  const old = inodeSize === OLD_INODE_SIZE && !sparseSuper && !fileTypes && !largeFiles;
  if (!sizes || bytesPerInode < 1024 || (revision === 0 && !old) || !/^[0-9a-f]{32}$/.test(uuid)) throw errno("EINVAL");
}

/** What does not depend on the size. */
function bare({ revision, fileTypes, sparseSuper, inodeSize, label, uuid }: MakeOptions): Ext2 {
  const nothing = {
    blockSize: 0,
    blocks: 0,
    inodes: 0,
    firstBlock: 0,
    blocksPerGroup: 0,
    inodesPerGroup: 0,
    groups: [],
  };
  const owners = { reservedUid: 0, reservedGid: 0 };
  const firstInode = OLD_FIRST_INODE;
  return {
    ...nothing,
    ...owners,
    inodeSize,
    firstInode,
    revision,
    fileTypes,
    sparseSuper,
    readOnly: false,
    clean: true,
    label,
    uuid,
  };
}

/** Inodes of a group: whole blocks of the table, and whole bytes of the bitmap. */
function inodesFor({ size, bytesPerInode, blockSize, inodeSize }: MakeOptions, groups: number): number {
  const wanted = Math.ceil(Math.max(2 * OLD_FIRST_INODE, size / bytesPerInode) / groups);
  const step = Math.max(8, blockSize / inodeSize);
  return Math.min(Math.ceil(wanted / step) * step, 8 * blockSize);
}

function planGroup(fs: Ext2, group: number): Group {
  const copies = hasSuperblock(group, fs.sparseSuper) ? 1 + descriptorBlocks(fs) : 0;
  const blockBitmap = groupStart(fs, group) + copies;
  return { blockBitmap, inodeBitmap: blockBitmap + 1, inodeTable: blockBitmap + 2 };
}

function writeSuperblock(fs: Ext2, options: MakeOptions, image: SparseImage): void {
  const block = new Uint8Array(fs.blockSize);
  const bytes = block.subarray(fs.firstBlock === 0 ? SUPERBLOCK_SIZE : 0);
  const log = Math.log2(fs.blockSize) - 10;
  const features = (options.sparseSuper ? SPARSE_SUPER : 0) | (options.largeFiles ? LARGE_FILE : 0);
  const values: Partial<Record<keyof typeof SUPERBLOCK, number>> = {
    inodes: fs.inodes,
    blocks: fs.blocks,
    reservedBlocks: Math.floor((fs.blocks * options.reserved) / 100),
    firstBlock: fs.firstBlock,
    logBlockSize: log,
    logFragmentSize: log,
    blocksPerGroup: fs.blocksPerGroup,
    fragmentsPerGroup: fs.blocksPerGroup,
    inodesPerGroup: fs.inodesPerGroup,
    writeTime: options.time,
    mostMounts: UNLIMITED,
    magic: MAGIC,
    state: STATE.clean,
    errors: 1,
    lastCheck: options.time,
    revision: options.revision,
    madeTime: options.time,
    ...(options.revision === 0 ? {} : { firstInode: fs.firstInode, inodeSize: fs.inodeSize }),
    ...(options.fileTypes ? { incompatible: FILE_TYPE } : {}),
    readOnlyCompatible: features,
  };
  for (const [name, value] of Object.entries(values)) set(bytes, SUPERBLOCK[name as keyof typeof SUPERBLOCK], value);
  bytes.set(
    Uint8Array.from(fs.uuid.match(/../g)!, (digits) => Number.parseInt(digits, 16)),
    SUPERBLOCK_TEXTS.uuid[0],
  );
  bytes.set(toBytes(fs.label).subarray(0, SUPERBLOCK_TEXTS.label[1]), SUPERBLOCK_TEXTS.label[0]);
  image.write(fs.firstBlock, block);
}

/** Bitmaps, inode table and descriptor of a group in which nothing is taken but what it needs itself. */
function writeGroup(fs: Ext2, group: number, image: SparseImage): void {
  const { blockBitmap, inodeBitmap, inodeTable } = fs.groups[group];
  const used = inodeTable + tableBlocks(fs) - groupStart(fs, group);
  image.write(blockBitmap, bitmapOf(fs.blockSize, used, groupSize(fs, group)));
  image.write(inodeBitmap, bitmapOf(fs.blockSize, group === 0 ? OLD_FIRST_INODE - 1 : 0, fs.inodesPerGroup));
  const empty = new Uint8Array(fs.blockSize);
  for (let i = 0; i < tableBlocks(fs); i++) image.write(inodeTable + i, empty);
  const { block, at } = descriptorPlace(fs, group);
  const bytes = image.read(block).slice();
  for (const field of ["blockBitmap", "inodeBitmap", "inodeTable"] as const)
    set(bytes, DESCRIPTOR[field], fs.groups[group][field], at);
  image.write(block, bytes);
}

/** The first `used` of `size` bits are taken, and so are all behind the last. */
function bitmapOf(blockSize: number, used: number, size: number): Uint8Array {
  const bitmap = new Uint8Array(blockSize);
  for (let bit = 0; bit < used; bit++) take(bitmap, bit);
  for (let bit = size; bit < 8 * blockSize; bit++) take(bitmap, bit);
  return bitmap;
}

function finishCounts(t: Transaction): void {
  const { fs } = t;
  for (let group = 0; group < fs.groups.length; group++) {
    const { blockBitmap, inodeBitmap } = fs.groups[group];
    count(t, group, "freeBlocks", freeBits(t.read(blockBitmap), groupSize(fs, group)));
    count(t, group, "freeInodes", freeBits(t.read(inodeBitmap), fs.inodesPerGroup));
  }
}

function freeBits(bitmap: Uint8Array, size: number): number {
  let free = 0;
  for (let bit = 0; bit < size; bit++) if (!isTaken(bitmap, bit)) free++;
  return free;
}

/** The root, whose number is among the reserved ones, and lost+found with blocks in advance: e2fsck may have none to take. */
function makeRoot(t: Transaction, time: number): void {
  const { fs } = t;
  const node = { mode: TYPE.directory | 0o755, uid: 0, gid: 0, time };
  initialize(t, ROOT_INODE, node, 2);
  putDots(fs, t.change(addBlock(t, ROOT_INODE, 0, "directory"), "directory"), ROOT_INODE, ROOT_INODE, TYPE.directory);
  setSize(changeInode(t, ROOT_INODE), fs.blockSize);
  count(t, Math.floor((ROOT_INODE - 1) / fs.inodesPerGroup), "directories", 1);
  const lost = mkdir(t, ROOT_INODE, "lost+found", { ...node, mode: 0o700 });
  const blocks = Math.min(DIRECT, Math.max(2, LOST_AND_FOUND / fs.blockSize));
  for (let n = 1; n < blocks; n++) appendBlock(t, lost);
}

/** Copies superblock and descriptors to the groups that have copies; each copy tells its group. */
function copySuperblocks(fs: Ext2, image: SparseImage): void {
  const source = readSuperblock({ fs, read: (block) => image.read(block) });
  for (let group = 1; group < fs.groups.length; group++) {
    if (!hasSuperblock(group, fs.sparseSuper)) continue;
    const block = new Uint8Array(fs.blockSize);
    block.set(source);
    if (fs.revision > 0) set(block, SUPERBLOCK.group, group);
    image.write(groupStart(fs, group), block);
    for (let i = 1; i <= descriptorBlocks(fs); i++)
      image.write(groupStart(fs, group) + i, image.read(fs.firstBlock + i));
  }
}
