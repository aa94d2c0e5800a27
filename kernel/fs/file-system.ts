/**
 * FileSystem: what a kind of file system does with names. Contents go through the page cache (page-sources.ts); attributes
 * are the inode's own fields. A type only: each file system's file has the functions, vfs.ts the table.
 *
 * Callers have checked permissions, types and mounts (and that what is mounted for reading is not changed). A function that must wait for a disk sleeps before it changes
 * anything, and runs again.
 */

import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import type { NewInode } from "./inode.ts";
import type { NewMount } from "./mounts.ts";
import type { Segment } from "./page-place.ts";
import type { ByteString, Inode, Mount, Timestamp } from "./types.ts";

/** One entry of a directory as getdents64 shows it. */
export interface Listed {
  readonly name: ByteString;
  readonly ino: number;
  /** Of the inode, for its type. */
  readonly mode: number;
  /** Where to go on after it. */
  readonly cookie: number;
}

/** statfs(2). */
export interface Capacity {
  /** Bytes. */
  readonly blockSize: number;
  readonly blocks: number;
  readonly free: number;
  /** Of the free ones, those that not only root may take. */
  readonly available: number;
  readonly files: number;
  readonly freeFiles: number;
}

export interface FileSystem {
  /** f_type: linux/magic.h. */
  readonly magic: number;
  lookup(k: Kernel, p: Process, directory: Inode, name: ByteString): Inode | null;
  /** The directory above; of the root of a mount itself. */
  parent(k: Kernel, directory: Inode): Inode;
  /** Entries after `cookie` (at least 2), "." and ".." not among them; at most `most`. */
  list(k: Kernel, p: Process, directory: Inode, cookie: number, most: number): Listed[];
  readlink(k: Kernel, p: Process, inode: Inode): ByteString;
  /** Where a link of /proc leads that is no path; null: resolve what readlink says. */
  follow?(k: Kernel, p: Process, inode: Inode): Inode | null;
  /** A new inode with one link (a directory: two) called `name`. Absent with those below: EPERM for all of them. */
  create?(k: Kernel, p: Process, directory: Inode, name: ByteString, from: NewInode): Inode;
  link?(k: Kernel, p: Process, directory: Inode, name: ByteString, inode: Inode): void;
  unlink?(k: Kernel, p: Process, directory: Inode, name: ByteString, inode: Inode): void;
  /** Moves a name; one that is there already goes first. `exchange`: both stay and change places. */
  rename?(k: Kernel, p: Process, from: NamedPlace, to: NamedPlace, exchange: boolean): void;
  capacity(k: Kernel, p: Process, mount: Mount): Capacity;
  /**
   * Makes a mount; absent: it cannot be mounted by mount(2). Without a process (boot) it waits instead of sleeping.
   * @throws Errno EINVAL, EIO, EUCLEAN, EBUSY; ENOTBLK a disk is needed
   */
  mount?(k: Kernel, p: Process | null, request: MountRequest): Mounted;
  /**
   * The mount, which nobody uses, is about to go: everything goes home, and what is kept says that it is whole. Sleeps until
   * it is, or waits when there is no process; afterwards its inodes are forgotten.
   * @throws Errno EIO
   */
  unmount?(k: Kernel, p: Process | null, mount: Mount): void;
  /**
   * MS_REMOUNT, with options of the file system's own; the flags are the caller's to change. Sleeps as unmount does when it
   * becomes read-only: nobody has anything open for writing then.
   * @throws Errno EROFS it can only be read, EIO, EINVAL
   */
  remount?(k: Kernel, p: Process, mount: Mount, readOnly: boolean, data: string): void;
  /**
   * Whether anybody uses a file of it, beside the mount itself (which holds its root once) and what the file system holds
   * for its own sake. Absent where all inodes are in memory: mount-use.ts counts.
   */
  isBusy?(k: Kernel, mount: Mount): boolean;
  /** The inode's attributes may be old: asks for them. Absent: they are never. @throws Errno ESTALE, EIO */
  refresh?(k: Kernel, p: Process, inode: Inode): void;
  /** An inode that is not created by this call is about to be opened; `flags` as open(2) has them. @throws Errno to refuse it */
  open?(k: Kernel, p: Process, inode: Inode, flags: number): void;
  /** One who had a regular file open for writing has closed it. Never sleeps or fails. */
  closed?(k: Kernel, inode: Inode): void;
  /** Attributes are about to be changed, by one who may. @throws Errno to refuse it */
  setAttributes?(k: Kernel, p: Process, inode: Inode, attributes: NewAttributes): void;
  /** Sectors of 512 bytes that a file occupies (st_blocks), where the page cache cannot tell. */
  sectors?(k: Kernel, p: Process, inode: Inode): number;
  /** st_blksize, where it is not a page. */
  blockSize?(k: Kernel, inode: Inode): number;
  /** The pieces of a disk that hold a regular file, in its order; `offset` is of the file. Absent: it lies on no disk. */
  pieces?(k: Kernel, p: Process, inode: Inode): readonly Segment[];
  /** What is kept of a regular file is to have `size` bytes; what is in the cache, and `inode.size`, are the caller's next. */
  truncate?(k: Kernel, p: Process, inode: Inode, size: number): void;
  /**
   * Brings everything home that the file system keeps besides pages of files: of one file what fsync(2) asks for
   * (`dataOnly`: fdatasync), without a file all of the mount. Sleeps until it is there; runs again from its start.
   * @throws Errno EIO
   */
  sync?(k: Kernel, p: Process, mount: Mount, inode: Inode | null, dataOnly: boolean): void;
}

/** What chmod(2), chown(2) and utimensat(2) change; absent: it stays. */
export interface NewAttributes {
  /** Permission bits. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly atime?: Timestamp | "now";
  readonly mtime?: Timestamp | "now";
}

/** What mount(2) is given. */
export interface MountRequest {
  /** As the caller wrote it: /proc/mounts shows it. */
  readonly source: ByteString;
  /** The block device that `source` names; null where none is needed. */
  readonly device: Inode | null;
  /** Path of the mount point, which the disk may keep; "/" unless given. */
  readonly place?: ByteString;
  /** MS_RDONLY. */
  readonly readOnly: boolean;
  /** Options of the file system's own, "size=64M,mode=1777". */
  readonly data: string;
}

/** A mount with its root; entering them is the caller's (mounts.ts, attach). */
export interface Mounted {
  readonly mount: NewMount;
  readonly root: Inode;
}

/** A name in a directory and what it names now. */
export interface NamedPlace {
  readonly directory: Inode;
  readonly name: ByteString;
  readonly inode: Inode | null;
}
