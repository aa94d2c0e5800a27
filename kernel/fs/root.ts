/**
 * The root file system: ext2 when disk 0 has one, else a tmpfs filled from the archives on disk 0 (root-image.ts).
 *
 * As on Linux it is mounted for reading first; what /etc/fstab says of "/" comes afterwards (boot-mounts.ts), so that a root
 * that is only to be read has not been written to.
 */
import { ERRNO, FLAGS } from "../abi.ts";
import { Errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import { LOG_LEVEL, log } from "../log.ts";
import { CpioError } from "./cpio.ts";
import { diskRow } from "./devices.ts";
import { inodeById } from "./inode.ts";
import { attach } from "./mounts.ts";
import { mountArchive, ROOT_DISK, withReader } from "./root-image.ts";
import { FILE_SYSTEMS } from "./vfs.ts";

/** The root file system cannot be mounted: a mistake of whoever gave the computer this disk. */
export class RootError extends Error {}

const { MS_RDONLY, MS_RELATIME } = FLAGS.mount;
/** The superblock's magic number: ext2/layout.ts. */
const [MAGIC_AT, MAGIC] = [1024 + 56, [0x53, 0xef]];
const ARCHIVE_MAGIC = "07070";

/** Mounts "/". @throws RootError, CpioError */
export function mountRoot(k: Kernel): void {
  if (hasExt2(k)) mountExt2(k);
  else mountArchive(k);
}

/** An archive has its own magic number in front; its files may say anything. */
function hasExt2(k: Kernel): boolean {
  if (k.fs.disks[ROOT_DISK] === undefined) return false;
  let found = false;
  try {
    withReader(k, ROOT_DISK, (read) => {
      const isArchive = String.fromCharCode(...read(0, ARCHIVE_MAGIC.length)) === ARCHIVE_MAGIC;
      const there = read(MAGIC_AT, MAGIC.length);
      found = !isArchive && MAGIC.every((byte, i) => there[i] === byte);
    });
  } catch (failure) {
    if (!(failure instanceof CpioError)) throw failure;
    throw new RootError("the root file system: disk 0 cannot be read");
  }
  return found;
}

function mountExt2(k: Kernel): void {
  const device = inodeById(k, k.fs.disks[ROOT_DISK].node);
  const name = diskRow(ROOT_DISK).name;
  const source = `/dev/${name}`;
  try {
    const { mount, root } = FILE_SYSTEMS.ext2.mount!(k, null, { source, device, readOnly: true, data: "" });
    mount.flags = MS_RELATIME;
    mount.superFlags = MS_RDONLY;
    mount.node = device.id;
    attach(k, mount, root, null);
  } catch (failure) {
    if (!(failure instanceof Errno)) throw failure;
    throw new RootError(`the root file system cannot be mounted: ${reason(k, failure)}`);
  }
  log(k, LOG_LEVEL.information, `VFS: Mounted root (ext2 filesystem) on ${name}`);
}

/** What the file system said about it, or what the error is called. */
function reason(k: Kernel, { name }: Errno): string {
  const last = k.log.records.at(-1);
  return last !== undefined && last.level <= LOG_LEVEL.error ? last.text : ERRNO[name][1];
}
