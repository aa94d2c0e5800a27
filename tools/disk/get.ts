/**
 * Files of an image to the host: contents, modes, times, symbolic and hard links. Owners are those of who fetches.
 *
 * (1) Nothing is written outside of where the user said: a symbolic link that lies in the way below it is replaced, never
 *     followed, since an image may come from anybody.
 * (2) Holes stay holes.
 */
import {
  chmodSync,
  closeSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  type Stats,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
} from "node:fs";
import { mapBlocks } from "../../kernel/fs/ext2/block-map.ts";
import { TYPE, TYPE_MASK } from "../../kernel/fs/ext2/layout.ts";
import { readlink } from "../../kernel/fs/ext2/operations.ts";
import type { Attributes, FileRun } from "../../kernel/fs/ext2/types.ts";
import { OutputError, UsageError } from "../errors.ts";
import { reason } from "../files.ts";
import { identityAt } from "../identity.ts";
import { CHUNK, writeWhole } from "./image-file.ts";
import { baseName, hostPath, join, shown } from "./names.ts";
import { existing } from "./paths.ts";
import { everythingBelow, isDirectory } from "./tree.ts";
import type { Volume } from "./volume.ts";

const KINDS: Readonly<Record<number, string>> = {
  [TYPE.fifo]: "a FIFO",
  [TYPE.character]: "a character device",
  [TYPE.block]: "a block device",
  [TYPE.socket]: "a socket",
};

/** Pieces of a file in order, without holes. @param path in the image. Throws UsageError */
export function* contentsOf(
  volume: Volume,
  path: string,
  { ino, size }: Attributes,
): Generator<{ position: number; bytes: Uint8Array }> {
  const { blockSize } = volume.fs;
  const step = CHUNK / blockSize;
  for (const run of runsOf(volume, path, ino, Math.ceil(size / blockSize))) {
    for (let i = 0; i < run.count && run.block !== 0; i += step) {
      const position = (run.first + i) * blockSize;
      const piece = { block: run.block + i, count: Math.min(step, run.count - i) };
      const bytes = volume.look(path, () => volume.image.readRun(piece));
      yield { position, bytes: bytes.subarray(0, size - position) };
    }
  }
}

/** Blocks whose places are looked for in one step. */
const MAPPED = 2 ** 16;

function* runsOf(volume: Volume, path: string, ino: number, blocks: number): Generator<FileRun> {
  for (let first = 0; first < blocks; first += MAPPED)
    yield* volume.look(path, (v) => mapBlocks(v, ino, first, Math.min(MAPPED, blocks - first)));
}

export class Fetcher {
  private readonly volume: Volume;
  /** Told of each file that cannot be had on the host. */
  private readonly skipped: (message: string) => void;
  /** Where files with several names went, by inode. */
  private readonly known = new Map<number, string>();
  /** Directories that were made get modes and times when they are full: a mode may forbid filling, and that changes times. */
  private readonly folders: (readonly [target: string, Attributes])[] = [];

  constructor(volume: Volume, skipped: (message: string) => void) {
    this.volume = volume;
    this.skipped = skipped;
  }

  /**
   * Copies what a path leads to. Into `target` when that is a directory, else as `target`. Both paths are bytes.
   * Throws UsageError, OutputError
   */
  get(path: string, target: string): void {
    const found = existing(this.volume, path, true);
    const goal = tryStat(target)?.isDirectory() ? join(target, baseName(path)) : target;
    this.one(path, found, goal, goal === target);
    if (!isDirectory(found)) return;
    for (const [below, entry] of everythingBelow(this.volume, path, found.ino))
      this.one(below, entry, goal + below.slice(path.length).replace(/^(?!\/)/, "/"), false);
    for (const [folder, attributes] of this.folders.reverse()) written(folder, () => finish(folder, attributes));
  }

  /** @param named the user wrote this very name: what it leads to is meant */
  private one(path: string, found: Attributes, target: string, named: boolean): void {
    const type = found.mode & TYPE_MASK;
    const kind = KINDS[type];
    if (kind !== undefined) {
      this.skipped(`${this.volume.name}: ${shown(path)} is ${kind}: not copied`);
      return;
    }
    if (type === TYPE.directory) this.folder(found, target, named);
    else if (type === TYPE.symlink) this.link(path, found, target);
    else this.file(path, found, target, named);
  }

  private folder(found: Attributes, target: string, named: boolean): void {
    const there = named ? tryStat(target) : tryLstat(target);
    if (there !== null && !there.isDirectory())
      throw new UsageError(`${shown(target)} is in the way: a directory is to go there`);
    if (there !== null) return;
    written(target, () => mkdirSync(hostPath(target), 0o700));
    this.folders.push([target, found]);
  }

  private link(path: string, found: Attributes, target: string): void {
    const leads = this.volume.look(path, (v) => readlink(v, found.ino));
    clear(target);
    written(target, () => {
      symlinkSync(hostPath(leads), hostPath(target));
      lutimesSync(hostPath(target), found.atime, found.mtime);
    });
  }

  private file(path: string, found: Attributes, target: string, named: boolean): void {
    const known = this.known.get(found.ino);
    if (!named) clear(target);
    else if (this.isImage(target)) throw new UsageError(`${shown(target)} is the image itself: a file is to go there`);
    if (known !== undefined) {
      written(target, () => linkSync(hostPath(known), hostPath(target)));
      return;
    }
    const fd = written(target, () => openSync(hostPath(target), named ? "w" : "wx", 0o600));
    try {
      for (const { position, bytes } of contentsOf(this.volume, path, found))
        written(target, () => writeWhole(fd, bytes, position));
      written(target, () => ftruncateSync(fd, found.size));
    } finally {
      closeSync(fd);
    }
    written(target, () => finish(target, found));
    if (found.nlink > 1) this.known.set(found.ino, target);
  }

  private isImage(target: string): boolean {
    const { identity } = this.volume.image;
    return identity !== null && identityAt(hostPath(target)) === identity;
  }
}

function finish(target: string, { mode, atime, mtime }: Attributes): void {
  chmodSync(hostPath(target), mode & 0o7777);
  utimesSync(hostPath(target), atime, mtime);
}

/** Makes room for a file or link. */
function clear(target: string): void {
  const there = tryLstat(target);
  if (there === null) return;
  if (!there.isFile() && !there.isSymbolicLink())
    throw new UsageError(`${shown(target)} is in the way: a file is to go there`);
  written(target, () => unlinkSync(hostPath(target)));
}

function tryStat(path: string): Stats | null {
  return written(path, () => statSync(hostPath(path), { throwIfNoEntry: false }) ?? null);
}

function tryLstat(path: string): Stats | null {
  return written(path, () => lstatSync(hostPath(path), { throwIfNoEntry: false }) ?? null);
}

function written<T>(target: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new OutputError(`cannot write ${shown(target)}: ${reason(error)}`);
  }
}
