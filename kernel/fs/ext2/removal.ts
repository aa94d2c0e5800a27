/**
 * Taking names away, and the inodes that had them.
 *
 * (1) The last name's removal leaves the inode as it is, its count of names too: only freeInode (or orphan) changes that,
 *     which the caller does when the directory is on the disk. A crash in between leaves a file without a name (e2fsck puts
 *     it into lost+found), never a name without its file.
 */
import { errno } from "../../errno.ts";
import { hasBlocks } from "./attributes.ts";
import { releaseBlocks } from "./block-allocation.ts";
import { findSlot, isEmpty, leave, type Slot } from "./directory.ts";
import { attributeBlock, changeLive, countBlocks, liveInode, setSize, typeOf } from "./inode.ts";
import { releaseInode } from "./inode-allocation.ts";
import { ATTRIBUTE_MAGIC, ATTRIBUTES, get, INODE, set, TYPE } from "./layout.ts";
import { addLinks } from "./operations.ts";
import type { Transaction } from "./transaction.ts";
import { BUDGET, cutBlocks } from "./truncate.ts";
import type { BlockRun, Cut, Removed, View } from "./types.ts";

/** The entry of a name that must be there. */
export function existing(v: View, directory: number, name: string): Slot {
  const slot = findSlot(v, directory, name);
  if (slot === null) throw errno("ENOENT");
  return slot;
}

/** Takes a file's name away. @throws Errno ENOENT, EISDIR, EUCLEAN, ENOTDIR */
export function unlink(t: Transaction, directory: number, name: string, time: number): Removed {
  const slot = existing(t, directory, name);
  if (typeOf(liveInode(t, slot.ino)) === TYPE.directory) throw errno("EISDIR");
  leave(t, directory, slot, time);
  return dropName(t, slot.ino, time);
}

/** A file other than a directory has lost a name. */
export function dropName(t: Transaction, ino: number, time: number): Removed {
  const raw = changeLive(t, ino);
  set(raw, INODE.ctime, time);
  const last = get(raw, INODE.nlink) <= 1;
  if (!last) addLinks(t, ino, -1);
  return { ino, last };
}

/** Takes an empty directory away. @throws Errno ENOENT, ENOTDIR, ENOTEMPTY, EINVAL ("."), EUCLEAN */
export function rmdir(t: Transaction, directory: number, name: string, time: number): Removed {
  if (name === ".") throw errno("EINVAL");
  const slot = existing(t, directory, name);
  if (name === ".." || !isEmpty(t, slot.ino)) throw errno("ENOTEMPTY");
  leave(t, directory, slot, time);
  return dropDirectory(t, directory, slot.ino, time);
}

/** A directory has lost its name in `parent`. */
export function dropDirectory(t: Transaction, parent: number, ino: number, time: number): Removed {
  set(changeLive(t, ino), INODE.ctime, time);
  loseSubdirectory(t, parent);
  return { ino, last: true };
}

/** A directory has one subdirectory less. @throws Errno EUCLEAN when it counted none */
export function loseSubdirectory(t: Transaction, directory: number): void {
  if (get(liveInode(t, directory), INODE.nlink) <= 2) throw errno("EUCLEAN");
  addLinks(t, directory, -1);
}

/** The inode has no name any more, but is in use: after a crash e2fsck frees it. @throws Errno EUCLEAN */
export function orphan(t: Transaction, ino: number): void {
  set(changeLive(t, ino), INODE.nlink, 0);
}

/**
 * A step of freeing an inode that has no name and no user: its blocks, at the end the inode itself. Of what it gives, see
 * truncate.
 * @throws Errno EUCLEAN
 */
export function freeInode(t: Transaction, ino: number, time: number, budget = BUDGET): Cut {
  const raw = changeLive(t, ino);
  set(raw, INODE.nlink, 0);
  const directory = typeOf(raw) === TYPE.directory;
  const cut: Cut = hasBlocks(t, raw) ? cutBlocks(t, raw, 0, budget) : { released: [], done: true };
  if (!cut.done) return cut;
  const attributes = dropAttributes(t, raw);
  set(raw, INODE.dtime, Math.max(1, time));
  setSize(raw, 0);
  releaseInode(t, ino, directory);
  return { released: [...cut.released, ...attributes], done: true };
}

/** Attributes may be shared: the block goes with its last inode. */
function dropAttributes(t: Transaction, raw: Uint8Array): BlockRun[] {
  const block = attributeBlock(t.fs, raw);
  if (block === 0) return [];
  const header = t.read(block);
  const references = get(header, ATTRIBUTES.references);
  if (get(header, ATTRIBUTES.magic) !== ATTRIBUTE_MAGIC || references === 0) throw errno("EUCLEAN");
  set(raw, INODE.attributeBlock, 0);
  countBlocks(t.fs, raw, -1);
  if (references === 1) return [{ block, count: 1 }];
  set(t.change(block, "attributes"), ATTRIBUTES.references, references - 1);
  return [];
}

/** Frees an inode wholly and at once: for those who write an image without a crash to fear. @throws Errno EUCLEAN */
export function freeAtOnce(t: Transaction, ino: number, time: number): void {
  for (;;) {
    const { released, done } = freeInode(t, ino, time);
    releaseBlocks(t, released);
    if (done) return;
  }
}
