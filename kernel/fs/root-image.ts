/**
 * The root file system: a tmpfs filled from the cpio archives on disk 0. Only the headers are read; each file keeps the
 * place of its data on the disk, and its pages come from there when somebody touches them.
 *
 * Runs before there is a process, so it waits for the disk by waiting for its interrupt.
 */
import { SECTOR_SIZE } from "../../cpu/devices/disk.ts";
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { CONSTANTS, FLAGS } from "../abi.ts";
import { readNow } from "../drivers/read-now.ts";
import type { Kernel } from "../kernel.ts";
import { panic } from "../panic.ts";
import { allocateFrame, dropReference, NO_FRAME, OWNER } from "../vm/frames.ts";
import { type ByteReader, CpioError, type CpioFile, readCpio } from "./cpio.ts";
import { isDirectory, type NewInode } from "./inode.ts";
import { attach, newMount } from "./mounts.ts";
import { newPipe } from "./pipe.ts";
import { create, emptyDirectory, emptyRoot, link, lookup, unlink } from "./tmpfs.ts";
import type { ByteString, Inode, InodeData } from "./types.ts";

const { S_IFMT, S_IFREG, S_IFDIR, S_IFLNK, S_IFCHR, S_IFBLK, S_IFIFO, S_IFSOCK } = CONSTANTS.fileType;
const { NAME_MAX, PATH_MAX } = CONSTANTS.limits;
export const ROOT_DISK = 0;

/** Mounts a tmpfs as the root file system, filled from disk 0 when there is one. @throws CpioError */
export function mountArchive(k: Kernel): void {
  const mount = newMount(k, "tmpfs", "rootfs");
  mount.flags = FLAGS.mount.MS_RELATIME;
  const root = emptyRoot(k, mount, 0o755);
  attach(k, mount, root, null);
  const disk = k.fs.disks[ROOT_DISK];
  if (disk !== undefined) withReader(k, ROOT_DISK, (read) => unpack(k, root, read, disk.size));
  // What the archives brought leaves as much room as there is without them, however little RAM there is.
  mount.mostInodes += mount.usedInodes;
}

/**
 * Gives `use` a reader of the disk that keeps the last 4 KiB: headers lie close together. What lies in them whole it gives
 * as it is there, without a copy.
 */
export function withReader(k: Kernel, disk: number, use: (read: ByteReader) => void): void {
  const frame = allocateFrame(k, OWNER.kernel);
  if (frame === NO_FRAME) panic("boot: there is a frame for reading the root image", { free: k.vm.frames.free });
  const { size } = k.fs.disks[disk];
  let start = 0;
  let end = 0;
  const kept = k.machine.ram.frame(frame);
  const piece = (position: number, length: number): Uint8Array => {
    if (position < start || position >= end) {
      start = position - (position % SECTOR_SIZE);
      end = Math.min(start + PAGE_SIZE, size);
      if (!readNow(k, disk, start, end - start, frame))
        throw new CpioError(`root image: disk ${disk} cannot be read at byte ${start}`);
    }
    return kept.subarray(position - start, Math.min(position + length, end) - start);
  };
  const pieces = (position: number, first: Uint8Array, length: number): Uint8Array => {
    const bytes = new Uint8Array(length);
    bytes.set(first);
    for (let done = first.length; done < length; ) {
      const part = piece(position + done, length - done);
      bytes.set(part, done);
      done += part.length;
    }
    return bytes;
  };
  try {
    use((position, wanted) => {
      const length = Math.max(0, Math.min(wanted, size - position));
      if (length === 0) return new Uint8Array(0);
      const first = piece(position, length);
      return first.length === length ? first : pieces(position, first, length);
    });
  } finally {
    dropReference(k, frame);
  }
}

function unpack(k: Kernel, root: Inode, read: ByteReader, size: number): void {
  /** Files with several names, by what makes them one: all share the data of the one that has any. */
  const linked = new Map<string, Inode>();
  for (const file of readCpio(read, size)) {
    const names = pathNames(file);
    if (names.length === 0) root.mode = S_IFDIR | (file.mode & 0o7777);
    else enterFile(k, enclosing(k, root, names, file), names[names.length - 1], file, linked, read);
  }
}

const wrong = (file: CpioFile, what: string) => new CpioError(`root image: '${file.name}': ${what}`);

