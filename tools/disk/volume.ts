/**
 * An image that is open: its file, the file system in it, and operations upon that. Errors of the file system become
 * sentences here.
 */
import { DiskError, type DiskStore } from "../../cpu/devices/disk-store.ts";
import { Errno } from "../../kernel/errno.ts";
import { maximumSize } from "../../kernel/fs/ext2/block-map.ts";
import { LINK_MAX, NAME_MAX, SUPERBLOCK_POSITION, SUPERBLOCK_SIZE } from "../../kernel/fs/ext2/layout.ts";
import { freeAtOnce } from "../../kernel/fs/ext2/removal.ts";
import { inspect, mount } from "../../kernel/fs/ext2/super.ts";
import { Transaction, view } from "../../kernel/fs/ext2/transaction.ts";
import type { Ext2, Inspection, Removed, View } from "../../kernel/fs/ext2/types.ts";
import { OutputError, UsageError } from "../errors.ts";
import { reason } from "../files.ts";
import { IMAGE_TIME } from "../image-time.ts";
import { type HostDisk, openHostDisk } from "./file-store.ts";
import { ImageFile } from "./image-file.ts";
import { shown } from "./names.ts";

/** There is no room: blocks or inodes. Those who know what was to be written make a message of it. */
export class NoSpace extends OutputError {}

export class Volume {
  /** The image's path, as the user wrote it. */
  readonly name: string;
  readonly image: ImageFile;
  readonly fs: Ext2;
  /** Inodes without a name, which are freed when the disk has forgotten their names. */
  private readonly removed: number[] = [];
  private atOnce = false;

  /** @param image holds a file system. Throws UsageError when it cannot be used. */
  constructor(name: string, image: ImageFile, readOnly = false) {
    const mounted = mount(image, { readOnly });
    if (!mounted.ok) throw new UsageError(`${name}: ${mounted.message}`);
    this.name = name;
    this.image = image;
    this.fs = mounted.fs;
  }

  get view(): View {
    return view(this.fs, this.image);
  }

  /** An operation that writes. `path` is what it is about. Throws UsageError, NoSpace. */
  change<T>(path: string, operation: (t: Transaction) => T): T {
    return this.explain(path, () => {
      const t = new Transaction(this.fs, this.image);
      const result = operation(t);
      t.commit(this.image);
      return result;
    });
  }

  /**
   * Takes a name away, and what it named when that was its last name. @param take gives what became of it
   * @returns the inode that is gone, or null
   */
  remove(path: string, take: (t: Transaction) => Removed): number | null {
    const { ino, last } = this.change(path, take);
    if (!last) return null;
    if (this.atOnce) this.free(ino);
    else this.removed.push(ino);
    return ino;
  }

  get hasRemoved(): boolean {
    return this.removed.length > 0;
  }

  /** Forgets all changes; what is removed from now on leaves its room at once. */
  startAnew(): void {
    this.image.discard();
    this.removed.length = 0;
    this.atOnce = true;
  }

  /** Writes all changes to the disk; then frees what was removed and writes that. Throws UsageError, DiskError */
  save(): void {
    this.image.save(this.fs, () => {
      for (const ino of this.removed.splice(0)) this.free(ino);
    });
  }

  private free(ino: number): void {
    this.change("/", (t) => freeAtOnce(t, ino, IMAGE_TIME));
  }

  /** An operation that reads. Throws UsageError. */
  look<T>(path: string, operation: (v: View) => T): T {
    return this.explain(path, () => operation(this.view));
  }

  private explain<T>(path: string, operation: () => T): T {
    try {
      return operation();
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      throw error.name === "ENOSPC" ? new NoSpace(`${this.name} is full`) : this.complaint(path, error);
    }
  }

  /** An error about something in the image: `IMAGE: PATH: what`. */
  error(path: string, what: string): UsageError {
    return new UsageError(`${this.name}: ${shown(path)}: ${what}`);
  }

  private complaint(path: string, { name }: Errno): UsageError {
    const sentences: Readonly<Record<string, string>> = {
      EUCLEAN: "the file system is damaged here: let e2fsck repair it",
      EIO: "the image file cannot be read here: it is shorter than it was",
      ENAMETOOLONG: `a name may have ${NAME_MAX} bytes, the target of a link ${this.fs.blockSize - 1}`,
      EFBIG: `a file may have ${maximumSize(this.fs)} bytes with blocks of ${this.fs.blockSize}`,
      EMLINK: `a file may have ${LINK_MAX} names, and so many subdirectories a directory`,
      ENOTDIR: "not a directory",
      EISDIR: "is a directory",
      ENOTEMPTY: "the directory is not empty",
      EEXIST: "it exists already",
    };
    return this.error(path, sentences[name] ?? `the file system says ${name}`);
  }
}

/** Opens an image for looking at it while `use` runs. @param warn is told what the user should know. Throws UsageError */
export function readVolume<T>(path: string, warn: (text: string) => void, use: (volume: Volume) => T): T {
  const disk = openHostDisk(path, "read");
  try {
    disk.warnings.forEach(warn);
    return use(volumeOn(disk, "read").volume);
  } finally {
    disk.close();
  }
}

/**
 * Opens an image and changes it: everything that `use` does is written when it ends, or nothing. What it removes keeps its room
 * until the rest is on the disk; when there is too little for that, `use` runs once more and takes that room at once.
 * Throws UsageError, OutputError
 */
export function changeVolume(path: string, warn: (text: string) => void, use: (volume: Volume) => void): void {
  const disk = openHostDisk(path, "write");
  try {
    const { volume, warnings } = volumeOn(disk, "write");
    warnings.forEach(warn);
    saveChanges(disk, volume, use);
  } finally {
    disk.close();
  }
}

/** What `changeVolume` does, on a disk that is open. */
export function saveChanges(disk: HostDisk, volume: Volume, use: (volume: Volume) => void): void {
  try {
    use(volume);
  } catch (error) {
    if (!(error instanceof NoSpace) || !volume.hasRemoved) throw error;
    volume.startAnew();
    use(volume);
  }
  saving(disk.path, () => volume.save());
}

/** The file system on a disk. Throws UsageError when there is none, or none that can be used so. */
export function volumeOn(disk: HostDisk, access: "read" | "write"): { volume: Volume; warnings: readonly string[] } {
  const { path, store, identity } = disk;
  const found = inspectStore(store);
  if (!found.ok) {
    const wanted =
      found.error === "EINVAL" ? "; quire disk make, or mke2fs -t ext2, makes images that can be used" : "";
    throw new UsageError(`${path}: ${found.message}${wanted}`);
  }
  if (access === "write" && found.readOnly !== null)
    throw new UsageError(`${path} can only be read, not written: ${found.readOnly}`);
  const image = new ImageFile(store, found.blockSize, found.blocks, identity);
  const warnings = [...disk.warnings, ...found.warnings.map((text) => `${path}: ${text}`)];
  return { volume: new Volume(path, image, access === "read"), warnings };
}

/** What the superblock of a disk says. */
export function inspectStore(store: DiskStore): Inspection {
  const bytes = new Uint8Array(SUPERBLOCK_SIZE);
  if (store.size < SUPERBLOCK_POSITION + SUPERBLOCK_SIZE) return inspect(new Uint8Array(), store.size);
  store.read(SUPERBLOCK_POSITION, bytes);
  return inspect(bytes, store.size);
}

/** Errors of the host while writing an image. */
export function saving(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    if (error instanceof DiskError) throw new OutputError(`cannot write ${error.message}`);
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new OutputError(`cannot write ${path}: ${reason(error)}`);
  }
}
