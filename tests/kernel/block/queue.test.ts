import { describe, expect, it } from "vitest";
import { COSTS } from "../../../cpu/costs.ts";
import { SECTOR_SIZE } from "../../../cpu/devices/disk-store.ts";
import { isPending, isUnderWay, submit } from "../../../kernel/block/request-queue.ts";
import { ask, askFlush, bufferAt, SCHEDULERS, sectorsOf, setting, settle, step, wordOnDisk, words } from "./disks.ts";

const range = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);

describe.each(SCHEDULERS)("Under %s a disk's queue", (scheduler) => {
  it("gives the first request to the idle disk at once, and merges what comes together meanwhile", () => {
    const x = setting(scheduler);
    const requests = range(0, 6).map((i) => ask(x, { sector: 100 + i * 8, buffer: i }));
    expect(requests.map(({ state }) => state)).toEqual(["active", ...Array(5).fill("queued")]);
    settle(x);
    expect(requests.map(({ state }) => state)).toEqual(Array(6).fill("done"));
    expect(x.commands.map(({ sector, count, requests }) => [sector, count, requests])).toEqual([
      [100, 8, 1],
      [108, 40, 5],
    ]);
    for (let i = 0; i < 6; i++) expect(words(x, i)).toEqual(range(100 + i * 8, 8));
    expect([x.disk.reads, x.disk.readsMerged, x.disk.sectorsRead]).toEqual([2, 4, 48]);
  });

  it("merges backwards too, and in whatever order the requests came", () => {
    const x = setting(scheduler);
    ask(x, { sector: 4000 });
    for (const i of [3, 1, 4, 0, 2]) ask(x, { sector: 100 + i * 8, buffer: i });
    settle(x);
    expect(x.commands.map(({ sector, count }) => [sector, count])).toEqual([
      [4000, 8],
      [100, 40],
    ]);
    for (let i = 0; i < 5; i++) expect(words(x, i)).toEqual(range(100 + i * 8, 8));
  });

  it("writes what lies scattered in memory by one command", () => {
    const x = setting(scheduler);
    ask(x, { sector: 4000, buffer: 50 });
    for (let i = 0; i < 10; i++) {
      x.k.machine.ram.u8.fill(
        i + 1,
        bufferAt(x.k, 9 - i) - x.k.machine.ram.base,
        bufferAt(x.k, 9 - i) - x.k.machine.ram.base + 4096,
      );
      ask(x, { sector: 200 + i * 8, write: true, buffer: 9 - i });
    }
    settle(x);
    expect(x.commands.length).toBe(2);
    expect(range(0, 10).map((i) => wordOnDisk(x, 200 + i * 8 + 7) & 0xff)).toEqual(range(1, 10));
    expect([x.disk.writes, x.disk.writesMerged, x.disk.sectorsWritten]).toEqual([1, 9, 80]);
  });

  it("merges no reads with writes, and at most 128 KiB", () => {
    const x = setting(scheduler);
    ask(x, { sector: 4000 });
    for (let i = 0; i < 40; i++) ask(x, { sector: 8 * i, buffer: i });
    ask(x, { sector: 320, write: true, buffer: 41 });
    settle(x);
    expect(x.commands.map(({ sector, count, write }) => [sector, count, write])).toEqual([
      [4000, 8, false],
      [0, 256, false],
      [256, 64, false],
      [320, 8, true],
    ]);
  });

  it("takes a request of any length, alone", () => {
    const x = setting(scheduler);
    ask(x, { sector: 4000 });
    ask(x, { sector: 0, count: 1024, buffer: 0 });
    ask(x, { sector: 1024, buffer: 200 });
    settle(x);
    expect(x.commands.map(({ sector, count }) => [sector, count])).toEqual([
      [4000, 8],
      [0, 1024],
      [1024, 8],
    ]);
    expect(words(x, 0, 1024)).toEqual(range(0, 1024));
  });

  it("reads what is not whole sectors through its own frame, a frame's worth a command", () => {
    const x = setting(scheduler);
    const address = bufferAt(x.k, 0);
    const request = submit(x.k, { disk: 0, write: false, position: 700, length: 9000, address });
    ask(x, { sector: 8, buffer: 9 });
    settle(x);
    expect(request.state).toBe("done");
    const at = address - x.k.machine.ram.base;
    const expected = x.k.machine.disks[0].bytes(700, 9000);
    expect(Buffer.compare(x.k.machine.ram.u8.subarray(at, at + 9000), expected)).toBe(0);
    expect(x.commands.map(({ sector, count }) => [sector, count])).toEqual([
      [1, 8],
      [9, 8],
      [17, 2],
      [8, 8],
    ]);
    expect([x.disk.reads, x.disk.sectorsRead]).toEqual([2, 26]);
    expect(() => submit(x.k, { disk: 0, write: true, position: 700, length: 512, address })).toThrow(/whole sectors/);
  });

  it("says which bytes have requests under way, to the byte", () => {
    const x = setting(scheduler);
    ask(x, { sector: 100, write: true });
    ask(x, { sector: 50, count: 16, buffer: 1 });
    ask(x, { sector: 104, buffer: 2 });
    const any = (position: number, length: number) => isUnderWay(x.k, 0, position, length, "any");
    const write = (position: number, length: number) => isUnderWay(x.k, 0, position, length, "write");
    const [a, b] = [50 * SECTOR_SIZE, 66 * SECTOR_SIZE];
    expect([any(a - 1, 1), any(a - 1, 2), any(b - 1, 1), any(b, 1), any(0, 2 ** 22)]).toEqual([
      false,
      true,
      true,
      false,
      true,
    ]);
    expect([write(a, b - a), write(107 * SECTOR_SIZE, 512), write(108 * SECTOR_SIZE, 512)]).toEqual([
      false,
      true,
      false,
    ]);
    expect(any(108 * SECTOR_SIZE, 512)).toBe(true);
    settle(x);
    expect([any(0, 2 ** 22), x.disk.longest]).toEqual([false, 0]);
  });

  it("counts how long requests took and how long the disk was busy", () => {
    const x = setting(scheduler);
    ask(x, { sector: 100 });
    ask(x, { sector: 5000, write: true, buffer: 1 });
    settle(x);
    const one = COSTS.diskSeek + 8 * COSTS.diskSector;
    const near = (cycles: number, expected: number) =>
      expect(Math.abs(cycles - expected)).toBeLessThan(20 * COSTS.deviceAccess);
    near(x.disk.readCycles, one);
    near(x.disk.writeCycles, 2 * one);
    near(x.disk.busyCycles, 2 * one);
    expect(x.disk.busyCycles).toBeGreaterThanOrEqual(2 * one);
  });

  it("can be copied in the middle of thousands of requests for one place", () => {
    const x = setting(scheduler);
    for (let i = 0; i < 3000; i++) ask(x, { sector: 7, count: 1, write: true, buffer: i });
    const copy = structuredClone(x.disk);
    expect([copy.pending.length, copy.held.size]).toEqual([3000, 2999]);
  });
});

