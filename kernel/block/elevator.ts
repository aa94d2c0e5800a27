/**
 * elevator: serves requests in the order of their sectors, as a lift passes the floors, in one direction only; what comes
 * in behind the head waits for the next round. After Linux's mq-deadline (Documentation/block/deadline-iosched.rst).
 *
 *   a batch: up to BATCH commands of one direction, ascending from where the last one ended
 *   between batches:   reads waiting?  ── no ──► writes
 *                        └ yes ─► reads, but writes when those have stood back MOST_PREFERRED times
 *                      begins at the oldest request if its time is up, else where the scan stands, else at the lowest
 *
 * Reads are preferred because somebody waits for a read, and seldom for a write.
 *
 * (1) While both wait, at most MOST_PREFERRED batches of reads are between two batches of writes.
 * (2) A request whose time is up, and that n older ones of its direction were submitted before, begins one of the next
 *     n + 1 batches of its direction, or is served earlier. A batch has at most BATCH commands, so that nobody starves.
 */
import type { IoScheduler } from "./io-scheduler.ts";
import { firstFrom } from "./sorted.ts";
import type { DiskRequest, IoDirection, IoLane, IoQueue } from "./types.ts";

/** Commands: fifo_batch. */
export const BATCH = 16;
/** Batches: writes_starved. */
export const MOST_PREFERRED = 2;
/**
 * Cycles after which a request goes before its turn: read_expire and write_expire. Linux's half a second and five seconds
 * are as many seeks of a disk that needs 10 ms for one; ours needs 100 us.
 */
export const EXPIRY: Readonly<Record<IoDirection, number>> = { read: 5_000_000, write: 50_000_000 };

export const elevator: IoScheduler = { next: (queue, now) => goOn(queue) ?? newBatch(queue, now) };

/** The next request of the batch under way. */
function goOn(queue: IoQueue): DiskRequest | null {
  if (queue.batch >= BATCH) return null;
  const request = ahead(queue[queue.direction]);
  if (request !== null) queue.batch++;
  return request;
}

function newBatch(queue: IoQueue, now: number): DiskRequest | null {
  const direction = chooseDirection(queue);
  if (direction === null) return null;
  queue.direction = direction;
  queue.batch = 1;
  const lane = queue[direction];
  const [oldest] = lane.fifo;
  return now >= oldest.submitted + EXPIRY[direction] ? oldest : (ahead(lane) ?? lane.sorted[0]);
}

function chooseDirection(queue: IoQueue): IoDirection | null {
  const reads = queue.read.fifo.length > 0;
  const writes = queue.write.fifo.length > 0;
  if (reads && !(writes && queue.preferred >= MOST_PREFERRED)) {
    queue.preferred = writes ? queue.preferred + 1 : 0;
    return "read";
  }
  queue.preferred = 0;
  return writes ? "write" : null;
}

/** The first request where the scan stands or behind it. */
function ahead({ sorted, position }: IoLane): DiskRequest | null {
  return sorted[firstFrom(sorted, position)] ?? null;
}
