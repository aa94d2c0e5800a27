/**
 * Who uses a mount: what umount2(2) and a remount that forbids writing ask. Asked seldom, so it counts what there is.
 *
 * Inodes in memory say it by their references, once those are taken off that the tree itself holds: a directory is held by
 * each directory in it, the root by the mount, a disk's node by the disk. Where inodes are made at each lookup, who has one
 * is found at the processes.
 */
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { isMapped } from "../vm/page-cache.ts";
import { isMappedWritable } from "../vm/writable-mappings.ts";
import { isWritable } from "./descriptors.ts";
import { isDirectory, isRegular } from "./inode.ts";
import { mountsInside } from "./mounts.ts";
import { FS_TRAITS } from "./traits.ts";
import type { Inode, Mount, OpenFile } from "./types.ts";
import { FILE_SYSTEMS } from "./vfs.ts";

const inodesOf = (k: Kernel, { device }: Mount) => [...k.fs.inodes.values()].filter((inode) => inode.device === device);

/** Whether anything is open, mapped, executed, mounted or somebody's directory there. */
export function isMountBusy(k: Kernel, mount: Mount): boolean {
  if (mountsInside(k, mount).length > 0) return true;
  const { isBusy } = FILE_SYSTEMS[mount.fs];
  if (isBusy !== undefined) return isBusy(k, mount);
  return FS_TRAITS[mount.fs].madeAtLookup ? isHeldByProcess(k, mount) : isTreeBusy(k, mount);
}

function isTreeBusy(k: Kernel, mount: Mount): boolean {
  const inodes = inodesOf(k, mount);
  const own = new Map<number, number>([[mount.root, 1]]);
  const hold = (id: number) => own.set(id, (own.get(id) ?? 0) + 1);
  for (const { node } of k.fs.disks) hold(node);
  for (const inode of inodes) if (isDirectory(inode) && inode.place !== null) hold(inode.place.directory);
  return inodes.some(
    (inode) => inode.references > (own.get(inode.id) ?? 0) || isMapped(k, inode) || isPipeInUse(inode),
  );
}

/** Somebody waits in open(2) of a FIFO for its other end. */
const isPipeInUse = ({ data }: Inode) => data.kind === "fifo" && data.pipe.readers + data.pipe.writers > 0;

function filesOf(p: Process): OpenFile[] {
  return (p.files?.slots ?? []).flatMap((slot) => (slot === null ? [] : [slot.file]));
}

function isHeldByProcess(k: Kernel, { device }: Mount): boolean {
  const isThere = (inode: Inode) => inode.device === device;
  return [...k.processes.values()].some(
    (p) =>
      p.state !== "zombie" && (isThere(p.cwd) || isThere(p.root) || filesOf(p).some(({ inode }) => isThere(inode))),
  );
}

/** Whether something there may still be changed by who has it already: open for writing, mapped so, or about to be removed. */
export function isMountWritten(k: Kernel, mount: Mount): boolean {
  if (FS_TRAITS[mount.fs].madeAtLookup)
    return [...k.processes.values()].some((p) =>
      filesOf(p).some((file) => file.inode.device === mount.device && isWritable(file)),
    );
  return inodesOf(k, mount).some(
    (inode) =>
      isRegular(inode) &&
      (inode.writers > 0 || isMappedWritable(k, inode) || (inode.nlink === 0 && inode.references > 0)),
  );
}
