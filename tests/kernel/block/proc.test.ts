/** What /proc says about disks. */
import { expect, it } from "vitest";
import { diskstats, partitions } from "../../../kernel/fs/procfs/disk-files.ts";
import { ask, askFlush, setting, settle } from "./disks.ts";

/** Fields of /proc/diskstats by iostats.rst, counted from 1. */
function fields(text: string): { where: string; field: (n: number) => number } {
  const [major, minor, name, ...rest] = text.trim().split(/ +/);
  return { where: `${major} ${minor} ${name}`, field: (n) => Number(rest[n - 1]) };
}

it("/proc/diskstats counts commands, merged requests, sectors, time, and what is under way", () => {
  const x = setting("elevator");
  for (let i = 0; i < 40; i++) ask(x, { sector: i * 16, buffer: i });
  for (let i = 0; i < 40; i++) ask(x, { sector: 4000 + i * 8, write: true, buffer: 50 + i });
  askFlush(x);
  const before = fields(diskstats(x.k));
  expect([before.where, before.field(1), before.field(9)]).toEqual(["254 0 vda", 0, 81]);
  x.k.machine.clock.charge(3_000_000);
  expect(fields(diskstats(x.k)).field(10)).toBe(3);
  settle(x);
  const { field } = fields(diskstats(x.k));
  expect([field(1), field(2), field(3)]).toEqual([40, 0, 320]);
  expect([field(5), field(6), field(7)]).toEqual([2, 38, 320]);
  expect([field(9), field(16)]).toEqual([0, 1]);
  const busy = Math.floor(x.k.machine.clock.cycles / 1e6);
  expect([busy - 1, busy]).toContain(field(10));
  expect(field(4)).toBeGreaterThan(field(10));
  expect(field(11)).toBeGreaterThanOrEqual(field(4) + field(8) + field(17));
  expect(diskstats(x.k)).toMatch(/^ 254 {7}0 vda( \d+){17}\n$/);
});

it("/proc/partitions has sizes in KiB, and nothing where there are no disks", () => {
  const x = setting("noop", 64);
  expect(partitions(x.k)).toBe("major minor  #blocks  name\n\n 254        0         32 vda\n");
  x.k.fs.disks.length = 0;
  expect(partitions(x.k)).toBe("");
});
