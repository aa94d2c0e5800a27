/**
 * What the kernel knows of a mounted ext2 file system, as plain data. The file system itself is in its blocks (../ext2/), the
 * blocks in pages of its disk's node; here is what must still happen to them, and the inodes that are in memory.
 *
 * A leaf: it imports types alone.
 */
import type { BlockKind, BlockRun, Ext2 } from "../ext2/types.ts";
import type { WriteOrder } from "../ext2/write-order.ts";
import type { PagePlace } from "../page-place.ts";
import type { Ext2Options } from "./options.ts";

/** A block of metadata that differs from what the disk has. */
export interface DirtyBlock {
  readonly kind: BlockKind;
  /** Number of the change that made it dirty. */
  readonly since: number;
  writing: boolean;
}

/** Something that must wait until blocks are on the disk: ext2/README.md, "Order of writes", rule 4. */
export type Task =
  /** The name of an inode, its last one, is gone for good. */
  | { readonly kind: "nameless"; readonly ino: number }
  /** A file is cut further, as far as its size wants it. */
  | { readonly kind: "cut"; readonly ino: number; readonly size: number }
  /** An inode that nobody uses is freed, step by step. */
  | { readonly kind: "free"; readonly ino: number }
  | { readonly kind: "release"; readonly runs: readonly BlockRun[] };

/** An inode in memory. */
export interface Node {
  readonly ino: number;
  /** Id of the inode. */
  readonly inode: number;
  /** Its last name: is there; is gone here; is gone on the disk too; and now the inode goes. */
  name: "there" | "leaving" | "gone" | "freeing";
  /** It is being cut: nothing may be added to it. */
  cutting: boolean;
  /** Bytes that the inode on the disk, or on its way there, says it has. */
  size: number;
  /** Number of the last change that concerned it, and of the one that gave it its place in a directory. */
  changed: number;
  linked: number;
}

/** Where the names of a directory are. */
export interface DirectoryIndex {
  /** Block by name, of the first `blocks` blocks; of all when it is complete. */
  readonly names: Map<string, number>;
  blocks: number;
  state: "growing" | "complete" | "damaged";
  /** No block before this one has room for an entry, as far as is known. */
  room: number;
}

/** A mounted file system. */
export interface Volume {
  /** Number of the mount. */
  readonly device: number;
  /** Number of the disk, and id of its node: the inode whose pages hold the blocks. */
  readonly disk: number;
  readonly node: number;
  /** Replaced when it is mounted anew for reading or for writing. */
  ext2: Ext2;
  options: Ext2Options;
  /** By block number, in the order in which they became dirty; those that could not be written are in `failed`. */
  readonly dirty: Map<number, DirtyBlock>;
  readonly failed: Map<number, DirtyBlock>;
  readonly order: WriteOrder;
  /** Dirty blocks that are to be written as soon as they may be. */
  readonly wanted: Set<number>;
  /** Blocks under way, by the frame that they are written from. */
  readonly writing: Map<number, readonly number[]>;
  /** Where pages of files' contents are going that are under way, by frame. */
  readonly contents: Map<number, PagePlace>;
  /** Changes so far, and the last one that moved a directory: what is below has other names since. */
  changes: number;
  moved: number;
  /** The change that said that the disk is whole: unmounting. -1: none. */
  settled: number;
  /** Tasks by number, the blocks that each waits for, and the tasks that wait for each block. */
  readonly tasks: Map<number, { readonly blocks: Set<number>; readonly task: Task }>;
  readonly waiting: Map<number, Set<number>>;
  nextTask: number;
  /** Tasks that wait for nothing any more, in their order. */
  readonly ready: number[];
  /** By inode number. Those that nobody uses come first the longer they have not been used. */
  readonly nodes: Map<number, Node>;
  readonly unused: Set<number>;
  /** Numbers of inodes that say something new which could not be written to their tables, since those could not be read. */
  readonly unwritten: Set<number>;
  /** Where names are, of large directories, by inode number: name-index.ts. */
  readonly indexes: Map<number, DirectoryIndex>;
  /** Woken when the oldest dirty block is on the disk, when nothing is under way any more, and when a task is done. */
  readonly channel: number;
}
