/**
 * Making names, and what they lead to. Callers have checked permissions; what concerns the file system's own rules
 * (names, limits, types) is checked here.
 *
 * (1) An operation that throws leaves a transaction that must be dropped.
 */
import { errno } from "../../errno.ts";
import { initialize } from "./attributes.ts";
import { addBlock, blockAt, slotPlace } from "./block-map.ts";
import { enter } from "./directory.ts";
import { putDots } from "./entries.ts";
import { changeInode, changeLive, directoryInode, isFastLink, liveInode, setSize, sizeOf, typeOf } from "./inode.ts";
import { takeInode } from "./inode-allocation.ts";
import { FAST_LINK, get, INODE, LINK_MAX, set, TYPE, TYPE_MASK, toBytes, toText, untilNul } from "./layout.ts";
import type { Transaction } from "./transaction.ts";
import type { NewNode, View } from "./types.ts";

const MADE: readonly number[] = [TYPE.regular, TYPE.fifo, TYPE.socket, TYPE.character, TYPE.block];

/**
 * Makes a regular file, FIFO, socket or device.
 * @returns its inode number
 * @throws Errno EEXIST, ENOSPC, ENAMETOOLONG, EINVAL, ENOTDIR, ENOENT (the directory is deleted), EUCLEAN
 */
export function create(t: Transaction, directory: number, name: string, node: NewNode): number {
  const type = node.mode & TYPE_MASK;
  if (!MADE.includes(type)) throw errno("EINVAL");
  checkParent(t, directory);
  const ino = takeInode(t, directory, false);
  initialize(t, ino, node, 1);
  enter(t, directory, { name, ino, type }, node.time);
  return ino;
}

/** Nothing is made in a directory that has no name any more. */
function checkParent(t: Transaction, directory: number): void {
  if (get(directoryInode(t, directory), INODE.nlink) === 0) throw errno("ENOENT");
}

/** Makes a directory. @throws Errno EMLINK when the parent has 32000 links; else as create */
export function mkdir(t: Transaction, directory: number, name: string, node: NewNode): number {
  checkParent(t, directory);
  if (get(directoryInode(t, directory), INODE.nlink) >= LINK_MAX) throw errno("EMLINK");
  const type = TYPE.directory;
  const ino = takeInode(t, directory, true);
  initialize(t, ino, { ...node, mode: type | (node.mode & 0o7777) }, 2);
  putDots(t.fs, t.change(addBlock(t, ino, 0, "directory"), "directory"), ino, directory, type);
  setSize(changeInode(t, ino), t.fs.blockSize);
  enter(t, directory, { name, ino, type }, node.time);
  addLinks(t, directory, 1);
  return ino;
}

/** Adds to an inode's count of names. @throws Errno EUCLEAN when it was wrong */
export function addLinks(t: Transaction, ino: number, by: number): void {
  const raw = changeInode(t, ino);
  const nlink = get(raw, INODE.nlink) + by;
  if (nlink < 0) throw errno("EUCLEAN");
  set(raw, INODE.nlink, nlink);
}

/** Makes a symbolic link; targets of up to 59 bytes are in the inode. @throws Errno ENAMETOOLONG, ENOENT (no target), as create */
export function symlink(t: Transaction, directory: number, name: string, target: string, node: NewNode): number {
  if (target.length === 0) throw errno("ENOENT");
  if (target.length >= t.fs.blockSize) throw errno("ENAMETOOLONG");
  checkParent(t, directory);
  const ino = takeInode(t, directory, false);
  initialize(t, ino, { ...node, mode: TYPE.symlink | (node.mode & 0o7777) }, 1);
  const bytes = toBytes(target);
  if (bytes.length < FAST_LINK) changeInode(t, ino).set(bytes, slotPlace(0));
  else t.change(addBlock(t, ino, 0, "symlink"), "symlink").set(bytes);
  setSize(changeInode(t, ino), bytes.length);
  enter(t, directory, { name, ino, type: TYPE.symlink }, node.time);
  return ino;
}

/** A symbolic link's target. @throws Errno EINVAL: it is none; EUCLEAN */
export function readlink(v: View, ino: number): string {
  const raw = liveInode(v, ino);
  if (typeOf(raw) !== TYPE.symlink) throw errno("EINVAL");
  const size = sizeOf(raw);
  const fast = isFastLink(v.fs, raw);
  if (size === 0 || size >= (fast ? FAST_LINK : v.fs.blockSize)) throw errno("EUCLEAN");
  if (fast) return toText(untilNul(raw.subarray(slotPlace(0), slotPlace(0) + size)));
  const block = blockAt(v, raw, 0);
  if (block === 0) throw errno("EUCLEAN");
  return toText(untilNul(v.read(block).subarray(0, size)));
}

/** Gives a file one more name. @throws Errno EMLINK, EPERM (a directory), ENOENT (it has no name left), as create */
export function link(t: Transaction, directory: number, name: string, ino: number, time: number): void {
  checkParent(t, directory);
  const raw = changeLive(t, ino);
  const type = typeOf(raw);
  if (type === TYPE.directory) throw errno("EPERM");
  if (get(raw, INODE.nlink) === 0) throw errno("ENOENT");
  if (get(raw, INODE.nlink) >= LINK_MAX) throw errno("EMLINK");
  addLinks(t, ino, 1);
  set(raw, INODE.ctime, time);
  enter(t, directory, { name, ino, type }, time);
}
