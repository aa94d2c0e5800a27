/**
 * The inode cache of a mounted ext2 file system: inodes in memory are copies of those in the tables. What they say beside
 * that (owner, permissions, times, and a regular file's size) is ahead of the tables until it is written there.
 *
 * (1) `nodes` and FsState.inodes have the same inodes. Each, but the root, holds a reference of the directory of its place.
 * (2) One that nobody refers to stays for a while, at most MOST_UNUSED of them; it goes when it says nothing new and has no
 *     page that is dirty or under way.
 * (3) Counts of names, and what directories have (size, times), are changed in the tables first and copied here.
 *
 * May sleep: nodeFor, writeInode.
 */
import type { Kernel } from "../../kernel.ts";
import { panic } from "../../panic.ts";
import type { Process } from "../../process.ts";
import { FRAME } from "../../vm/frames.ts";
import { forgetInode, isMapped } from "../../vm/page-cache.ts";
import { countInode } from "../capacity.ts";
import { getattr, setattr } from "../ext2/attributes.ts";
import { extend } from "../ext2/truncate.ts";
import type { Attributes } from "../ext2/types.ts";
import { noteIdle } from "../idle.ts";
import { addInode, currentTime, inodeById, isDirectory, isRegular, release, retain } from "../inode.ts";
import { nodeData } from "../node-data.ts";
import type { Inode, Place, Timestamp } from "../types.ts";
import { change, viewFor } from "./change.ts";
import type { Node, Volume } from "./types.ts";

/** Inodes kept although nobody refers to them. */
const MOST_UNUSED = 1024;

/** Seconds since 1970, for what is stored. */
export function now(k: Kernel): number {
  return currentTime(k).seconds;
}

/** The volume that an inode is of. */
export function volumeOf(k: Kernel, inode: Inode): Volume {
  return k.fs.volumes.get(inode.device) ?? panic("ext2fs: an inode's file system is mounted", { device: inode.device });
}

/** What the volume knows of an inode in memory. */
export function nodeOf(v: Volume, inode: Inode): Node {
  return v.nodes.get(inode.ino) ?? panic("ext2fs (1): an inode in memory is a node", { ino: inode.ino });
}

/** The inode of a number, read in when it is not here. @param place where it was found; null: the root @throws Errno EUCLEAN, EIO */
export function nodeFor(k: Kernel, p: Process | null, v: Volume, ino: number, place: Place | null): Inode {
  const known = v.nodes.get(ino);
  if (known !== undefined) return inodeById(k, known.inode);
  const attributes = getattr(viewFor(k, p, v), ino);
  const { mode, uid, gid, size, major, minor } = attributes;
  const data = nodeData(k, mode) ?? { kind: "stored" as const };
  const from = { mode, uid, gid, data, size, rdev: major * 256 + minor, ino };
  const inode = addInode(k, k.fs.mounts.get(v.device) ?? { fs: "ext2", device: v.device, nextIno: 0 }, from);
  copyKept(inode, attributes);
  inode.atime = seconds(attributes.atime);
  inode.place = place;
  if (place !== null) retain(inodeById(k, place.directory));
  const { changes } = v;
  v.nodes.set(ino, {
    ino,
    inode: inode.id,
    name: "there",
    cutting: false,
    size: inode.size,
    changed: changes,
    linked: changes,
  });
  noteIdle(k, inode);
  return inode;
}

const seconds = (time: number): Timestamp => ({ seconds: time, nanoseconds: 0 });

function copyKept(inode: Inode, { nlink, mtime, ctime, size }: Attributes): void {
  inode.nlink = nlink;
  inode.mtime = seconds(mtime);
  inode.ctime = seconds(ctime);
  if (!isRegular(inode)) inode.size = size;
}

/** A change concerned the inode: invariant (3). Everything it reads is in memory. */
export function refresh(k: Kernel, p: Process | null, v: Volume, inode: Inode): void {
  const node = nodeOf(v, inode);
  node.changed = v.changes;
  const attributes = getattr(viewFor(k, p, v), inode.ino);
  if (isDirectory(inode)) copyKept(inode, attributes);
  else {
    inode.nlink = attributes.nlink;
    inode.ctime = seconds(attributes.ctime);
  }
}

