/**
 * Merging: requests that are neighbours on the disk become one command, with a piece of memory each. It happens when the
 * command begins, so that nothing is held back on the chance of a neighbour.
 *
 * (1) Merged requests are whole sectors of one direction, each beginning where the one before ends.
 * (2) A command of several requests has at most MOST_SECTORS, and so at most that many pieces; one alone may be longer.
 */
import { DISK_PIECE, SECTOR_SIZE } from "../../cpu/devices/disk.ts";
import { directionOf } from "./io-queue.ts";
import { firstFrom } from "./sorted.ts";
import type { DiskRequest, IoQueue } from "./types.ts";

/** 128 KiB: no command keeps the others waiting for long. */
export const MOST_SECTORS = Math.min(256, DISK_PIECE.most);
const MOST_BYTES = MOST_SECTORS * SECTOR_SIZE;

/** Can the bytes be moved without a detour through the disk's own frame? */
export function isWholeSectors({ position, length }: Pick<DiskRequest, "position" | "length">): boolean {
  return position % SECTOR_SIZE === 0 && length % SECTOR_SIZE === 0;
}

const canMerge = (request: DiskRequest | undefined): request is DiskRequest =>
  request !== undefined && request.length > 0 && isWholeSectors(request);

/** `first` and the queued requests that go with it in one command, in the order of their sectors. */
export function withNeighbours(queue: IoQueue, first: DiskRequest): DiskRequest[] {
  if (!canMerge(first)) return [first];
  const { sorted } = queue[directionOf(first)];
  const run = [first];
  let { length } = first;
  const take = (request: DiskRequest | undefined): request is DiskRequest => {
    if (!canMerge(request) || length + request.length > MOST_BYTES) return false;
    length += request.length;
    return true;
  };
  for (let next = nextOf(sorted, first); take(next); next = nextOf(sorted, next)) run.push(next);
  const before: DiskRequest[] = [];
  for (let last = lastBefore(sorted, first); take(last); last = lastBefore(sorted, last)) before.push(last);
  return [...before.reverse(), ...run];
}

/** A request that begins where `request` ends. */
function nextOf(sorted: readonly DiskRequest[], { position, length }: DiskRequest): DiskRequest | undefined {
  const end = position + length;
  const next = sorted[firstFrom(sorted, end)];
  return next?.position === end ? next : undefined;
}

/** The last request that begins before `request`, if it ends where that begins. */
function lastBefore(sorted: readonly DiskRequest[], { position }: DiskRequest): DiskRequest | undefined {
  const last = sorted[firstFrom(sorted, position) - 1];
  return last !== undefined && last.position + last.length === position ? last : undefined;
}
