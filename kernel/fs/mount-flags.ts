/**
 * What a mount's flags say, for everyone who asks: may this be changed, do its programs run, do times of access count; and
 * how /proc and statfs(2) show them. mount(2), mount_namespaces(7).
 *
 * As on Linux a mount has flags, and so has the file system that is mounted: only both together say that it can be written.
 *
 * A leaf but for the tables of the ABI: inode.ts asks here.
 */
import { CONSTANTS, FLAGS } from "../abi.ts";
import { errno } from "../errno.ts";
import type { FsState, Inode, Mount } from "./types.ts";

const MS = FLAGS.mount;
const { S_IFMT, S_IFREG, S_IFDIR, S_IFLNK } = CONSTANTS.fileType;

/** Flags that are the mount's, and those that are its file system's. */
export const MOUNT_FLAGS =
  MS.MS_RDONLY |
  MS.MS_NOSUID |
  MS.MS_NODEV |
  MS.MS_NOEXEC |
  MS.MS_NOSYMFOLLOW |
  MS.MS_NOATIME |
  MS.MS_NODIRATIME |
  MS.MS_RELATIME;
export const SUPER_FLAGS = MS.MS_RDONLY | MS.MS_SYNCHRONOUS | MS.MS_DIRSYNC | MS.MS_MANDLOCK | MS.MS_LAZYTIME;
/** How times of access count; without one of them, always (MS_STRICTATIME). */
export const ATIME_FLAGS = MS.MS_NOATIME | MS.MS_NODIRATIME | MS.MS_RELATIME;

interface Holder {
  readonly fs: FsState;
}

type Flags = Pick<Mount, "flags" | "superFlags">;

/** Of the mount that has the inode; 0 for what is in no mount (pipes, memfd). */
export function mountFlagsOf(k: Holder, inode: Inode): number {
  return k.fs.mounts.get(inode.device)?.flags ?? 0;
}

export const isReadOnly = ({ flags, superFlags }: Flags) => ((flags | superFlags) & MS.MS_RDONLY) !== 0;

/** Whether nothing of the file system that has the inode may be changed. */
export function isOnReadOnly(k: Holder, inode: Inode): boolean {
  const mount = k.fs.mounts.get(inode.device);
  return mount !== undefined && isReadOnly(mount);
}

/** Names and attributes may be changed there. @throws Errno EROFS */
export function checkWritableMount(k: Holder, inode: Inode): void {
  if (isOnReadOnly(k, inode)) throw errno("EROFS");
}

/**
 * The content may be changed, as far as the file system is concerned; asked before the permission bits. Devices, FIFOs and
 * sockets may be written anywhere. @throws Errno EROFS
 */
export function checkWritableSuper(k: Holder, inode: Inode): void {
  const mount = k.fs.mounts.get(inode.device);
  if (mount !== undefined && mount.superFlags & MS.MS_RDONLY && isStoredThere(inode)) throw errno("EROFS");
}

/** Whether what is written to the file changes the file system: not of devices, FIFOs and sockets. */
export function isStoredThere({ mode }: Inode): boolean {
  const type = mode & S_IFMT;
  return type === S_IFREG || type === S_IFDIR || type === S_IFLNK;
}

/** Whether all that is written there goes home at once, as with O_SYNC: MS_SYNCHRONOUS. */
export function isSynchronous(k: Holder, inode: Inode): boolean {
  return ((k.fs.mounts.get(inode.device)?.superFlags ?? 0) & MS.MS_SYNCHRONOUS) !== 0;
}

