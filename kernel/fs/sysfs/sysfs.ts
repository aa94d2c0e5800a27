/**
 * sysfs: the tree of /sys, whose files are one value each. Nothing in it is stored: inodes are made when they are looked up,
 * values when they are read. tree.ts says what there is.
 *
 * (1) An inode's number says what it shows, so that two lookups of one name agree.
 */
import { PAGE_SIZE } from "../../../cpu/paging.ts";
import { CONSTANTS, FLAGS } from "../../abi.ts";
import { errno } from "../../errno.ts";
import type { Kernel } from "../../kernel.ts";
import { panic } from "../../panic.ts";
import type { FileSystem, Listed, Mounted, MountRequest } from "../file-system.ts";
import { addInode, makeInode } from "../inode.ts";
import { newMount } from "../mounts.ts";
import type { ByteString, Inode } from "../types.ts";
import type { Attribute } from "./attribute.ts";
import { findNode, nodeAt, numberAt, type SysNode } from "./tree.ts";

const { S_IFDIR, S_IFREG } = CONSTANTS.fileType;
const { O_ACCMODE, O_RDONLY, O_WRONLY } = { ...FLAGS.open, ...CONSTANTS.fd };
const ROOT_MODE = S_IFDIR | 0o555;
const DIRECTORY_MODE = S_IFDIR | 0o755;
const READERS = 0o444;
const WRITERS = 0o222;
/** Cookies begin behind those of "." and "..". */
const FIRST_COOKIE = 3;

function pathOf(inode: Inode): string {
  if (inode.data.kind !== "sys") return panic("an inode of sysfs is one", { id: inode.id, kind: inode.data.kind });
  return inode.data.path;
}

const below = (path: string, name: string) => (path === "" ? name : `${path}/${name}`);

function linksOf(path: string, node: SysNode): number {
  if (node.kind === "file") return 1;
  return 2 + node.names.filter((name) => nodeAt(below(path, name)).kind === "directory").length;
}

function inodeFor(k: Kernel, near: Inode, path: string): Inode {
  const mount = k.fs.mounts.get(near.device)!;
  const node = nodeAt(path);
  const isFile = node.kind === "file";
  const inode = makeInode(k, mount, {
    mode: isFile ? S_IFREG | node.file.mode : DIRECTORY_MODE,
    uid: 0,
    gid: 0,
    data: { kind: "sys", path },
    ino: numberAt(path),
    // Whatever is in it, as Linux has it.
    size: isFile ? PAGE_SIZE : 0,
  });
  inode.nlink = linksOf(path, node);
  inode.place = { directory: mount.root, name: path };
  return inode;
}

function lookup(k: Kernel, directory: Inode, name: ByteString): Inode | null {
  const path = below(pathOf(directory), name);
  return findNode(path) === null ? null : inodeFor(k, directory, path);
}

function parent(k: Kernel, directory: Inode): Inode {
  const above = pathOf(directory).split("/").slice(0, -1).join("/");
  if (above !== "") return inodeFor(k, directory, above);
  return k.fs.inodes.get(k.fs.mounts.get(directory.device)!.root)!;
}

function list(directory: Inode, cookie: number, most: number): Listed[] {
  const path = pathOf(directory);
  const node = nodeAt(path);
  const names = node.kind === "directory" ? node.names : [];
  const first = Math.max(0, cookie - FIRST_COOKIE + 1);
  return names.slice(first, first + most).map((name, i) => {
    const child = nodeAt(below(path, name));
    const mode = child.kind === "file" ? S_IFREG | child.file.mode : DIRECTORY_MODE;
    return { name, ino: numberAt(below(path, name)), mode, cookie: FIRST_COOKIE + first + i };
  });
}

/** The row of a file. */
export function attributeOf(inode: Inode): Attribute {
  const node = nodeAt(pathOf(inode));
  return node.kind === "file" ? node.file : panic("a file of sysfs has a row", { path: pathOf(inode) });
}

/** What a file shows now. @throws Errno EIO it cannot be read */
export function attributeText(k: Kernel, inode: Inode): ByteString {
  const { read } = attributeOf(inode);
  if (read === undefined) throw errno("EIO");
  return `${read(k)}\n`;
}

/** The permission bits hold for the superuser, too: Linux's kernfs_fop_open. @throws Errno EACCES */
function checkMode(inode: Inode, flags: number): void {
  if (inode.data.kind !== "sys" || nodeAt(inode.data.path).kind === "directory") return;
  const access = flags & O_ACCMODE;
  const reads = access !== O_WRONLY;
  const writes = access !== O_RDONLY;
  if ((reads && !(inode.mode & READERS)) || (writes && !(inode.mode & WRITERS))) throw errno("EACCES");
}

/** It has no options. @throws Errno EINVAL */
function mount(k: Kernel, { source, data }: MountRequest): Mounted {
  if (data !== "") throw errno("EINVAL");
  const made = newMount(k, "sysfs", source);
  const root = addInode(k, made, { mode: ROOT_MODE, uid: 0, gid: 0, data: { kind: "sys", path: "" }, ino: 1 });
  root.nlink = linksOf("", nodeAt(""));
  return { mount: made, root };
}

export const sysfs: FileSystem = {
  magic: 0x6265_6572,
  lookup: (k, _p, directory, name) => lookup(k, directory, name),
  parent,
  list: (_k, _p, directory, cookie, most) => list(directory, cookie, most),
  readlink: (_k, _p, inode) => panic("sysfs has no links", { id: inode.id }),
  open: (_k, _p, inode, flags) => checkMode(inode, flags),
  capacity: () => ({ blockSize: PAGE_SIZE, blocks: 0, free: 0, available: 0, files: 0, freeFiles: 0 }),
  mount: (k, _p, request) => mount(k, request),
  unmount: (k, _p, mount) => void k.fs.inodes.delete(mount.root),
  remount: () => {},
};
