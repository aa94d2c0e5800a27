/**
 * Work of a mounted ext2 file system while there is no process that could sleep: at boot and at power-off the kernel waits
 * for the disk's interrupts itself.
 */
import { errno } from "../../errno.ts";
import { serveInterrupts } from "../../interrupts.ts";
import type { Kernel } from "../../kernel.ts";
import { NOT_HERE } from "./buffers.ts";
import { tendFiles } from "./tend.ts";

/** Is any disk busy? */
function isDiskBusy(k: Kernel): boolean {
  return k.fs.disks.some(({ active }) => active !== null);
}

/** Lets time pass until a disk has done something. @returns false: none is doing anything */
export function awaitDisk(k: Kernel): boolean {
  if (!isDiskBusy(k)) return false;
  if (k.machine.waitForInterrupt(Number.POSITIVE_INFINITY) !== "interrupt") return false;
  serveInterrupts(k);
  tendFiles(k);
  return true;
}

/** Runs `work`, which throws NOT_HERE while something must be read or written first, until it is done. @throws Errno EIO */
export function waitingFor<T>(k: Kernel, work: () => T): T {
  for (;;) {
    try {
      return work();
    } catch (thrown) {
      if (thrown !== NOT_HERE) throw thrown;
    }
    if (!awaitDisk(k)) throw errno("EIO");
  }
}
