/**
 * Moving a name, over another one if that is there.
 *
 * (1) The new name is ordered before the old one's removal, together with all that makes it reachable in its directory: a
 *     crash leaves one of them or both.
 */
import { errno } from "../../errno.ts";
import { enter, findSlot, isEmpty, leave, parentOf, redirect, type Slot } from "./directory.ts";
import { changeLive, directoryInode, inodePlace, liveInode, typeOf } from "./inode.ts";
import { get, INODE, LINK_MAX, ROOT_INODE, set, TYPE } from "./layout.ts";
import { addLinks } from "./operations.ts";
import { dropDirectory, dropName, existing, loseSubdirectory } from "./removal.ts";
import type { Transaction } from "./transaction.ts";
import type { Removed, View } from "./types.ts";

/** A name in a directory. */
export interface NamePlace {
  readonly directory: number;
  readonly name: string;
}

/**
 * rename(2).
 * @returns what lost its name, null when nothing did
 * @throws Errno ENOENT, ENOTDIR, EISDIR, ENOTEMPTY, EINVAL (into itself), EMLINK, ENOSPC, ENAMETOOLONG, EBUSY (dots), EUCLEAN
 */
export function rename(t: Transaction, from: NamePlace, to: NamePlace, time: number): Removed | null {
  if ([from.name, to.name].some((name) => name === "." || name === "..")) throw errno("EBUSY");
  const source = existing(t, from.directory, from.name);
  const target = findSlot(t, to.directory, to.name);
  const moved = { ino: source.ino, type: typeOf(liveInode(t, source.ino)) };
  if (get(directoryInode(t, to.directory), INODE.nlink) === 0) throw errno("ENOENT");
  if (moved.type === TYPE.directory && isWithin(t, to.directory, moved.ino)) throw errno("EINVAL");
  if (target?.ino === moved.ino) return null;
  const climbs = moved.type === TYPE.directory && from.directory !== to.directory;
  if (target !== null) checkReplaceable(t, moved.type, target.ino);
  else if (climbs && get(liveInode(t, to.directory), INODE.nlink) >= LINK_MAX) throw errno("EMLINK");
  set(changeLive(t, moved.ino), INODE.ctime, time);
  const block = place(t, to, target, moved, time);
  // Entering may have moved the old entry's neighbour: it is looked for again.
  const old = existing(t, from.directory, from.name);
  leave(t, from.directory, old, time);
  orderRemoval(t, to.directory, block, old.block);
  if (climbs) adopt(t, from.directory, to.directory, moved.ino, time);
  if (target === null) return null;
  return moved.type === TYPE.directory
    ? dropDirectory(t, to.directory, target.ino, time)
    : dropName(t, target.ino, time);
}

/** Is `directory` the same as `above`, or below it? @throws Errno EUCLEAN: the way up is a circle, or no way */
export function isWithin(v: View, directory: number, above: number): boolean {
  let here = directory;
  for (let steps = 0; steps <= v.fs.inodes; steps++) {
    if (here === above) return true;
    if (here === ROOT_INODE) return false;
    here = parentOf(v, here);
  }
  throw errno("EUCLEAN");
}

function checkReplaceable(v: View, type: number, target: number): void {
  const directory = typeOf(liveInode(v, target)) === TYPE.directory;
  if (type === TYPE.directory && !directory) throw errno("ENOTDIR");
  if (type !== TYPE.directory && directory) throw errno("EISDIR");
  if (directory && !isEmpty(v, target)) throw errno("ENOTEMPTY");
}

/** Writes the new name. @returns its block */
function place(
  t: Transaction,
  to: NamePlace,
  target: Slot | null,
  moved: { ino: number; type: number },
  time: number,
): number {
  if (target === null) return enter(t, to.directory, { name: to.name, ...moved }, time);
  redirect(t, to.directory, target, moved, time);
  return target.block;
}

function orderRemoval(t: Transaction, directory: number, entered: number, left: number): void {
  t.order(entered, left, true);
  if (t.isFresh(entered)) t.order(inodePlace(t.fs, directory).block, left, true);
}

/** A directory came to another parent: ".." and the parents' counts. */
function adopt(t: Transaction, from: number, to: number, ino: number, time: number): void {
  const dots = existing(t, ino, "..");
  redirect(t, ino, dots, { ino: to, type: TYPE.directory }, time);
  loseSubdirectory(t, from);
  addLinks(t, to, 1);
}
