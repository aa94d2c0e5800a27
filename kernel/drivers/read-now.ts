/** Reading a disk while there is no process that could sleep: boot waits for the interrupt itself. */
import { frameAddress } from "../../cpu/paging.ts";
import { isPending, submit } from "../block/request-queue.ts";
import type { Kernel } from "../kernel.ts";
import { panic } from "../panic.ts";
import { serveExternalInterrupts } from "./interrupt-controller.ts";

/** Reads up to a page of whole sectors into a frame, and waits for them. @returns false: the disk failed */
export function readNow(k: Kernel, disk: number, position: number, length: number, frame: number): boolean {
  const request = submit(k, { disk, write: false, position, length, address: frameAddress(frame) });
  while (isPending(request)) {
    if (k.machine.waitForInterrupt(Number.POSITIVE_INFINITY) !== "interrupt")
      panic("boot: a disk that is busy interrupts", { disk, position, length });
    serveExternalInterrupts(k);
  }
  return request.state === "done";
}
