/**
 * From an inode back to its path, for getcwd, /proc and messages. Without dentries the only record of a file's name is the
 * place where it was last linked, so a file with several names shows its newest one. The place of an inode that is made at
 * each lookup (/proc, /sys) is the root of its mount and all the names below it.
 */
import type { Kernel } from "../kernel.ts";
import { sameInode } from "./inode.ts";
import { outOfMount } from "./mounts.ts";
import { memoryFilePath } from "./shmem.ts";
import { FS_TRAITS } from "./traits.ts";
import type { ByteString, Inode } from "./types.ts";

/** What Linux appends to the path of a file that has no name any more. */
const DELETED = " (deleted)";

/** The names from the root of all that is above the file, or from `root` where that is above it. */
function namesTo(k: Kernel, root: Inode, inode: Inode): { names: ByteString[]; reached: boolean } {
  const names: ByteString[] = [];
  let here = inode;
  while (!sameInode(here, root)) {
    here = outOfMount(k, here);
    const above = here.place === null ? undefined : k.fs.inodes.get(here.place.directory);
    if (here.place === null || above === undefined) return { names, reached: sameInode(here, root) };
    names.unshift(here.place.name);
    here = above;
  }
  return { names, reached: true };
}

/**
 * The absolute path of a file as seen from `root`; null when it is not below it (unreachable), or has no path
 * (a pipe).
 */
export function pathFrom(k: Kernel, root: Inode, inode: Inode): ByteString | null {
  const { names, reached } = namesTo(k, root, inode);
  return reached ? joined(names) : null;
}

/** The path of a directory; what is not below `root` is marked as unreachable: getcwd(2). */
export function pathOrUnreachable(k: Kernel, root: Inode, directory: Inode): ByteString {
  const { names, reached } = namesTo(k, root, directory);
  return (reached ? "" : "(unreachable)") + joined(names);
}

const joined = (names: readonly ByteString[]) => `/${names.join("/")}`;

/** The path as /proc shows it: from the system's root, marked when the file is deleted; a pipe's is "pipe:[7]". */
export function describePath(k: Kernel, inode: Inode): ByteString {
  if (inode.fs === "pipefs") return `pipe:[${inode.ino}]`;
  const memory = memoryFilePath(inode);
  if (memory !== null) return memory;
  // Of a mount that was taken out lazily, from its root.
  const path = k.fs.root === null ? "/" : joined(namesTo(k, k.fs.root, inode).names);
  return inode.nlink === 0 && !FS_TRAITS[inode.fs].madeAtLookup ? path + DELETED : path;
}
