/**
 * Virtual time of disk requests under each I/O scheduler: how long a load takes, in how many commands, and how long a read
 * waits. The figures are the same on every machine. Run: npx tsx tests/bench/disk.bench.ts
 */

import { Random } from "../../cpu/random.ts";
import { probeDisk } from "../../kernel/block/disks.ts";
import { isPending, submit } from "../../kernel/block/request-queue.ts";
import type { DiskRequest, IoSchedulerName } from "../../kernel/block/types.ts";
import { enableInterrupts, serveInterrupts } from "../../kernel/interrupts.ts";
import { createLog } from "../../kernel/log.ts";
import { withDefaults } from "../../kernel/options.ts";
import { allocateFrame, OWNER } from "../../kernel/vm/frames.ts";
import { vmKernel } from "../kernel/vm/machines.ts";

const PAGE = 4096;
const COUNT = 1000;
const DISK_PAGES = 2 ** 14;

interface Wish {
  readonly page: number;
  readonly write: boolean;
}

function kernelWith(scheduler: IoSchedulerName) {
  const k = vmKernel(
    { checking: false },
    { ramBytes: 16 * 2 ** 20, disks: [{ size: DISK_PAGES * PAGE, start: new Uint8Array(0) }] },
  );
  Object.assign(k, {
    options: withDefaults({ "io-scheduler": scheduler }),
    statistics: { interruptsBySource: [], externalInterrupts: 0, timerInterrupts: 0 },
    log: createLog(),
    timerSet: Number.POSITIVE_INFINITY,
  });
  enableInterrupts(k);
  k.fs.disks.push(probeDisk(k, 0, allocateFrame(k, OWNER.kernel))!);
  return k;
}

/** Serves the wishes, `depth` of them under way at a time. */
function serve(scheduler: IoSchedulerName, wishes: readonly Wish[], depth: number) {
  const k = kernelWith(scheduler);
  const { clock, ram } = k.machine;
  const memory = ram.base + 8 * 2 ** 20;
  const waits: number[] = [];
  let under: DiskRequest[] = [];
  let next = 0;
  while (next < wishes.length || under.length > 0) {
    for (; next < wishes.length && under.length < depth; next++) {
      const { page, write } = wishes[next];
      const address = memory + (next % 1000) * 2 * PAGE;
      under.push(submit(k, { disk: 0, write, position: page * PAGE, length: PAGE, address }));
    }
    k.machine.waitForInterrupt(Number.POSITIVE_INFINITY);
    serveInterrupts(k);
    for (const one of under) if (!isPending(one) && !one.write) waits.push(clock.cycles - one.submitted);
    under = under.filter(isPending);
  }
  const [disk] = k.fs.disks;
  const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
  return { cycles: clock.cycles, commands: disk.reads + disk.writes, mean, most: Math.max(...waits) };
}

const random = new Random(7);
const scattered = (write: (i: number) => boolean): Wish[] =>
  Array.from({ length: COUNT }, (_, i) => ({ page: random.below(DISK_PAGES), write: write(i) }));

/** Several readers, each from one page to the next, in turn. */
const streams = (many: number): Wish[] =>
  Array.from({ length: COUNT }, (_, i) => ({
    page: (i % many) * (DISK_PAGES / many) + Math.floor(i / many),
    write: false,
  }));

const LOADS: readonly (readonly [name: string, wishes: readonly Wish[]])[] = [
  ["random reads", scattered(() => false)],
  ["sequential reads", streams(1)],
  ["4 sequential readers", streams(4)],
  ["random, 1 read among 10 writes", scattered((i) => i % 10 !== 0)],
];

const us = (cycles: number) => (cycles / 1000).toFixed(0).padStart(9);

console.log(`${COUNT} requests of 4 KiB, a disk of 64 MiB; microseconds of virtual time`);
console.log(`${"load".padEnd(32)} depth  scheduler     total  commands  read, mean      most`);
for (const [name, wishes] of LOADS)
  for (const depth of [1, 32, COUNT])
    for (const scheduler of ["noop", "elevator"] as const) {
      const { cycles, commands, mean, most } = serve(scheduler, wishes, depth);
      const what = `${name.padEnd(32)} ${String(depth).padStart(5)}  ${scheduler.padEnd(9)}`;
      console.log(`${what} ${us(cycles)} ${String(commands).padStart(9)}   ${us(mean)} ${us(most)}`);
    }
