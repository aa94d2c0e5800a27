/**
 * The superblock: whether a device holds an ext2 file system that we can mount, and how.
 *
 * (1) What passes here has sizes and places within the device; the rest of the code relies on that.
 *
 * Source: Linux 6.1's ext2 and ext4 for which damage refuses a mount.
 */
import type { ErrnoName } from "../../abi.ts";
import { BIG_ALLOCATION, FILE_TYPE, HAS_JOURNAL, SPARSE_SUPER, unknownIncompatible, unwritable } from "./features.ts";
import {
  descriptorBlocks,
  descriptorPlace,
  groupCount,
  groupSize,
  groupStart,
  superblockPlace,
  tableBlocks,
} from "./geometry.ts";
import {
  DESCRIPTOR,
  get,
  INODE,
  MAGIC,
  OLD_FIRST_INODE,
  OLD_INODE_SIZE,
  ROOT_INODE,
  STATE,
  SUPERBLOCK,
  SUPERBLOCK_SIZE,
  SUPERBLOCK_TEXTS,
  TYPE,
  TYPE_MASK,
  toText,
  untilNul,
} from "./layout.ts";
import type { BlockStore, Ext2, Group, Inspection, Mounting, Refusal } from "./types.ts";

const LARGEST_LOG = 2;
const S = SUPERBLOCK;

const refuse = (error: ErrnoName, message: string): Refusal => ({ ok: false, error, message });

/**
 * What a superblock says about mounting.
 * @param bytes 1024 bytes from byte 1024 of the device @param size bytes of the device
 */
export function inspect(bytes: Uint8Array, size: number): Inspection {
  if (bytes.length < SUPERBLOCK_SIZE || get(bytes, S.magic) !== MAGIC)
    return refuse("EINVAL", "no ext2 file system here");
  const revision = get(bytes, S.revision);
  if (revision > 1) return refuse("EINVAL", `ext2 revision ${revision} is not supported`);
  const features = revision === 0 ? NO_FEATURES : featuresOf(bytes);
  const unknown = unknownIncompatible(features.incompatible);
  if (unknown.length > 0) return refuse("EINVAL", `unsupported features: ${unknown.join(", ")}`);
  const wrong = wrongSize(bytes, size, features.readOnly) ?? wrongCount(bytes);
  if (wrong !== null) return refuse("EUCLEAN", wrong);
  const fixed = unwritable(features.readOnly);
  const readOnly = fixed.length > 0 ? `features that can only be read: ${fixed.join(", ")}` : null;
  const blockSize = 1024 << get(bytes, S.logBlockSize);
  return {
    ok: true,
    blockSize,
    blocks: get(bytes, S.blocks),
    readOnly,
    warnings: warnings(bytes, features.compatible),
  };
}

const NO_FEATURES = { compatible: 0, incompatible: 0, readOnly: 0 };

function featuresOf(bytes: Uint8Array): typeof NO_FEATURES {
  const [compatible, incompatible] = [get(bytes, S.compatible), get(bytes, S.incompatible)];
  return { compatible, incompatible, readOnly: get(bytes, S.readOnlyCompatible) };
}

/** Sizes of blocks and inodes, and the device. */
function wrongSize(bytes: Uint8Array, size: number, features: number): string | null {
  const log = get(bytes, S.logBlockSize);
  if (log > LARGEST_LOG) return `blocks of 2^${log + 10} bytes are not supported`;
  const blockSize = 1024 << log;
  if ((features & BIG_ALLOCATION) === 0 && get(bytes, S.logFragmentSize) !== log) return "fragments are not supported";
  const blocks = get(bytes, S.blocks);
  if (blocks * blockSize > size) return `${blocks} blocks of ${blockSize} bytes do not fit on the device`;
  const inodeSize = inodeSizeOf(bytes);
  if (inodeSize < OLD_INODE_SIZE || inodeSize > blockSize || (inodeSize & (inodeSize - 1)) !== 0)
    return `inodes of ${inodeSize} bytes are not supported`;
  return null;
}

/** Counts, once the sizes are right. */
function wrongCount(bytes: Uint8Array): string | null {
  const blockSize = 1024 << get(bytes, S.logBlockSize);
  const firstBlock = get(bytes, S.firstBlock);
  if (firstBlock !== (blockSize === 1024 ? 1 : 0)) return `the first block is ${firstBlock}`;
  const [blocksPerGroup, inodesPerGroup] = [get(bytes, S.blocksPerGroup), get(bytes, S.inodesPerGroup)];
  if (blocksPerGroup === 0 || blocksPerGroup > 8 * blockSize) return `groups of ${blocksPerGroup} blocks`;
  if (inodesPerGroup === 0 || inodesPerGroup > 8 * blockSize) return `groups of ${inodesPerGroup} inodes`;
  const shape = { blockSize, blocks: get(bytes, S.blocks), firstBlock, blocksPerGroup };
  if (shape.blocks <= firstBlock + descriptorBlocks(shape)) return `a file system of ${shape.blocks} blocks`;
  const inodes = get(bytes, S.inodes);
  if (inodes !== groupCount(shape) * inodesPerGroup)
    return `${inodes} inodes in ${groupCount(shape)} groups of ${inodesPerGroup}`;
  const firstInode = firstInodeOf(bytes);
  if (firstInode < OLD_FIRST_INODE || firstInode > inodes) return `the first inode is ${firstInode}`;
  return null;
}

