/**
 * Names of a mounted ext2 file system, for path walks and the calls that make, remove and move them.
 *
 * (1) A change of names happens in the blocks first; then the inodes in memory say the same.
 * (2) What a file is moved to is on the disk, with all that leads to it, before it is moved there from elsewhere: else a
 *     crash could lose both names (ext2/README.md, "Order of writes", rule 2).
 * (3) A directory's name goes when what was moved out of it is on the disk elsewhere: until then its old names count.
 *
 * May sleep: everything but `parent`.
 */
import { CONSTANTS } from "../../abi.ts";
import { errno } from "../../errno.ts";
import type { Kernel } from "../../kernel.ts";
import { panic } from "../../panic.ts";
import type { Process } from "../../process.ts";
import { getattr } from "../ext2/attributes.ts";
import { mapBlocks } from "../ext2/block-map.ts";
import { list as listEntries, lookup as lookupEntry } from "../ext2/directory.ts";
import { create as createFile, link as linkFile, mkdir, readlink, symlink } from "../ext2/operations.ts";
import { rmdir, unlink as unlinkFile } from "../ext2/removal.ts";
import { rename as renameEntry } from "../ext2/rename.ts";
import type { Removed } from "../ext2/types.ts";
import { isReady } from "../ext2/write-order.ts";
import type { Listed, NamedPlace } from "../file-system.ts";
import { inodeById, isDirectory, isSymlink, type NewInode } from "../inode.ts";
import type { ByteString, Inode } from "../types.ts";
import { doLater, oldestDirty } from "./buffers.ts";
import { awaitWrites, type Changed, change, viewFor } from "./change.ts";
import { isUsed, nodeFor, nodeOf, now, refresh, setPlace, volumeOf } from "./inodes.ts";
import { growIndex } from "./name-index.ts";
import type { Volume } from "./types.ts";

const { S_IFMT, S_IFDIR, S_IFLNK } = CONSTANTS.fileType;

/** FileSystem.lookup. @throws Errno EIO, EUCLEAN, ENOMEM: also of those below */
export function lookup(k: Kernel, p: Process, directory: Inode, name: ByteString): Inode | null {
  if (directory.nlink === 0) return null;
  const v = volumeOf(k, directory);
  growIndex(v, directory, viewFor(k, p, v));
  const entry = lookupEntry(viewFor(k, p, v), directory.ino, name);
  return entry === null ? null : nodeFor(k, p, v, entry.ino, { directory: directory.id, name });
}

/** FileSystem.parent. */
export function parent(k: Kernel, directory: Inode): Inode {
  return directory.place === null ? directory : inodeById(k, directory.place.directory);
}

/** FileSystem.list. */
export function list(k: Kernel, p: Process, directory: Inode, cookie: number, most: number): Listed[] {
  if (directory.nlink === 0) return [];
  const view = viewFor(k, p, volumeOf(k, directory));
  return listEntries(view, directory.ino, cookie, most).map(({ name, ino, type, cookie: next }) => ({
    name,
    ino,
    mode: type === 0 ? getattr(view, ino).mode : type,
    cookie: next,
  }));
}

/** FileSystem.readlink. */
export function readLink(k: Kernel, p: Process, inode: Inode): ByteString {
  return isSymlink(inode) ? readlink(viewFor(k, p, volumeOf(k, inode)), inode.ino) : "";
}

/** FileSystem.create. @throws Errno ENOSPC, ENOENT, EMLINK */
export function create(k: Kernel, p: Process, directory: Inode, name: ByteString, from: NewInode): Inode {
  const v = volumeOf(k, directory);
  const rdev = from.rdev ?? 0;
  const device = { major: Math.floor(rdev / 256), minor: rdev % 256 };
  const gid = v.options.grpid ? directory.gid : from.gid;
  const node = { mode: from.mode, uid: from.uid, gid, ...device, time: now(k) };
  const { result: ino } = change(k, p, v, (t) => {
    const type = from.mode & S_IFMT;
    if (type === S_IFDIR) return mkdir(t, directory.ino, name, node);
    if (type !== S_IFLNK) return createFile(t, directory.ino, name, node);
    const target = from.data.kind === "symlink" ? from.data.target : panic("a symbolic link has a target", { name });
    return symlink(t, directory.ino, name, target, node);
  });
  refresh(k, p, v, directory);
  return nodeFor(k, p, v, ino, { directory: directory.id, name });
}

