/**
 * What a process did with its files, as the lines of a script, and what a disk must hold of it at any moment: for each file
 * its contents by the number of lines that were done, its names, and what made it last.
 *
 * Lines are numbered from 0. Version v is what the first v lines have made.
 *
 * (1) A file that was brought home in version d is there, under a name that it had in a version from d on, unless that
 *     name was removed later. A line that has begun counts as done or not, or in part.
 * (2) Each byte of it is as in version d or as a later write made it. Of what no version can be told: bytes that a later
 *     line cut off, and holes in whose page one wrote, for their new blocks may be there before their contents (as on
 *     Linux's ext2). And when a later line has added or cut off blocks, e2fsck may end the file with a whole one.
 */
import { PAGE_SIZE } from "../../cpu/paging.ts";

export type Change =
  | {
      readonly kind: "write";
      readonly line: number;
      readonly from: number;
      readonly length: number;
      readonly seed: number;
    }
  | { readonly kind: "size"; readonly line: number; readonly size: number };

/** Bytes are home from this line on; by default all. */
export interface Home {
  readonly line: number;
  readonly from: number;
  readonly to: number;
}

/** Where something was: from this line on. */
export interface Position {
  readonly line: number;
  readonly folder: Folder | null;
  readonly name: string;
}

/** A directory. The topmost has one position, without a folder. */
export interface Folder {
  readonly positions: Position[];
  removed: number;
}

/** A name of a file: it moves, and may end. */
export interface Name {
  readonly positions: Position[];
  removed: number;
}

export interface FileHistory {
  readonly id: string;
  /** Of a symbolic link: its text. */
  readonly target: string | null;
  readonly changes: Change[];
  readonly homes: Home[];
  readonly names: Name[];
}

export const newFolder = (line: number, folder: Folder | null, name: string): Folder => ({
  positions: [{ line, folder, name }],
  removed: Number.POSITIVE_INFINITY,
});

const NEVER = -1;

/** Byte `i` of a file that is written with a seed: disk-work.c. */
export function made(from: number, length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  const start = Math.imul(seed, 0x9e37_79b1);
  for (let i = from; i < from + length; i++) {
    const x = start + Math.imul(i >> 2, 0x85eb_ca6b);
    bytes[i - from] = (x ^ (x >>> 15)) >>> (8 * (i & 3));
  }
  return bytes;
}

export function sizeAt({ changes }: FileHistory, version: number): number {
  let size = 0;
  for (const change of changes) {
    if (change.line >= version) break;
    size =
      change.kind === "size" ? change.size : change.length === 0 ? size : Math.max(size, change.from + change.length);
  }
  return size;
}

/** Its bytes in a version. */
export function contentAt(file: FileHistory, version: number): Uint8Array {
  const most = file.changes.reduce(
    (most, one) => Math.max(most, one.kind === "size" ? one.size : one.from + one.length),
    0,
  );
  const bytes = new Uint8Array(most);
  for (const change of file.changes) {
    if (change.line >= version) break;
    if (change.kind === "size") bytes.fill(0, change.size);
    else bytes.set(made(change.from, change.length, change.seed), change.from);
  }
  return bytes.subarray(0, sizeAt(file, version));
}

/** How far a process was: lines that were done, and the version that a sync(2) of anybody brought home. */
export interface Progress {
  readonly done: number;
  readonly synced: number;
}

/** The version in which the file was last brought home, at least in part; -1: never. */
function homeVersion(file: FileHistory, { done, synced }: Progress): number {
  let version = synced > 0 ? synced : NEVER;
  for (const { line } of file.homes) if (line < done) version = Math.max(version, line + 1);
  return version;
}

/** The version in which byte `i` was last brought home. */
function byteVersion(file: FileHistory, i: number, { done, synced }: Progress): number {
  let version = synced > 0 ? synced : NEVER;
  for (const { line, from, to } of file.homes)
    if (line < done && i >= from && i < to) version = Math.max(version, line + 1);
  return version;
}

