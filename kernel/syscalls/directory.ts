/** System calls about names: making, linking, removing, moving and listing them; working and root directory. */
import { CONSTANTS, FLAGS, STRUCTURES } from "../abi.ts";
import { errno } from "../errno.ts";
import { checkFlags, followIf, pathFromUser, resolveAt, startOf, walkToName } from "../fs/at.ts";
import { checkDirectory, checkNewName, createFile } from "../fs/create.ts";
import { anyFileOf, fileOf } from "../fs/descriptors.ts";
import { isDirectory, isSymlink, release, retain, touchAccessed } from "../fs/inode.ts";
import { pathOrUnreachable } from "../fs/names.ts";
import { nodeData } from "../fs/node-data.ts";
import { walk } from "../fs/path.ts";
import { checkAccess, checkLinkable, X_OK } from "../fs/permissions.ts";
import { bytesOf } from "../fs/procfs/text.ts";
import { removeName, renameName } from "../fs/rename.ts";
import { emptyDirectory } from "../fs/tmpfs.ts";
import type { ByteString, Inode, InodeData } from "../fs/types.ts";
import { FILE_SYSTEMS } from "../fs/vfs.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import type { Handlers } from "../syscall-table.ts";
import { copyInPath, copyOut, prepareUser } from "../usercopy.ts";

const { S_IFMT, S_IFDIR, S_IFLNK, S_IFREG, S_ISVTX } = CONSTANTS.fileType;
const { AT_FDCWD } = CONSTANTS.fd;
const { AT_EMPTY_PATH, AT_SYMLINK_FOLLOW, AT_REMOVEDIR } = FLAGS.at;
const D = STRUCTURES.dirent64.fields;
/** Entries fetched from a file system at a time. */
const LIST_STEP = 64;
const PERMISSIONS = 0o7777;

function makeDirectoryAt(k: Kernel, p: Process, dirfd: number, address: number, mode: number): number {
  const walked = walkToName(k, p, dirfd, address);
  checkNewName(k, walked, true);
  createFile(k, p, walked, S_IFDIR | (mode & (0o777 | S_ISVTX)), emptyDirectory());
  return 0;
}

/** The data of a node of mknodat(2), of which no type means a regular file. @throws Errno EPERM, EINVAL */
function dataOfNode(k: Kernel, type: number): InodeData {
  const data = nodeData(k, type || S_IFREG);
  if (data === null) throw errno(type === S_IFDIR ? "EPERM" : "EINVAL");
  return data;
}

function makeNode(k: Kernel, p: Process, dirfd: number, address: number, mode: number, device: number): number {
  const type = mode & S_IFMT;
  const data = dataOfNode(k, type);
  const walked = walkToName(k, p, dirfd, address);
  checkNewName(k, walked, false);
  checkDirectory(p, walked.directory);
  if (data.kind === "device" && p.credentials.euid !== 0) throw errno("EPERM");
  // As in the high bits of Linux's dev_t, only small numbers are kept: major * 256 + minor.
  const rdev = data.kind === "device" ? device & 0xffff : 0;
  createFile(k, p, walked, (type || S_IFREG) | (mode & PERMISSIONS), data, { rdev });
  return 0;
}

function makeSymlink(k: Kernel, p: Process, targetAddress: number, dirfd: number, address: number): number {
  const target = pathFromUser(k, p, targetAddress);
  const walked = walkToName(k, p, dirfd, address);
  checkNewName(k, walked, false);
  const data = { kind: "symlink", target } as const;
  createFile(k, p, walked, S_IFLNK | 0o777, data, { size: target.length });
  return 0;
}

function makeLink(
  k: Kernel,
  p: Process,
  oldDirfd: number,
  oldAddress: number,
  newDirfd: number,
  newAddress: number,
  flags: number,
): number {
  checkFlags(flags, AT_SYMLINK_FOLLOW | AT_EMPTY_PATH);
  const inode = resolveAt(k, p, oldDirfd, oldAddress, flags, { follow: followIf(flags) });
  const walked = walkToName(k, p, newDirfd, newAddress);
  checkNewName(k, walked, false);
  if (inode.device !== walked.directory.device) throw errno("EXDEV");
  checkLinkable(p.credentials, inode);
  checkDirectory(p, walked.directory);
  const { link } = FILE_SYSTEMS[inode.fs];
  if (isDirectory(inode) || link === undefined) throw errno("EPERM");
  if (inode.nlink === 0) throw errno("ENOENT");
  link(k, p, walked.directory, walked.name, inode);
  return 0;
}

function readLink(k: Kernel, p: Process, dirfd: number, address: number, buffer: number, size: number): number {
  if (size <= 0 || size >= 2 ** 63) throw errno("EINVAL");
  const path = copyInPath(k, p, address);
  // An empty path speaks of the descriptor itself, which O_PATH | O_NOFOLLOW may have opened on a link.
  if (path === "" && dirfd === AT_FDCWD) throw errno("ENOENT");
  const inode = path === "" ? anyFileOf(p, dirfd).inode : walkToLink(k, p, dirfd, path);
  if (!isSymlink(inode)) throw errno(path === "" ? "ENOENT" : "EINVAL");
  const target = bytesOf(FILE_SYSTEMS[inode.fs].readlink(k, p, inode)).subarray(0, size);
  copyOut(k, p, buffer, target);
  touchAccessed(k, inode);
  return target.length;
}

