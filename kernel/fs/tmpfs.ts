/**
 * tmpfs: directories in memory. Files' pages live in the page cache and nowhere else, but for those that the root image
 * on disk still backs. Serves devfs too, which is the same with devices in it.
 *
 * (1) `entries` and the live elements of `order` are the same entries; `order` is sorted by cookie.
 * (2) A directory's nlink is 2 plus its subdirectories; any other inode's is its number of names.
 * (3) Every directory but a mount's root holds one reference of the directory above it.
 */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { CONSTANTS } from "../abi.ts";
import { errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import { LOG_LEVEL, log } from "../log.ts";
import { forgetInode } from "../vm/page-cache.ts";
import { defaultCapacity } from "./capacity.ts";
import type { Capacity, FileSystem, Listed, Mounted, MountRequest, NamedPlace } from "./file-system.ts";
import {
  addInode,
  directoryData,
  dropIfUnused,
  inodeById,
  isDirectory,
  type NewInode,
  release,
  retain,
  touchChanged,
  touchModified,
} from "./inode.ts";
import { type NewMount, newMount } from "./mounts.ts";
import { describeTmpfsOptions, parseTmpfsOptions, type TmpfsOptions } from "./tmpfs-options.ts";
import type { ByteString, DirectoryEntry, Inode, InodeData, Mount } from "./types.ts";

const { S_IFDIR } = CONSTANTS.fileType;
/** "." is 1 and ".." 2: the first cookie of an entry. */
const FIRST_COOKIE = 3;
/** Order is cleaned of removed entries when it has this many and they are the half. */
const CLEAN_FROM = 32;

/** The data of an empty directory. */
export function emptyDirectory(): InodeData {
  return { kind: "directory", entries: new Map(), order: [], nextCookie: FIRST_COOKIE };
}

export function lookup(k: Kernel, directory: Inode, name: ByteString): Inode | null {
  const entry = directoryData(directory).entries.get(name);
  return entry === undefined ? null : inodeById(k, entry.inode);
}

function parent(k: Kernel, directory: Inode): Inode {
  return directory.place === null ? directory : inodeById(k, directory.place.directory);
}

function list(k: Kernel, directory: Inode, cookie: number, most: number): Listed[] {
  const { entries, order } = directoryData(directory);
  const found: Listed[] = [];
  for (let i = firstAfter(order, cookie); i < order.length && found.length < most; i++) {
    const entry = order[i];
    if (entries.get(entry.name) !== entry) continue;
    const { ino, mode } = inodeById(k, entry.inode);
    found.push({ name: entry.name, ino, mode, cookie: entry.cookie });
  }
  return found;
}

function firstAfter(order: readonly DirectoryEntry[], cookie: number): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (order[middle].cookie > cookie) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Enters a name that is not there. */
function enter(k: Kernel, directory: Inode, name: ByteString, inode: Inode): void {
  const data = directoryData(directory);
  const entry = { name, inode: inode.id, cookie: data.nextCookie++ };
  data.entries.set(name, entry);
  data.order.push(entry);
  inode.place = { directory: directory.id, name };
  touchModified(k, directory);
}

/** A root directory with nothing in it, of a mount that is being made. */
export function emptyRoot(k: Kernel, mount: NewMount, mode: number, uid = 0, gid = 0): Inode {
  const root = addInode(k, mount, { mode: S_IFDIR | mode, uid, gid, data: emptyDirectory(), ino: 1 });
  root.nlink = 2;
  return root;
}

const unlimited = (count: number) => (count === 0 ? Number.POSITIVE_INFINITY : count);

function refuse(k: Kernel, why: string): never {
  log(k, LOG_LEVEL.error, `tmpfs: ${why}`);
  throw errno("EINVAL");
}

function parseOptions(k: Kernel, data: string): TmpfsOptions {
  const options = parseTmpfsOptions(data, k.vm.frames.count);
  return typeof options === "string" ? refuse(k, options) : options;
}

/** An empty tmpfs. @throws Errno EINVAL */
function mount(k: Kernel, { source, data }: MountRequest): Mounted {
  const options = parseOptions(k, data);
  const made = newMount(k, "tmpfs", source);
  made.options = describeTmpfsOptions(options, made.most);
  made.most = unlimited(options.pages ?? made.most);
  made.mostInodes = unlimited(options.inodes ?? made.mostInodes);
  return { mount: made, root: emptyRoot(k, made, options.mode ?? 0o1777, options.uid, options.gid) };
}

/** Forgets what is in it. Nobody uses it. */
export function unmount(k: Kernel, { device }: Mount): void {
  for (const inode of [...k.fs.inodes.values()]) {
    if (inode.device !== device) continue;
    forgetInode(k, inode);
    k.fs.inodes.delete(inode.id);
  }
}

/** Other limits; who owns the root, and its mode, stay. @throws Errno EINVAL more is in use, or there was no limit */
function remount(k: Kernel, mount: Mount, data: string): void {
  const options = parseOptions(k, data);
  checkLimit(k, options.pages, mount.most, mount.usedPages, "Too small a size", "size");
  checkLimit(k, options.inodes, mount.mostInodes, mount.usedInodes, "Too few inodes", "inodes");
  const usual = defaultCapacity(k, "tmpfs");
  const known = { ...parseOptions(k, mount.options), ...options };
  const { mode, uid, gid } = parseOptions(k, mount.options);
  mount.most = unlimited(known.pages ?? mount.most);
  mount.mostInodes = unlimited(known.inodes ?? mount.mostInodes);
  mount.options = describeTmpfsOptions({ ...known, mode, uid, gid }, usual);
}

function checkLimit(
  k: Kernel,
  wanted: number | undefined,
  limit: number,
  used: number,
  less: string,
  what: string,
): void {
  if (wanted === undefined || wanted === 0) return;
  if (limit === Number.POSITIVE_INFINITY) refuse(k, `Cannot retroactively limit ${what}`);
  if (wanted < used) refuse(k, `${less} for current use`);
}

/** Takes a name out; the inode's counts are the caller's. */
function leave(k: Kernel, directory: Inode, name: ByteString): void {
  const data = directoryData(directory);
  data.entries.delete(name);
  if (data.order.length >= CLEAN_FROM && data.order.length > 2 * data.entries.size)
    data.order = data.order.filter((entry) => data.entries.get(entry.name) === entry);
  touchModified(k, directory);
}

export function create(k: Kernel, directory: Inode, name: ByteString, from: NewInode): Inode {
  const mount = k.fs.mounts.get(directory.device)!;
  const inode = addInode(k, mount, from);
  inode.nlink = isDirectory(inode) ? 2 : 1;
  enter(k, directory, name, inode);
  if (isDirectory(inode)) adopt(directory);
  return inode;
}

/** `directory` gets a subdirectory. */
function adopt(directory: Inode): void {
  retain(directory).nlink++;
}

export function link(k: Kernel, directory: Inode, name: ByteString, inode: Inode): void {
  inode.nlink++;
  enter(k, directory, name, inode);
  touchChanged(k, inode);
}

/** Removes the name of a file or of an empty directory. */
export function unlink(k: Kernel, directory: Inode, name: ByteString, inode: Inode): void {
  leave(k, directory, name);
  touchChanged(k, inode);
  if (isDirectory(inode)) {
    inode.nlink = 0;
    // Its reference on `directory` stays as long as it is somebody's working directory: ".." still leads there.
    directory.nlink--;
  } else inode.nlink--;
  dropIfUnused(k, inode);
}

function rename(k: Kernel, from: NamedPlace, to: NamedPlace, exchange: boolean): void {
  const moved = from.inode!;
  if (!exchange && to.inode !== null) unlink(k, to.directory, to.name, to.inode);
  leave(k, from.directory, from.name);
  if (exchange) {
    leave(k, to.directory, to.name);
    move(k, to.inode!, to.directory, from.directory, from.name);
  }
  move(k, moved, from.directory, to.directory, to.name);
}

function move(k: Kernel, inode: Inode, from: Inode, to: Inode, name: ByteString): void {
  if (isDirectory(inode) && from !== to) {
    adopt(to);
    from.nlink--;
    release(k, from);
  }
  enter(k, to, name, inode);
  touchChanged(k, inode);
}

/** What has no limit is told as 0, as on Linux. */
function capacity({ most, mostInodes, usedPages, usedInodes }: Mount): Capacity {
  const [blocks, free] = most === Number.POSITIVE_INFINITY ? [0, 0] : [most, most - usedPages];
  const [files, freeFiles] = mostInodes === Number.POSITIVE_INFINITY ? [0, 0] : [mostInodes, mostInodes - usedInodes];
  return { blockSize: PAGE_SIZE, blocks, free, available: free, files, freeFiles };
}

const readlink = (inode: Inode) => (inode.data.kind === "symlink" ? inode.data.target : "");

export const tmpfs: FileSystem = {
  magic: 0x01021994,
  lookup: (k, _p, directory, name) => lookup(k, directory, name),
  parent,
  list: (k, _p, directory, cookie, most) => list(k, directory, cookie, most),
  readlink: (_k, _p, inode) => readlink(inode),
  create: (k, _p, directory, name, from) => create(k, directory, name, from),
  link: (k, _p, directory, name, inode) => link(k, directory, name, inode),
  unlink: (k, _p, directory, name, inode) => unlink(k, directory, name, inode),
  rename: (k, _p, from, to, exchange) => rename(k, from, to, exchange),
  capacity: (_k, _p, mount) => capacity(mount),
  mount: (k, _p, request) => mount(k, request),
  unmount: (k, _p, mount) => unmount(k, mount),
  remount: (k, _p, mount, _readOnly, data) => remount(k, mount, data),
};