/** The components of a file's name. It stays below the root. */
function pathNames(file: CpioFile): ByteString[] {
  const names = file.name.split("/").filter((name) => name !== "" && name !== ".");
  if (file.name === "") throw wrong(file, "a name without a character");
  if (names.includes("..")) throw wrong(file, "a name that leads upwards");
  if (names.some((name) => name.length > NAME_MAX)) throw wrong(file, `a name of more than ${NAME_MAX} bytes`);
  return names;
}

/** The directory that the file goes into; directories that the archive left out are made. */
function enclosing(k: Kernel, root: Inode, names: readonly ByteString[], file: CpioFile): Inode {
  let directory = root;
  for (const name of names.slice(0, -1)) {
    const next = lookup(k, directory, name) ?? makeDirectory(k, directory, name);
    if (!isDirectory(next)) throw wrong(file, `'${name}' is not a directory`);
    directory = next;
  }
  return directory;
}

/** An empty directory of root's. */
export function makeDirectory(k: Kernel, directory: Inode, name: ByteString): Inode {
  return create(k, directory, name, { mode: S_IFDIR | 0o755, uid: 0, gid: 0, data: emptyDirectory() });
}

function enterFile(
  k: Kernel,
  directory: Inode,
  name: ByteString,
  file: CpioFile,
  linked: Map<string, Inode>,
  read: ByteReader,
): void {
  const there = lookup(k, directory, name);
  if (there !== null) {
    // A directory that exists already stays as it is; anything else gives way, as in later archives of Linux's initramfs.
    if (isDirectory(there) && (file.mode & S_IFMT) === S_IFDIR) return;
    if (isDirectory(there)) throw wrong(file, "replaces a directory");
    unlink(k, directory, name, there);
  }
  const key = `${file.device}:${file.ino}`;
  const shared = file.nlink > 1 && (file.mode & S_IFMT) === S_IFREG ? linked.get(key) : undefined;
  if (shared === undefined) {
    const inode = create(k, directory, name, newInode(k, file, read));
    setTimes(inode, file);
    if (file.nlink > 1) linked.set(key, inode);
  } else {
    link(k, directory, name, shared);
    if (file.size > 0) setContent(shared, file);
    setTimes(shared, file);
  }
}

function setTimes(inode: Inode, { mtime }: CpioFile): void {
  inode.mtime = { seconds: mtime, nanoseconds: 0 };
  inode.atime = inode.mtime;
  inode.ctime = inode.mtime;
}

/** Other names of a file come without data; the one that has it says where it lies. */
function setContent(inode: Inode, file: CpioFile): void {
  if (inode.data.kind !== "file") throw wrong(file, "links files of different types");
  inode.data.backing = { disk: ROOT_DISK, position: file.position, length: file.size };
  inode.size = file.size;
}

function newInode(k: Kernel, file: CpioFile, read: ByteReader): NewInode {
  const { uid, gid, rdev, size } = file;
  const type = file.mode & S_IFMT;
  const mode = type | (file.mode & 0o7777);
  const data = newData(k, type, file, read);
  const keepsSize = type === S_IFREG || type === S_IFLNK;
  return { mode, uid, gid, rdev: type === S_IFCHR || type === S_IFBLK ? rdev : 0, data, size: keepsSize ? size : 0 };
}

function newData(k: Kernel, type: number, file: CpioFile, read: ByteReader): InodeData {
  switch (type) {
    case S_IFREG: {
      const backing = { disk: ROOT_DISK, position: file.position, length: file.size };
      return { kind: "file", backing: file.size > 0 ? backing : null };
    }
    case S_IFDIR:
      return emptyDirectory();
    case S_IFLNK:
      if (file.size === 0 || file.size >= PATH_MAX) throw wrong(file, `a link's target of ${file.size} bytes`);
      return { kind: "symlink", target: String.fromCharCode(...read(file.position, file.size)) };
    case S_IFIFO:
      return { kind: "fifo", pipe: newPipe(k) };
    case S_IFSOCK:
      return { kind: "socket" };
    case S_IFCHR:
    case S_IFBLK:
      return { kind: "device", backing: null };
    default:
      throw wrong(file, `a type that is none (mode 0${file.mode.toString(8)})`);
  }
}