describe("Requests for the same sectors", () => {
  it.each(SCHEDULERS)("keep their order under %s when one of them writes", (scheduler) => {
    const x = setting(scheduler);
    ask(x, { sector: 4000 });
    const written = ask(x, { sector: 104, count: 4, write: true, buffer: 1 });
    const read = ask(x, { sector: 100, buffer: 2 });
    const over = ask(x, { sector: 106, count: 4, write: true, buffer: 3 });
    expect([written.state, read.state, over.state]).toEqual(["queued", "held", "held"]);
    settle(x);
    expect(sectorsOf(x)).toEqual([4000, 104, 100, 106]);
  });

  it("may be passed by others", () => {
    const x = setting("elevator");
    ask(x, { sector: 4000 });
    ask(x, { sector: 100, write: true, buffer: 1 });
    ask(x, { sector: 100, buffer: 2 });
    ask(x, { sector: 6000, buffer: 3 });
    settle(x);
    expect(sectorsOf(x)).toEqual([4000, 6000, 100, 100]);
  });
});

describe.each(SCHEDULERS)("Under %s a flush", (scheduler) => {
  it("of an idle disk goes to the device", () => {
    const x = setting(scheduler);
    const flush = askFlush(x);
    expect(isPending(flush)).toBe(true);
    settle(x);
    expect([flush.state, x.store.asked.map(({ what }) => what), x.disk.flushes]).toEqual(["done", ["flush"], 1]);
  });

  it("ends after all writes submitted before it, and before those submitted after it need to", () => {
    const x = setting(scheduler);
    const before = range(0, 30).map((i) => ask(x, { sector: i * 40, write: true, buffer: i }));
    const flush = askFlush(x);
    const after = range(0, 200).map((i) => ask(x, { sector: 2000 + i * 20, write: true, buffer: 40 + i }));
    while (isPending(flush)) step(x);
    expect(before.every(({ state }) => state === "done")).toBe(true);
    const flushAt = x.store.asked.findIndex(({ what }) => what === "flush");
    expect(x.store.asked.slice(0, flushAt).filter(({ sector }) => sector < 2000).length).toBe(30);
    expect(after.filter(isPending).length).toBeGreaterThan(150);
    settle(x);
    expect([...before, ...after].every(({ state }) => state === "done")).toBe(true);
  });

  it("waits for no reads, and for a write that waits for an older one", () => {
    const x = setting(scheduler);
    ask(x, { sector: 100, count: 16 });
    const held = ask(x, { sector: 104, write: true, buffer: 9 });
    const flush = askFlush(x);
    expect(held.state).toBe("held");
    while (isPending(flush)) step(x);
    expect(held.state).toBe("done");
  });

  it("serves all that are ready by one command, and never keeps others waiting by two in a row", () => {
    const x = setting(scheduler);
    ask(x, { sector: 100, write: true });
    const first = [askFlush(x), askFlush(x), askFlush(x)];
    ask(x, { sector: 5000, buffer: 1 });
    step(x);
    expect(first.map(({ state }) => state)).toEqual(Array(3).fill("active"));
    const more = askFlush(x);
    settle(x);
    expect(x.store.asked.map(({ what }) => what)).toEqual(["write", "flush", "read", "flush"]);
    expect([more.state, x.disk.flushes]).toEqual(["done", 2]);
  });

  it("fails when the device says so, and only then", () => {
    const x = setting(scheduler);
    x.store.bad.add(100);
    const write = ask(x, { sector: 100, write: true });
    const flush = askFlush(x);
    settle(x);
    expect([write.state, flush.state, x.disk.errors]).toEqual(["failed", "done", 1]);
    x.store.flushFails = true;
    const [a, b] = [askFlush(x), askFlush(x)];
    settle(x);
    expect([a.state, b.state]).toEqual(["failed", "failed"]);
  });
});

describe.each(SCHEDULERS)("Under %s an error", (scheduler) => {
  it("reaches exactly the requests whose sectors are bad", () => {
    const x = setting(scheduler);
    x.store.bad.add(117).add(140).add(141);
    ask(x, { sector: 4000, buffer: 50 });
    const requests = range(0, 8).map((i) => ask(x, { sector: 100 + i * 8, buffer: i }));
    settle(x);
    expect(requests.map(({ state }) => state)).toEqual([
      "done",
      "done",
      "failed",
      "done",
      "done",
      "failed",
      "done",
      "done",
    ]);
    expect(x.disk.errors).toBe(2);
    for (const i of [0, 1, 3, 4, 6, 7]) expect(words(x, i)).toEqual(range(100 + i * 8, 8));
    expect([x.disk.reads, x.disk.sectorsRead]).toEqual([9, 72]);
    ask(x, { sector: 0 });
    settle(x);
  });

  it("of a write lets those that waited for it go on", () => {
    const x = setting(scheduler);
    x.store.bad.add(100);
    const write = ask(x, { sector: 100, write: true });
    const read = ask(x, { sector: 101, count: 2, buffer: 1 });
    settle(x);
    expect([write.state, read.state]).toEqual(["failed", "done"]);
  });
});
