/**
 * Mounts: which tree covers which directory. Owns FsState's mount tables.
 *
 * (1) A mount's root is in FsState.inodes for as long as it is mounted.
 */
import type { Kernel } from "../kernel.ts";
import { countInode, defaultCapacity } from "./capacity.ts";
import { inodeById, retain } from "./inode.ts";
import { SHMEM_DEVICE } from "./shmem.ts";
import type { FsName, FsState, Inode, Mount } from "./types.ts";

/** No files yet; boot.ts mounts them. @param channel a fresh channel, for /dev/hostin */
export function emptyFsState(channel: number): FsState {
  return {
    inodes: new Map(),
    nextInode: 1,
    mounts: new Map(),
    mountsOn: new Map(),
    mountsFrom: new Map(),
    nextDevice: SHMEM_DEVICE + 1,
    root: null,
    ttys: [],
    stream: { ended: false, readable: channel },
    disks: [],
    pageTransfers: new Map(),
    changed: new Set(),
    idle: new Set(),
    locks: new Map(),
    lockWaits: new Map(),
  };
}

/** First number of the files made on a mount: 1 is the root's. */
const FIRST_INO = 2;

/** A mount that is not entered yet. */
export type NewMount = Omit<Mount, "root" | "covered">;

/** A mount with no root yet: make the root with it, then call attach. */
export function newMount(k: Kernel, fs: FsName, source: string, options: string): NewMount {
  const most = defaultCapacity(k, fs);
  return { device: k.fs.nextDevice++, fs, source, options, nextIno: FIRST_INO, most, usedPages: 0, usedInodes: 0 };
}

/** Mounts `root` on `covered`; null: it is the root file system. */
export function attach(k: Kernel, mount: NewMount, root: Inode, covered: Inode | null): void {
  k.fs.mounts.set(mount.device, Object.assign(mount, { root: root.id, covered: covered?.id ?? 0 }));
  k.fs.mountsFrom.set(root.id, mount.device);
  countInode(k, mount.device, 1);
  if (covered === null) k.fs.root = retain(root);
  else k.fs.mountsOn.set(retain(covered).id, mount.device);
}

/** The root of what is mounted on the directory, or the directory. */
export function intoMount(k: Kernel, directory: Inode): Inode {
  let here = directory;
  for (;;) {
    const device = k.fs.mountsOn.get(here.id);
    if (device === undefined) return here;
    here = inodeById(k, k.fs.mounts.get(device)!.root);
  }
}

/** The directory that a mount's root covers, seen from inside; any other directory is itself. */
export function outOfMount(k: Kernel, directory: Inode): Inode {
  let here = directory;
  for (;;) {
    const device = k.fs.mountsFrom.get(here.id);
    const covered = device === undefined ? 0 : k.fs.mounts.get(device)!.covered;
    if (covered === 0) return here;
    here = inodeById(k, covered);
  }
}

/** Is the directory the root of a mount or covered by one? */
export function isMountPoint(k: Kernel, directory: Inode): boolean {
  return k.fs.mountsOn.has(directory.id) || k.fs.mountsFrom.has(directory.id);
}
