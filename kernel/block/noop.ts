/** noop: first come, first served. For disks without a head, and to compare with. Neighbours are merged all the same. */
import type { IoScheduler } from "./io-scheduler.ts";
import type { DiskRequest } from "./types.ts";

export const noop: IoScheduler = {
  next({ read, write }) {
    const [a, b]: (DiskRequest | undefined)[] = [read.fifo[0], write.fifo[0]];
    if (a === undefined || b === undefined) return a ?? b ?? null;
    return a.id < b.id ? a : b;
  },
};
