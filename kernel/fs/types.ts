/**
 * What files are made of, as plain data: inodes, open file descriptions, descriptor tables, pipes, terminals, mounts,
 * disk requests. Types only; it imports no function, so that everyone may import it.
 *
 * (1) An inode is in `FsState.inodes` under its id from its making until its last link and its last reference are gone.
 * (2) Structures name inodes by id where they could form long chains (directory entries, places), so that
 *     structuredClone of the state never recurses deeply.
 * (3) A Descriptor holds one reference of its OpenFile, an OpenFile one of its inode.
 */

import type { DiskState } from "../block/types.ts";
import type { Volume } from "./ext2fs/types.ts";
import type { HostfsState } from "./hostfs/types.ts";

/** Bytes of a name or path, one character (0 to 255) a byte: file names are bytes to the kernel, in no encoding. */
export type ByteString = string;

/** Which row of FILE_SYSTEMS serves an inode. */
export type FsName = "tmpfs" | "devfs" | "procfs" | "sysfs" | "pipefs" | "hugetlbfs" | "ext2" | "hostfs";

/** A moment since 1970, UTC. Replaced whole, never changed. A single number of nanoseconds would not be exact. */
export interface Timestamp {
  readonly seconds: number;
  /** 0 to 999,999,999. */
  readonly nanoseconds: number;
}

/** Bytes of a disk that hold a file's first contents. */
export interface Extent {
  readonly disk: number;
  /** Byte on the disk, and how many of the file's bytes lie there; the file reads as zero after them. */
  readonly position: number;
  readonly length: number;
}

/** Where an inode was last linked: of a directory its one place, of another file one of its names. */
export interface Place {
  /** Id of the directory. */
  readonly directory: number;
  readonly name: ByteString;
}

export interface DirectoryEntry {
  readonly name: ByteString;
  /** Id of the inode. */
  readonly inode: number;
  /** Position for getdents64 and lseek: grows with every entry made in the directory, never used twice. */
  readonly cookie: number;
}

/** What the kinds of inode have beside the common part. */
export type InodeData =
  | {
      readonly kind: "directory";
      readonly entries: Map<ByteString, DirectoryEntry>;
      order: DirectoryEntry[];
      nextCookie: number;
    }
  /** `backing`: what the disk holds of a file that was read from the root image. `seals`: F_SEAL bits; absent: F_SEAL_SEAL. */
  | { readonly kind: "file"; backing: Extent | null; seals?: number }
  /** A file of hugetlbfs: its pages are huge, 2^order frames. */
  | { readonly kind: "huge"; readonly order: number; seals?: number }
  | { readonly kind: "symlink"; readonly target: ByteString }
  /** Character and block devices: `rdev` says which. `backing`: the whole disk of a block device. */
  | { readonly kind: "device"; readonly backing: Extent | null }
  | { readonly kind: "fifo"; readonly pipe: Pipe }
  | { readonly kind: "socket" }
  /** A directory or symbolic link whose file system has it outside memory. */
  | { readonly kind: "stored" }
  /** A file of /proc: `file` is a row of procfs; `pid` 0 outside a process's directory, `fd` -1 outside fd/. */
  | { readonly kind: "proc"; readonly file: string; readonly pid: number; readonly fd: number }
  /** A file or directory of /sys, by its path there. */
  | { readonly kind: "sys"; readonly path: string };

export interface Inode {
  /** Unique in this kernel for ever: the page cache's key. */
  readonly id: number;
  readonly fs: FsName;
  /** Number of the mount (st_dev). */
  readonly device: number;
  readonly ino: number;
  /** Type and permission bits: inode(7). */
  mode: number;
  nlink: number;
  uid: number;
  gid: number;
  /** Of a device: major * 256 + minor. */
  readonly rdev: number;
  /** Bytes. */
  size: number;
  atime: Timestamp;
  mtime: Timestamp;
  ctime: Timestamp;
  /** Uses that keep the inode alive without a link: open files, mappings, working directories, subdirectories. */
  references: number;
  /** Open files that may write, and programs that run from this file: both at once is ETXTBSY. */
  writers: number;
  executions: number;
  place: Place | null;
  readonly data: InodeData;
}

/** What reads, writes, polls... an open file: a row of FILE_OPERATIONS. */
export type FileKind =
  | "regular"
  | "directory"
  | "path"
  | "pipe"
  | "tty"
  | "null"
  | "zero"
  | "full"
  | "random"
  | "host-input"
  | "host-output"
  | "host-error"
  | "proc"
  | "sysfs"
  | "disk";

/** What reading ahead knows of a reader: vm/read-ahead.ts. */
export interface ReadAhead {
  /** How it says that it reads: posix_fadvise(2). */
  advice: "normal" | "random" | "sequential";
  /** The page that it used last; -1: none. */
  last: number;
  /** The window that was started last, in pages, and the page whose use starts the next one; -1: none. */
  start: number;
  size: number;
  marker: number;
}

/** An open file description: what open(2) makes and dup and fork share. */
export interface OpenFile {
  readonly inode: Inode;
  readonly kind: FileKind;
  /** Access mode and status flags (O_APPEND, O_NONBLOCK...); creation flags are gone. */
  flags: number;
  /** Bytes; of a directory the cookie after which to go on. */
  offset: number;
  references: number;
  readonly ahead: ReadAhead;
  /** The text of a file of /proc or /sys, as it was when read from its start; a terminal's number. */
  content: Uint8Array | null;
  readonly terminal: number;
  /** Of a file of /proc only: what its opening decided. */
  readonly view?: ProcView;
}

