/**
 * hostfs: a folder of the host inside the guest, mount type "9p". Names go to the host at once; contents go through the
 * page cache (content.ts). It never sleeps: the host answers at once.
 *
 * (1) What the host refuses has changed nothing here.
 */
import { PAGE_SIZE } from "../../../cpu/paging.ts";
import { CONSTANTS, FLAGS } from "../../abi.ts";
import { Errno, errno } from "../../errno.ts";
import type { Kernel } from "../../kernel.ts";
import { LOG_LEVEL, log } from "../../log.ts";
import type { Capacity, FileSystem, Listed, Mounted, MountRequest, NamedPlace, NewAttributes } from "../file-system.ts";
import { dropIfUnused, inodeById, isDirectory, isRegular, type NewInode } from "../inode.ts";
import { newMount } from "../mounts.ts";
import { describePath } from "../names.ts";
import type { ByteString, Inode, Mount, Timestamp } from "../types.ts";
import { flushFile, hasDirtyPages, openContent } from "./content.ts";
import {
  adopt,
  askable,
  attributesOf,
  forgetAll,
  isUsed,
  learn,
  lookUp,
  lostLastName,
  moveTo,
  refresh,
  tendHostfs,
} from "./inodes.ts";
import { list } from "./listing.ts";
import { LOPEN, SETATTR, UNLINK_DIRECTORY } from "./protocol.ts";
import { attachFolder, call, clunk, fidOf, hostFile, newFid } from "./session.ts";

const { O_ACCMODE } = CONSTANTS.fd;
const { O_RDONLY } = FLAGS.open;
const { MS_RDONLY } = FLAGS.mount;
const { S_IFMT, S_IFREG, S_IFDIR, S_IFLNK } = CONSTANTS.fileType;

/** Sent where attributes of Tsetattr are not meant. */
const NO_ATTRIBUTES = {
  mode: 0,
  uid: 0,
  gid: 0,
  size: 0,
  atimeSec: 0,
  atimeNsec: 0,
  mtimeSec: 0,
  mtimeNsec: 0,
} as const;

function mount(k: Kernel, { source, readOnly, data }: MountRequest): Mounted {
  if (k.fs.host === null) throw errno("ENODEV");
  if (data !== "") throw errno("EINVAL");
  const fid = attachFolder(k);
  const made = newMount(k, "hostfs", source);
  if (readOnly || k.fs.host.readOnly) made.superFlags = MS_RDONLY;
  return { mount: made, root: adopt(k, made, null, fid) };
}

function unmount(k: Kernel, { device }: Mount): void {
  synchronizeAll(k, device);
  forgetAll(k, device);
}

/** Used by more than the tree itself: a directory is held by those in it, the root by the mount. */
function isBusy(k: Kernel, { device, root }: Mount): boolean {
  tendHostfs(k);
  const held = new Map<number, number>([[root, 1]]);
  const inodes = [...k.fs.inodes.values()].filter((inode) => inode.device === device);
  for (const { mode, place } of inodes)
    if ((mode & S_IFMT) === S_IFDIR && place !== null) held.set(place.directory, (held.get(place.directory) ?? 0) + 1);
  return inodes.some((inode) => inode.references > (held.get(inode.id) ?? 0) || isUsed(k, { ...inode, references: 0 }));
}

function create(k: Kernel, directory: Inode, name: ByteString, { mode, data, gid }: NewInode): Inode {
  const type = mode & S_IFMT;
  if (type === S_IFREG) return createFile(k, directory, name, mode);
  if (type === S_IFDIR) call(k, "Tmkdir", () => ({ dfid: fidOf(k, directory), name, mode: mode & ~S_IFMT, gid }));
  else if (type === S_IFLNK && data.kind === "symlink")
    call(k, "Tsymlink", () => ({ dfid: fidOf(k, directory), name, target: data.target, gid }));
  // Nodes are the guest's: the host would get devices, and FIFOs that lead nowhere.
  else throw errno("EPERM");
  return madeAt(k, directory, name);
}

/** What has just been made. */
function madeAt(k: Kernel, directory: Inode, name: ByteString): Inode {
  const inode = lookUp(k, directory, name);
  if (inode === null) throw errno("ESTALE");
  return inode;
}

