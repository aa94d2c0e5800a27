/**
 * FileSystem: what a kind of file system does with names. Contents go through the page cache (page-sources.ts); attributes
 * are the inode's own fields. A type only: each file system's file has the functions, vfs.ts the table.
 *
 * Callers have checked permissions, types and mounts. A function that must wait for a disk sleeps before it changes
 * anything, and runs again.
 */
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import type { NewInode } from "./inode.ts";
import type { ByteString, Inode, Mount } from "./types.ts";

/** One entry of a directory as getdents64 shows it. */
export interface Listed {
  readonly name: ByteString;
  readonly ino: number;
  /** Of the inode, for its type. */
  readonly mode: number;
  /** Where to go on after it. */
  readonly cookie: number;
}

/** statfs(2), in blocks of a page. */
export interface Capacity {
  readonly blocks: number;
  readonly free: number;
  readonly files: number;
  readonly freeFiles: number;
}

export interface FileSystem {
  /** f_type: linux/magic.h. */
  readonly magic: number;
  /** Shown in /proc/filesystems; "nodev" ones need no disk. */
  readonly nodev: boolean;
  lookup(k: Kernel, p: Process, directory: Inode, name: ByteString): Inode | null;
  /** The directory above; of the root of a mount itself. */
  parent(k: Kernel, directory: Inode): Inode;
  /** Entries after `cookie` (at least 2), "." and ".." not among them; at most `most`. */
  list(k: Kernel, p: Process, directory: Inode, cookie: number, most: number): Listed[];
  readlink(k: Kernel, p: Process, inode: Inode): ByteString;
  /** Where a link of /proc leads that is no path; null: resolve what readlink says. */
  follow?(k: Kernel, p: Process, inode: Inode): Inode | null;
  /** A new inode with one link (a directory: two) called `name`. Absent with those below: EPERM for all of them. */
  create?(k: Kernel, directory: Inode, name: ByteString, from: NewInode): Inode;
  link?(k: Kernel, directory: Inode, name: ByteString, inode: Inode): void;
  unlink?(k: Kernel, directory: Inode, name: ByteString, inode: Inode): void;
  /** Moves a name; one that is there already goes first. `exchange`: both stay and change places. */
  rename?(k: Kernel, from: NamedPlace, to: NamedPlace, exchange: boolean): void;
  capacity(k: Kernel, mount: Mount): Capacity;
}

/** A name in a directory and what it names now. */
export interface NamedPlace {
  readonly directory: Inode;
  readonly name: ByteString;
  readonly inode: Inode | null;
}
