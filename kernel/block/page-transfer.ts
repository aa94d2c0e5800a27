/**
 * Transfers of pages: a page may lie in several places of a disk, and is there, or written, when the last part is.
 *
 * (1) FsState.pageTransfers has, for each frame under way, how many requests are still to end, and whether one has failed.
 */
import { frameAddress } from "../../cpu/paging.ts";
import type { PagePlace } from "../fs/page-source.ts";
import type { Kernel } from "../kernel.ts";
import { submit } from "./request-queue.ts";

/** Starts to read or write what `place` has of the page in `frame`. pageReadDone is called for it when all has ended. */
export function transferPage(k: Kernel, frame: number, place: PagePlace, what: "read" | "write"): void {
  const write = what === "write";
  k.fs.pageTransfers.set(frame, { left: place.length, failed: false });
  for (const { disk, position, length, offset } of place)
    submit(k, { disk, write, position, length, address: frameAddress(frame) + offset, frame });
}

/** A request for the frame has ended. @returns null: others are still under way; else whether all went well */
export function partEnded(k: Kernel, frame: number, ok: boolean): boolean | null {
  const transfer = k.fs.pageTransfers.get(frame);
  if (transfer === undefined) return ok;
  transfer.left--;
  if (!ok) transfer.failed = true;
  if (transfer.left > 0) return null;
  k.fs.pageTransfers.delete(frame);
  return !transfer.failed;
}
