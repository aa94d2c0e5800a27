/**
 * An image that is open: its file, the file system in it, and operations upon that. Errors of the file system become
 * sentences here.
 */
import { closeSync, fstatSync, openSync } from "node:fs";
import { Errno } from "../../kernel/errno.ts";
import { maximumSize } from "../../kernel/fs/ext2/block-map.ts";
import { LINK_MAX, NAME_MAX, SUPERBLOCK_POSITION, SUPERBLOCK_SIZE } from "../../kernel/fs/ext2/layout.ts";
import { inspect, mount } from "../../kernel/fs/ext2/super.ts";
import { Transaction, view } from "../../kernel/fs/ext2/transaction.ts";
import type { Ext2, View } from "../../kernel/fs/ext2/types.ts";
import { OutputError, UsageError } from "../errors.ts";
import { reason } from "../files.ts";
import { ImageFile, readWhole } from "./image-file.ts";
import { shown } from "./names.ts";

/** There is no room: blocks or inodes. Those who know what was to be written make a message of it. */
export class NoSpace extends OutputError {}

export class Volume {
  /** The image's path, as the user wrote it. */
  readonly name: string;
  readonly image: ImageFile;
  readonly fs: Ext2;

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

/** An open image file. */
export interface OpenVolume {
  readonly volume: Volume;
  /** Things that the user should know of before writing. */
  readonly warnings: readonly string[];
  /** Writes what was changed. Throws OutputError. */
  save(): void;
  close(): void;
}

/** Opens an image. Throws UsageError when there is none, or none that can be used so. */
export function openVolume(path: string, access: "read" | "write"): OpenVolume {
  const fd = openImage(path, access);
  try {
    const found = inspectFile(path, fd);
    if (access === "write" && found.readOnly !== null)
      throw new UsageError(`${path} can only be read, not written: ${found.readOnly}`);
    const volume = new Volume(path, new ImageFile(fd, found.blockSize, found.blocks), access === "read");
    return {
      volume,
      warnings: found.warnings.map((text) => `${path}: ${text}`),
      save: () => saving(path, () => volume.image.save(fd)),
      close: () => closeSync(fd),
    };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function openImage(path: string, access: "read" | "write"): number {
  try {
    return openSync(path, access === "read" ? "r" : "r+");
  } catch (error) {
    const verb = access === "write" && (error as NodeJS.ErrnoException).code !== "ENOENT" ? "write" : "read";
    throw new UsageError(`cannot ${verb} ${path}: ${reason(error)}`);
  }
}

function inspectFile(path: string, fd: number) {
  const { size } = statImage(path, fd);
  const bytes = new Uint8Array(SUPERBLOCK_SIZE);
  const whole = size >= SUPERBLOCK_POSITION + SUPERBLOCK_SIZE && readWhole(fd, bytes, SUPERBLOCK_POSITION);
  const found = inspect(whole ? bytes : new Uint8Array(), size);
  if (found.ok) return found;
  const wanted = found.error === "EINVAL" ? "; quire disk make, or mke2fs -t ext2, makes images that can be used" : "";
  throw new UsageError(`${path}: ${found.message}${wanted}`);
}

function statImage(path: string, fd: number) {
  const stat = fstatSync(fd);
  if (stat.isDirectory()) throw new UsageError(`${path} is a directory, not the image of a disk`);
  if (!stat.isFile()) throw new UsageError(`${path} is not a regular file, as the image of a disk is`);
  return stat;
}

/** Errors of the host while writing an image. */
export function saving(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new OutputError(`cannot write ${path}: ${reason(error)}`);
  }
}
