/**
 * The first steps of the "at" calls: a directory descriptor and the address of a path become a walk. openat(2).
 */
import { CONSTANTS, FLAGS } from "../abi.ts";
import { errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { copyInPath } from "../usercopy.ts";
import { anyFileOf } from "./descriptors.ts";
import { isDirectory } from "./inode.ts";
import { resolve, type Walked, type WalkOptions, walk } from "./path.ts";
import type { ByteString, Inode } from "./types.ts";

const { AT_FDCWD } = CONSTANTS.fd;
const { AT_EMPTY_PATH, AT_SYMLINK_NOFOLLOW, AT_SYMLINK_FOLLOW } = FLAGS.at;

/** Where a relative path begins. @throws Errno EBADF, ENOTDIR */
export function startOf(p: Process, dirfd: number, path: ByteString): Inode {
  if (path.startsWith("/")) return p.root;
  if (dirfd === AT_FDCWD) return p.cwd;
  const { inode } = anyFileOf(p, dirfd);
  if (!isDirectory(inode)) throw errno("ENOTDIR");
  return inode;
}

/** A path from user memory; ENOENT when it is empty. */
export function pathFromUser(k: Kernel, p: Process, address: number): ByteString {
  const path = copyInPath(k, p, address);
  if (path === "") throw errno("ENOENT");
  return path;
}

/** Walks to a name for making, moving or removing it: the last component may be missing and is never followed. */
export function walkToName(k: Kernel, p: Process, dirfd: number, address: number): Walked {
  const path = pathFromUser(k, p, address);
  return walk(k, p, startOf(p, dirfd, path), path, { follow: false, nameOnly: true });
}

/** What a call's AT_ flags say about the last component. */
export function followUnless(flags: number): boolean {
  return (flags & AT_SYMLINK_NOFOLLOW) === 0;
}

export function followIf(flags: number): boolean {
  return (flags & AT_SYMLINK_FOLLOW) !== 0;
}

/** EINVAL for flags that the call does not know. */
export function checkFlags(flags: number, known: number): void {
  if ((flags & ~known) !== 0) throw errno("EINVAL");
}

/**
 * The inode that a call speaks of; with AT_EMPTY_PATH and an empty path that of the descriptor itself.
 * @throws Errno as walk, EBADF
 */
export function resolveAt(
  k: Kernel,
  p: Process,
  dirfd: number,
  address: number,
  flags: number,
  options: WalkOptions,
): Inode {
  const path = copyInPath(k, p, address);
  if (path !== "") return resolve(k, p, startOf(p, dirfd, path), path, options);
  if ((flags & AT_EMPTY_PATH) === 0) throw errno("ENOENT");
  return dirfd === AT_FDCWD ? p.cwd : anyFileOf(p, dirfd).inode;
}
