/**
 * Directories: a file of blocks of entries. Names are looked for from the start; a hash tree that other systems have laid
 * over the blocks looks like unused entries to that, and is given up when the directory is changed.
 *
 * Somebody may remember where the names of a large one are (NameIndex): then only the block in question is looked at.
 *
 * (1) A directory has no holes: one is damage (EUCLEAN).
 * (2) An inode that an entry newly leads to is ordered before the entry's block, if that block is in use already.
 */
import { errno } from "../../errno.ts";
import { addBlock, blockAt } from "./block-map.ts";
import {
  dropEntry,
  emptyBlock,
  entryInode,
  entryLength,
  entryName,
  entryType,
  findEntry,
  findRoom,
  lengthFor,
  nameBytes,
  putEntry,
  setTarget,
} from "./entries.ts";
import { changeInode, directoryInode, inodePlace, touchModified } from "./inode.ts";
import { get, INODE, INODE_FLAGS, set, toText } from "./layout.ts";
import type { Transaction } from "./transaction.ts";
import type { Entry, ListedEntry, View } from "./types.ts";

/** An entry and where it is. */
export interface Slot extends Entry {
  readonly block: number;
  readonly at: number;
  readonly before: number;
}

/** Blocks of a directory, by the bytes of its inode. */
function blockCount(v: View, raw: Uint8Array): number {
  return get(raw, INODE.size) / v.fs.blockSize;
}

function blockOf(v: View, raw: Uint8Array, n: number): number {
  const block = blockAt(v, raw, n);
  if (block === 0) throw errno("EUCLEAN");
  return block;
}

/** Looks for a name. @throws Errno ENOTDIR, EUCLEAN, ENAMETOOLONG, ENOENT (an empty name), EINVAL */
export function findSlot(v: View, directory: number, name: string): Slot | null {
  const wanted = nameBytes(name);
  const raw = directoryInode(v, directory);
  const known = v.names?.find(directory, name);
  if (known === null) return null;
  if (known !== undefined) return slotIn(v, known, name, wanted);
  const blocks = blockCount(v, raw);
  for (let n = 0; n < blocks; n++) {
    const slot = slotIn(v, blockOf(v, raw, n), name, wanted);
    if (slot !== null) return slot;
  }
  return null;
}

function slotIn(v: View, block: number, name: string, wanted: Uint8Array): Slot | null {
  const bytes = v.read(block);
  const position = findEntry(v.fs, bytes, wanted);
  if (position === null) return null;
  return { name, ino: entryInode(bytes, position.at), type: entryType(v.fs, bytes, position.at), block, ...position };
}

/**
 * The names in block `n` of a directory, "." and ".." too, and where it is; null: it has no such block.
 * @throws Errno ENOTDIR, EUCLEAN
 */
export function namesIn(v: View, directory: number, n: number): { block: number; names: string[] } | null {
  const raw = directoryInode(v, directory);
  if (n >= blockCount(v, raw)) return null;
  const block = blockOf(v, raw, n);
  const bytes = v.read(block);
  const names: string[] = [];
  for (let at = 0; at < bytes.length; at += entryLength(v.fs, bytes, at))
    if (entryInode(bytes, at) !== 0) names.push(toText(entryName(v.fs, bytes, at)));
  return { block, names };
}

/** What a name leads to; null: nothing. @throws Errno ENOTDIR, EUCLEAN, ENAMETOOLONG, EINVAL */
export function lookup(v: View, directory: number, name: string): Entry | null {
  const slot = findSlot(v, directory, name);
  return slot === null ? null : { name, ino: slot.ino, type: slot.type };
}

/** The directory above; of the root itself. @throws Errno EUCLEAN, ENOTDIR */
export function parentOf(v: View, directory: number): number {
  const slot = findSlot(v, directory, "..");
  if (slot === null) throw errno("EUCLEAN");
  directoryInode(v, slot.ino);
  return slot.ino;
}

/**
 * Entries after `cookie` (0: from the start), at most `most`, without "." and "..".
 * @throws Errno ENOTDIR; EUCLEAN, also for a name with a slash or a NUL in it
 */