function inodeSizeOf(bytes: Uint8Array): number {
  return get(bytes, S.revision) === 0 ? OLD_INODE_SIZE : get(bytes, S.inodeSize);
}

function firstInodeOf(bytes: Uint8Array): number {
  return get(bytes, S.revision) === 0 ? OLD_FIRST_INODE : get(bytes, S.firstInode);
}

function warnings(bytes: Uint8Array, compatible: number): string[] {
  const found: string[] = [];
  const state = get(bytes, S.state);
  if ((state & STATE.clean) === 0) found.push("it was not unmounted: e2fsck should check it");
  if ((state & STATE.errors) !== 0) found.push("errors were found in it: e2fsck should check it");
  if ((compatible & HAS_JOURNAL) !== 0) found.push("its journal is not used");
  return found;
}

/** Reads a file system's fixed properties. Refuses, with a message, what cannot be mounted; the store's own errors pass. */
export function mount(store: BlockStore, options: { readonly readOnly: boolean }): Mounting {
  const { block, at } = superblockPlace({ ...store, firstBlock: 0, blocksPerGroup: 1 });
  if (store.blocks <= block) return refuse("EINVAL", "no ext2 file system here");
  const bytes = store.read(block).subarray(at, at + SUPERBLOCK_SIZE);
  const found = inspect(bytes, store.blocks * store.blockSize);
  if (!found.ok) return found;
  if (found.blockSize !== store.blockSize) return refuse("EINVAL", `its blocks have ${found.blockSize} bytes`);
  const readOnly = options.readOnly || found.readOnly !== null;
  const bare = properties(bytes, readOnly);
  const groups: Group[] = [];
  for (let number = 0; number < groupCount(bare); number++) {
    const group = groupAt(bare, store, number);
    if (typeof group === "string") return refuse("EUCLEAN", `group ${number}: ${group}`);
    groups.push(group);
  }
  const fs = { ...bare, groups };
  if (!hasRoot(fs, store)) return refuse("EUCLEAN", "the root is not a directory");
  return { ok: true, fs, readOnly: found.readOnly, warnings: found.warnings };
}

function properties(bytes: Uint8Array, readOnly: boolean): Ext2 {
  const features = get(bytes, S.revision) === 0 ? NO_FEATURES : featuresOf(bytes);
  const text = ([offset, length]: readonly [number, number]) => bytes.subarray(offset, offset + length);
  return {
    blockSize: 1024 << get(bytes, S.logBlockSize),
    blocks: get(bytes, S.blocks),
    inodes: get(bytes, S.inodes),
    firstBlock: get(bytes, S.firstBlock),
    blocksPerGroup: get(bytes, S.blocksPerGroup),
    inodesPerGroup: get(bytes, S.inodesPerGroup),
    inodeSize: inodeSizeOf(bytes),
    firstInode: firstInodeOf(bytes),
    revision: get(bytes, S.revision),
    fileTypes: (features.incompatible & FILE_TYPE) !== 0,
    sparseSuper: (features.readOnly & SPARSE_SUPER) !== 0,
    readOnly,
    clean: (get(bytes, S.state) & STATE.clean) !== 0,
    reservedUid: get(bytes, S.reservedUid),
    reservedGid: get(bytes, S.reservedGid),
    label: toText(untilNul(text(SUPERBLOCK_TEXTS.label))),
    uuid: [...text(SUPERBLOCK_TEXTS.uuid)].map((byte) => byte.toString(16).padStart(2, "0")).join(""),
    groups: [],
  };
}

/** Where a group's structures are, or what is wrong: they lie within the group and do not overlap. */
function groupAt(fs: Ext2, store: BlockStore, number: number): Group | string {
  const { block, at } = descriptorPlace(fs, number);
  const bytes = store.read(block);
  const blockBitmap = get(bytes, DESCRIPTOR.blockBitmap, at);
  const inodeBitmap = get(bytes, DESCRIPTOR.inodeBitmap, at);
  const inodeTable = get(bytes, DESCRIPTOR.inodeTable, at);
  const first = number === 0 ? fs.firstBlock + 1 + descriptorBlocks(fs) : groupStart(fs, number);
  const end = groupStart(fs, number) + groupSize(fs, number);
  const inside = (start: number, count: number) => start >= first && start + count <= end;
  if (!inside(blockBitmap, 1)) return `its block bitmap is at ${blockBitmap}`;
  if (!inside(inodeBitmap, 1) || inodeBitmap === blockBitmap) return `its inode bitmap is at ${inodeBitmap}`;
  if (!inside(inodeTable, tableBlocks(fs))) return `its inode table is at ${inodeTable}`;
  const covers = (bitmap: number) => bitmap >= inodeTable && bitmap < inodeTable + tableBlocks(fs);
  if (covers(blockBitmap) || covers(inodeBitmap)) return "its inode table overlaps a bitmap";
  return { blockBitmap, inodeBitmap, inodeTable };
}

function hasRoot(fs: Ext2, store: BlockStore): boolean {
  const position = (ROOT_INODE - 1) * fs.inodeSize;
  const bytes = store.read(fs.groups[0].inodeTable + Math.floor(position / fs.blockSize));
  return (get(bytes, INODE.mode, position % fs.blockSize) & TYPE_MASK) === TYPE.directory;
}
