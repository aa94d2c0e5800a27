/**
 * The features that a superblock may claim, and what they mean for mounting: a compatible one never matters, a read-only
 * compatible one that we cannot write forbids writing, an incompatible one that we do not know forbids all.
 *
 * Source: ext4's documentation of the superblock; names as dumpe2fs(8) shows them.
 */

// biome-ignore format: a table is read in columns
const INCOMPATIBLE = {
  compression: 0x1, filetype: 0x2, needs_recovery: 0x4, journal_dev: 0x8, meta_bg: 0x10, extent: 0x40, "64bit": 0x80, mmp: 0x100,
  flex_bg: 0x200, ea_inode: 0x400, dirdata: 0x1000, metadata_csum_seed: 0x2000, large_dir: 0x4000, inline_data: 0x8000,
  encrypt: 0x10000, casefold: 0x20000,
} as const;

// biome-ignore format: a table is read in columns
const READ_ONLY_COMPATIBLE = {
  sparse_super: 0x1, large_file: 0x2, btree_dir: 0x4, huge_file: 0x8, uninit_bg: 0x10, dir_nlink: 0x20, extra_isize: 0x40,
  has_snapshot: 0x80, quota: 0x100, bigalloc: 0x200, metadata_csum: 0x400, replica: 0x800, "read-only": 0x1000, project: 0x2000,
  shared_blocks: 0x4000, verity: 0x8000, orphan_present: 0x10000,
} as const;

export const HAS_JOURNAL = 0x4;
export const FILE_TYPE = INCOMPATIBLE.filetype;
export const SPARSE_SUPER = READ_ONLY_COMPATIBLE.sparse_super;
export const LARGE_FILE = READ_ONLY_COMPATIBLE.large_file;
export const BIG_ALLOCATION = READ_ONLY_COMPATIBLE.bigalloc;

/** Names of the incompatible features, of those in `bits`, that we do not know. */
export function unknownIncompatible(bits: number): string[] {
  return names(bits & ~FILE_TYPE, INCOMPATIBLE);
}

/** Names of the read-only compatible features, of those in `bits`, that we cannot write. */
export function unwritable(bits: number): string[] {
  return names(bits & ~(SPARSE_SUPER | LARGE_FILE), READ_ONLY_COMPATIBLE);
}

function names(bits: number, table: Readonly<Record<string, number>>): string[] {
  const found: string[] = [];
  for (let place = 0; place < 32; place++) {
    const bit = (1 << place) >>> 0;
    if ((bits & bit) === 0) continue;
    found.push(Object.keys(table).find((name) => table[name] === bit) ?? `feature 0x${bit.toString(16)}`);
  }
  return found;
}
