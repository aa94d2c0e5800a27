/**
 * Who may do what to a file: the permission bits, the superuser, the sticky bit. path_resolution(7), inode(7).
 */
import { CONSTANTS, FLAGS } from "../abi.ts";
import { errno } from "../errno.ts";
import type { Credentials } from "../process.ts";
import { isDirectory, isRegular } from "./inode.ts";
import type { Inode } from "./types.ts";

export const { R_OK, W_OK, X_OK } = FLAGS.access;
const { S_ISVTX } = CONSTANTS.fileType;
const ANY_EXECUTE = 0o111;
const WORLD_WRITE = 0o002;

/** The ids that a check is made with: effective ones, but for access(2). */
export interface Actor {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

export function effectiveActor({ euid, egid, groups }: Credentials): Actor {
  return { uid: euid, gid: egid, groups };
}

export function realActor({ uid, gid, groups }: Credentials): Actor {
  return { uid, gid, groups };
}

export function isInGroup(actor: Actor, gid: number): boolean {
  return actor.gid === gid || actor.groups.includes(gid);
}

/** May the actor do all that `wanted` (R_OK, W_OK, X_OK) says? */
export function mayAccess(actor: Actor, inode: Inode, wanted: number): boolean {
  if (actor.uid === 0) return (wanted & X_OK) === 0 || isDirectory(inode) || (inode.mode & ANY_EXECUTE) !== 0;
  const shift = actor.uid === inode.uid ? 6 : isInGroup(actor, inode.gid) ? 3 : 0;
  return ((inode.mode >> shift) & wanted) === wanted;
}

/** Throws EACCES unless the process may. */
export function checkAccess(credentials: Credentials, inode: Inode, wanted: number): void {
  if (!mayAccess(effectiveActor(credentials), inode, wanted)) throw errno("EACCES");
}

/** The owner, or the superuser. */
export function isOwner(credentials: Credentials, inode: Inode): boolean {
  return credentials.euid === 0 || credentials.euid === inode.uid;
}

const { S_ISUID, S_ISGID } = CONSTANTS.fileType;
const GROUP_EXECUTE = 0o010;

/**
 * Who may make a hard link to a file that is not his: only one who may read and write it, and none to a privileged
 * program. proc(5), /proc/sys/fs/protected_hardlinks, as Debian's Linux sets it. EPERM otherwise.
 */
export function checkLinkable(credentials: Credentials, inode: Inode): void {
  if (isOwner(credentials, inode)) return;
  const setGroup = (inode.mode & (S_ISGID | GROUP_EXECUTE)) === (S_ISGID | GROUP_EXECUTE);
  const privileged = (inode.mode & S_ISUID) !== 0 || setGroup;
  const usable = isRegular(inode) && !privileged && mayAccess(effectiveActor(credentials), inode, R_OK | W_OK);
  if (!usable) throw errno("EPERM");
}

/**
 * May a symbolic link be followed? In a sticky directory that everyone may write, only one's own and the directory
 * owner's. proc(5), /proc/sys/fs/protected_symlinks.
 */
export function mayFollow(credentials: Credentials, directory: Inode, link: Inode): boolean {
  const shared = (directory.mode & (S_ISVTX | WORLD_WRITE)) === (S_ISVTX | WORLD_WRITE);
  return !shared || link.uid === credentials.euid || link.uid === directory.uid;
}

/** May entries be made or removed: write and search permission. */
export function checkChangeable(credentials: Credentials, directory: Inode): void {
  checkAccess(credentials, directory, W_OK | X_OK);
}

/** In a sticky directory only the owner of the file or of the directory removes a name. EPERM otherwise. */
export function checkSticky(credentials: Credentials, directory: Inode, inode: Inode): void {
  const restricted = (directory.mode & S_ISVTX) !== 0;
  if (restricted && !isOwner(credentials, inode) && !isOwner(credentials, directory)) throw errno("EPERM");
}