/** The inode's one place, or its newest, is another one. */
export function setPlace(k: Kernel, v: Volume, inode: Inode, place: Place): void {
  const before = inode.place;
  retain(inodeById(k, place.directory));
  inode.place = place;
  nodeOf(v, inode).linked = v.changes;
  if (before !== null) release(k, inodeById(k, before.directory));
}

/** Writes what the inode says to its table, if it says something new. @throws Errno EIO, ENOMEM, EFBIG */
export function writeInode(k: Kernel, p: Process | null, v: Volume, inode: Inode): void {
  if (!(k.fs.changed.has(inode.id) || v.unwritten.has(inode.ino)) || v.ext2.readOnly) return;
  const node = nodeOf(v, inode);
  if (node.name === "freeing") return;
  const { mode, uid, gid, atime, mtime, ctime, size } = inode;
  change(k, p, v, (t) => {
    const times = { atime: atime.seconds, mtime: mtime.seconds, ctime: ctime.seconds };
    setattr(t, inode.ino, { mode, uid, gid, ...times });
    // A size that nobody has changed is left as it is, even one that no file can have: that is damage.
    if (isRegular(inode) && !node.cutting && size > node.size) extend(t, inode.ino, size);
  });
  if (!node.cutting) node.size = size;
  node.changed = v.changes;
  k.fs.changed.delete(inode.id);
  v.unwritten.delete(inode.ino);
}

/** Whether anybody refers to the inode, by a reference or a mapping. */
export function isUsed(k: Kernel, inode: Inode): boolean {
  return inode.references > 0 || isMapped(k, inode);
}

/** Nobody refers to the inode any more: it may go, in time. */
export function noteUnused(k: Kernel, v: Volume, node: Node): void {
  v.unused.delete(node.ino);
  if (node.name !== "there" || inodeById(k, node.inode).place === null) return;
  v.unused.add(node.ino);
  if (v.unused.size > MOST_UNUSED) shrink(k, v, MOST_UNUSED);
}

/** Drops unused inodes until `most` are left, those first that have not been used for longest; one that may not go waits on. */
export function shrink(k: Kernel, v: Volume, most: number): void {
  let looks = v.unused.size - most + 16;
  for (const ino of v.unused) {
    if (v.unused.size <= most || looks-- === 0) return;
    v.unused.delete(ino);
    const node = v.nodes.get(ino);
    if (node === undefined || isUsed(k, inodeById(k, node.inode))) continue;
    if (mayGo(k, v, inodeById(k, node.inode))) forgetNode(k, v, node);
    else v.unused.add(ino);
  }
}

/** Invariant (2). */
function mayGo(k: Kernel, v: Volume, inode: Inode): boolean {
  if (k.fs.changed.has(inode.id) || v.unwritten.has(inode.ino)) return false;
  const { flags, first } = k.vm.frames;
  const busy = FRAME.dirty | FRAME.reading | FRAME.writing;
  const pages = k.vm.cache.files.get(inode.id)?.pages.values() ?? [];
  for (const frame of pages) if (flags[frame - first] & busy) return false;
  return true;
}

/** The inode leaves memory, with its pages. */
export function forgetNode(k: Kernel, v: Volume, node: Node): void {
  const { place } = inodeById(k, node.inode);
  forget(k, v, node);
  if (place !== null) release(k, inodeById(k, place.directory));
}

/** All of them leave memory: nobody refers to any but they to each other. */
export function forgetNodes(k: Kernel, v: Volume): void {
  for (const node of v.nodes.values()) forget(k, v, node);
}

function forget(k: Kernel, v: Volume, node: Node): void {
  const inode = inodeById(k, node.inode);
  forgetInode(k, inode);
  v.nodes.delete(node.ino);
  v.unused.delete(node.ino);
  v.indexes.delete(node.ino);
  k.fs.changed.delete(inode.id);
  k.fs.idle.delete(inode.id);
  if (k.fs.inodes.delete(inode.id)) countInode(k, inode.device, -1);
}
