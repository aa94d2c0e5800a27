/**
 * External interrupts: from the source that the controller names to whoever serves it. One table; the controller's
 * registers are plic.ts', the devices' are their drivers'.
 */

import { partEnded } from "../block/page-transfer.ts";
import { diskInterrupt } from "../block/request-queue.ts";
import { volumeOnDisk, volumePageArrived } from "../fs/ext2fs/buffers.ts";
import { STREAM_UART, streamInterrupt } from "../fs/stream.ts";
import { ttyInterrupt } from "../fs/tty.ts";
import type { Kernel } from "../kernel.ts";
import { pageReadDone } from "../vm/page-cache.ts";
import { isSwapTransfer, swapTransferDone } from "../vm/swap-transfer.ts";
import { DISK_ROWS } from "./disk.ts";
import { claimInterrupt, completeInterrupt } from "./plic.ts";
import { UART_ROWS } from "./uart.ts";

type InterruptHandler = (k: Kernel) => void;

function serveDisk(k: Kernel, number: number): void {
  for (const { frame, state } of diskInterrupt(k, number))
    if (frame !== 0) transferEnded(k, number, frame, state === "done");
}

/** A transfer of a frame has ended: swap's, or a part of a file's page. */
function transferEnded(k: Kernel, disk: number, frame: number, ok: boolean): void {
  if (isSwapTransfer(k, frame)) swapTransferDone(k, frame, ok);
  else {
    const all = partEnded(k, frame, ok);
    if (all !== null) pageArrived(k, disk, frame, all);
  }
}

/** A page is here, or on its way home no more. */
function pageArrived(k: Kernel, disk: number, frame: number, ok: boolean): void {
  pageReadDone(k, frame, ok);
  const mounted = volumeOnDisk(k, disk);
  if (mounted !== null) volumePageArrived(k, mounted, frame, ok);
}

/** A serial line is a terminal's, or the host's streams. */
function serveUart(k: Kernel, number: number): void {
  const tty = k.fs.ttys.find(({ uart }) => uart === number);
  if (tty !== undefined) ttyInterrupt(k, tty);
  else if (number === STREAM_UART) streamInterrupt(k);
}

/** By source number. */
const HANDLERS: ReadonlyMap<number, InterruptHandler> = new Map([
  ...DISK_ROWS.map(({ irq }, number): [number, InterruptHandler] => [irq, (k) => serveDisk(k, number)]),
  ...UART_ROWS.map(({ irq }, number): [number, InterruptHandler] => [irq, (k) => serveUart(k, number)]),
]);

/** Serves every source that is pending. */
export function serveExternalInterrupts(k: Kernel): void {
  for (let irq = claimInterrupt(k); irq !== 0; irq = claimInterrupt(k)) {
    const counts = k.statistics.interruptsBySource;
    counts[irq] = (counts[irq] ?? 0) + 1;
    HANDLERS.get(irq)?.(k);
    completeInterrupt(k, irq);
  }
}
