/** The invariants of the block layer, asserted by the number that each has in its file. For tests: at any trap boundary. */
import type { Kernel } from "../kernel.ts";
import { panic } from "../panic.ts";
import { directionOf } from "./io-queue.ts";
import { byAge, byPosition, type Order } from "./sorted.ts";
import type { DiskRequest, DiskState } from "./types.ts";

/** Panics at the first invariant that does not hold. */
export function checkBlock(k: Kernel): void {
  for (const disk of k.fs.disks) {
    checkStates(disk);
    checkOverlaps(disk);
    checkBarriers(disk);
  }
}

function hold(condition: boolean, invariant: string, values: Readonly<Record<string, unknown>>): void {
  if (!condition) panic(invariant, values);
}

function checkOrder(list: readonly DiskRequest[], order: Order, name: string): void {
  for (const [i, one] of list.entries())
    hold(i === 0 || order(list[i - 1], one) < 0, `block: ${name} is in order`, { id: one.id, i });
}

function checkStates(disk: DiskState): void {
  const { pending, queue, held, active, retries } = disk;
  checkOrder(pending, byPosition, "pending");
  const served = new Set([...(active?.requests ?? []), ...retries]);
  for (const request of pending) {
    const { id, state, length } = request;
    const values = { disk: disk.number, id, state };
    const { sorted, fifo } = queue[directionOf(request)];
    const queued = sorted.includes(request);
    hold((state === "queued") === queued, "io-queue (1): what is queued is in its lane", values);
    hold(queued === fifo.includes(request), "io-queue (1): both orders hold the same", values);
    hold((state === "held") === held.has(id), "overlap (2): what is held is listed", values);
    hold((state === "active") === served.has(request), "queue (1): what is active is in a command", values);
    hold(length <= disk.longest, "overlap: none is longer than the longest", values);
  }
  const lanes = [queue.read, queue.write];
  for (const { sorted, fifo } of lanes) {
    checkOrder(sorted, byPosition, "sorted");
    checkOrder(fifo, byAge, "fifo");
    hold(sorted.length === fifo.length, "io-queue (1): both orders hold the same", { disk: disk.number });
    for (const one of sorted) hold(pending.includes(one), "overlap (1): what is queued is pending", { id: one.id });
  }
  const idle = active === null;
  const waiting = pending.length + disk.barriers.length;
  hold(!idle || waiting === 0, "queue (1): an idle disk has nothing to do", { disk: disk.number, waiting });
}

function checkOverlaps({ pending, held, number }: DiskState): void {
  const leaders = pending.flatMap(({ followers }) => followers).sort((a, b) => a - b);
  const ids = [...held.keys()].sort((a, b) => a - b);
  hold(leaders.join() === ids.join(), "overlap (2): who is held follows exactly one", { disk: number, leaders, ids });
  const meets = (a: DiskRequest, b: DiskRequest) =>
    (a.write || b.write) && a.position < b.position + b.length && b.position < a.position + a.length;
  for (const one of pending) {
    const older = pending.some((other) => other.id < one.id && meets(one, other));
    hold(older === (one.state === "held"), "overlap (1): who overlaps an older one is held", { id: one.id });
  }
}

function checkBarriers(disk: DiskState): void {
  const { pending, barriers, era, openWrites } = disk;
  const writes = (of: number) => pending.filter((one) => one.write && one.era === of).length;
  for (const [i, barrier] of barriers.entries()) {
    const expected = writes(era - barriers.length + i);
    hold(barrier.writes === expected, "barrier (1): a flush counts the writes before it", { i, expected });
  }
  hold(openWrites === writes(era), "barrier (1): writes that no flush has closed are counted", { openWrites });
}