/** Opened by being made: whatever its permissions are, who made it may write to it. */
function createFile(k: Kernel, directory: Inode, name: ByteString, mode: number): Inode {
  const content = newFid(k);
  call(k, "Twalk", () => ({ fid: fidOf(k, directory), newFid: content, names: [] }));
  const file = hostFile(k, directory);
  try {
    call(k, "Tlcreate", () => ({ fid: content, name, flags: LOPEN.readWrite, mode: mode & ~S_IFMT, gid: 0 }));
  } catch (thrown) {
    clunk(k, file, content);
    throw thrown;
  }
  const inode = madeAt(k, directory, name);
  Object.assign(hostFile(k, inode), { content, writable: true });
  return inode;
}

function link(k: Kernel, directory: Inode, name: ByteString, inode: Inode): void {
  call(k, "Tlink", () => ({ dfid: fidOf(k, directory), fid: fidOf(k, inode), name }));
  madeAt(k, directory, name);
}

/** A file that is used keeps its content when its name goes: the host has it open. */
function keepContent(k: Kernel, inode: Inode): void {
  if (!isRegular(inode) || !isUsed(k, inode)) return;
  try {
    openContent(k, inode, false);
  } catch (thrown) {
    // It cannot be read: then nobody can miss it.
    if (!(thrown instanceof Errno)) throw thrown;
  }
}

function unlink(k: Kernel, directory: Inode, name: ByteString, inode: Inode): void {
  const flags = isDirectory(inode) ? UNLINK_DIRECTORY : 0;
  flushFile(k, inode);
  keepContent(k, inode);
  call(k, "Tunlinkat", () => ({ dfid: fidOf(k, directory), name, flags }));
  lostName(k, inode);
}

/** A name of the inode has gone. */
function lostName(k: Kernel, inode: Inode): void {
  inode.nlink = isDirectory(inode) ? 0 : Math.max(0, inode.nlink - 1);
  if (inode.nlink === 0) lostLastName(k, inode);
  dropIfUnused(k, inode);
}

function rename(k: Kernel, from: NamedPlace, to: NamedPlace, exchange: boolean): void {
  // The protocol has no word for it.
  if (exchange) throw errno("EINVAL");
  if (to.inode !== null) {
    flushFile(k, to.inode);
    keepContent(k, to.inode);
  }
  call(k, "Trenameat", () => ({
    oldDfid: fidOf(k, from.directory),
    oldName: from.name,
    newDfid: fidOf(k, to.directory),
    newName: to.name,
  }));
  if (to.inode !== null) lostName(k, to.inode);
  moveTo(k, from.inode!, { directory: to.directory.id, name: to.name });
}

function readlink(k: Kernel, inode: Inode): ByteString {
  return call(k, "Treadlink", () => ({ fid: fidOf(k, inode) })).target;
}

/** Also looks whether the file has changed since it was last open: inodes.ts (1). */
function open(k: Kernel, inode: Inode, flags: number): void {
  if (isDirectory(inode)) return;
  if (!isRegular(inode)) throw errno("ENXIO");
  openContent(k, inode, (flags & O_ACCMODE) !== O_RDONLY);
  refresh(k, inode);
}

/** close(2) cannot fail any more: what the host refuses is said on the console. */
function closed(k: Kernel, inode: Inode): void {
  if (inode.writers > 0) return;
  flushFile(k, inode);
  if (hasDirtyPages(k, inode)) log(k, LOG_LEVEL.error, `9p: ${describePath(k, inode)}: the host could not write it`);
}

function truncate(k: Kernel, inode: Inode, size: number): void {
  const file = hostFile(k, inode);
  flushFile(k, inode);
  const fid = () => (file.writable ? askable(k, inode) : fidOf(k, inode));
  call(k, "Tsetattr", () => ({ ...NO_ATTRIBUTES, fid: fid(), valid: SETATTR.size, size }));
  learn(
    file,
    attributesOf(k, () => askable(k, inode)),
  );
}

/** "now" is the host's time, as when something is written. */
function timeBits(time: Timestamp | "now" | undefined, change: number, given: number): number {
  if (time === undefined) return 0;
  return time === "now" ? change : change | given;
}

