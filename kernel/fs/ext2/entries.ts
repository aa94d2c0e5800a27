/**
 * Entries in one block of a directory: each has a length that leads to the next one, and the last ends with the block. An
 * entry's room behind its name is free; so is an entry whose inode is 0.
 *
 * (1) Lengths are checked at every step (EUCLEAN), so every walk stays in the block and ends.
 */
import { errno } from "../../errno.ts";
import { ENTRY, ENTRY_HEADER, ENTRY_TYPES, get, NAME_MAX, set, toBytes, u32 } from "./layout.ts";
import type { Ext2 } from "./types.ts";

/** The length of an entry whose name has this many bytes: a multiple of 4. */
export function lengthFor(nameLength: number): number {
  return (ENTRY_HEADER + nameLength + 3) & ~3;
}

const SHORTEST = lengthFor(1);

/** The length of the entry at `at`. @throws Errno EUCLEAN */
export function entryLength(fs: Ext2, bytes: Uint8Array, at: number): number {
  const length = bytes[at + 4] | (bytes[at + 5] << 8);
  const sane = length >= SHORTEST && (length & 3) === 0 && at + length <= bytes.length;
  const name = nameLength(fs, bytes, at);
  if (!sane || name > NAME_MAX || lengthFor(name) > length || u32(bytes, at) > fs.inodes) throw errno("EUCLEAN");
  return length;
}

/** Without the feature filetype the length of a name has 16 bits. */
function nameLength(fs: Ext2, bytes: Uint8Array, at: number): number {
  return fs.fileTypes ? bytes[at + 6] : bytes[at + 6] | (bytes[at + 7] << 8);
}

/** The name's bytes. */
export function entryName(fs: Ext2, bytes: Uint8Array, at: number): Uint8Array {
  return bytes.subarray(at + ENTRY_HEADER, at + ENTRY_HEADER + nameLength(fs, bytes, at));
}

/** S_IFMT's bits of the entry's type; 0: not told. */
export function entryType(fs: Ext2, bytes: Uint8Array, at: number): number {
  return fs.fileTypes ? (ENTRY_TYPES[bytes[at + 7]] ?? 0) : 0;
}

/** Where in the block an entry is, and the one before it (-1: it is the first). */
export interface Position {
  readonly at: number;
  readonly before: number;
}

/** Looks for a name. */
export function findEntry(fs: Ext2, bytes: Uint8Array, name: Uint8Array): Position | null {
  let before = -1;
  for (let at = 0; at < bytes.length; ) {
    const length = entryLength(fs, bytes, at);
    if (nameLength(fs, bytes, at) === name.length && u32(bytes, at) !== 0 && isNamed(bytes, at, name))
      return { at, before };
    before = at;
    at += length;
  }
  return null;
}

function isNamed(bytes: Uint8Array, at: number, name: Uint8Array): boolean {
  for (let i = 0; i < name.length; i++) if (bytes[at + ENTRY_HEADER + i] !== name[i]) return false;
  return true;
}

/** The entry behind which, or in which when it is unused, an entry of `length` bytes fits; -1: none. */
export function findRoom(fs: Ext2, bytes: Uint8Array, length: number): number {
  for (let at = 0; at < bytes.length; ) {
    const has = entryLength(fs, bytes, at);
    if (has - usedLength(fs, bytes, at) >= length) return at;
    at += has;
  }
  return -1;
}

function usedLength(fs: Ext2, bytes: Uint8Array, at: number): number {
  return u32(bytes, at) === 0 ? 0 : lengthFor(nameLength(fs, bytes, at));
}

/** Writes an entry into the room that findRoom found at `at`. */
export function putEntry(fs: Ext2, bytes: Uint8Array, at: number, name: Uint8Array, ino: number, type: number): void {
  const has = entryLength(fs, bytes, at);
  const used = usedLength(fs, bytes, at);
  if (used > 0) set(bytes, ENTRY.length, used, at);
  writeEntry(fs, bytes, at + used, has - used, name, ino, type);
}

function writeEntry(
  fs: Ext2,
  bytes: Uint8Array,
  at: number,
  length: number,
  name: Uint8Array,
  ino: number,
  type: number,
): void {
  set(bytes, ENTRY.length, length, at);
  set(bytes, ENTRY.nameLength, name.length, at);
  bytes.set(name, at + ENTRY_HEADER);
  setTarget(fs, bytes, at, ino, type);
}

/** Makes an entry lead to another inode. */
export function setTarget(fs: Ext2, bytes: Uint8Array, at: number, ino: number, type: number): void {
  set(bytes, ENTRY.inode, ino, at);
  set(bytes, ENTRY.type, fs.fileTypes ? ENTRY_TYPES.indexOf(type) : 0, at);
}

/** Takes an entry out: its room goes to the one before it. */
export function dropEntry(fs: Ext2, bytes: Uint8Array, { at, before }: Position): void {
  if (before < 0) set(bytes, ENTRY.inode, 0, at);
  else set(bytes, ENTRY.length, entryLength(fs, bytes, before) + entryLength(fs, bytes, at), before);
}

/** Fills a block with one unused entry. */
export function emptyBlock(bytes: Uint8Array): void {
  set(bytes, ENTRY.length, bytes.length);
}

/** Writes "." and ".." into a new directory's first block, which is zeroes. */
export function putDots(fs: Ext2, bytes: Uint8Array, self: number, parent: number, type: number): void {
  writeEntry(fs, bytes, 0, lengthFor(1), toBytes("."), self, type);
  writeEntry(fs, bytes, lengthFor(1), bytes.length - lengthFor(1), toBytes(".."), parent, type);
}

/** A name as bytes. @throws Errno ENAMETOOLONG, ENOENT (none), EINVAL (a slash, a NUL, or no bytes) */
export function nameBytes(name: string): Uint8Array {
  if (name.length > NAME_MAX) throw errno("ENAMETOOLONG");
  if (name.length === 0) throw errno("ENOENT");
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    if (code === 0 || code === 0x2f || code > 0xff) throw errno("EINVAL");
  }
  return toBytes(name);
}

/** The inode that an entry leads to; 0: it is unused. */
export function entryInode(bytes: Uint8Array, at: number): number {
  return get(bytes, ENTRY.inode, at);
}
