/**
 * Driver of the disks: a queue of requests for each, one command at a time, completed by interrupt.
 *
 *   queued ──command──► active ──all bytes moved──► done
 *                          └────device error──────► failed
 *
 * A request is any range of bytes. Whole sectors go straight to their place by DMA; a request that does not begin and end
 * at sectors goes through the disk's bounce frame, 4 KiB a command (reads only: nobody writes half a sector).
 *
 * (1) While a disk is busy, `active` is the request that its command works for; else `active` is null and the queue empty.
 * (2) Requests are served in the order of their submission, but for one that begins where the head stands: it saves a seek
 *     by going first, if no older one touches its bytes. The oldest waits for at most MOST_OVERTAKING of them.
 * (3) The memory of a request is its owner's to keep until the request is done or failed (page cache: the frame is pinned).
 *
 * Imports nothing of the file systems: who waits is told by the channel and by what diskInterrupt returns.
 * Registers: cpu/devices/disk.ts.
 */
import { DISK, DISK_COMMAND, DISK_IDENTITY, DISK_STATUS, SECTOR_SIZE } from "../../cpu/devices/disk.ts";
import { MEMORY_MAP } from "../../cpu/machine.ts";
import { frameAddress, PAGE_SIZE } from "../../cpu/paging.ts";
import { emit } from "../events.ts";
import type { DiskRequest, DiskState } from "../fs/types.ts";
import type { Kernel } from "../kernel.ts";
import { panic } from "../panic.ts";
import { newChannel, wakeup } from "../sleep.ts";
import { enableInterrupt } from "./plic.ts";

/** The rows of the memory map that are disks, by disk number. */
export const DISK_ROWS = [
  MEMORY_MAP.disk0,
  MEMORY_MAP.disk1,
  MEMORY_MAP.disk2,
  MEMORY_MAP.disk3,
  MEMORY_MAP.disk4,
  MEMORY_MAP.disk5,
  MEMORY_MAP.disk6,
  MEMORY_MAP.disk7,
] as const;

/** Finds disk `number`; null when the machine has none there. @param bounce a frame that is the driver's from now on */
export function probeDisk(k: Kernel, number: number, bounce: number): DiskState | null {
  if (k.machine.bus.deviceAt(DISK_ROWS[number].base) === null) return null;
  const { base, irq } = DISK_ROWS[number];
  const identity = k.machine.bus.read(base + DISK.identity, 4);
  if (identity !== DISK_IDENTITY) panic("what the memory map calls a disk is one", { number, identity });
  enableInterrupt(k, irq);
  return {
    number,
    size: k.machine.bus.read(base + DISK.capacity, 4) * SECTOR_SIZE,
    queue: [],
    active: null,
    sector: 0,
    sectors: 0,
    bounced: false,
    overtaking: 0,
    node: 0,
    bounce,
    reads: 0,
    writes: 0,
    sectorsRead: 0,
    sectorsWritten: 0,
    errors: 0,
  };
}

/** Requests that may be taken before the oldest one in a row; then it has its turn. */
const MOST_OVERTAKING = 16;

/** What a request is about. */
export type Transfer = Pick<DiskRequest, "disk" | "write" | "position" | "length" | "address"> & {
  readonly frame?: number;
};

/** Queues a transfer and returns it; its channel is woken when it is done or failed. */
export function submit(k: Kernel, transfer: Transfer): DiskRequest {
  const request: DiskRequest = { frame: 0, ...transfer, moved: 0, state: "queued", channel: newChannel(k) };
  const whole = transfer.position % SECTOR_SIZE === 0 && transfer.length % SECTOR_SIZE === 0;
  if (transfer.write && !whole) panic("disk: only whole sectors are written", { ...transfer });
  const disk = k.fs.disks[transfer.disk];
  disk.queue.push(request);
  if (disk.active === null) startNext(k, disk);
  return request;
}

/** The next request: one before which the head stands already, so that it need not seek, else the oldest. */
function takeNext(disk: DiskState): DiskRequest | null {
  const { queue } = disk;
  const head = (disk.sector + disk.sectors) * SECTOR_SIZE;
  const at = disk.overtaking < MOST_OVERTAKING ? queue.findIndex(({ position }) => position === head) : 0;
  if (at > 0 && mayOvertake(queue, at)) {
    disk.overtaking++;
    return queue.splice(at, 1)[0];
  }
  disk.overtaking = 0;
  return queue.shift() ?? null;
}

