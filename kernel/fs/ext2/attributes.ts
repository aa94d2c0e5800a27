/** What an inode says about its file, beside its contents: decoded, set, and set at the start. */
import { changeInode, changeLive, isFastLink, liveInode, sizeOf, typeOf } from "./inode.ts";
import { get, INODE, set, setU32, TYPE, u32 } from "./layout.ts";
import type { Transaction } from "./transaction.ts";
import type { AttributeChanges, Attributes, NewNode, View } from "./types.ts";

/** @throws Errno EUCLEAN when the inode is not in use or makes no sense */
export function getattr(v: View, ino: number): Attributes {
  const raw = liveInode(v, ino);
  return {
    ino,
    mode: get(raw, INODE.mode),
    uid: get(raw, INODE.uid) + get(raw, INODE.uidHigh) * 2 ** 16,
    gid: get(raw, INODE.gid) + get(raw, INODE.gidHigh) * 2 ** 16,
    size: sizeOf(raw),
    nlink: get(raw, INODE.nlink),
    atime: timeOf(raw, INODE.atime),
    mtime: timeOf(raw, INODE.mtime),
    ctime: timeOf(raw, INODE.ctime),
    dtime: get(raw, INODE.dtime),
    sectors: get(raw, INODE.sectors),
    flags: get(raw, INODE.flags),
    generation: get(raw, INODE.generation),
    ...deviceOf(raw),
  };
}

/** Times of files have a sign, as Linux reads them. */
function timeOf(raw: Uint8Array, field: readonly [number, 4]): number {
  return get(raw, field) | 0;
}

/** Sets those that are there; the type in `mode` stays as it is. @throws Errno EUCLEAN */
export function setattr(t: Transaction, ino: number, changes: AttributeChanges): void {
  const raw = changeLive(t, ino);
  if (changes.mode !== undefined) set(raw, INODE.mode, typeOf(raw) | (changes.mode & 0o7777));
  if (changes.uid !== undefined) setOwner(raw, INODE.uid, INODE.uidHigh, changes.uid);
  if (changes.gid !== undefined) setOwner(raw, INODE.gid, INODE.gidHigh, changes.gid);
  for (const field of ["atime", "mtime", "ctime", "flags"] as const) {
    const value = changes[field];
    if (value !== undefined) set(raw, INODE[field], value);
  }
}

function setOwner(raw: Uint8Array, low: readonly [number, 2], high: readonly [number, 2], id: number): void {
  set(raw, low, id);
  set(raw, high, id >>> 16);
}

/** Fills a new inode's bytes, which are zeroes. */
export function initialize(t: Transaction, ino: number, node: NewNode, nlink: number): void {
  const raw = changeInode(t, ino);
  set(raw, INODE.mode, node.mode);
  setOwner(raw, INODE.uid, INODE.uidHigh, node.uid);
  setOwner(raw, INODE.gid, INODE.gidHigh, node.gid);
  set(raw, INODE.nlink, nlink);
  for (const field of ["atime", "mtime", "ctime"] as const) set(raw, INODE[field], node.time);
  if (isDevice(raw)) setDevice(raw, node.major ?? 0, node.minor ?? 0);
}

function isDevice(raw: Uint8Array): boolean {
  return typeOf(raw) === TYPE.character || typeOf(raw) === TYPE.block;
}

/** Device numbers have two forms: the old one, 8 bits each, in the first pointer; else the new one in the second. */
function setDevice(raw: Uint8Array, major: number, minor: number): void {
  const [at] = INODE.blocks;
  if (major < 256 && minor < 256) setU32(raw, at, (major << 8) | minor);
  else setU32(raw, at + 4, (minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12));
}

function deviceOf(raw: Uint8Array): { major: number; minor: number } {
  if (!isDevice(raw)) return { major: 0, minor: 0 };
  const [at] = INODE.blocks;
  const old = u32(raw, at);
  if (old !== 0) return { major: (old >>> 8) & 0xff, minor: old & 0xff };
  const wide = u32(raw, at + 4);
  return { major: (wide >>> 8) & 0xfff, minor: (wide & 0xff) | ((wide >>> 12) & 0xfff00) };
}

/** Does the inode have pointers to blocks? Devices, FIFOs, sockets and short links use their place otherwise. */
export function hasBlocks(v: View, raw: Uint8Array): boolean {
  const type = typeOf(raw);
  return type === TYPE.regular || type === TYPE.directory || (type === TYPE.symlink && !isFastLink(v.fs, raw));
}