/** Names that a thing may have after a crash, given that version `home` was on the disk and line `done` may have begun. */
function paths(positions: readonly Position[], home: number, done: number): string[] {
  const begun = positions.filter(({ line }) => line <= done);
  const kept = Math.max(
    0,
    begun.findLastIndex(({ line }) => line < home),
  );
  return begun
    .slice(kept)
    .flatMap(({ folder, name }) =>
      folder === null ? [name] : paths(folder.positions, home, done).map((above) => `${above}/${name}`),
    );
}

/** A file that must be there. */
export interface Promised {
  readonly file: FileHistory;
  readonly home: number;
  /** It is under one of these. */
  readonly paths: readonly string[];
}

/** What must be on the disk: names of files that were brought home and not taken away since. */
export function promises(files: readonly FileHistory[], progress: Progress): Promised[] {
  const found: Promised[] = [];
  for (const file of files) {
    const home = homeVersion(file, progress);
    if (home === NEVER) continue;
    for (const { positions, removed } of file.names)
      if (positions[0].line < home && removed > progress.done)
        found.push({ file, home, paths: [...new Set(paths(positions, home, progress.done))] });
  }
  return found;
}

const contents = new WeakMap<FileHistory, { readonly version: number; readonly bytes: Uint8Array }>();

function cachedContent(file: FileHistory, version: number): Uint8Array {
  const known = contents.get(file);
  if (known?.version === version) return known.bytes;
  const bytes = contentAt(file, version);
  contents.set(file, { version, bytes });
  return bytes;
}

/** What is wrong with the bytes that the disk has of a file; "" when nothing is. @param blockSize of the file system */
export function wrongContent(
  { file, home }: Promised,
  bytes: Uint8Array,
  progress: Progress,
  blockSize: number,
): string {
  const expected = cachedContent(file, home);
  const later = file.changes.filter(({ line }) => line >= home && line <= progress.done);
  const wholeBlocks = (size: number) => Math.ceil(size / blockSize) * blockSize;
  const sizes = [expected.length, ...later.map(({ line }) => sizeAt(file, line + 1))];
  if (later.length > 0) sizes.push(...sizes.map(wholeBlocks));
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  if (bytes.length < least || bytes.length > most) return `${bytes.length} bytes, not ${least} to ${most}`;
  const compared = Math.min(bytes.length, expected.length);
  if (Buffer.compare(bytes.subarray(0, compared), expected.subarray(0, compared)) === 0) return "";
  for (let i = 0; i < compared; i++)
    if (bytes[i] !== expected[i] && !mayBe(file, i, bytes[i], progress, blockSize))
      return `byte ${i} of ${bytes.length} is ${bytes[i]}, was ${expected[i]} in version ${home}`;
  return "";
}

/** Was there no block for byte `i` in a version? */
function isHole({ changes }: FileHistory, i: number, version: number, blockSize: number): boolean {
  const from = Math.floor(i / blockSize) * blockSize;
  let hole = true;
  for (const change of changes) {
    if (change.line >= version) break;
    if (change.kind === "size") hole ||= change.size <= from;
    else if (change.from < from + blockSize && change.from + change.length > from) hole = false;
  }
  return hole;
}

/** Invariant (2). */
function mayBe(file: FileHistory, i: number, value: number, progress: Progress, blockSize: number): boolean {
  const version = byteVersion(file, i, progress);
  const page = Math.floor(i / PAGE_SIZE) * PAGE_SIZE;
  const hole = isHole(file, i, version, blockSize);
  if (version === NEVER || i >= sizeAt(file, version)) return true;
  if (value === cachedContent(file, version)[i]) return true;
  for (const change of file.changes) {
    if (change.line < version || change.line > progress.done) continue;
    if (change.kind === "size") {
      if (change.size <= i) return true;
    } else if (hole && change.from < page + PAGE_SIZE && change.from + change.length > page) return true;
    else if (i >= change.from && i < change.from + change.length && made(i, 1, change.seed)[0] === value) return true;
  }
  return false;
}
