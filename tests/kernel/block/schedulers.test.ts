import { describe, expect, it } from "vitest";
import { COSTS } from "../../../cpu/costs.ts";
import { BATCH, EXPIRY, MOST_PREFERRED } from "../../../kernel/block/elevator.ts";
import { isPending } from "../../../kernel/block/request-queue.ts";
import type { DiskRequest } from "../../../kernel/block/types.ts";
import { ask, type Setting, sectorsOf, setting, settle, step } from "./disks.ts";

/** Cycles of a command that seeks and moves a page, at most. */
const COMMAND = COSTS.diskSeek + 8 * COSTS.diskSector + 20 * COSTS.deviceAccess;

describe("noop", () => {
  it("serves in the order of submission", () => {
    const x = setting("noop");
    const sectors = [4000, 100, 3000, 50, 2000, 40];
    for (const [i, sector] of sectors.entries()) ask(x, { sector, write: i % 2 === 1, buffer: i });
    settle(x);
    expect(sectorsOf(x)).toEqual(sectors);
  });

  it("serves a request that was held as one of its age", () => {
    const x = setting("noop");
    ask(x, { sector: 100, write: true });
    ask(x, { sector: 100, buffer: 1 });
    for (const [i, sector] of [3000, 50].entries()) ask(x, { sector, buffer: i + 2 });
    settle(x);
    expect(sectorsOf(x)).toEqual([100, 100, 3000, 50]);
  });
});

describe("elevator", () => {
  it("serves upwards from where the head stands, and then from the lowest sector", () => {
    const x = setting("elevator");
    for (const [i, sector] of [4000, 100, 7000, 50, 5000, 3000].entries()) ask(x, { sector, buffer: i });
    settle(x);
    expect(sectorsOf(x)).toEqual([4000, 5000, 7000, 50, 100, 3000]);
  });

  it("takes up on its way what comes in ahead of the head, and not what comes in behind it", () => {
    const x = setting("elevator");
    for (const [i, sector] of [1000, 2000, 3000].entries()) ask(x, { sector, buffer: i });
    step(x);
    ask(x, { sector: 2500, buffer: 3 });
    ask(x, { sector: 1500, buffer: 4 });
    settle(x);
    expect(sectorsOf(x)).toEqual([1000, 2000, 2500, 3000, 1500]);
  });

  it("goes on, also when somebody reads the same sectors for ever", () => {
    const x = setting("elevator");
    ask(x, { sector: 1000 });
    const other = ask(x, { sector: 2000, buffer: 1 });
    ask(x, { sector: 1000, buffer: 2 });
    for (let i = 3; isPending(other); i++) {
      step(x);
      ask(x, { sector: 1000, buffer: i });
    }
    expect(x.commands.length).toBeLessThan(4);
  });

  it("prefers reads", () => {
    const x = setting("elevator");
    for (const [i, sector] of [4000, 5000, 100, 6000, 3000].entries())
      ask(x, { sector, write: i % 2 === 1, buffer: i });
    settle(x);
    expect(sectorsOf(x)).toEqual([4000, 100, 3000, 5000, 6000]);
  });

  it("lets writes wait for two batches of reads and no longer, however many reads come", () => {
    const x = setting("elevator");
    ask(x, { sector: 0 });
    const writes = Array.from({ length: 40 }, (_, i) =>
      ask(x, { sector: 4000 + 16 * i, write: true, buffer: 100 + i }),
    );
    const feed = feeder(x);
    while (writes.some(isPending)) {
      feed();
      step(x);
    }
    const kinds = x.commands.map(({ write }) => (write ? "w" : "r")).join("");
    const [first, ...others] = kinds.split(/w+/).map(({ length }) => length);
    // A batch of reads was under way when the writes came.
    expect(first).toBe((MOST_PREFERRED + 1) * BATCH);
    expect(others.slice(0, -1)).toEqual([MOST_PREFERRED * BATCH, MOST_PREFERRED * BATCH]);
    expect(kinds.split(/r+/).map(({ length }) => length)).toEqual([0, BATCH, BATCH, 40 - 2 * BATCH, 0]);
  });

  it("serves a read behind the head when its time is up, at the next batch", () => {
    const x = setting("elevator");
    const feed = feeder(x);
    feed();
    step(x);
    const behind = ask(x, { sector: 0, buffer: 255 });
    const before = x.commands.length;
    while (isPending(behind)) {
      feed();
      step(x);
    }
    const commands = x.commands.length - before;
    expect(commands).toBeGreaterThanOrEqual(Math.floor(EXPIRY.read / COMMAND));
    expect(commands).toBeLessThanOrEqual(Math.ceil(EXPIRY.read / (COSTS.diskSeek + 8 * COSTS.diskSector)) + BATCH + 1);
  });

  it("begins a batch with each of those whose time is up, the oldest first", () => {
    const x = setting("elevator");
    const feed = feeder(x);
    feed();
    step(x);
    const late = [900, 300, 700, 100, 500].map((sector, i) => ask(x, { sector, buffer: 200 + i }));
    const before = x.commands.length;
    while (late.some(isPending)) {
      feed();
      step(x);
    }
    const most = Math.ceil(EXPIRY.read / (COSTS.diskSeek + 8 * COSTS.diskSector)) + (late.length + 1) * BATCH;
    expect(x.commands.length - before).toBeLessThanOrEqual(most);
    const served = sectorsOf(x).filter((sector) => sector > 0 && sector < 1000);
    expect(served[0]).toBe(900);
  });
});

/** Reads that always come in ahead of the head, none next to another: some wait whenever a command ends. */
function feeder(x: Setting): () => void {
  const own: DiskRequest[] = [];
  return () => {
    while (own.filter(isPending).length < 4) {
      const sector = 1000 + ((own.length * 16) % 7000);
      own.push(ask(x, { sector, buffer: own.length % 100 }));
    }
  };
}
