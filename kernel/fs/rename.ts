/**
 * Removing and moving names: the checks of unlink(2), rmdir(2) and rename(2), in Linux's order, so that of several reasons
 * to refuse the same one is given.
 */
import { FLAGS } from "../abi.ts";
import { errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { isSwapFile } from "../vm/swap-file.ts";
import { checkDirectory } from "./create.ts";
import type { NamedPlace } from "./file-system.ts";
import { isDirectory, sameInode } from "./inode.ts";
import { checkWritableMount } from "./mount-flags.ts";
import { isMountPoint } from "./mounts.ts";
import type { Walked } from "./path.ts";
import { checkAccess, checkChangeable, checkSticky, W_OK } from "./permissions.ts";
import type { Inode } from "./types.ts";
import { FILE_SYSTEMS } from "./vfs.ts";

const { RENAME_NOREPLACE, RENAME_EXCHANGE } = FLAGS.rename;

/** May the name go? Write permission above it, the sticky bit, and whether it is what the call is for. */
function checkRemovable(k: Kernel, p: Process, directory: Inode, inode: Inode, asDirectory: boolean): void {
  checkChangeable(p.credentials, directory);
  checkSticky(p.credentials, directory, inode);
  if (isSwapFile(k, inode)) throw errno("EPERM");
  if (asDirectory && !isDirectory(inode)) throw errno("ENOTDIR");
  if (!asDirectory && isDirectory(inode)) throw errno("EISDIR");
}

/** Does the directory hold anything but "." and ".."? */
function isEmpty(k: Kernel, p: Process, directory: Inode): boolean {
  return FILE_SYSTEMS[directory.fs].list(k, p, directory, 2, 1).length === 0;
}

/** unlinkat(2). @throws Errno ENOENT, EISDIR, ENOTDIR, EACCES, EPERM, EBUSY, EINVAL, ENOTEMPTY */
export function removeName(k: Kernel, p: Process, walked: Walked, asDirectory: boolean): void {
  const { directory, name, inode, normal, slash } = walked;
  if (!normal) throw errno(notAName(name, asDirectory));
  checkWritableMount(k, directory);
  if (inode === null) throw errno("ENOENT");
  if (slash && !asDirectory) throw errno(isDirectory(inode) ? "EISDIR" : "ENOTDIR");
  checkRemovable(k, p, directory, inode, asDirectory);
  const { unlink } = FILE_SYSTEMS[directory.fs];
  if (unlink === undefined) throw errno("EPERM");
  if (asDirectory && isMountPoint(k, inode)) throw errno("EBUSY");
  if (asDirectory && !isEmpty(k, p, inode)) throw errno("ENOTEMPTY");
  unlink(k, p, directory, name, inode);
}

/** Of a path that ends in ".", ".." or is the root. */
function notAName(name: string, asDirectory: boolean): "EISDIR" | "EINVAL" | "ENOTEMPTY" | "EBUSY" {
  if (!asDirectory) return "EISDIR";
  if (name === ".") return "EINVAL";
  return name === ".." ? "ENOTEMPTY" : "EBUSY";
}

/** renameat2(2). @throws Errno as the manual page says */
export function renameName(k: Kernel, p: Process, from: Walked, to: Walked, flags: number): void {
  const exchange = (flags & RENAME_EXCHANGE) !== 0;
  if (from.directory.device !== to.directory.device) throw errno("EXDEV");
  if (!from.normal) throw errno("EBUSY");
  if (!to.normal) throw errno(flags & RENAME_NOREPLACE ? "EEXIST" : "EBUSY");
  checkWritableMount(k, from.directory);
  if (from.inode === null) throw errno("ENOENT");
  if (flags & RENAME_NOREPLACE && to.inode !== null) throw errno("EEXIST");
  checkSlashes(from, to, exchange);
  if (isWithin(k, to.directory, from.inode)) throw errno("EINVAL");
  if (to.inode !== null && isWithin(k, from.directory, to.inode)) throw errno(exchange ? "EINVAL" : "ENOTEMPTY");
  if (to.inode !== null && sameInode(from.inode, to.inode)) return;
  checkMove(k, p, from, to, exchange);
  if (!exchange && to.inode !== null && isDirectory(to.inode) && !isEmpty(k, p, to.inode)) throw errno("ENOTEMPTY");
  FILE_SYSTEMS[from.directory.fs].rename!(k, p, from, to, exchange);
}

/** "name/" must be a directory; and a name that is to be exchanged must be there. */
function checkSlashes(from: Walked, to: Walked, exchange: boolean): void {
  if (exchange) {
    if (to.inode === null) throw errno("ENOENT");
    if (!isDirectory(to.inode) && to.slash) throw errno("ENOTDIR");
  }
  if (isDirectory(from.inode!)) return;
  if (from.slash || (!exchange && to.slash)) throw errno("ENOTDIR");
}

/** Is `directory` the same as `above`, or somewhere below it? */
function isWithin(k: Kernel, directory: Inode, above: Inode): boolean {
  if (!isDirectory(above)) return false;
  for (let here = directory; ; ) {
    if (sameInode(here, above)) return true;
    const parent = FILE_SYSTEMS[here.fs].parent(k, here);
    if (parent === here) return false;
    here = parent;
  }
}

function checkMove(k: Kernel, p: Process, from: NamedPlace, to: NamedPlace, exchange: boolean): void {
  const moved = from.inode!;
  checkRemovable(k, p, from.directory, moved, isDirectory(moved));
  if (to.inode === null) checkDirectory(p, to.directory);
  else checkRemovable(k, p, to.directory, to.inode, exchange ? isDirectory(to.inode) : isDirectory(moved));
  if (FILE_SYSTEMS[from.directory.fs].rename === undefined) throw errno("EPERM");
  // A directory that moves elsewhere has its ".." rewritten: that is writing to it.
  if (from.directory !== to.directory) {
    if (isDirectory(moved)) checkAccess(p.credentials, moved, W_OK);
    if (exchange && isDirectory(to.inode!)) checkAccess(p.credentials, to.inode!, W_OK);
  }
  if (isMountPoint(k, moved) || (to.inode !== null && isMountPoint(k, to.inode))) throw errno("EBUSY");
}
