/**
 * The request queue of a disk: between everyone who wants something of it and its driver, which knows one command at a time.
 *
 *             ┌──────── an older one for the same sectors ends ────────┐
 *   submit ──►│ held                                                   ▼
 *          └──────────────────────────────────────────────────────► queued ──scheduler, merging──► active ──► done
 *                                                                      alone ▲                         │    └► failed
 *                                                                            └── its common command fails
 *
 * A request is any range of bytes. Whole sectors go straight to their place by DMA; a request that does not begin and end
 * at sectors goes through the disk's own frame, 4 KiB a command (reads only: nobody writes half a sector).
 *
 * (1) While a disk is busy, `active` is its command; else `active` is null and nothing waits.
 * (2) Requests that overlap, one of them a write, are served in the order of their submission: overlap.ts.
 * (3) When a command of several requests fails, each is tried again alone: only those fail that fail by themselves.
 * (4) The memory of a request is its owner's to keep until the request is done or failed (page cache: the frame is pinned).
 *
 * Imports nothing of the file systems: who waits is told by the channel and by what diskInterrupt returns.
 */
import { SECTOR_SIZE } from "../../cpu/devices/disk.ts";
import { frameAddress, PAGE_SIZE } from "../../cpu/paging.ts";
import { endCommand, startCommand } from "../drivers/disk.ts";
import type { Kernel } from "../kernel.ts";
import { panic } from "../panic.ts";
import { newChannel, wakeup } from "../sleep.ts";
import { flushesEnded, flushSubmitted, readyFlushes, writeEnded, writeSubmitted } from "./barrier.ts";
import { dequeue, directionOf, enqueue } from "./io-queue.ts";
import { isWholeSectors, withNeighbours } from "./merge.ts";
import { enterPending, leavePending, overlapsPending } from "./overlap.ts";
import { IO_SCHEDULERS } from "./scheduler.ts";
import { countCommand } from "./statistics.ts";
import type { DiskCommand, DiskRequest, DiskState } from "./types.ts";

/** What a request is about. */
export type Transfer = Pick<DiskRequest, "disk" | "write" | "position" | "length" | "address"> & {
  readonly frame?: number;
};

/** Queues a transfer and returns it; its channel is woken when it is done or failed. */
export function submit(k: Kernel, transfer: Transfer): DiskRequest {
  const disk = k.fs.disks[transfer.disk];
  const { write, position, length, address, frame = 0 } = transfer;
  const request = newRequest(k, disk, { disk: transfer.disk, write, flush: false, position, length, address, frame });
  if (request.write && !isWholeSectors(request)) panic("disk: only whole sectors are written", { ...transfer });
  if (request.write) writeSubmitted(disk);
  if (enterPending(disk, request)) enqueue(disk.queue, request);
  if (disk.active === null) startNext(k, disk);
  return request;
}

/**
 * Queues a flush of disk `number`: it is done when all writes submitted before it have ended and the device has flushed. A
 * write that fails is its own submitter's to know.
 */
export function flushDisk(k: Kernel, number: number): DiskRequest {
  const disk = k.fs.disks[number];
  const nothing = { write: false, position: 0, length: 0, address: 0, frame: 0 };
  const request = newRequest(k, disk, { disk: number, flush: true, ...nothing });
  flushSubmitted(disk, request);
  if (disk.active === null) startNext(k, disk);
  return request;
}

/** Whether a transfer of bytes of the disk is queued or active: a write, or any. */
export function isUnderWay(k: Kernel, disk: number, position: number, length: number, what: "write" | "any"): boolean {
  return overlapsPending(k.fs.disks[disk], position, length, what);
}

/** Whether a request has not ended yet. */
export function isPending({ state }: DiskRequest): boolean {
  return state !== "done" && state !== "failed";
}

function newRequest(
  k: Kernel,
  disk: DiskState,
  what: Pick<DiskRequest, "disk" | "write" | "flush" | "position" | "length" | "address" | "frame">,
): DiskRequest {
  const { disk: number, write, flush, position, length, address, frame } = what;
  return {
    disk: number,
    write,
    flush,
    position,
    length,
    address,
    frame,
    id: disk.nextRequest++,
    submitted: k.machine.clock.cycles,
    era: disk.era,
    moved: 0,
    state: "held",
    followers: [],
    channel: newChannel(k),
  };
}