/** Programs there do not run, nor do mappings of its files: MS_NOEXEC. */
export const forbidsPrograms = (k: Holder, inode: Inode) => (mountFlagsOf(k, inode) & MS.MS_NOEXEC) !== 0;
/** Devices there cannot be opened: MS_NODEV. */
export const forbidsDevices = (k: Holder, inode: Inode) => (mountFlagsOf(k, inode) & MS.MS_NODEV) !== 0;
/** Set-user-ID and set-group-ID bits mean nothing there: MS_NOSUID. */
export const forbidsSetId = (k: Holder, inode: Inode) => (mountFlagsOf(k, inode) & MS.MS_NOSUID) !== 0;
/** Symbolic links there are not followed: MS_NOSYMFOLLOW. */
export const forbidsLinks = (k: Holder, inode: Inode) => (mountFlagsOf(k, inode) & MS.MS_NOSYMFOLLOW) !== 0;

/** When a time of access is renewed: "relatime" when it is not after the other times, or a day old. */
export function accessTimes(k: Holder, inode: Inode): "never" | "relatime" | "always" {
  const mount = k.fs.mounts.get(inode.device);
  if (mount === undefined) return "relatime";
  const { flags } = mount;
  if (isReadOnly(mount) || flags & MS.MS_NOATIME) return "never";
  if (flags & MS.MS_NODIRATIME && (inode.mode & S_IFMT) === S_IFDIR) return "never";
  return flags & MS.MS_RELATIME ? "relatime" : "always";
}

/** In the order in which Linux shows them. */
const SHOWN_OF_SUPER = [
  [MS.MS_SYNCHRONOUS, "sync"],
  [MS.MS_DIRSYNC, "dirsync"],
  [MS.MS_MANDLOCK, "mand"],
  [MS.MS_LAZYTIME, "lazytime"],
] as const;
const SHOWN_OF_MOUNT = [
  [MS.MS_NOSUID, "nosuid"],
  [MS.MS_NODEV, "nodev"],
  [MS.MS_NOEXEC, "noexec"],
  [MS.MS_NOATIME, "noatime"],
  [MS.MS_NODIRATIME, "nodiratime"],
  [MS.MS_RELATIME, "relatime"],
  [MS.MS_NOSYMFOLLOW, "nosymfollow"],
] as const;

const shown = (flags: number, table: readonly (readonly [number, string])[]) =>
  table.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
const access = (readOnly: boolean) => (readOnly ? "ro" : "rw");
const joined = (parts: readonly string[]) => parts.filter((part) => part !== "").join(",");

/** The options of a mount as /proc/mounts shows them: proc(5). */
export function mountOptions(mount: Mount): string {
  const { flags, superFlags, options } = mount;
  const parts = [access(isReadOnly(mount)), ...shown(superFlags, SHOWN_OF_SUPER), ...shown(flags, SHOWN_OF_MOUNT)];
  return joined([...parts, options]);
}

/** As /proc/PID/mountinfo shows them: those of the mount, and those of the file system. */
export function separateOptions({ flags, superFlags, options }: Mount): { mount: string; fs: string } {
  return {
    mount: joined([access((flags & MS.MS_RDONLY) !== 0), ...shown(flags, SHOWN_OF_MOUNT)]),
    fs: joined([access((superFlags & MS.MS_RDONLY) !== 0), ...shown(superFlags, SHOWN_OF_SUPER), options]),
  };
}

const ST_VALID = 0x20;
const ST_RELATIME = 0x1000;
const ST_NOSYMFOLLOW = 0x2000;
/** ST_ bits that are the MS_ bits. */
const ST_OF_MOUNT = MS.MS_RDONLY | MS.MS_NOSUID | MS.MS_NODEV | MS.MS_NOEXEC | MS.MS_NOATIME | MS.MS_NODIRATIME;
const ST_OF_SUPER = MS.MS_RDONLY | MS.MS_SYNCHRONOUS | MS.MS_MANDLOCK;

/** f_flags of statfs(2). */
export function statfsFlags({ flags, superFlags }: Flags): number {
  const relatime = flags & MS.MS_RELATIME ? ST_RELATIME : 0;
  const links = flags & MS.MS_NOSYMFOLLOW ? ST_NOSYMFOLLOW : 0;
  return ST_VALID | (flags & ST_OF_MOUNT) | (superFlags & ST_OF_SUPER) | relatime | links;
}