/** Whether a request may be taken before all older ones: none of them writes where it reads, or the other way round. */
function mayOvertake(queue: readonly DiskRequest[], at: number): boolean {
  const one = queue[at];
  const end = one.position + one.length;
  const meets = (other: DiskRequest) =>
    (one.write || other.write) && other.position < end && one.position < other.position + other.length;
  return !queue.slice(0, at).some(meets);
}

function startNext(k: Kernel, disk: DiskState): void {
  disk.active = takeNext(disk);
  if (disk.active === null) return;
  disk.active.state = "active";
  startCommand(k, disk, disk.active);
}

/** Gives the device the next command of `request`: all of it, or what the bounce frame holds. */
function startCommand(k: Kernel, disk: DiskState, request: DiskRequest): void {
  const position = request.position + request.moved;
  const rest = request.length - request.moved;
  disk.bounced = position % SECTOR_SIZE !== 0 || rest % SECTOR_SIZE !== 0;
  disk.sector = Math.floor(position / SECTOR_SIZE);
  const end = Math.ceil((position + rest) / SECTOR_SIZE);
  disk.sectors = Math.min(end - disk.sector, disk.bounced ? PAGE_SIZE / SECTOR_SIZE : Number.POSITIVE_INFINITY);
  const address = disk.bounced ? frameAddress(disk.bounce) : request.address + request.moved;
  const { base } = DISK_ROWS[disk.number];
  const { bus } = k.machine;
  bus.write(base + DISK.sector, 4, disk.sector);
  bus.write(base + DISK.count, 4, disk.sectors);
  bus.write(base + DISK.addressLow, 4, address % 2 ** 32);
  bus.write(base + DISK.addressHigh, 4, Math.floor(address / 2 ** 32));
  bus.write(base + DISK.command, 4, request.write ? DISK_COMMAND.write : DISK_COMMAND.read);
  tell(k, disk, "start");
}

function tell(k: Kernel, disk: DiskState, what: "start" | "done"): void {
  if (k.listeners.length === 0) return;
  const write = disk.active?.write === true;
  emit(k, { type: "disk", what, disk: disk.number, sector: disk.sector, count: disk.sectors, write });
}

/**
 * The disk interrupts: its command has ended. Goes on with the request or with the next one.
 * @returns the request that has ended, if one has; its sleepers are awake already
 */
export function diskInterrupt(k: Kernel, number: number): DiskRequest | null {
  const disk = k.fs.disks[number];
  const { base } = DISK_ROWS[number];
  const status = k.machine.bus.read(base + DISK.status, 4);
  k.machine.bus.write(base + DISK.acknowledge, 4, 0);
  const request = disk.active;
  if (request === null || (status & DISK_STATUS.done) === 0) return null;
  tell(k, disk, "done");
  count(disk, request);
  if (status & DISK_STATUS.error) return finish(k, disk, request, "failed");
  request.moved += disk.bounced ? copyFromBounce(k, disk, request) : disk.sectors * SECTOR_SIZE;
  if (request.moved >= request.length) return finish(k, disk, request, "done");
  startCommand(k, disk, request);
  return null;
}

function count(disk: DiskState, request: DiskRequest): void {
  if (request.write) {
    disk.writes++;
    disk.sectorsWritten += disk.sectors;
  } else {
    disk.reads++;
    disk.sectorsRead += disk.sectors;
  }
}

/** Moves what the request wants of the bounced sectors to its place. @returns bytes */
function copyFromBounce(k: Kernel, disk: DiskState, request: DiskRequest): number {
  const skip = request.position + request.moved - disk.sector * SECTOR_SIZE;
  const length = Math.min(disk.sectors * SECTOR_SIZE - skip, request.length - request.moved);
  const { base, u8 } = k.machine.ram;
  const from = frameAddress(disk.bounce) - base + skip;
  u8.copyWithin(request.address + request.moved - base, from, from + length);
  return length;
}

function finish(k: Kernel, disk: DiskState, request: DiskRequest, state: "done" | "failed"): DiskRequest {
  request.state = state;
  if (state === "failed") disk.errors++;
  startNext(k, disk);
  wakeup(k, request.channel);
  return request;
}
