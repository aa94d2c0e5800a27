/**
 * Files of the host, looked at before anything is written: what they are, and which blocks of them hold more than zeroes.
 * The order is that of the names' bytes, so that the same tree always gives the same image.
 */
import { type BigIntStats, closeSync, lstatSync, readdirSync, readlinkSync, readSync, statSync } from "node:fs";
import { TYPE, TYPE_MASK } from "../../kernel/fs/ext2/layout.ts";
import { UsageError } from "../errors.ts";
import { reason } from "../files.ts";
import { type Identity, identityOf } from "../identity.ts";
import { CHUNK, isZero, openSource } from "./image-file.ts";
import { byName, hostPath, join, shown } from "./names.ts";

/** Blocks of a file that follow each other: those between are holes. */
export interface Extent {
  readonly first: number;
  readonly count: number;
}

export interface HostNode {
  /** The last component, as bytes; of what the user named, as the user wrote it. */
  readonly name: string;
  /** Path on the host, as bytes. */
  readonly path: string;
  /** Type and permissions. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970, as ext2 can keep them. */
  readonly mtime: number;
  readonly size: number;
  /** Of devices. */
  readonly major: number;
  readonly minor: number;
  /** The same for all names of one file; null: it has one name. */
  readonly identity: Identity | null;
  /** Of a symbolic link, as bytes. */
  readonly target: string;
  /** Of a regular file. */
  readonly extents: readonly Extent[];
  /** Of a directory, in order. */
  readonly children: readonly HostNode[];
}

/** How files are looked at. */
export interface Scan {
  readonly blockSize: number;
  /** Blocks of zeroes count as contents too. */
  readonly dense: boolean;
  /** The image's own file, which cannot go into itself; null: it is new. */
  readonly image: Identity | null;
}

const NANOSECONDS = 1_000_000_000n;

/** Looks at a path and everything below it. A symbolic link that the user named is followed, others are kept. Throws UsageError. */
export function scanTree(path: string, name: string, scan: Scan): HostNode {
  return nodeAt(
    path,
    name,
    scan,
    looked(path, () => statSync(hostPath(path), { bigint: true })),
  );
}

function nodeAt(path: string, name: string, scan: Scan, stat: BigIntStats): HostNode {
  const mode = Number(stat.mode);
  const size = Number(stat.size);
  const type = mode & TYPE_MASK;
  const identity = identityOf(stat);
  if (identity === scan.image) throw new UsageError(`${shown(path)} is the image itself: it cannot go into itself`);
  return {
    name,
    path,
    mode,
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    mtime: Math.min(0xffffffff, Math.max(0, Number(stat.mtimeNs / NANOSECONDS))),
    size,
    ...deviceNumbers(Number(stat.rdev)),
    identity: stat.nlink > 1n && type !== TYPE.directory ? identity : null,
    target: type === TYPE.symlink ? looked(path, () => readlinkSync(hostPath(path), "buffer")).toString("latin1") : "",
    extents: type === TYPE.regular ? extentsOf(path, size, scan) : [],
    children: type === TYPE.directory ? childrenOf(path, scan) : [],
  };
}

/** As Linux packs them for programs: makedev(3). */
function deviceNumbers(device: number): { major: number; minor: number } {
  const low = device % 2 ** 32;
  return { major: (low >>> 8) & 0xfff, minor: (low & 0xff) | ((low >>> 12) & 0xfff00) };
}

function childrenOf(path: string, scan: Scan): HostNode[] {
  const names = looked(path, () => readdirSync(hostPath(path), "buffer"));
  const entries = names.map((bytes) => ({ name: bytes.toString("latin1") })).sort(byName);
  return entries.map(({ name }) => {
    const below = join(path, name);
    return nodeAt(
      below,
      name,
      scan,
      looked(below, () => lstatSync(hostPath(below), { bigint: true })),
    );
  });
}

function looked<T>(path: string, look: () => T): T {
  try {
    return look();
  } catch (error) {
    throw new UsageError(`cannot read ${shown(path)}: ${reason(error)}`);
  }
}

/** Which blocks of a file are not all zeroes. */
function extentsOf(path: string, size: number, { blockSize, dense }: Scan): Extent[] {
  const blocks = Math.ceil(size / blockSize);
  if (dense) return blocks === 0 ? [] : [{ first: 0, count: blocks }];
  const extents: { first: number; count: number }[] = [];
  const buffer = new Uint8Array(Math.min(CHUNK, blocks * blockSize));
  const fd = openSource(path);
  try {
    for (let position = 0; position < size; position += buffer.length) {
      const length = looked(path, () => readSync(fd, buffer, 0, buffer.length, position));
      for (let at = 0; at < length; at += blockSize)
        if (!isZero(buffer.subarray(at, Math.min(at + blockSize, length)))) add(extents, (position + at) / blockSize);
    }
  } finally {
    closeSync(fd);
  }
  return extents;
}

function add(extents: { first: number; count: number }[], block: number): void {
  const last = extents.at(-1);
  if (last !== undefined && last.first + last.count === block) last.count++;
  else extents.push({ first: block, count: 1 });
}

/** Every node of a tree, the root first. */
export function* everyNode(node: HostNode): Generator<HostNode> {
  yield node;
  for (const child of node.children) yield* everyNode(child);
}
