/**
 * CONTRACT: where ext2 has its fields on the disk. Tables and the functions that read and write by them; no rules.
 *
 * (1) All numbers are little-endian and unsigned.
 *
 * Source: "The Second Extended File System: Internal Layout" (D. Poirier); ext4's documentation for what was added since.
 */

/** Place of a number in a structure. */
export type Field = readonly [offset: number, bytes: 1 | 2 | 4];

/** The superblock is 1024 bytes at byte 1024 of the device, whatever the block size. */
export const SUPERBLOCK_POSITION = 1024;
export const SUPERBLOCK_SIZE = 1024;
export const MAGIC = 0xef53;

// biome-ignore format: a table is read in columns
export const SUPERBLOCK = {
  inodes: [0, 4], blocks: [4, 4], reservedBlocks: [8, 4], freeBlocks: [12, 4], freeInodes: [16, 4], firstBlock: [20, 4],
  logBlockSize: [24, 4], logFragmentSize: [28, 4], blocksPerGroup: [32, 4], fragmentsPerGroup: [36, 4], inodesPerGroup: [40, 4],
  mountTime: [44, 4], writeTime: [48, 4], mountCount: [52, 2], mostMounts: [54, 2], magic: [56, 2], state: [58, 2], errors: [60, 2],
  minorRevision: [62, 2], lastCheck: [64, 4], checkInterval: [68, 4], creator: [72, 4], revision: [76, 4], reservedUid: [80, 2],
  reservedGid: [82, 2], firstInode: [84, 4], inodeSize: [88, 2], group: [90, 2], compatible: [92, 4], incompatible: [96, 4],
  readOnlyCompatible: [100, 4], madeTime: [264, 4],
} as const satisfies Record<string, Field>;

/** Byte strings of the superblock: offset and length. */
export const SUPERBLOCK_TEXTS = { uuid: [104, 16], label: [120, 16], lastMounted: [136, 64] } as const;

/** Bits of `state`. */
export const STATE = { clean: 1, errors: 2 } as const;

export const DESCRIPTOR_SIZE = 32;

// biome-ignore format: a table is read in columns
export const DESCRIPTOR = {
  blockBitmap: [0, 4], inodeBitmap: [4, 4], inodeTable: [8, 4], freeBlocks: [12, 2], freeInodes: [14, 2], directories: [16, 2],
} as const satisfies Record<string, Field>;

/** Revision 0: the inode's size, and the first that is not reserved. */
export const OLD_INODE_SIZE = 128;
export const OLD_FIRST_INODE = 11;

export const ROOT_INODE = 2;

// biome-ignore format: a table is read in columns
export const INODE = {
  mode: [0, 2], uid: [2, 2], size: [4, 4], atime: [8, 4], ctime: [12, 4], mtime: [16, 4], dtime: [20, 4], gid: [24, 2], nlink: [26, 2],
  sectors: [28, 4], flags: [32, 4], blocks: [40, 4], generation: [100, 4], attributeBlock: [104, 4], sizeHigh: [108, 4],
  uidHigh: [120, 2], gidHigh: [122, 2],
} as const satisfies Record<string, Field>;

/** Bits of an inode's `flags` that matter here; those of `UNREADABLE` say that its blocks are not mapped as ext2 does. */
export const INODE_FLAGS = { index: 0x1000 } as const;
export const UNREADABLE = 0x4 | 0x80000 | 0x10000000;

/** Pointers of an inode: 12 direct, then one each of single, double and triple indirect. */
export const DIRECT = 12;
export const POINTERS = 15;
/** Bytes of a link target that fit where the pointers are, a NUL included. */
export const FAST_LINK = POINTERS * 4;

/** Of a directory entry, before its name. */
export const ENTRY_HEADER = 8;
export const ENTRY = { inode: [0, 4], length: [4, 2], nameLength: [6, 1], type: [7, 1] } as const satisfies Record<
  string,
  Field
>;
export const NAME_MAX = 255;
export const LINK_MAX = 32000;

export const TYPE_MASK = 0o170000;
// biome-ignore format: a table is read in columns
export const TYPE = {
  fifo: 0o010000, character: 0o020000, directory: 0o040000, block: 0o060000, regular: 0o100000, symlink: 0o120000, socket: 0o140000,
} as const;

/** A directory entry's type number is the index of its type. */
export const ENTRY_TYPES: readonly number[] = [
  0,
  TYPE.regular,
  TYPE.directory,
  TYPE.character,
  TYPE.block,
  TYPE.fifo,
  TYPE.socket,
  TYPE.symlink,
];

/** Header of a block of extended attributes. */
export const ATTRIBUTE_MAGIC = 0xea020000;
export const ATTRIBUTES = { magic: [0, 4], references: [4, 4] } as const satisfies Record<string, Field>;

export function get(bytes: Uint8Array, [offset, size]: Field, base = 0): number {
  const at = base + offset;
  if (size === 4) return u32(bytes, at);
  return size === 2 ? bytes[at] | (bytes[at + 1] << 8) : bytes[at];
}

export function set(bytes: Uint8Array, [offset, size]: Field, value: number, base = 0): void {
  for (let i = 0; i < size; i++) bytes[base + offset + i] = value >>> (8 * i);
}

/** A 32-bit number: a pointer to a block. */
export function u32(bytes: Uint8Array, at: number): number {
  return (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
}

export function setU32(bytes: Uint8Array, at: number, value: number): void {
  set(bytes, [at, 4], value);
}

/** One character a byte. */
export function toBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

export function toText(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** Up to the first NUL. */
export function untilNul(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}
