/**
 * Mounts: which tree covers which directory. Owns FsState's mount tables. Making and ending mounts is mounting.ts.
 *
 * (1) A mount holds its root, and the directory that it covers.
 * (2) A directory is covered by one tree at most; what is mounted there next covers that tree's root.
 * (3) A mount with covered 0 that is not the root file system is in no tree: taken out lazily (FsState.detached), or devfs
 *     before somebody mounts it.
 */
import type { Kernel } from "../kernel.ts";
import { countInode, defaultCapacity } from "./capacity.ts";
import { inodeById, release, retain } from "./inode.ts";
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
    detached: new Set(),
    nextDevice: SHMEM_DEVICE + 1,
    root: null,
    ttys: [],
    stream: { ended: false, readable: channel },
    disks: [],
    host: null,
    pageTransfers: new Map(),
    volumes: new Map(),
    writeInodes: false,
    dropUnused: false,
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

/**
 * A mount with no root yet and without flags: make the root with it, then call enterMount.
 * @param options of the file system's own, as /proc/mounts is to show them
 */
export function newMount(k: Kernel, fs: FsName, source: string, options = ""): NewMount {
  const most = defaultCapacity(k, fs);
  const device = k.fs.nextDevice++;
  const used = { nextIno: FIRST_INO, usedPages: 0, usedInodes: 0 };
  return { device, fs, source, flags: 0, superFlags: 0, options, node: 0, most, mostInodes: most, ...used };
}

/** Enters a mount with its root; it is in no tree yet. */
export function enterMount(k: Kernel, mount: NewMount, root: Inode): Mount {
  const entered = Object.assign(mount, { root: retain(root).id, covered: 0 });
  k.fs.mounts.set(mount.device, entered);
  k.fs.mountsFrom.set(root.id, mount.device);
  countInode(k, mount.device, 1);
  return entered;
}

/** Enters a mount and mounts it: on `covered`; null: it is the root file system. */
export function attach(k: Kernel, mount: NewMount, root: Inode, covered: Inode | null): Mount {
  const entered = enterMount(k, mount, root);
  if (covered === null) k.fs.root = retain(root);
  else cover(k, entered, covered);
  return entered;
}

/** A mount that is in no tree covers a directory that nothing covers. */
export function cover(k: Kernel, mount: Mount, directory: Inode): void {
  mount.covered = retain(directory).id;
  k.fs.mountsOn.set(directory.id, mount.device);
}

/** Takes a mount out of the tree. */
export function uncover(k: Kernel, mount: Mount): void {
  const directory = inodeById(k, mount.covered);
  k.fs.mountsOn.delete(directory.id);
  mount.covered = 0;
  release(k, directory);
}

/** Forgets a mount that is in no tree, with its root. */
export function forgetMount(k: Kernel, mount: Mount): void {
  k.fs.mountsFrom.delete(mount.root);
  k.fs.mounts.delete(mount.device);
  k.fs.detached.delete(mount.device);
}

/** What stat(2) calls the device of a file: its disk, as major * 256 + minor; of a file system without one its own number, major 0. */
export function deviceOf(k: Kernel, { device }: Inode): number {
  const node = k.fs.mounts.get(device)?.node ?? 0;
  return node === 0 ? device : inodeById(k, node).rdev;
}

/** Whether paths lead to it. */
export function isAttached(k: Kernel, { root, covered }: Mount): boolean {
  return covered !== 0 || root === k.fs.root?.id;
}

/** The mount whose root the directory is; null: it is none, or that of a mount in no tree. */
export function mountWithRoot(k: Kernel, directory: Inode): Mount | null {
  const mount = k.fs.mounts.get(k.fs.mountsFrom.get(directory.id) ?? 0);
  return mount !== undefined && isAttached(k, mount) ? mount : null;
}

/** Mounts on directories of this one. */
export function mountsInside(k: Kernel, { device }: Mount): Mount[] {
  return [...k.fs.mounts.values()].filter(({ covered }) => k.fs.inodes.get(covered)?.device === device);
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