/** Gives the device, which is idle, its next command, if anything waits. */
function startNext(k: Kernel, disk: DiskState): void {
  const command = nextCommand(k, disk);
  disk.active = command;
  if (command === null) return;
  disk.flushedLast = command.what === "flush";
  disk.busySince = k.machine.clock.cycles;
  for (const request of command.requests) request.state = "active";
  startCommand(k, disk, command);
}

function nextCommand(k: Kernel, disk: DiskState): DiskCommand | null {
  const alone = disk.retries.shift();
  if (alone !== undefined) return commandFor([alone]);
  const flushes = readyFlushes(disk);
  if (flushes.length > 0 && !disk.flushedLast) return flushCommand(flushes);
  const first = IO_SCHEDULERS[disk.scheduler].next(disk.queue, k.machine.clock.cycles);
  if (first === null) return flushes.length > 0 ? flushCommand(flushes) : null;
  const requests = withNeighbours(disk.queue, first);
  for (const request of requests) dequeue(disk.queue, request);
  const last = requests[requests.length - 1];
  disk.queue[directionOf(last)].position = last.position + last.length;
  return commandFor(requests);
}

const flushCommand = (requests: readonly DiskRequest[]): DiskCommand => ({
  what: "flush",
  sector: 0,
  sectors: 0,
  bounced: false,
  requests,
});

/** The command for what is left of requests that follow each other; of one that is not whole sectors, a frame's worth. */
function commandFor(requests: readonly DiskRequest[]): DiskCommand {
  const [first] = requests;
  const last = requests[requests.length - 1];
  const position = first.position + first.moved;
  const end = last.position + last.length;
  const bounced = !isWholeSectors({ position, length: end - position });
  const sector = Math.floor(position / SECTOR_SIZE);
  const sectors = Math.ceil(end / SECTOR_SIZE) - sector;
  const most = bounced ? PAGE_SIZE / SECTOR_SIZE : Number.POSITIVE_INFINITY;
  return { what: directionOf(first), sector, sectors: Math.min(sectors, most), bounced, requests };
}

/**
 * The disk interrupts: its command has ended. Goes on with the same requests or with others.
 * @returns the requests that have ended; their sleepers are awake already
 */
export function diskInterrupt(k: Kernel, number: number): readonly DiskRequest[] {
  const disk = k.fs.disks[number];
  const end = endCommand(k, disk);
  const command = disk.active;
  if (end === null || command === null) return [];
  disk.busyCycles += k.machine.clock.cycles - disk.busySince;
  const { requests } = command;
  if (end === "failed" && requests.length > 1 && command.what !== "flush") disk.retries.push(...requests);
  else if (end === "done" && !movedAll(k, disk, command)) disk.retries.push(...requests);
  else return endRequests(k, disk, command, end);
  startNext(k, disk);
  return [];
}

/** Notes what has been moved. @returns false: the one request of a bounced command has more to come */
function movedAll(k: Kernel, disk: DiskState, command: DiskCommand): boolean {
  const { requests, bounced } = command;
  const [first] = requests;
  if (bounced) first.moved += copyFromBounce(k, disk, command);
  else for (const request of requests) request.moved = request.length;
  return first.moved >= first.length;
}

/** Moves what the request wants of the bounced sectors to its place. @returns bytes */
function copyFromBounce(
  k: Kernel,
  { bounce }: DiskState,
  { sector, sectors, requests: [request] }: DiskCommand,
): number {
  const skip = request.position + request.moved - sector * SECTOR_SIZE;
  const length = Math.min(sectors * SECTOR_SIZE - skip, request.length - request.moved);
  const { ram } = k.machine;
  const from = frameAddress(bounce) - ram.base + skip;
  const to = request.address + request.moved - ram.base;
  ram.u8.copyWithin(to, from, from + length);
  ram.wrote(to, length);
  return length;
}

function endRequests(k: Kernel, disk: DiskState, command: DiskCommand, end: "done" | "failed"): readonly DiskRequest[] {
  const { requests } = command;
  countCommand(disk, command, k.machine.clock.cycles);
  if (end === "failed") disk.errors += requests.length;
  if (command.what === "flush") flushesEnded(disk, requests.length);
  for (const request of requests) {
    request.state = end;
    if (request.write) writeEnded(disk, request);
    if (!request.flush) for (const free of leavePending(disk, request)) enqueue(disk.queue, free);
  }
  startNext(k, disk);
  for (const { channel } of requests) wakeup(k, channel);
  return requests;
}
