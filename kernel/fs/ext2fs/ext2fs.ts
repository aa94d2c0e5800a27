/** ext2 as the kernel mounts it: the rows of FILE_SYSTEMS and PAGE_SOURCES. README.md tells how the parts work together. */
import type { Kernel } from "../../kernel.ts";
import type { Process } from "../../process.ts";
import { getattr } from "../ext2/attributes.ts";
import { statfs } from "../ext2/usage.ts";
import type { Capacity, FileSystem } from "../file-system.ts";
import type { Inode, Mount } from "../types.ts";
import { viewFor } from "./change.ts";
import { cutContents, pieces } from "./contents.ts";
import { volumeOf } from "./inodes.ts";
import { mount, remount, unmount } from "./mount.ts";
import { create, isBusy, link, list, lookup, parent, readLink, rename, unlink } from "./names.ts";
import { sync } from "./sync.ts";

function capacity(k: Kernel, p: Process, { device }: Mount): Capacity {
  const { blockSize, blocks, free, available, inodes, freeInodes } = statfs(viewFor(k, p, k.fs.volumes.get(device)!));
  return { blockSize, blocks, free, available, files: inodes, freeFiles: freeInodes };
}

const sectors = (k: Kernel, p: Process, inode: Inode) => getattr(viewFor(k, p, volumeOf(k, inode)), inode.ino).sectors;

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
  pieces,
  truncate: cutContents,
  sync,
  mount,
  unmount,
  remount,
  isBusy: (k, { device }) => isBusy(k, k.fs.volumes.get(device)!),
};
