/**
 * Inodes in their tables.
 *
 * (1) What `liveInode` gives is in use, has a known type and is mapped as ext2 maps; anything else is damage (EUCLEAN).
 * (2) Bytes that were got for reading are old once the inode's block is changed: get them again.
 */
import { errno } from "../../errno.ts";
import { isFileBlock } from "./geometry.ts";
import { ENTRY_TYPES, get, INODE, ROOT_INODE, set, TYPE, TYPE_MASK, UNREADABLE } from "./layout.ts";
import type { Transaction } from "./transaction.ts";
import type { Ext2, View } from "./types.ts";

/** Block of the table that an inode is in, and its byte there. @throws Errno EUCLEAN: no such number */
export function inodePlace(fs: Ext2, ino: number): { block: number; at: number } {
  if (!(ino >= 1 && ino <= fs.inodes)) throw errno("EUCLEAN");
  const group = Math.floor((ino - 1) / fs.inodesPerGroup);
  const position = ((ino - 1) % fs.inodesPerGroup) * fs.inodeSize;
  return { block: fs.groups[group].inodeTable + Math.floor(position / fs.blockSize), at: position % fs.blockSize };
}

/** An inode's bytes, to be read, whatever is in them. */
export function readInode(v: View, ino: number): Uint8Array {
  const { block, at } = inodePlace(v.fs, ino);
  return v.read(block).subarray(at, at + v.fs.inodeSize);
}

/** The same, to be changed. */
export function changeInode(t: Transaction, ino: number): Uint8Array {
  const { block, at } = inodePlace(t.fs, ino);
  return t.change(block, "inodes").subarray(at, at + t.fs.inodeSize);
}

/** Bytes of an inode that is in use. @throws Errno EUCLEAN when it is not, or makes no sense */
export function liveInode(v: View, ino: number): Uint8Array {
  if (ino < v.fs.firstInode && ino !== ROOT_INODE) throw errno("EUCLEAN");
  const raw = readInode(v, ino);
  const type = typeOf(raw);
  const freed = get(raw, INODE.nlink) === 0 && get(raw, INODE.dtime) !== 0;
  if (freed || type === 0 || !ENTRY_TYPES.includes(type)) throw errno("EUCLEAN");
  if ((get(raw, INODE.flags) & UNREADABLE) !== 0) throw errno("EUCLEAN");
  return raw;
}

/** Like liveInode, to be changed. */
export function changeLive(t: Transaction, ino: number): Uint8Array {
  liveInode(t, ino);
  return changeInode(t, ino);
}

/** Bytes of a directory. @throws Errno ENOTDIR, EUCLEAN */
export function directoryInode(v: View, ino: number): Uint8Array {
  const raw = liveInode(v, ino);
  if (typeOf(raw) !== TYPE.directory) throw errno("ENOTDIR");
  const size = get(raw, INODE.size);
  if (size === 0 || size % v.fs.blockSize !== 0 || size / v.fs.blockSize > v.fs.blocks) throw errno("EUCLEAN");
  return raw;
}

/** S_IFMT's bits of an inode's mode. */
export function typeOf(raw: Uint8Array): number {
  return get(raw, INODE.mode) & TYPE_MASK;
}

/** Bytes of the file. Directories have 32 bits of size, and an access list's block where others have the high half. */
export function sizeOf(raw: Uint8Array): number {
  const high = typeOf(raw) === TYPE.regular ? get(raw, INODE.sizeHigh) : 0;
  const size = high * 2 ** 32 + get(raw, INODE.size);
  if (size > Number.MAX_SAFE_INTEGER) throw errno("EUCLEAN");
  return size;
}

export function setSize(raw: Uint8Array, size: number): void {
  set(raw, INODE.size, size % 2 ** 32);
  if (typeOf(raw) === TYPE.regular) set(raw, INODE.sizeHigh, Math.floor(size / 2 ** 32));
}

/** Adds to the blocks that the inode has. @throws Errno EUCLEAN when it has fewer than are taken from it */
export function countBlocks(fs: Ext2, raw: Uint8Array, by: number): void {
  const sectors = get(raw, INODE.sectors) + by * (fs.blockSize / 512);
  if (sectors < 0 || sectors > 0xffffffff) throw errno("EUCLEAN");
  set(raw, INODE.sectors, sectors);
}

/** The block of extended attributes; 0: none. @throws Errno EUCLEAN */
export function attributeBlock(fs: Ext2, raw: Uint8Array): number {
  const block = get(raw, INODE.attributeBlock);
  if (block !== 0 && !isFileBlock(fs, block)) throw errno("EUCLEAN");
  return block;
}

/** Is the target of this symbolic link where the pointers are? */
export function isFastLink(fs: Ext2, raw: Uint8Array): boolean {
  const attributes = get(raw, INODE.attributeBlock) === 0 ? 0 : fs.blockSize / 512;
  return typeOf(raw) === TYPE.symlink && get(raw, INODE.sectors) === attributes;
}

/** Sets the times that a change of a file, or of a directory's entries, sets. */
export function touchModified(raw: Uint8Array, time: number): void {
  set(raw, INODE.mtime, time);
  set(raw, INODE.ctime, time);
}
