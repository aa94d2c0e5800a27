/**
 * The system that the build made, as a file system: what `quire boot` starts from, and what `quire disk make --system` puts
 * into an image.
 *
 * (1) The same entries and size give the same bytes: nothing in it is of today or of this host.
 */
import { MemoryStore } from "../../cpu/devices/disk-store.ts";
import { type CpioEntry, readCpio } from "../../kernel/fs/cpio.ts";
import { setattr } from "../../kernel/fs/ext2/attributes.ts";
import { writeData } from "../../kernel/fs/ext2/data.ts";
import { ROOT_INODE, TYPE, TYPE_MASK } from "../../kernel/fs/ext2/layout.ts";
import { MAKE_DEFAULTS, make } from "../../kernel/fs/ext2/make.ts";
import { create, mkdir, symlink } from "../../kernel/fs/ext2/operations.ts";
import type { NewNode } from "../../kernel/fs/ext2/types.ts";
import { BUILT, readBuilt } from "../files.ts";
import type { GuestFile } from "../guest-file.ts";
import { IMAGE_TIME } from "../image-time.ts";
import { CHUNK, ImageFile } from "./image-file.ts";
import { installFiles } from "./install.ts";
import { fromArgument } from "./names.ts";
import { find, typeOf } from "./paths.ts";
import { NoSpace, Volume } from "./volume.ts";

const BLOCK_SIZE = 4096;
/** One group of blocks: everything that is used lies at the start of the image, and the rest is never stored. */
export const SYSTEM_SIZE = 8 * BLOCK_SIZE * BLOCK_SIZE;
const BYTES_PER_INODE = 16384;
/** "quire" in the first bytes; a UUID of version 8, RFC 9562. */
const SYSTEM_UUID = "71756972650080008000000000000001";

/** The system in a file system of SYSTEM_SIZE: its bytes up to the last block that is not all zeroes. */
export function packSystem(entries: readonly CpioEntry[]): Uint8Array {
  return newSystem(entries, SYSTEM_SIZE).image.start();
}

/** @throws NoSpace */
function newSystem(entries: readonly CpioEntry[], size: number): Volume {
  const image = new ImageFile(null, BLOCK_SIZE, size / BLOCK_SIZE);
  const shape = { ...MAKE_DEFAULTS, size, blockSize: BLOCK_SIZE, bytesPerInode: BYTES_PER_INODE };
  make({ ...shape, uuid: SYSTEM_UUID, label: "quire", time: IMAGE_TIME }, (block, bytes) =>
    image.write(block, bytes, "data"),
  );
  const volume = new Volume("the system's image", image);
  addEntries(volume, entries);
  return volume;
}

/** The system with further files, as a disk in memory. Throws UsageError: a file cannot go where it is to go */
export function systemDisk(files: readonly GuestFile[]): MemoryStore {
  try {
    const store = new MemoryStore({ size: SYSTEM_SIZE, start: readBuilt(BUILT.rootImage) });
    if (files.length > 0) addFiles(new Volume("--put", imageOn(store)), files);
    return store;
  } catch (error) {
    if (!(error instanceof NoSpace)) throw error;
    return largerDisk(files);
  }
}

const imageOn = (store: MemoryStore) => new ImageFile(store, BLOCK_SIZE, store.size / BLOCK_SIZE);

function addFiles(volume: Volume, files: readonly GuestFile[]): void {
  installFiles(volume, files);
  volume.save();
}

/** For files that need more than SYSTEM_SIZE: as much room beside them as otherwise. */
function largerDisk(files: readonly GuestFile[]): MemoryStore {
  const bytes = files.reduce((sum, { data }) => sum + data.length, 0);
  const size = SYSTEM_SIZE * (1 + Math.ceil((1.05 * bytes) / SYSTEM_SIZE));
  const store = new MemoryStore({ size, start: new Uint8Array() });
  newSystem(systemEntries(), size).image.saveNew(store);
  addFiles(new Volume("--put", imageOn(store)), files);
  return store;
}

/** What the build made, file by file. */
export function systemEntries(): CpioEntry[] {
  const archive = readBuilt(BUILT.rootArchive);
  const read = (position: number, length: number) => archive.subarray(position, position + length);
  return readCpio(read, archive.length).map(({ name, mode, size, position }) => ({
    path: Buffer.from(name, "latin1").toString("utf8"),
    mode,
    data: read(position, size),
  }));
}

/** Puts entries where there is nothing of their names yet; folders that are there get their modes. */
export function addEntries(volume: Volume, entries: readonly CpioEntry[]): void {
  for (const entry of entries) addEntry(volume, entry);
  for (const ino of new Set([ROOT_INODE, ...entries.filter(isFolder).map(({ path }) => inodeOf(volume, path))]))
    volume.change("/", (t) => setattr(t, ino, { atime: IMAGE_TIME, mtime: IMAGE_TIME, ctime: IMAGE_TIME }));
}

const isFolder = ({ mode }: CpioEntry) => (mode & TYPE_MASK) === TYPE.directory;

const inodeOf = (volume: Volume, path: string): number => find(volume, `/${fromArgument(path)}`, false).ino!;

function addEntry(volume: Volume, { path, mode, data = new Uint8Array() }: CpioEntry): void {
  const bytes = `/${fromArgument(path)}`;
  const { directory, name, ino } = find(volume, bytes, false);
  if (ino !== null) {
    if (typeOf(volume, bytes, ino) !== TYPE.directory || (mode & TYPE_MASK) !== TYPE.directory)
      throw volume.error(bytes, "two files of the system have this name");
    volume.change(bytes, (t) => setattr(t, ino, { mode }));
    return;
  }
  const node: NewNode = { mode, uid: 0, gid: 0, major: 0, minor: 0, time: IMAGE_TIME };
  const made = volume.change(bytes, (t) => {
    if (isFolder({ path, mode })) return mkdir(t, directory, name, node);
    if ((mode & TYPE_MASK) !== TYPE.symlink) return create(t, directory, name, node);
    return symlink(t, directory, name, Buffer.from(data).toString("latin1"), node);
  });
  if ((mode & TYPE_MASK) !== TYPE.regular) return;
  for (let at = 0; at < data.length; at += CHUNK)
    volume.change(bytes, (t) => writeData(t, made, at, data.subarray(at, at + CHUNK), IMAGE_TIME));
}
