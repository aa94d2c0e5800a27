/** A kernel with one real disk whose sectors can be made bad, and nothing else: requests as those who use disks submit them. */
import { MemoryStore, SECTOR_SIZE } from "../../../cpu/devices/disk-store.ts";
import { checkBlock } from "../../../kernel/block/check.ts";
import { probeDisk } from "../../../kernel/block/disks.ts";
import { flushDisk, submit } from "../../../kernel/block/request-queue.ts";
import type { DiskRequest, DiskState, IoSchedulerName } from "../../../kernel/block/types.ts";
import type { KernelEvent } from "../../../kernel/events.ts";
import { enableInterrupts, serveInterrupts } from "../../../kernel/interrupts.ts";
import type { Kernel } from "../../../kernel/kernel.ts";
import { createLog } from "../../../kernel/log.ts";
import { withDefaults } from "../../../kernel/options.ts";
import { allocateFrame, OWNER } from "../../../kernel/vm/frames.ts";
import { FaultyStore } from "../../cpu/devices/faulty-store.ts";
import { vmKernel } from "../vm/machines.ts";

export const SCHEDULERS: readonly IoSchedulerName[] = ["noop", "elevator"];

/** What the device was told to do. */
export type Command = Extract<KernelEvent, { type: "disk" }>;

export interface Setting {
  readonly k: Kernel;
  readonly disk: DiskState;
  readonly store: FaultyStore;
  /** Commands in the order in which they began. */
  readonly commands: Command[];
}

/** Where the buffers of requests lie: far above the frames that the kernel has taken. */
const BUFFERS = 2 * 2 ** 20;

/** @param sectors of the disk, each filled with its number, which is at its beginning too */
export function setting(scheduler: IoSchedulerName, sectors = 8192): Setting {
  const image = new Uint8Array(sectors * SECTOR_SIZE);
  const words = new Uint32Array(image.buffer);
  for (let i = 0; i < words.length; i++) words[i] = Math.floor((i * 4) / SECTOR_SIZE);
  const store = new FaultyStore(new MemoryStore(image));
  const k = vmKernel({}, { disks: [store] });
  Object.assign(k, {
    options: withDefaults({ "io-scheduler": scheduler }),
    statistics: { interruptsBySource: [], externalInterrupts: 0, timerInterrupts: 0 },
    log: createLog(),
    timerSet: Number.POSITIVE_INFINITY,
  });
  enableInterrupts(k);
  const disk = probeDisk(k, 0, allocateFrame(k, OWNER.kernel))!;
  k.fs.disks.push(disk);
  const commands: Command[] = [];
  k.listeners.push((event) => {
    if (event.type === "disk" && event.what === "start") commands.push(event);
  });
  return { k, disk, store, commands };
}

export interface Wish {
  readonly sector: number;
  /** Sectors; 8 unless said. */
  readonly count?: number;
  readonly write?: boolean;
  /** Number of a buffer of 64 KiB; each request has the next one unless said, apart from the one before. */
  readonly buffer?: number;
}

/** The address of a buffer: neighbours are not neighbours in memory unless they are longer than half of it. */
export function bufferAt(k: Kernel, buffer: number): number {
  return k.machine.ram.base + BUFFERS + (buffer % 256) * 8192;
}

export function ask({ k }: Setting, { sector, count = 8, write = false, buffer = 0 }: Wish): DiskRequest {
  const [position, length] = [sector * SECTOR_SIZE, count * SECTOR_SIZE];
  return submit(k, { disk: 0, write, position, length, address: bufferAt(k, buffer) });
}

export function askFlush({ k }: Setting): DiskRequest {
  return flushDisk(k, 0);
}

/** One command ends. */
export function step({ k }: Setting): void {
  if (k.machine.waitForInterrupt(Number.POSITIVE_INFINITY) !== "interrupt") throw new Error("the disk never ends");
  serveInterrupts(k);
  checkBlock(k);
}

/** All of them end. */
export function settle(x: Setting): void {
  checkBlock(x.k);
  while (x.disk.active !== null) step(x);
}

/** First sectors of the commands. */
export const sectorsOf = ({ commands }: Setting) => commands.map(({ sector }) => sector);

/** The first word of each sector of a buffer. */
export function words({ k }: Setting, buffer: number, count = 8): number[] {
  const at = (bufferAt(k, buffer) - k.machine.ram.base) / 4;
  return Array.from({ length: count }, (_, i) => k.machine.ram.u32[at + (i * SECTOR_SIZE) / 4]);
}

/** The first word of a sector on the disk now. */
export function wordOnDisk({ k }: Setting, sector: number): number {
  const bytes = k.machine.disks[0].sector(sector);
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
}
