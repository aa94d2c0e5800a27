/** Finding the disks at power-on. */

import { attachDisk } from "../drivers/disk.ts";
import type { Kernel } from "../kernel.ts";
import { emptyQueue } from "./io-queue.ts";
import type { DiskState } from "./types.ts";

/** Finds disk `number`; null when the machine has none there. @param bounce a frame that is the disk's from now on */
export function probeDisk(k: Kernel, number: number, bounce: number): DiskState | null {
  const size = attachDisk(k, number);
  if (size === null) return null;
  return {
    number,
    size,
    node: 0,
    bounce,
    scheduler: k.options["io-scheduler"],
    nextRequest: 1,
    pending: [],
    longest: 0,
    held: new Map(),
    queue: emptyQueue(),
    retries: [],
    active: null,
    barriers: [],
    era: 0,
    openWrites: 0,
    flushedLast: false,
    reads: 0,
    writes: 0,
    sectorsRead: 0,
    sectorsWritten: 0,
    readsMerged: 0,
    writesMerged: 0,
    readCycles: 0,
    writeCycles: 0,
    flushes: 0,
    flushCycles: 0,
    busyCycles: 0,
    busySince: 0,
    errors: 0,
  };
}
