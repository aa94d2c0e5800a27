/**
 * What kinds of file system differ in, for those that are below them: the page cache, the life of inodes, /proc.
 *
 * A leaf.
 */
import type { FsName, Inode } from "./types.ts";

/** A kind of file system. */
export interface FsTraits {
  /** What mount(2) and /proc call it. */
  readonly name: string;
  /** It needs no disk. */
  readonly nodev: boolean;
  /** Pages of its files have a home outside memory: page-source.ts, writePage. */
  readonly home: boolean;
  /**
   * Its inodes are kept outside memory; those here are copies. One that nobody refers to any more, and one that differs from
   * what is kept, are its file system's to see to: FsState.idle, FsState.changed.
   */
  readonly kept: boolean;
  /** There is one of it, which outlives its mounts. */
  readonly single: boolean;
  /** Its inodes, but for the root, are made at each lookup and show what is elsewhere: nothing of them is kept. */
  readonly madeAtLookup: boolean;
  /** Times have no parts of seconds. */
  readonly wholeSeconds: boolean;
}

// biome-ignore format: a table is read in columns
export const FS_TRAITS: Readonly<Record<FsName, FsTraits>> = {
  tmpfs:  { name: "tmpfs",    nodev: true,  home: false, kept: false, single: false, madeAtLookup: false, wholeSeconds: false },
  /** Block devices are the disk itself. */
  devfs:  { name: "devtmpfs", nodev: true,  home: true,  kept: false, single: true,  madeAtLookup: false, wholeSeconds: false },
  procfs: { name: "proc",     nodev: true,  home: false, kept: false, single: false, madeAtLookup: true,  wholeSeconds: false },
  sysfs:  { name: "sysfs",    nodev: true,  home: false, kept: false, single: false, madeAtLookup: true,  wholeSeconds: false },
  hugetlbfs: { name: "hugetlbfs", nodev: true,  home: false, kept: false, single: false, madeAtLookup: false, wholeSeconds: false },
  pipefs: { name: "pipefs",   nodev: true,  home: false, kept: false, single: false, madeAtLookup: false, wholeSeconds: false },
  ext2:   { name: "ext2",     nodev: false, home: true,  kept: true,  single: false, madeAtLookup: false, wholeSeconds: true },
  hostfs: { name: "9p",       nodev: true,  home: true,  kept: true,  single: false, madeAtLookup: false, wholeSeconds: false },
};

/** Whether pages of the file can be written back. */
export function hasHome(inode: Inode): boolean {
  return FS_TRAITS[inode.fs].home;
}
