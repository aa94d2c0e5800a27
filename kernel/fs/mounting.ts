/**
 * Mounting, changing and ending mounts: what mount(2), umount2(2) and boot have in common. Checks are in Linux's order.
 *
 * (1) A file system is mounted in one place: its inodes know their mount and are no other's. So there are no bind mounts, and
 *     a disk that is mounted is not mounted again.
 * (2) What fails or sleeps has changed nothing.
 *
 * Source: Linux 6.1, fs/namespace.c (path_mount, do_new_mount, do_remount, do_move_mount, do_umount).
 */

import { CONSTANTS, FLAGS } from "../abi.ts";
import { WORK } from "../due-work.ts";
import { Errno, errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { isMappedWritable } from "../vm/writable-mappings.ts";
import { wholeFile, writeBack } from "../vm/write-back.ts";
import { deviceRow } from "./devices.ts";
import { inodeById, isDirectory } from "./inode.ts";
import { ATIME_FLAGS, forbidsDevices, isReadOnly, MOUNT_FLAGS, SUPER_FLAGS } from "./mount-flags.ts";
import { isMountBusy, isMountWritten } from "./mount-use.ts";
import {
  cover,
  enterMount,
  forgetMount,
  intoMount,
  isAttached,
  mountsInside,
  mountWithRoot,
  uncover,
} from "./mounts.ts";
import { pathOrUnreachable } from "./names.ts";
import { diskNode, isInUse } from "./open.ts";
import { resolve } from "./path.ts";
import { synchronizeMount } from "./synchronize.ts";
import { FS_TRAITS } from "./traits.ts";
import type { ByteString, FsName, Inode, Mount } from "./types.ts";
import { FILE_SYSTEMS } from "./vfs.ts";

const MS = FLAGS.mount;
const { MNT_DETACH } = FLAGS.umount;
const { S_IFMT, S_IFBLK } = CONSTANTS.fileType;
const PROPAGATION = MS.MS_SHARED | MS.MS_PRIVATE | MS.MS_SLAVE | MS.MS_UNBINDABLE;
/** What a remount changes of the file system's own flags. */
const REMOUNT_FLAGS = MS.MS_RDONLY | MS.MS_SYNCHRONOUS | MS.MS_MANDLOCK | MS.MS_LAZYTIME;

/** What mount(2) is called with; null where the address was 0. */
export interface MountCall {
  readonly source: ByteString | null;
  readonly type: ByteString | null;
  readonly flags: number;
  readonly data: ByteString;
}

/** mount(2), once the target is known. @throws Errno as the manual page says */
export function mountAt(k: Kernel, p: Process, target: Inode, call: MountCall): void {
  const { flags, data } = call;
  if (flags & MS.MS_REMOUNT) remountAt(k, p, target, flags, data);
  else if (flags & MS.MS_BIND) refuseBind(k, p, call.source);
  else if (flags & PROPAGATION) changePropagation(k, target, flags);
  else if (flags & MS.MS_MOVE) moveMount(k, p, call.source, target);
  else mountNew(k, p, target, call);
}

/** (1): but what is not there is not there. */
function refuseBind(k: Kernel, p: Process, source: ByteString | null): never {
  if (source !== null && source !== "") resolve(k, p, p.cwd, source, { follow: true });
  throw errno("EINVAL");
}

/** MS_ bits as a mount has them: relatime, unless something else was said; MS_RELATIME itself says nothing (path_mount). */
export function mountFlags(flags: number): number {
  const access = flags & MS.MS_NOATIME ? 0 : MS.MS_RELATIME;
  const wanted = (flags & MOUNT_FLAGS & ~MS.MS_RELATIME) | access;
  return flags & MS.MS_STRICTATIME ? wanted & ~(MS.MS_RELATIME | MS.MS_NOATIME) : wanted;
}

function fsNamed(type: ByteString | null): FsName {
  if (type === null) throw errno("EINVAL");
  const found = (Object.keys(FS_TRAITS) as FsName[]).find((fs) => FS_TRAITS[fs].name === type);
  if (found === undefined) throw errno("ENODEV");
  if (FILE_SYSTEMS[found].mount === undefined) throw errno("EINVAL");
  return found;
}

/** The node of the disk that `source` names. @throws Errno EINVAL, ENOTBLK, EACCES, ENXIO, EBUSY, and as path resolution */
function diskNamed(k: Kernel, p: Process, source: ByteString | null): Inode {
  if (source === null || source === "") throw errno("EINVAL");
  const inode = resolve(k, p, p.cwd, source, { follow: true });
  if ((inode.mode & S_IFMT) !== S_IFBLK) throw errno("ENOTBLK");
  if (forbidsDevices(k, inode)) throw errno("EACCES");
  const disk = deviceRow(inode.mode, inode.rdev)?.disk;
  if (disk === undefined) throw errno("ENXIO");
  const node = diskNode(k, disk);
  if (isDiskTaken(k, node)) throw errno("EBUSY");
  return node;
}

/** Whether a disk cannot be the system's: it is already, or somebody may write to it. */
export function isDiskTaken(k: Kernel, node: Inode): boolean {
  return isInUse(k, node) || node.writers > 0 || isMappedWritable(k, node);
}

/** Where the next mount goes that is asked for on the directory. @throws Errno ENOTDIR, ENOENT it is deleted, EINVAL in no tree */
function placeFor(k: Kernel, target: Inode): Inode {
  const place = intoMount(k, target);
  if (!isDirectory(place)) throw errno("ENOTDIR");
  if (place.nlink === 0) throw errno("ENOENT");
  // Directories of /proc are made at each lookup: only its root lasts.
  if (!k.fs.inodes.has(place.id)) throw errno("ENOENT");
  const mount = k.fs.mounts.get(place.device);
  if (mount === undefined || !isAttached(k, mount)) throw errno("EINVAL");
  return place;
}

function mountNew(k: Kernel, p: Process, target: Inode, { source, type, flags, data }: MountCall): void {
  const fs = fsNamed(type);
  const device = FS_TRAITS[fs].nodev ? null : diskNamed(k, p, source);
  const place = placeFor(k, target);
  // What was written to the disk must be on it: the file system reads files past the pages of the disk.
  if (device !== null) writeBack(k, p, [wholeFile(device)]);
  const readOnly = (flags & MS.MS_RDONLY) !== 0;
  const request = { source: source ?? "none", device, readOnly, data, place: pathOrUnreachable(k, p.root, place) };
  const { mount: made, root } = FILE_SYSTEMS[fs].mount!(k, p, request);
  const mount = k.fs.mounts.get(made.device) ?? enterMount(k, made, root);
  // What can only be read says so itself.
  mount.superFlags = (flags & SUPER_FLAGS) | (mount.superFlags & MS.MS_RDONLY);
  mount.flags = mountFlags(flags);
  mount.node = device?.id ?? 0;
  // In the order of mounting, which is that of /proc/mounts.
  k.fs.mounts.delete(mount.device);
  k.fs.mounts.set(mount.device, mount);
  cover(k, mount, place);
}

function remountAt(k: Kernel, p: Process, target: Inode, flags: number, data: ByteString): void {
  const mount = mountWithRoot(k, target);
  if (mount === null) throw errno("EINVAL");
  changeMount(k, p, mount, flags, data);
}

/** MS_REMOUNT; with MS_BIND only what is the mount's. @throws Errno EBUSY, EROFS, EINVAL, EIO */
export function changeMount(k: Kernel, p: Process, mount: Mount, flags: number, data: ByteString): void {
  const readOnly = (flags & MS.MS_RDONLY) !== 0;
  if (readOnly && !isReadOnly(mount) && isMountWritten(k, mount)) throw errno("EBUSY");
  if (!(flags & MS.MS_BIND)) {
    FILE_SYSTEMS[mount.fs].remount?.(k, p, mount, readOnly, data);
    mount.superFlags = (mount.superFlags & ~REMOUNT_FLAGS) | (flags & REMOUNT_FLAGS);
  }
  // Of times of access nothing is said: they stay as they are.
  const says = (flags & (ATIME_FLAGS | MS.MS_STRICTATIME)) !== 0;
  mount.flags = says ? mountFlags(flags) : (flags & MOUNT_FLAGS) | (mount.flags & ATIME_FLAGS);
}

/** All mounts are private; they may be told to be so. */
function changePropagation(k: Kernel, target: Inode, flags: number): void {
  if (mountWithRoot(k, target) === null) throw errno("EINVAL");
  const type = flags & ~(MS.MS_REC | MS.MS_SILENT);
  if (type !== MS.MS_PRIVATE && type !== MS.MS_SLAVE) throw errno("EINVAL");
}

function moveMount(k: Kernel, p: Process, source: ByteString | null, target: Inode): void {
  if (source === null || source === "") throw errno("EINVAL");
  const moved = mountWithRoot(k, resolve(k, p, p.cwd, source, { follow: true }));
  if (moved === null || moved.covered === 0 || !isDirectory(target)) throw errno("EINVAL");
  const place = placeFor(k, target);
  for (let here = k.fs.mounts.get(place.device); here !== undefined && here.covered !== 0; ) {
    if (here === moved) throw errno("ELOOP");
    here = k.fs.mounts.get(inodeById(k, here.covered).device);
  }
  uncover(k, moved);
  cover(k, moved, place);
}

/** umount2(2), once the target is known. @throws Errno EINVAL no mount; EBUSY, EIO */
export function unmountAt(k: Kernel, p: Process, target: Inode, flags: number): void {
  const mount = mountWithRoot(k, target);
  if (mount === null) throw errno("EINVAL");
  if (mount.root === p.root.id && !(flags & MNT_DETACH)) {
    // The root of whoever asks is not taken from under him: it becomes read-only.
    if (!isReadOnly(mount) && isMountWritten(k, mount)) throw errno("EBUSY");
    FILE_SYSTEMS[mount.fs].remount?.(k, p, mount, true, "");
    mount.superFlags |= MS.MS_RDONLY;
    return;
  }
  if (mount.covered === 0) throw errno("EINVAL");
  if (flags & MNT_DETACH) detach(k, p, mount);
  else unmountNow(k, p, mount);
}

function unmountNow(k: Kernel, p: Process, mount: Mount): void {
  if (isMountBusy(k, mount)) throw errno("EBUSY");
  FILE_SYSTEMS[mount.fs].unmount!(k, p, mount);
  uncover(k, mount);
  if (!FS_TRAITS[mount.fs].single) forgetMount(k, mount);
}

/** Takes a mount with all that is mounted in it out of the tree; each ends when nobody uses it any more. */
function detach(k: Kernel, p: Process, mount: Mount): void {
  const all = [mount];
  for (const each of all) all.push(...mountsInside(k, each));
  for (const each of all) bringHome(k, p, each);
  for (const each of all.reverse()) {
    uncover(k, each);
    if (!FS_TRAITS[each.fs].single) k.fs.detached.add(each.device);
  }
  endDetached(k);
}

/** What can be done while somebody may still sleep for it. An error does not keep the mount. */
function bringHome(k: Kernel, p: Process, mount: Mount): void {
  try {
    synchronizeMount(k, p, inodeById(k, mount.root));
  } catch (thrown) {
    if (!(thrown instanceof Errno)) throw thrown;
  }
}

/** Ends the mounts that were taken out lazily and that nobody uses any more. */
export function endDetached(k: Kernel): void {
  k.due.work &= ~WORK.mounts;
  for (const device of [...k.fs.detached]) {
    const mount = k.fs.mounts.get(device)!;
    if (isMountBusy(k, mount)) continue;
    bringDown(k, mount);
    forgetMount(k, mount);
  }
}

function bringDown(k: Kernel, mount: Mount): void {
  try {
    FILE_SYSTEMS[mount.fs].unmount!(k, null, mount);
  } catch (thrown) {
    if (!(thrown instanceof Errno)) throw thrown;
  }
}
