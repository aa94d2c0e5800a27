/** What an I/O scheduler is. */
import type { DiskRequest, IoQueue } from "./types.ts";

/** Chooses what the disk does next. Its memory is in the queue. */
export interface IoScheduler {
  /**
   * The request with which the next command begins; its neighbours on the disk go with it (merge.ts). Takes nothing out of
   * the queue, and may note what it has decided: each answer is acted upon.
   * @param now cycles
   * @returns null: the queue is empty
   */
  next(queue: IoQueue, now: number): DiskRequest | null;
}