export function list(v: View, directory: number, cookie: number, most: number): ListedEntry[] {
  const found: ListedEntry[] = [];
  const raw = directoryInode(v, directory);
  const blocks = blockCount(v, raw);
  for (let n = Math.floor(cookie / v.fs.blockSize); n < blocks && found.length < most; n++) {
    const bytes = v.read(blockOf(v, raw, n));
    const start = n * v.fs.blockSize;
    for (let at = 0; at < bytes.length && found.length < most; at += entryLength(v.fs, bytes, at)) {
      const length = entryLength(v.fs, bytes, at);
      const entry = start + at < cookie ? null : entryAt(v, bytes, at);
      if (entry !== null) found.push({ ...entry, cookie: start + at + length });
    }
  }
  return found;
}

function entryAt(v: View, bytes: Uint8Array, at: number): Entry | null {
  const ino = entryInode(bytes, at);
  if (ino === 0) return null;
  const raw = entryName(v.fs, bytes, at);
  if (raw.length === 0 || raw.includes(0) || raw.includes(0x2f)) throw errno("EUCLEAN");
  const name = toText(raw);
  return name === "." || name === ".." ? null : { name, ino, type: entryType(v.fs, bytes, at) };
}

/** Does it hold nothing but "." and ".."? @throws Errno ENOTDIR, EUCLEAN */
export function isEmpty(v: View, directory: number): boolean {
  return list(v, directory, 0, 1).length === 0;
}

/**
 * Enters a name that is not there, and the directory's times.
 * @returns the entry's block
 * @throws Errno EEXIST, ENOSPC, ENAMETOOLONG, EINVAL, ENOTDIR, EUCLEAN
 */
export function enter(t: Transaction, directory: number, entry: Entry, time: number): number {
  const bytes = nameBytes(entry.name);
  const room = roomFor(t, directory, entry.name, bytes);
  const { block, at, n } = room ?? {
    n: blockCount(t, directoryInode(t, directory)),
    block: appendBlock(t, directory),
    at: 0,
  };
  t.name(directory, entry.name, { block, n });
  putEntry(t.fs, t.change(block, "directory"), at, bytes, entry.ino, entry.type);
  changed(t, directory, time);
  orderInode(t, entry.ino, block);
  return block;
}

/** Where there is room for a name; null: nowhere. @throws Errno EEXIST when it is there */
function roomFor(t: Transaction, directory: number, name: string, bytes: Uint8Array): Room | null {
  let room: Room | null = null;
  const raw = directoryInode(t, directory);
  const blocks = blockCount(t, raw);
  const absent = t.names?.find(directory, name) === null;
  for (let n = absent ? t.names!.room(directory) : 0; n < blocks && !(absent && room !== null); n++) {
    const block = blockOf(t, raw, n);
    const entries = t.read(block);
    if (findEntry(t.fs, entries, bytes) !== null) throw errno("EEXIST");
    if (room !== null) continue;
    const at = findRoom(t.fs, entries, lengthFor(bytes.length));
    if (at >= 0) room = { block, at, n };
  }
  return room;
}

/** A place for an entry: in the `n`th block of its directory. */
interface Room {
  readonly block: number;
  readonly at: number;
  readonly n: number;
}

/** Makes a directory longer by a block without entries. @throws Errno ENOSPC, EUCLEAN */
export function appendBlock(t: Transaction, directory: number): number {
  const raw = directoryInode(t, directory);
  const n = blockCount(t, raw);
  if (blockAt(t, raw, n) !== 0) throw errno("EUCLEAN");
  const block = addBlock(t, directory, n, "directory");
  emptyBlock(t.change(block, "directory"));
  set(changeInode(t, directory), INODE.size, (n + 1) * t.fs.blockSize);
  return block;
}

/** A block that nothing on the disk points at yet is no place where a missing inode would be noticed. */
function orderInode(t: Transaction, ino: number, block: number): void {
  if (!t.isFresh(block)) t.order(inodePlace(t.fs, ino).block, block, false);
}

/** Makes an entry lead to another inode. */
export function redirect(
  t: Transaction,
  directory: number,
  slot: Slot,
  to: { ino: number; type: number },
  time: number,
): void {
  setTarget(t.fs, t.change(slot.block, "directory"), slot.at, to.ino, to.type);
  changed(t, directory, time);
  orderInode(t, to.ino, slot.block);
}

/** Takes an entry out. */
export function leave(t: Transaction, directory: number, slot: Slot, time: number): void {
  dropEntry(t.fs, t.change(slot.block, "directory"), slot);
  t.name(directory, slot.name, null);
  changed(t, directory, time);
}

function changed(t: Transaction, directory: number, time: number): void {
  const raw = changeInode(t, directory);
  touchModified(raw, time);
  set(raw, INODE.flags, get(raw, INODE.flags) & ~INODE_FLAGS.index);
}