/** FileSystem.link. @throws Errno ENOSPC, EMLINK, ENOENT */
export function link(k: Kernel, p: Process, directory: Inode, name: ByteString, inode: Inode): void {
  const v = volumeOf(k, inode);
  change(k, p, v, (t) => linkFile(t, directory.ino, name, inode.ino, now(k)));
  refresh(k, p, v, directory);
  refresh(k, p, v, inode);
  setPlace(k, v, inode, { directory: directory.id, name });
}

/** FileSystem.unlink. @throws Errno ENOTEMPTY */
export function unlink(k: Kernel, p: Process, directory: Inode, name: ByteString, inode: Inode): void {
  const v = volumeOf(k, inode);
  if (isDirectory(inode)) settleMoves(k, p, v, inode);
  const remove = isDirectory(inode) ? rmdir : unlinkFile;
  const changed = change(k, p, v, (t) => remove(t, directory.ino, name, now(k)));
  refresh(k, p, v, directory);
  lostName(k, p, v, inode, changed);
}

/** An inode has one name less. */
function lostName(k: Kernel, p: Process, v: Volume, inode: Inode, { result, blocks }: Changed<Removed>): void {
  refresh(k, p, v, inode);
  if (!result.last) return;
  inode.nlink = 0;
  nodeOf(v, inode).name = "leaving";
  v.unused.delete(inode.ino);
  doLater(k, v, blocks, { kind: "nameless", ino: inode.ino });
}

/** FileSystem.rename. @throws Errno EINVAL to exchange names, which ext2 cannot; ENOTEMPTY, ENOSPC, EMLINK */
export function rename(k: Kernel, p: Process, from: NamedPlace, to: NamedPlace, exchange: boolean): void {
  if (exchange) throw errno("EINVAL");
  const moved = from.inode!;
  const v = volumeOf(k, moved);
  if (from.directory !== to.directory) settlePath(k, p, v, to.directory);
  if (to.inode !== null && isDirectory(to.inode)) settleMoves(k, p, v, to.inode);
  const fromPlace = { directory: from.directory.ino, name: from.name };
  const toPlace = { directory: to.directory.ino, name: to.name };
  const { result, blocks } = change(k, p, v, (t) => renameEntry(t, fromPlace, toPlace, now(k)));
  refresh(k, p, v, from.directory);
  refresh(k, p, v, to.directory);
  refresh(k, p, v, moved);
  if (isDirectory(moved)) v.moved = v.changes;
  setPlace(k, v, moved, { directory: to.directory.id, name: to.name });
  if (to.inode !== null && result !== null) lostName(k, p, v, to.inode, { result, blocks });
}

/** Invariant (2). */
function settlePath(k: Kernel, p: Process, v: Volume, directory: Inode): void {
  const oldest = oldestDirty(v);
  for (let here = directory; ; here = parent(k, here)) {
    if (nodeOf(v, here).linked >= oldest) awaitWrites(k, p, v, "EIO");
    if (here.place === null) return;
  }
}

/** Invariant (3): blocks of the directory that wait for others have lost names to them. */
function settleMoves(k: Kernel, p: Process, v: Volume, directory: Inode): void {
  if (v.order.before.size === 0) return;
  const { blockSize } = v.ext2;
  for (const { block, count } of mapBlocks(viewFor(k, p, v), directory.ino, 0, Math.ceil(directory.size / blockSize)))
    for (let i = 0; i < count && block !== 0; i++) if (!isReady(v.order, block + i)) awaitWrites(k, p, v, "EIO");
}

/** Whether a process, a mount on one of its directories or a mapping uses an inode of the volume; its own mount holds the root. */
export function isBusy(k: Kernel, v: Volume): boolean {
  const held = new Map<number, number>([[k.fs.mounts.get(v.device)!.root, 1]]);
  for (const { inode: id } of v.nodes.values()) {
    const { place } = inodeById(k, id);
    if (place !== null) held.set(place.directory, (held.get(place.directory) ?? 0) + 1);
  }
  for (const { inode: id } of v.nodes.values()) {
    const inode = inodeById(k, id);
    if (inode.references > (held.get(id) ?? 0)) return true;
    if (inode.references === 0 && isUsed(k, inode)) return true;
  }
  return false;
}
