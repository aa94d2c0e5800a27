/** ext2 as the kernel mounts it: the rows of FILE_SYSTEMS and PAGE_SOURCES. README.md tells how the parts work together. */
import type { Kernel } from "../../kernel.ts";
import type { Process } from "../../process.ts";
import { getattr } from "../ext2/attributes.ts";
import type { View } from "../ext2/types.ts";
import { statfs } from "../ext2/usage.ts";
import type { Capacity, FileSystem } from "../file-system.ts";
import { inodeById } from "../inode.ts";
import type { Inode, Mount } from "../types.ts";
import { viewFor } from "./change.ts";
import { cutContents, pieces } from "./contents.ts";
import { isUsed, volumeOf } from "./inodes.ts";
import { mount, remount, unmount } from "./mount.ts";
import { create, isBusy, link, list, lookup, parent, readLink, rename, unlink } from "./names.ts";
import { sync } from "./sync.ts";
import type { Volume } from "./types.ts";

/** Bytes of what inodes count. */
const SECTOR = 512;

function capacity(k: Kernel, p: Process, { device }: Mount): Capacity {
  const v = k.fs.volumes.get(device)!;
  const view = viewFor(k, p, v);
  const { blockSize, blocks, free, available, inodes, freeInodes } = statfs(view, leavingOf(k, v, view));
  const shown = v.options.minixdf ? v.ext2.blocks : blocks;
  return { blockSize, blocks: shown, free, available, files: inodes, freeFiles: freeInodes };
}

/** What nobody uses any more, and only waits for the disk to be free: who needs room gets it (change.ts, (3)). */
function leavingOf(k: Kernel, v: Volume, view: View): { blocks: number; inodes: number } {
  const sum = { blocks: 0, inodes: 0 };
  const isLeaving = (ino: number) => !isUsed(k, inodeById(k, v.nodes.get(ino)!.inode));
  for (const { task } of v.tasks.values()) {
    if (task.kind === "release") for (const { count } of task.runs) sum.blocks += count;
    else if (task.kind === "free" || (task.kind === "nameless" && isLeaving(task.ino))) {
      sum.inodes++;
      sum.blocks += getattr(view, task.ino).sectors / (v.ext2.blockSize / SECTOR);
    }
  }
  return sum;
}

const blockSize = (k: Kernel, inode: Inode) => volumeOf(k, inode).ext2.blockSize;

const sectors = (k: Kernel, p: Process, inode: Inode) => getattr(viewFor(k, p, volumeOf(k, inode)), inode.ino).sectors;

/** The row of FILE_SYSTEMS. */
export const ext2fs: FileSystem = {
  magic: 0xef53,
  lookup,
  parent,
  list,
  readlink: readLink,
  create,
  link,
  unlink,
  rename,
  capacity,
  sectors,
  blockSize,
  pieces,
  truncate: cutContents,
  sync,
  mount,
  unmount,
  remount,
  isBusy: (k, { device }) => isBusy(k, k.fs.volumes.get(device)!),
};
