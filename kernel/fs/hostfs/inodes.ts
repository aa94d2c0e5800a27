/**
 * Inodes of the host's files: made when they are first walked to, told what the host says, forgotten when nobody uses them.
 *
 * (1) Attributes are the host's: those here are what it said last. `adopt` and `refresh` ask anew, and drop clean pages of a
 *     file that has changed there meanwhile (close-to-open consistency, as NFS has it).
 * (2) An inode stays while it is used, and up to MOST_UNUSED of them longer, for their pages. A directory is used by those
 *     below it.
 * (3) Dirty pages of a file that nobody has open for writing go to the host before anything else is asked about it.
 */

import { PAGE_SIZE } from "../../../cpu/paging.ts";
import { CONSTANTS } from "../../abi.ts";
import { WORK } from "../../due-work.ts";
import { Errno, errno } from "../../errno.ts";
import type { Kernel } from "../../kernel.ts";
import { dropCachedPages, forgetInode, isMapped } from "../../vm/page-cache.ts";
import { countInode } from "../capacity.ts";
import { addInode, inodeById, isDirectory, isRegular, type MountNumbers, release, retain } from "../inode.ts";
import type { ByteString, Inode, InodeData, Place, Timestamp } from "../types.ts";
import { flushFile, hasDirtyPages, renewPages } from "./content.ts";
import { type Body, GETATTR_BASIC } from "./protocol.ts";
import { call, clunk, fidOf, hostFile, hostState, newFid } from "./session.ts";
import type { HostFile } from "./types.ts";

type Attributes = Body<"Rgetattr">;

const { S_IFMT, S_IFREG, S_IFDIR, S_IFLNK } = CONSTANTS.fileType;
const MOST_UNUSED = 1024;
/** "." is 1 and ".." 2. */
const FIRST_COOKIE = 3;

/** The inode numbers of the host are unique among files of a type that are there; one may be used again for another type. */
const key = (device: number, ino: number, mode: number) => `${device}:${ino}:${mode & S_IFMT}`;

const same = (a: Timestamp, b: Timestamp) => a.seconds === b.seconds && a.nanoseconds === b.nanoseconds;

function dataOf(mode: number): InodeData {
  const type = mode & S_IFMT;
  if (type === S_IFREG) return { kind: "file", backing: null };
  // What else the host has is shown and not opened.
  return type === S_IFDIR || type === S_IFLNK ? { kind: "stored" } : { kind: "socket" };
}

/** What the host says of a fid. */
export function attributesOf(k: Kernel, fid: () => number): Attributes {
  return call(k, "Tgetattr", () => ({ fid: fid(), mask: GETATTR_BASIC }));
}

/** The inode of a file that `fid` was walked to, which is the inode's from now on. @param place null: the folder itself */
export function adopt(k: Kernel, mount: MountNumbers, place: Place | null, fid: number): Inode {
  const s = hostState(k);
  const { session } = s;
  let attributes = attributesOf(k, () => fid);
  const id = s.ids.get(key(mount.device, attributes.qid.path, attributes.mode));
  const known = id === undefined ? undefined : k.fs.inodes.get(id);
  if (known === undefined) return make(k, mount, place, fid, attributes);
  const file = hostFile(k, known);
  if (hasDirtyPages(k, known)) {
    flushFile(k, known);
    attributes = attributesOf(k, () => fid);
  }
  clunk(k, file, file.fid);
  if (file.session !== session) Object.assign(file, { session, content: 0, writable: false });
  file.fid = fid;
  if (place !== null) moveTo(k, known, place);
  apply(k, known, file, attributes);
  noteUnused(k, known);
  return known;
}

function make(k: Kernel, mount: MountNumbers, place: Place | null, fid: number, attributes: Attributes): Inode {
  const s = hostState(k);
  const { mode, rdev, qid } = attributes;
  const data = dataOf(mode);
  const inode = addInode(k, mount, { mode, uid: 0, gid: 0, data, rdev, ino: qid.path });
  const file: HostFile = {
    device: mount.device,
    ino: qid.path,
    session: s.session,
    fid,
    content: 0,
    writable: false,
    ...{ size: 0, modified: inode.mtime, changed: inode.ctime, sectors: 0 },
    ...{ listing: [], nextCookie: FIRST_COOKIE },
  };
  s.files.set(inode.id, file);
  s.ids.set(key(mount.device, qid.path, mode), inode.id);
  learn(file, attributes);
  copy(inode, attributes);
  inode.place = place;
  if (place !== null && isDirectory(inode)) retain(inodeById(k, place.directory));
  noteUnused(k, inode);
  return inode;
}

/** The file is known by this name from now on. */
export function moveTo(k: Kernel, inode: Inode, place: Place): void {
  const before = inode.place;
  inode.place = place;
  if (!isDirectory(inode) || before?.directory === place.directory) return;
  retain(inodeById(k, place.directory));
  if (before !== null) release(k, inodeById(k, before.directory));
}

/** What the host said last. */
export function learn(file: HostFile, a: Attributes): void {
  file.size = a.size;
  file.modified = { seconds: a.mtimeSec, nanoseconds: a.mtimeNsec };
  file.changed = { seconds: a.ctimeSec, nanoseconds: a.ctimeNsec };
  file.sectors = a.blocks;
}