function walkToLink(k: Kernel, p: Process, dirfd: number, path: ByteString): Inode {
  const { inode, slash } = walk(k, p, startOf(p, dirfd, path), path, { follow: false });
  if (inode === null) throw errno("ENOENT");
  if (slash && !isDirectory(inode)) throw errno("ENOTDIR");
  return inode;
}

interface Entry {
  readonly name: ByteString;
  readonly ino: number;
  readonly mode: number;
  readonly cookie: number;
}

/** Entries after `cookie`: "." and ".." first, which no file system stores. */
function entriesAfter(k: Kernel, p: Process, directory: Inode, cookie: number): Entry[] {
  const { ino } = directory;
  const above = FILE_SYSTEMS[directory.fs].parent(k, directory);
  const dots = [
    { name: ".", ino, mode: S_IFDIR, cookie: 1 },
    { name: "..", ino: above.ino, mode: S_IFDIR, cookie: 2 },
  ];
  const rest = FILE_SYSTEMS[directory.fs].list(k, p, directory, Math.max(cookie, 2), LIST_STEP);
  return [...dots.filter((entry) => entry.cookie > cookie), ...rest];
}

/** Bytes of a struct linux_dirent64 with this name: the NUL, and a multiple of 8. */
function entryLength(name: ByteString): number {
  return Math.ceil((D.d_name[0] + name.length + 1) / 8) * 8;
}

function encodeEntry(bytes: Uint8Array, at: number, { name, ino, mode, cookie }: Entry): void {
  const view = new DataView(bytes.buffer, at);
  view.setBigUint64(D.d_ino[0], BigInt(ino), true);
  view.setBigInt64(D.d_off[0], BigInt(cookie), true);
  view.setUint16(D.d_reclen[0], entryLength(name), true);
  view.setUint8(D.d_type[0], mode >> 12);
  bytes.set(bytesOf(name), at + D.d_name[0]);
}

/** getdents64(2). @throws Errno ENOTDIR, EINVAL the buffer is too small for one entry, ENOENT the directory is deleted */
function listDirectory(k: Kernel, p: Process, fd: number, address: number, size: number): number {
  const file = fileOf(p, fd);
  if (file.kind !== "directory") throw errno("ENOTDIR");
  if (file.inode.nlink === 0) throw errno("ENOENT");
  const chosen: Entry[] = [];
  let length = 0;
  let cookie = file.offset;
  for (let more = true; more; ) {
    const batch = entriesAfter(k, p, file.inode, cookie);
    more = batch.length > 0;
    for (const entry of batch) {
      if (length + entryLength(entry.name) > size) {
        more = false;
        break;
      }
      chosen.push(entry);
      length += entryLength(entry.name);
      cookie = entry.cookie;
    }
    if (!more && batch.length > 0 && chosen.length === 0) throw errno("EINVAL");
  }
  if (length === 0) return 0;
  if (prepareUser(k, p, address, length, "write") < length) throw errno("EFAULT");
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const entry of chosen) {
    encodeEntry(bytes, at, entry);
    at += entryLength(entry.name);
  }
  copyOut(k, p, address, bytes);
  file.offset = cookie;
  touchAccessed(k, file.inode, file.flags);
  return length;
}

function enter(k: Kernel, p: Process, which: "cwd" | "root", inode: Inode): number {
  if (!isDirectory(inode)) throw errno("ENOTDIR");
  checkAccess(p.credentials, inode, X_OK);
  const before = p[which];
  p[which] = retain(inode);
  release(k, before);
  return 0;
}

export const directoryCalls = {
  mkdirat: makeDirectoryAt,
  mknodat: makeNode,
  symlinkat: makeSymlink,
  linkat: makeLink,
  readlinkat: readLink,
  getdents64: listDirectory,

  unlinkat(k, p, dirfd, address, flags) {
    checkFlags(flags, AT_REMOVEDIR);
    removeName(k, p, walkToName(k, p, dirfd, address), (flags & AT_REMOVEDIR) !== 0);
    return 0;
  },

  renameat2(k, p, oldDirfd, oldAddress, newDirfd, newAddress, flags) {
    const { RENAME_NOREPLACE, RENAME_EXCHANGE } = FLAGS.rename;
    checkFlags(flags, RENAME_NOREPLACE | RENAME_EXCHANGE);
    if (flags === (RENAME_NOREPLACE | RENAME_EXCHANGE)) throw errno("EINVAL");
    const from = walkToName(k, p, oldDirfd, oldAddress);
    const to = walkToName(k, p, newDirfd, newAddress);
    renameName(k, p, from, to, flags);
    return 0;
  },

  chdir: (k, p, address) => enter(k, p, "cwd", resolveAt(k, p, AT_FDCWD, address, 0, { follow: true })),
  fchdir: (k, p, fd) => enter(k, p, "cwd", anyFileOf(p, fd).inode),
  chroot(k, p, address) {
    const inode = resolveAt(k, p, AT_FDCWD, address, 0, { follow: true });
    if (p.credentials.euid !== 0) throw errno("EPERM");
    return enter(k, p, "root", inode);
  },

  getcwd(k, p, address, size) {
    if (p.cwd.nlink === 0) throw errno("ENOENT");
    const path = bytesOf(`${pathOrUnreachable(k, p.root, p.cwd)}\0`);
    if (path.length > size) throw errno("ERANGE");
    copyOut(k, p, address, path);
    return path.length;
  },
} satisfies Handlers;
