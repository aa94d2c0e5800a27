/**
 * Inodes: making them, keeping them alive, and the questions that all file systems answer alike.
 * Owns FsState.inodes.
 *
 * (1) `references` counts open files, working and root directories, programs, and subdirectories (each holds its parent).
 *     Mappings are counted by the page cache.
 * (2) An inode with neither link nor reference leaves FsState.inodes, and its pages go when its last mapping does.
 */

import { CYCLES_PER_SECOND } from "../../cpu/costs.ts";
import { CONSTANTS, FLAGS } from "../abi.ts";
import { WORK } from "../due-work.ts";
import { errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import { panic } from "../panic.ts";
import type { Process } from "../process.ts";
import { armFlusher } from "../vm/dirty.ts";
import { forgetInode, isMapped } from "../vm/page-cache.ts";
import { countInode } from "./capacity.ts";
import { noteIdle } from "./idle.ts";
import { accessTimes } from "./mount-flags.ts";
import { FS_TRAITS } from "./traits.ts";
import type { Inode, InodeData, Mount, Timestamp } from "./types.ts";

const { S_IFMT, S_IFREG, S_IFDIR, S_IFLNK, S_IFCHR, S_IFBLK, S_IFIFO, S_ISUID, S_ISGID } = CONSTANTS.fileType;
const { O_NOATIME } = FLAGS.open;
/** S_IXGRP: with it, S_ISGID means "runs as the group"; without it, nothing. */
const GROUP_EXECUTE = 0o010;
/** Largest file: 16 TiB, as ext4 has it with 4 KiB blocks. */
export const MAX_FILE_BYTES = 2 ** 44;

/** CLOCK_REALTIME. */
export function currentTime(k: Kernel): Timestamp {
  const { cycles } = k.machine.clock;
  const seconds = Math.floor(cycles / CYCLES_PER_SECOND);
  return { seconds: k.options.epoch + seconds, nanoseconds: cycles - seconds * CYCLES_PER_SECOND };
}

export interface NewInode {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly data: InodeData;
  readonly rdev?: number;
  readonly size?: number;
  /** Its number on its file system; the mount's next one unless given. */
  readonly ino?: number;
}

/** What an inode takes from its mount. */
export type MountNumbers = Pick<Mount, "fs" | "device" | "nextIno">;

/** An inode without links and references, not entered anywhere. */
export function makeInode(k: Kernel, mount: MountNumbers, from: NewInode): Inode {
  const time = currentTime(k);
  return {
    id: k.fs.nextInode++,
    fs: mount.fs,
    device: mount.device,
    ino: from.ino ?? mount.nextIno++,
    mode: from.mode,
    nlink: 0,
    uid: from.uid,
    gid: from.gid,
    rdev: from.rdev ?? 0,
    size: from.size ?? 0,
    atime: time,
    mtime: time,
    ctime: time,
    references: 0,
    writers: 0,
    executions: 0,
    place: null,
    data: from.data,
  };
}

/** As makeInode, entered under its id. */
export function addInode(k: Kernel, mount: MountNumbers, from: NewInode): Inode {
  const inode = makeInode(k, mount, from);
  k.fs.inodes.set(inode.id, inode);
  countInode(k, inode.device, 1);
  return inode;
}

/** The inode of an id that a structure holds. */
export function inodeById(k: Kernel, id: number): Inode {
  return k.fs.inodes.get(id) ?? panic("inodes: an id that is held names an inode", { id });
}

/** Keeps the inode alive; returns it. */
export function retain(inode: Inode): Inode {
  inode.references++;
  return inode;
}

/** Ends one retain. */
export function release(k: Kernel, inode: Inode): void {
  if (inode.references <= 0)
    panic("inodes (1): references are counted", { id: inode.id, references: inode.references });
  inode.references--;
  dropIfUnused(k, inode);
}

/** Called when a link or a reference has gone. */
export function dropIfUnused(k: Kernel, inode: Inode): void {
  if (inode.references > 0) return;
  k.due.work |= WORK.mounts;
  if (FS_TRAITS[inode.fs].kept) {
    noteIdle(k, inode);
    return;
  }
  if (inode.nlink > 0) return;
  if (!isMapped(k, inode)) forgetInode(k, inode);
  if (!k.fs.inodes.delete(inode.id)) return;
  countInode(k, inode.device, -1);
  if (isDirectory(inode) && inode.place !== null) release(k, inodeById(k, inode.place.directory));
}

export const isDirectory = (inode: Inode) => (inode.mode & S_IFMT) === S_IFDIR;
export const isRegular = (inode: Inode) => (inode.mode & S_IFMT) === S_IFREG;
export const isSymlink = (inode: Inode) => (inode.mode & S_IFMT) === S_IFLNK;
export const isFifo = (inode: Inode) => (inode.mode & S_IFMT) === S_IFIFO;
export const isDevice = (inode: Inode) => isCharacterDevice(inode) || isBlockDevice(inode);
const isCharacterDevice = (inode: Inode) => (inode.mode & S_IFMT) === S_IFCHR;
const isBlockDevice = (inode: Inode) => (inode.mode & S_IFMT) === S_IFBLK;

/** The same file? Some are made anew at every lookup (FS_TRAITS), so identity is device and number. */
export function sameInode(a: Inode, b: Inode): boolean {
  return a === b || (a.device === b.device && a.ino === b.ino);
}

/** The directory part; panics when it is none. */
export function directoryData(inode: Inode): Extract<InodeData, { kind: "directory" }> {
  if (inode.data.kind !== "directory") return panic("a directory has entries", { id: inode.id, kind: inode.data.kind });
  return inode.data;
}

/** Something that its file system keeps of the inode has changed, and is to be written in time. */
export function noteChanged(k: Kernel, inode: Inode): void {
  if (!FS_TRAITS[inode.fs].kept) return;
  k.fs.changed.add(inode.id);
  armFlusher(k);
}

/** The time as the inode's file system keeps it. */
export function timeFor(k: Kernel, inode: Inode): Timestamp {
  return keptTime(inode, currentTime(k));
}

/** Seconds that a file system of whole seconds can keep: 32 bits with a sign. */
const LATEST = 2 ** 31 - 1;

/** What is left of a time when the inode's file system keeps it. */
export function keptTime(inode: Inode, time: Timestamp): Timestamp {
  if (!FS_TRAITS[inode.fs].wholeSeconds) return time;
  return { seconds: Math.max(-LATEST - 1, Math.min(time.seconds, LATEST)), nanoseconds: 0 };
}

/** Contents changed: mtime and ctime. */
export function touchModified(k: Kernel, inode: Inode): void {
  inode.mtime = timeFor(k, inode);
  inode.ctime = inode.mtime;
  noteChanged(k, inode);
}

/** Attributes changed: ctime. */
export function touchChanged(k: Kernel, inode: Inode): void {
  inode.ctime = timeFor(k, inode);
  noteChanged(k, inode);
}

const isAfter = (a: Timestamp, b: Timestamp) =>
  a.seconds !== b.seconds ? a.seconds > b.seconds : a.nanoseconds > b.nanoseconds;
const SECONDS_PER_DAY = 86_400;

/** Read: atime, as the mount has it (mount-flags.ts). @param flags of the description: O_NOATIME */
export function touchAccessed(k: Kernel, inode: Inode, flags = 0): void {
  const how = flags & O_NOATIME ? "never" : accessTimes(k, inode);
  if (how === "never") return;
  const now = currentTime(k);
  const newer = isAfter(inode.atime, inode.mtime) && isAfter(inode.atime, inode.ctime);
  if (how === "relatime" && newer && now.seconds - inode.atime.seconds < SECONDS_PER_DAY) return;
  inode.atime = keptTime(inode, now);
  noteChanged(k, inode);
}

/** Writing or chown by anyone but the superuser takes set-user-ID and set-group-ID away: inode(7). */
export function dropPrivilegeBits(p: Process, inode: Inode): void {
  if (p.credentials.euid !== 0) clearPrivilegeBits(inode);
}

export function clearPrivilegeBits(inode: Inode): void {
  if (!isRegular(inode)) return;
  inode.mode &= ~S_ISUID;
  if (inode.mode & GROUP_EXECUTE) inode.mode &= ~S_ISGID;
}

/** One more open file that may write. ETXTBSY while a program runs from it: execve(2). */
export function startWriting(inode: Inode): void {
  if (inode.executions > 0) throw errno("ETXTBSY");
  inode.writers++;
}

/** A program is to run from the file: ETXTBSY while someone has it open for writing. Also retains it. */
export function startExecuting(inode: Inode): Inode {
  if (inode.writers > 0) throw errno("ETXTBSY");
  inode.executions++;
  return retain(inode);
}

/** Another process runs the program too (fork). */
export function continueExecuting(inode: Inode): Inode {
  inode.executions++;
  return retain(inode);
}

/** The program ended or was replaced. */
export function stopExecuting(k: Kernel, inode: Inode): void {
  inode.executions--;
  release(k, inode);
}
