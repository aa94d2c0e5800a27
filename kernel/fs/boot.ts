/**
 * Boot of everything that is files: disks and serial lines are found, the root file system is read, /dev and /proc are
 * mounted. Reads as a table of contents.
 */
import { CONSTANTS } from "../abi.ts";
import { probeDisk } from "../block/disks.ts";
import { DISK_ROWS } from "../drivers/disk.ts";
import { startUart } from "../drivers/uart.ts";
import type { Kernel } from "../kernel.ts";
import { panic } from "../panic.ts";
import { allocateFrame, dropReference, NO_FRAME, OWNER } from "../vm/frames.ts";
import { CpioError } from "./cpio.ts";
import { mountDevfs } from "./devfs.ts";
import { addInode, isDirectory } from "./inode.ts";
import { attach, intoMount, newMount } from "./mounts.ts";
import { PROC_ROOT } from "./procfs/procfs.ts";
import { makeDirectory, mountRoot } from "./root-image.ts";
import { STREAM_UART } from "./stream.ts";
import { lookup, mountTmpfs } from "./tmpfs.ts";
import { newTty } from "./tty.ts";
import type { Inode } from "./types.ts";

const { S_IFDIR } = CONSTANTS.fileType;
const CONSOLE_UART = 0;

/** Finds devices and mounts /, /dev, /dev/shm and /proc. @throws CpioError the root image cannot be read */
export function mountFileSystems(k: Kernel): void {
  findDisks(k);
  k.fs.ttys.push(newTty(k, 0, CONSOLE_UART));
  startUart(k, STREAM_UART);
  const root = mountRoot(k);
  mountDevfs(k, mountPoint(k, root, "dev"));
  // Where shm_open(3) makes its files.
  mountTmpfs(k, mountPoint(k, intoMount(k, lookup(k, root, "dev")!), "shm"), 0o1777, "rw,nosuid,nodev");
  mountProcfs(k, mountPoint(k, root, "proc"));
}

function findDisks(k: Kernel): void {
  for (const number of DISK_ROWS.keys()) {
    const bounce = allocateFrame(k, OWNER.kernel);
    if (bounce === NO_FRAME) panic("boot: there is a frame for each disk", { number });
    const disk = probeDisk(k, number, bounce);
    if (disk !== null) k.fs.disks.push(disk);
    else dropReference(k, bounce);
  }
}

/** The directory to mount on; made when the image has none. */
function mountPoint(k: Kernel, root: Inode, name: string): Inode {
  const there = lookup(k, root, name) ?? makeDirectory(k, root, name);
  if (!isDirectory(there)) throw new CpioError(`root image: '${name}' is not a directory`);
  return there;
}

function mountProcfs(k: Kernel, covered: Inode): void {
  const mount = newMount(k, "procfs", "proc", "rw,nosuid,nodev,noexec,relatime");
  const root = addInode(k, mount, { mode: S_IFDIR | 0o555, uid: 0, gid: 0, data: PROC_ROOT, ino: 1 });
  root.nlink = 2;
  attach(k, mount, root, covered);
}
