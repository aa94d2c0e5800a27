/**
 * The queue that both schedulers choose from: per direction the requests that may be served, by position and by age.
 *
 * (1) `sorted` and `fifo` of a lane hold the same requests; their state is "queued", and no two that are queued overlap
 *     with one of them a write.
 */
import { byAge, byPosition, insert, remove } from "./sorted.ts";
import type { DiskRequest, IoDirection, IoLane, IoQueue } from "./types.ts";

const emptyLane = (): IoLane => ({ sorted: [], fifo: [], position: 0 });

/** A queue of an idle disk. */
export function emptyQueue(): IoQueue {
  return { read: emptyLane(), write: emptyLane(), direction: "read", batch: 0, preferred: 0 };
}

/** The lane of a request. */
export const directionOf = ({ write }: DiskRequest): IoDirection => (write ? "write" : "read");

/** The request may be served. */
export function enqueue(queue: IoQueue, request: DiskRequest): void {
  request.state = "queued";
  const { sorted, fifo } = queue[directionOf(request)];
  insert(sorted, request, byPosition);
  insert(fifo, request, byAge);
}

/** Takes a queued request out. */
export function dequeue(queue: IoQueue, request: DiskRequest): void {
  const { sorted, fifo } = queue[directionOf(request)];
  remove(sorted, request, byPosition);
  remove(fifo, request, byAge);
}
