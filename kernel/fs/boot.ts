/**
 * Boot of what files need: disks and serial lines are found, the root file system is mounted. What else is mounted at boot
 * is boot-mounts.ts.
 */
import { probeDisk } from "../block/disks.ts";
import { DISK_ROWS } from "../drivers/disk.ts";
import { startUart } from "../drivers/uart.ts";
import type { Kernel } from "../kernel.ts";
import { panic } from "../panic.ts";
import { allocateFrame, dropReference, NO_FRAME, OWNER } from "../vm/frames.ts";
import { makeDevfs } from "./devfs.ts";
import { findShare } from "./hostfs/boot.ts";
import { mountRoot } from "./root.ts";
import { STREAM_UART } from "./stream.ts";
import { newTty } from "./tty.ts";

const CONSOLE_UART = 0;

/** Finds devices, makes their nodes and mounts the root file system. @throws RootError it cannot be mounted */
export function findFileSystems(k: Kernel): void {
  findDisks(k);
  k.fs.ttys.push(newTty(k, 0, CONSOLE_UART));
  startUart(k, STREAM_UART);
  findShare(k);
  makeDevfs(k);
  mountRoot(k);
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
