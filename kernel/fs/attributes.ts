/** Changing a file's attributes: who may, and what changes with it. chmod(2), chown(2), utimensat(2). */
import { CONSTANTS } from "../abi.ts";
import { UNCHANGED } from "../credentials.ts";
import { errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { clearPrivilegeBits, currentTime, isRegular, keptTime, touchChanged } from "./inode.ts";
import { checkWritableMount } from "./mount-flags.ts";
import { effectiveActor, isInGroup, isOwner, mayAccess, W_OK } from "./permissions.ts";
import { FS_TRAITS } from "./traits.ts";
import type { Inode, Timestamp } from "./types.ts";
import { FILE_SYSTEMS } from "./vfs.ts";

const { S_IFMT, S_ISGID } = CONSTANTS.fileType;
const PERMISSIONS = 0o7777;

/** A change of an inode that is made at each lookup would be lost, so it is refused. */
function checkStored(inode: Inode): void {
  if (FS_TRAITS[inode.fs].madeAtLookup) throw errno("EPERM");
}

/** @returns 0 @throws Errno EROFS, EPERM */
export function changeMode(k: Kernel, p: Process, inode: Inode, mode: number): number {
  checkWritableMount(k, inode);
  if (!isOwner(p.credentials, inode)) throw errno("EPERM");
  checkStored(inode);
  const actor = effectiveActor(p.credentials);
  const foreign = actor.uid !== 0 && !isInGroup(actor, inode.gid);
  const allowed = foreign ? mode & ~S_ISGID : mode;
  FILE_SYSTEMS[inode.fs].setAttributes?.(k, p, inode, { mode: allowed & PERMISSIONS });
  inode.mode = (inode.mode & S_IFMT) | (allowed & PERMISSIONS);
  touchChanged(k, inode);
  return 0;
}

/** @param uid, gid UNCHANGED leaves it @returns 0 @throws Errno EROFS, EPERM */
export function changeOwner(k: Kernel, p: Process, inode: Inode, uid: number, gid: number): number {
  checkWritableMount(k, inode);
  const actor = effectiveActor(p.credentials);
  const keepsUser = uid === UNCHANGED || (uid === inode.uid && actor.uid === inode.uid);
  const keepsGroup = gid === UNCHANGED || (actor.uid === inode.uid && (gid === inode.gid || isInGroup(actor, gid)));
  if (actor.uid !== 0 && !(keepsUser && keepsGroup)) throw errno("EPERM");
  checkStored(inode);
  FILE_SYSTEMS[inode.fs].setAttributes?.(k, p, inode, {
    ...(uid === UNCHANGED ? {} : { uid }),
    ...(gid === UNCHANGED ? {} : { gid }),
  });
  if (uid !== UNCHANGED) inode.uid = uid;
  if (gid !== UNCHANGED) inode.gid = gid;
  if (isRegular(inode)) clearPrivilegeBits(inode);
  touchChanged(k, inode);
  return 0;
}

export type TimeChange = Timestamp | "now" | "omit";

/** @throws Errno EROFS, EPERM, EACCES */
export function changeTimes(k: Kernel, p: Process, inode: Inode, access: TimeChange, modification: TimeChange): void {
  checkWritableMount(k, inode);
  // Anybody who may write may say "now"; only the owner may say anything else.
  const onlyNow = access === "now" && modification === "now";
  if (!isOwner(p.credentials, inode)) {
    if (!onlyNow) throw errno("EPERM");
    if (!mayAccess(effectiveActor(p.credentials), inode, W_OK)) throw errno("EACCES");
  }
  checkStored(inode);
  FILE_SYSTEMS[inode.fs].setAttributes?.(k, p, inode, {
    ...(access === "omit" ? {} : { atime: access }),
    ...(modification === "omit" ? {} : { mtime: modification }),
  });
  const now = currentTime(k);
  if (access !== "omit") inode.atime = keptTime(inode, access === "now" ? now : access);
  if (modification !== "omit") inode.mtime = keptTime(inode, modification === "now" ? now : modification);
  touchChanged(k, inode);
}
