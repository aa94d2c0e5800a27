/**
 * `quire disk make`: a new image, empty or with a tree of the host in it. The same options and the same tree give the same
 * bytes: the UUID is made from what is made, unless it is given.
 */
import { createHash } from "node:crypto";
import { closeSync, ftruncateSync, linkSync, lstatSync, openSync, realpathSync, renameSync, rmSync } from "node:fs";
import { Errno } from "../../kernel/errno.ts";
import { ROOT_INODE } from "../../kernel/fs/ext2/layout.ts";
import { MAKE_DEFAULTS, type MakeOptions, make } from "../../kernel/fs/ext2/make.ts";
import { UsageError } from "../errors.ts";
import { reason } from "../files.ts";
import { IMAGE_TIME } from "../image-time.ts";
import { atEnd } from "./at-end.ts";
import { demandOf } from "./demand.ts";
import { FileStore } from "./file-store.ts";
import { everyNode, type HostNode } from "./host-tree.ts";
import { ImageFile } from "./image-file.ts";
import { refuseWhileWritten } from "./lock.ts";
import { fromArgument } from "./names.ts";
import { type Owner, Writer } from "./put.ts";
import { addEntries, systemEntries } from "./system.ts";
import { NoSpace, saving, Volume } from "./volume.ts";

export interface NewImage {
  /** The image's path. */
  readonly path: string;
  /** Bytes; the image has as many whole blocks as fit. */
  readonly size: number;
  readonly blockSize: number;
  readonly label: string;
  /** 32 hexadecimal digits. */
  readonly uuid: string | undefined;
  readonly from: HostNode | null;
  /** With the programs of the build: it can be booted. */
  readonly system: boolean;
  readonly owner: Owner;
  /** Take the place of a file that is there. */
  readonly force: boolean;
}

/** mke2fs's least. */
const LEAST_BYTES_PER_INODE = 1024;
/** Beside those of the tree, for files to come. */
const SPARE_INODES = 64;
/** Of a new image, which is put together in memory: 1 TiB of 4096 bytes each. */
const MOST_BLOCKS = 2 ** 28;

/** Makes an image file. Throws UsageError, OutputError; there is no file then. */
export function makeImage(image: NewImage): void {
  const blocks = Math.floor(image.size / image.blockSize);
  if (blocks > MOST_BLOCKS) {
    const most = (MOST_BLOCKS * image.blockSize) / 2 ** 30;
    throw new UsageError(`--size: an image with blocks of ${image.blockSize} bytes has at most ${most}G`);
  }
  const options = optionsFor(image);
  const file = new ImageFile(null, image.blockSize, blocks);
  try {
    make(options, (block, bytes) => file.write(block, bytes, "data"));
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    throw new UsageError(`--size: ${image.size} bytes are too few: the least is ${leastSize(options)}`);
  }
  const volume = new Volume(image.path, file);
  if (image.system) addSystem(volume);
  if (image.from !== null) new Writer(volume, image.owner).merge(ROOT_INODE, "/", image.from, true);
  create({ ...image, size: blocks * image.blockSize }, file);
}

function addSystem(volume: Volume): void {
  const entries = systemEntries();
  try {
    addEntries(volume, entries);
  } catch (error) {
    if (!(error instanceof NoSpace)) throw error;
    const bytes = entries.reduce((sum, { data }) => sum + (data?.length ?? 0), 0);
    throw new UsageError(`--size: too little for the system, which has ${Math.ceil(bytes / 2 ** 20)}M of files`);
  }
}

function optionsFor({ size, blockSize, label, uuid, from, system, owner }: NewImage): MakeOptions {
  const files = (from === null ? 0 : demandOf([from], blockSize).inodes) + (system ? systemEntries().length : 0);
  const inodes = files === 0 ? 0 : files + SPARE_INODES;
  const fitting = inodes === 0 ? MAKE_DEFAULTS.bytesPerInode : Math.floor(size / inodes);
  const built = system ? systemEntries().map(({ path, data }) => `${path} ${data?.length}`) : [];
  return {
    ...MAKE_DEFAULTS,
    size,
    blockSize,
    bytesPerInode: Math.max(LEAST_BYTES_PER_INODE, Math.min(MAKE_DEFAULTS.bytesPerInode, fitting)),
    label: fromArgument(label),
    uuid:
      uuid ??
      uuidOf([size, blockSize, label, JSON.stringify(owner), ...(from === null ? [] : describe(from)), ...built]),
    time: IMAGE_TIME,
  };
}

/** What a tree is like, beside its contents. */
function* describe(tree: HostNode): Generator<string> {
  for (const { path, mode, mtime, size, target } of everyNode(tree))
    yield JSON.stringify([path.slice(tree.path.length), mode, mtime, size, target]);
}

/** A UUID of version 8 (RFC 9562): a hash. */
function uuidOf(parts: readonly (string | number)[]): string {
  const digits = createHash("sha256").update(parts.join("\n")).digest("hex");
  return `${digits.slice(0, 12)}8${digits.slice(13, 16)}8${digits.slice(17, 32)}`;
}

function leastSize(options: MakeOptions): string {
  for (let blocks = 1; ; blocks++) {
    try {
      make({ ...options, size: blocks * options.blockSize }, () => {});
      return `${(blocks * options.blockSize) / 1024}K`;
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
    }
  }
}

/** Makes the file beside its place, and puts it there when it is whole. */
function create({ path, size, force }: NewImage, image: ImageFile): void {
  const goal = force ? realPath(path) : path;
  if (force) refuseWhileWritten(path);
  const beside = `${goal}.new-${process.pid}`;
  const fd = openNew(path, goal, beside, force);
  const forget = atEnd(() => rmSync(beside, { force: true }));
  try {
    saving(path, () => {
      ftruncateSync(fd, size);
      image.saveNew(new FileStore(path, fd, size));
      if (force) renameSync(beside, goal);
      else linkOrRename(beside, goal);
    });
  } finally {
    closeSync(fd);
    forget();
  }
}

/** Where symbolic links lead: the image takes the place of the file, not of the link. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function openNew(path: string, goal: string, beside: string, force: boolean): number {
  const there = possible(path, () => lstatSync(goal, { throwIfNoEntry: false }));
  if (there !== undefined && !force) throw new UsageError(`${path} exists: --force makes a new image in its place`);
  if (there !== undefined && !there.isFile()) throw new UsageError(`${path} is not a regular file, as an image is`);
  return possible(path, () => openSync(beside, "wx"));
}

function possible<T>(path: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    throw new UsageError(`cannot write ${path}: ${reason(error)}`);
  }
}

/** A link fails where a file has come meanwhile; some file systems have no links. */
function linkOrRename(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw error;
    renameSync(from, to);
  }
}