const timeOf = (time: Timestamp | "now" | undefined): Timestamp =>
  typeof time === "object" ? time : { seconds: 0, nanoseconds: 0 };

function setAttributes(k: Kernel, inode: Inode, { mode, uid, gid, atime, mtime }: NewAttributes): void {
  const valid =
    (mode === undefined ? 0 : SETATTR.mode) |
    (uid === undefined ? 0 : SETATTR.uid) |
    (gid === undefined ? 0 : SETATTR.gid) |
    timeBits(atime, SETATTR.atime, SETATTR.atimeSet) |
    timeBits(mtime, SETATTR.mtime, SETATTR.mtimeSet);
  const access = timeOf(atime);
  const modification = timeOf(mtime);
  const body = {
    mode: mode ?? 0,
    uid: uid ?? 0,
    gid: gid ?? 0,
    size: 0,
    atimeSec: access.seconds,
    atimeNsec: access.nanoseconds,
    mtimeSec: modification.seconds,
    mtimeNsec: modification.nanoseconds,
  };
  flushFile(k, inode);
  call(k, "Tsetattr", () => ({ ...body, fid: askable(k, inode), valid }));
  learn(
    hostFile(k, inode),
    attributesOf(k, () => askable(k, inode)),
  );
}

/** fsync(2), when the pages have gone to the host: they go on to its disk. */
function synchronize(k: Kernel, inode: Inode, dataOnly: boolean): void {
  const file = hostFile(k, inode);
  if (file.content === 0) return;
  call(k, "Tfsync", () => ({ fid: openContent(k, inode, file.writable), dataOnly: dataOnly ? 1 : 0 }));
}

function synchronizeAll(k: Kernel, device: number): void {
  for (const [id, file] of k.fs.host!.files) if (file.device === device) flushFile(k, inodeById(k, id));
}

/** All mounts' dirty pages go to the host: the computer is about to be switched off. */
export function flushHostfs(k: Kernel): void {
  for (const { fs, device } of k.fs.mounts.values()) if (fs === "hostfs") synchronizeAll(k, device);
}

function capacity(k: Kernel, { root }: Mount): Capacity {
  const { bsize, blocks, bfree, bavail, files, ffree } = call(k, "Tstatfs", () => ({
    fid: fidOf(k, inodeById(k, root)),
  }));
  return { blockSize: bsize || PAGE_SIZE, blocks, free: bfree, available: bavail, files, freeFiles: ffree };
}

export const hostfs: FileSystem = {
  /** V9FS_MAGIC. */
  magic: 0x0102_1997,
  lookup: (k, _p, directory, name) => lookUp(k, directory, name),
  parent: (k, directory) => (directory.place === null ? directory : inodeById(k, directory.place.directory)),
  list: (k, _p, directory, cookie, most): Listed[] => list(k, directory, cookie, most),
  readlink: (k, _p, inode) => readlink(k, inode),
  create: (k, _p, directory, name, from) => create(k, directory, name, from),
  link: (k, _p, directory, name, inode) => link(k, directory, name, inode),
  unlink: (k, _p, directory, name, inode) => unlink(k, directory, name, inode),
  rename: (k, _p, from, to, exchange) => rename(k, from, to, exchange),
  capacity: (k, _p, one) => capacity(k, one),
  mount: (k, _p, request) => mount(k, request),
  unmount: (k, _p, one) => unmount(k, one),
  remount(k, _p, one, readOnly, data) {
    if (data !== "") throw errno("EINVAL");
    if (!readOnly && k.fs.host?.readOnly) throw errno("EROFS");
    if (readOnly) synchronizeAll(k, one.device);
  },
  isBusy,
  refresh: (k, _p, inode) => refresh(k, inode),
  open: (k, _p, inode, flags) => open(k, inode, flags),
  closed,
  setAttributes: (k, _p, inode, attributes) => setAttributes(k, inode, attributes),
  sectors: (k, _p, inode) => hostFile(k, inode).sectors,
  truncate: (k, _p, inode, size) => truncate(k, inode, size),
  sync(k, _p, { device }, inode, dataOnly) {
    if (inode === null) synchronizeAll(k, device);
    else synchronize(k, inode, dataOnly);
  },
};
