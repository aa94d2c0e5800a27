/**
 * What the ext2 code is given and gives back, as plain data. Types only.
 *
 * (1) Everything mutable of a file system is in its blocks. `Ext2` never changes after mount, so that an operation that is
 *     dropped in its middle leaves nothing behind, and copies of the kernel's state need no care.
 * (2) Names and link targets are bytes: strings with one character (0 to 255) a byte.
 */
import type { ErrnoName } from "../../abi.ts";

/** Where blocks come from: a buffer cache, or an image in memory. */
export interface BlockStore {
  /** Bytes: 1024, 2048 or 4096. */
  readonly blockSize: number;
  /** How many there are. */
  readonly blocks: number;
  /** `blockSize` bytes, not to be changed. May throw (a sleep for the disk, Errno EIO): nothing has been changed then. */
  read(block: number): Uint8Array;
}

/** What a block is for. "data" is contents of a regular file; all others are metadata. */
export type BlockKind =
  | "superblock"
  | "descriptors"
  | "bitmap"
  | "inodes"
  | "indirect"
  | "directory"
  | "symlink"
  | "attributes"
  | "data";

/** Blocks that follow each other on the disk. */
export interface BlockRun {
  readonly block: number;
  readonly count: number;
}

/** Blocks of a file that follow each other in it and on the disk. */
export interface FileRun {
  /** First block, counted from the start of the file. */
  readonly first: number;
  readonly count: number;
  /** First block on the disk; 0: a hole. */
  readonly block: number;
  /** Just allocated: what the disk holds there is somebody's old bytes. */
  readonly fresh: boolean;
}

/** Where a group has its structures: they never move, so they are kept from mount on. */
export interface Group {
  readonly blockBitmap: number;
  readonly inodeBitmap: number;
  readonly inodeTable: number;
}

/** A mounted file system's fixed properties. */
export interface Ext2 {
  readonly blockSize: number;
  readonly blocks: number;
  readonly inodes: number;
  /** 1 with blocks of 1 KiB (block 0 is the boot block), else 0. */
  readonly firstBlock: number;
  readonly blocksPerGroup: number;
  readonly inodesPerGroup: number;
  /** Bytes of one inode on the disk. */
  readonly inodeSize: number;
  /** The first that is not reserved. */
  readonly firstInode: number;
  /** 0 or 1. */
  readonly revision: number;
  /** Directory entries tell types (feature filetype). */
  readonly fileTypes: boolean;
  /** Copies of the superblock only in groups 0, 1 and powers of 3, 5, 7. */
  readonly sparseSuper: boolean;
  readonly readOnly: boolean;
  /** It had been unmounted when it was mounted. */
  readonly clean: boolean;
  /** Users beside root who may take the reserved blocks: uid 0 and gid 0 mean root alone. */
  readonly reservedUid: number;
  readonly reservedGid: number;
  readonly label: string;
  /** 16 bytes as 32 hexadecimal digits. */
  readonly uuid: string;
  readonly groups: readonly Group[];
}

/** What somebody remembers of large directories, so that they need not be searched from the start. */
export interface NameIndex {
  /** The block that has the name's entry; null: the directory has no such name; undefined: not known. */
  find(directory: number, name: string): number | null | undefined;
  /** The first of the directory's blocks, counted from its start, in which there may be room for an entry. */
  room(directory: number): number;
}

/** A file system seen for reading: its store, or a transaction upon that. */
export interface View {
  readonly fs: Ext2;
  readonly names?: NameIndex | undefined;
  /** @throws Errno EUCLEAN for a block that is not in the file system */
  read(block: number): Uint8Array;
}

/** `first` must be on the disk before `then` is written. */
export interface Order {
  readonly first: number;
  readonly then: number;
  /**
   * What was fsync'ed could be lost otherwise. One that is not strict spares e2fsck a name without a file, of a file that
   * nobody has fsync'ed: it may be left out when it would close a circle.
   */
  readonly strict: boolean;
}

/** Takes what a transaction has changed. Blocks come pointed-to first: see README.md, "Order of writes". */
export interface CommitSink {
  /** `bytes` are the sink's from now on. */
  write(block: number, bytes: Uint8Array, kind: BlockKind): void;
  /** Both are blocks that this transaction wrote. A sink without a cache (a host's image file) leaves it out. */
  order?(order: Order): void;
  /** A name is in this block now, the `n`th of its directory; null: it is gone. For those who remember names. */
  named?(directory: number, name: string, at: { readonly block: number; readonly n: number } | null): void;
  /** Blocks are free again, or now hold a file's data: cached copies of them are void and must not be written. */
  forget?(run: BlockRun): void;
}

/** What an inode says, decoded. Times are seconds since 1970 (unsigned 32 bits, as ext2 stores them). */
export interface Attributes {
  readonly ino: number;
  /** Type and permission bits: inode(7). */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes. */
  readonly size: number;
  readonly nlink: number;
  readonly atime: number;
  readonly mtime: number;
  readonly ctime: number;
  /** When the inode was freed; 0 while it is in use. */
  readonly dtime: number;
  /** Sectors of 512 bytes, indirect blocks and attribute block included (st_blocks). */
  readonly sectors: number;
  /** chattr(1)'s bits: FS_*_FL. */
  readonly flags: number;
  readonly generation: number;
  /** Of device nodes. */
  readonly major: number;
  readonly minor: number;
}

/** What setattr may set: those that are there. */
export type AttributeChanges = Partial<
  Pick<Attributes, "mode" | "uid" | "gid" | "atime" | "mtime" | "ctime" | "flags">
>;

/** What a new inode starts with. */
export interface NewNode {
  /** Type and permissions. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Of device nodes. */
  readonly major?: number;
  readonly minor?: number;
  /** Seconds: all its times, and the directory's mtime and ctime. */
  readonly time: number;
}

/** A directory's entry. `type`: as in S_IFMT of a mode, 0 when the file system does not keep it (look at the inode). */
export interface Entry {
  readonly name: string;
  readonly ino: number;
  readonly type: number;
}

export interface ListedEntry extends Entry {
  /** Where to go on after it: greater than any cookie before, 3 or more. */
  readonly cookie: number;
}

/** What removing a name did. */
export interface Removed {
  readonly ino: number;
  /** It was the last name: the caller frees the inode (freeInode) once nobody uses it and the directory is on the disk. */
  readonly last: boolean;
}

/** A step of cutting a file. */
export interface Cut {
  /** Blocks that no longer belong to the file. They stay taken until the caller gives them to releaseBlocks. */
  readonly released: readonly BlockRun[];
  /** False: call again. */
  readonly done: boolean;
}

/** statfs(2), in blocks of the file system. */
export interface Usage {
  readonly blockSize: number;
  readonly blocks: number;
  readonly free: number;
  /** Without those reserved for root. */
  readonly available: number;
  readonly inodes: number;
  readonly freeInodes: number;
}

/** What looking at a superblock gives. A refusal's message is for the console: it names what is in the way. */
export type Inspection =
  | {
      readonly ok: true;
      readonly blockSize: number;
      readonly blocks: number;
      /** Why only reading is possible; null: writing too. */
      readonly readOnly: string | null;
      /** Things that e2fsck should see to; mounting goes on. */
      readonly warnings: readonly string[];
    }
  | Refusal;

export interface Refusal {
  readonly ok: false;
  readonly error: ErrnoName;
  readonly message: string;
}

export type Mounting =
  | { readonly ok: true; readonly fs: Ext2; readonly readOnly: string | null; readonly warnings: readonly string[] }
  | Refusal;