/** What a file of /proc shows, and to whom, is decided when it is opened, and passed on with the description. */
export interface ProcView {
  /** Id of the process's space then; 0: it had none. What it executes later is not seen through this description. */
  readonly space: number;
  /** The superuser opened it. */
  readonly privileged: boolean;
}

export interface Descriptor {
  readonly file: OpenFile;
  closeOnExec: boolean;
}

/** A process's descriptors, by number. Never ends with null. */
export interface FileTable {
  readonly slots: (Descriptor | null)[];
}

/** Bytes on their way between processes: pipe(7). */
export interface Pipe {
  /** A ring; grows up to `capacity`. */
  bytes: Uint8Array;
  start: number;
  length: number;
  capacity: number;
  readers: number;
  writers: number;
  /** Counts openings for reading and for writing ever, for open(2) of a FIFO that waits for its other end. */
  readerOpenings: number;
  writerOpenings: number;
  /** Woken when bytes come or the last writer goes; when room comes or the last reader goes. */
  readonly readable: number;
  readonly writable: number;
  /** Where open(2) of a FIFO for reading waits for a writer, and for writing for a reader. */
  readonly openingReaders: number;
  readonly openingWriters: number;
}

/** struct termios: termios(3). */
export interface Termios {
  iflag: number;
  oflag: number;
  cflag: number;
  lflag: number;
  line: number;
  /** 19 control characters by V... index. */
  cc: Uint8Array;
}

export interface WindowSize {
  rows: number;
  columns: number;
  xpixels: number;
  ypixels: number;
}

export interface Tty {
  readonly number: number;
  readonly uart: number;
  termios: Termios;
  window: WindowSize;
  /** Session whose controlling terminal this is, and its foreground group; 0: none. */
  session: number;
  foreground: number;
  /** Received and not yet read: a byte, and the LINE_END bits of line-discipline.ts. */
  input: number[];
  /** How many elements of `input` belong to finished lines. */
  finished: number;
  /** The device was told to keep its bytes: there is no room. */
  throttled: boolean;
  /** The next character is taken literally (^V). */
  literal: boolean;
  /** Output is stopped (^S). */
  stopped: boolean;
  /** Column of the cursor, for tabs and erasing; and where the line being typed began. */
  column: number;
  lineColumn: number;
  /** Echo that waits for ^Q. */
  held: number[];
  /** Input has ended (carrier lost). */
  ended: boolean;
  /** Raw reads: when the last byte came, in cycles (VTIME). */
  lastInput: number;
  readonly readable: number;
  readonly writable: number;
}

export interface Mount {
  /** st_dev of its inodes. */
  readonly device: number;
  readonly fs: FsName;
  /** What was mounted, as it was called: /proc/mounts shows it. */
  source: ByteString;
  /** MS_ bits: of the mount, and of the file system itself. MS_RDONLY of either makes it read-only: mount-flags.ts. */
  flags: number;
  superFlags: number;
  /** Options of the file system's own, as /proc/mounts shows them behind the flags: "size=64k,mode=700". */
  options: string;
  /** Ids of the tree's root and of the directory that it covers; 0: none, it is the root file system or in no tree. */
  readonly root: number;
  covered: number;
  /** Id of the node of the disk that it lies on; 0: it needs none. */
  node: number;
  nextIno: number;
  /** Pages and inodes that it may hold, and those that it holds: capacity.ts. */
  most: number;
  mostInodes: number;
  usedPages: number;
  usedInodes: number;
}

/** A record lock of fcntl(2): bytes start to end - 1, end Infinity for "to wherever the file grows". */
export interface RecordLock {
  readonly pid: number;
  /** F_RDLCK or F_WRLCK. */
  readonly type: number;
  readonly start: number;
  readonly end: number;
}

export interface InodeLocks {
  locks: RecordLock[];
  /** Woken when they change. */
  readonly channel: number;
}

export interface FsState {
  readonly inodes: Map<number, Inode>;
  nextInode: number;
  /** By device number. */
  readonly mounts: Map<number, Mount>;
  /** Device number by id of the covered directory, and by id of the mounted root. */
  readonly mountsOn: Map<number, number>;
  readonly mountsFrom: Map<number, number>;
  /** Mounts that were taken out lazily and end with their last use (umount2: MNT_DETACH). */
  readonly detached: Set<number>;
  nextDevice: number;
  /** The root directory of the root file system; null before boot has mounted it. */
  root: Inode | null;
  readonly ttys: Tty[];
  /** Input of /dev/hostin. */
  readonly stream: { ended: boolean; readonly readable: number };
  readonly disks: DiskState[];
  /** The host's folder: hostfs/. Null: the machine has no share. */
  host: HostfsState | null;
  /** By frame: block/page-transfer.ts. */
  readonly pageTransfers: Map<number, { left: number; failed: boolean }>;
  /** Mounted ext2 file systems, by the number of their mount: ext2fs/. */
  readonly volumes: Map<number, Volume>;
  /** Inodes that have changed are to be written: ext2fs/tend.ts. */
  writeInodes: boolean;
  /** Inodes that nobody uses are not to be kept for later: vm.drop_caches. */
  dropUnused: boolean;
  /** Inodes of file systems that keep them (FS_TRAITS: kept): changed since they were written; and without references. */
  readonly changed: Set<number>;
  readonly idle: Set<number>;
  /** Record locks by inode id; who sleeps for whose lock, by pid. */
  readonly locks: Map<number, InodeLocks>;
  readonly lockWaits: Map<number, number>;
}
