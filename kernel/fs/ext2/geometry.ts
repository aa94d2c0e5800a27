/**
 * Sizes and places that follow from a file system's fixed properties: groups, their blocks, system blocks.
 */
import { DESCRIPTOR_SIZE, SUPERBLOCK_POSITION } from "./layout.ts";
import type { Ext2 } from "./types.ts";

type Shape = Pick<Ext2, "blockSize" | "blocks" | "firstBlock" | "blocksPerGroup">;

export function groupCount({ blocks, firstBlock, blocksPerGroup }: Shape): number {
  return Math.ceil((blocks - firstBlock) / blocksPerGroup);
}

/** First block of a group. */
export function groupStart({ firstBlock, blocksPerGroup }: Shape, group: number): number {
  return firstBlock + group * blocksPerGroup;
}

/** Blocks in a group: the last one may be shorter. */
export function groupSize(shape: Shape, group: number): number {
  return Math.min(shape.blocksPerGroup, shape.blocks - groupStart(shape, group));
}

/** Blocks that the group descriptors take. */
export function descriptorBlocks(shape: Shape): number {
  return Math.ceil((groupCount(shape) * DESCRIPTOR_SIZE) / shape.blockSize);
}

/** Where the superblock is: its block and the byte in it. */
export function superblockPlace({ blockSize }: Shape): { block: number; at: number } {
  return { block: Math.floor(SUPERBLOCK_POSITION / blockSize), at: SUPERBLOCK_POSITION % blockSize };
}

/** Where a group's descriptor is. */
export function descriptorPlace(shape: Shape, group: number): { block: number; at: number } {
  const position = group * DESCRIPTOR_SIZE;
  return { block: shape.firstBlock + 1 + Math.floor(position / shape.blockSize), at: position % shape.blockSize };
}

/** Blocks of a group's inode table. */
export function tableBlocks({ inodesPerGroup, inodeSize, blockSize }: Ext2): number {
  return Math.ceil((inodesPerGroup * inodeSize) / blockSize);
}

/** Does this group have a copy of the superblock and of the descriptors? With sparse_super: 0, 1, powers of 3, 5, 7. */
export function hasSuperblock(group: number, sparse: boolean): boolean {
  return !sparse || group <= 1 || [3, 5, 7].some((base) => isPower(group, base));
}

function isPower(value: number, base: number): boolean {
  let power = base;
  while (power < value) power *= base;
  return power === value;
}

/** Group of a block. */
export function groupOf({ firstBlock, blocksPerGroup }: Shape, block: number): number {
  return Math.floor((block - firstBlock) / blocksPerGroup);
}

/** May a file own this block? Not those of superblock, descriptors, bitmaps and inode tables, nor what is outside. */
export function isFileBlock(fs: Ext2, block: number): boolean {
  if (!(block > fs.firstBlock + descriptorBlocks(fs) && block < fs.blocks)) return false;
  const { blockBitmap, inodeBitmap, inodeTable } = fs.groups[groupOf(fs, block)];
  if (block === blockBitmap || block === inodeBitmap) return false;
  return block < inodeTable || block >= inodeTable + tableBlocks(fs);
}