function copy(inode: Inode, a: Attributes): void {
  inode.mode = a.mode;
  inode.nlink = a.nlink;
  inode.uid = a.uid;
  inode.gid = a.gid;
  inode.size = a.size;
  inode.atime = { seconds: a.atimeSec, nanoseconds: a.atimeNsec };
  inode.mtime = { seconds: a.mtimeSec, nanoseconds: a.mtimeNsec };
  inode.ctime = { seconds: a.ctimeSec, nanoseconds: a.ctimeNsec };
}

/** Invariant (1). */
function apply(k: Kernel, inode: Inode, file: HostFile, a: Attributes): void {
  const before = { ...file };
  const { size } = inode;
  learn(file, a);
  copy(inode, a);
  if (!isRegular(inode)) return;
  const isOld =
    before.size !== file.size || !same(before.modified, file.modified) || !same(before.changed, file.changed);
  // What could not be written is still to be: it ends where it ended here.
  if (hasDirtyPages(k, inode)) inode.size = Math.max(size, file.size);
  else if (file.size < before.size) dropCachedPages(k, inode, Math.ceil(file.size / PAGE_SIZE));
  if (isOld) renewPages(k, inode);
}

/** Asks the host about the file. @throws Errno ESTALE it has gone there, EIO */
export function refresh(k: Kernel, inode: Inode): void {
  const file = hostFile(k, inode);
  flushFile(k, inode);
  apply(
    k,
    inode,
    file,
    attributesOf(k, () => askable(k, inode)),
  );
}

/** A fid by which the host can be asked: an open one knows the file even without a name. */
export function askable(k: Kernel, inode: Inode): number {
  const fid = fidOf(k, inode);
  const { content } = hostFile(k, inode);
  return content === 0 ? fid : content;
}

/** What a name of a directory leads to. @throws Errno, not ENOENT */
export function lookUp(k: Kernel, directory: Inode, name: ByteString): Inode | null {
  const fid = newFid(k);
  try {
    call(k, "Twalk", () => ({ fid: fidOf(k, directory), newFid: fid, names: [name] }));
    const mount = k.fs.mounts.get(directory.device);
    if (mount === undefined) throw errno("ESTALE");
    return adopt(k, mount, { directory: directory.id, name }, fid);
  } catch (thrown) {
    if (thrown instanceof Errno && thrown.name === "ENOENT") return null;
    throw thrown;
  }
}

/** Whether somebody uses the inode. */
export function isUsed(k: Kernel, inode: Inode): boolean {
  return inode.references > 0 || isMapped(k, inode);
}

/** It may be unused: tendHostfs is to look. */
function noteUnused(k: Kernel, inode: Inode): void {
  if (isUsed(k, inode)) return;
  k.fs.idle.add(inode.id);
  k.due.work |= WORK.hostFiles;
}

/** Its last name has gone: another file of the host may get its number. */
export function lostLastName(k: Kernel, inode: Inode): void {
  const s = hostState(k);
  const { device, ino } = hostFile(k, inode);
  const name = key(device, ino, inode.mode);
  if (s.ids.get(name) === inode.id) s.ids.delete(name);
}

/** The inode leaves memory, with its pages and fids. */
export function forget(k: Kernel, inode: Inode): void {
  const s = hostState(k);
  const file = hostFile(k, inode);
  lostLastName(k, inode);
  clunk(k, file, file.content);
  clunk(k, file, file.fid);
  forgetInode(k, inode);
  s.files.delete(inode.id);
  s.unused.delete(inode.id);
  k.fs.changed.delete(inode.id);
  k.fs.idle.delete(inode.id);
  if (k.fs.inodes.delete(inode.id)) countInode(k, inode.device, -1);
  const above = inode.place === null ? undefined : k.fs.inodes.get(inode.place.directory);
  if (isDirectory(inode) && above !== undefined) release(k, above);
}

/**
 * Between calls: inodes that nobody uses any more close what they had open at the host; those without a name go, and those
 * that were unused for the longest, when there are many. Never sleeps and never fails.
 */
export function tendHostfs(k: Kernel): void {
  k.due.work &= ~WORK.hostFiles;
  const s = k.fs.host;
  if (s === null) return;
  for (const id of [...k.fs.idle]) {
    const inode = k.fs.inodes.get(id);
    if (inode?.fs !== "hostfs") continue;
    k.fs.idle.delete(id);
    if (!isUsed(k, inode)) retire(k, inode);
  }
  for (const id of [...s.unused]) {
    if (s.unused.size <= MOST_UNUSED) return;
    s.unused.delete(id);
    const inode = inodeById(k, id);
    if (!isUsed(k, inode) && !hasDirtyPages(k, inode)) forget(k, inode);
  }
}

function retire(k: Kernel, inode: Inode): void {
  const s = hostState(k);
  const file = hostFile(k, inode);
  flushFile(k, inode);
  if (inode.nlink === 0) {
    forget(k, inode);
    return;
  }
  s.unused.delete(inode.id);
  s.unused.add(inode.id);
  // What could not be written yet is still to be, through the same descriptor.
  if (hasDirtyPages(k, inode)) return;
  clunk(k, file, file.content);
  Object.assign(file, { content: 0, writable: false });
}

/** All inodes of a mount leave memory: nobody refers to any but they to each other. */
export function forgetAll(k: Kernel, device: number): void {
  const s = hostState(k);
  for (const [id, file] of [...s.files].reverse()) if (file.device === device) forget(k, inodeById(k, id));
}
