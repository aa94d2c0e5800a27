/**
 * The virtual file system: one table from an inode's `fs` to the file system that serves it. A new file system is its file,
 * a row here, a row of PAGE_SOURCES and its name in FsName.
 */
import { devfs } from "./devfs.ts";
import { ext2fs } from "./ext2fs/ext2fs.ts";
import type { FileSystem } from "./file-system.ts";
import { hostfs } from "./hostfs/hostfs.ts";
import { hugetlbfs } from "./hugetlbfs.ts";
import { pipefs } from "./pipefs.ts";
import { procfs } from "./procfs/procfs.ts";
import { sysfs } from "./sysfs/sysfs.ts";
import { tmpfs } from "./tmpfs.ts";
import type { FsName } from "./types.ts";

export type { FileSystem } from "./file-system.ts";
export type { Inode } from "./types.ts";

export const FILE_SYSTEMS: Readonly<Record<FsName, FileSystem>> = {
  tmpfs,
  devfs,
  procfs,
  sysfs,
  hugetlbfs,
  pipefs,
  ext2: ext2fs,
  hostfs,
};
