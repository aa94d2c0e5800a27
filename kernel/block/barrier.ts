/**
 * Flushes: a request that ends when all writes submitted before it have ended and the device has been told to make them
 * last. Later writes need not wait for it, and nobody waits behind it.
 *
 * (1) `barriers` are the flushes that have not ended, in the order of their submission; `writes` of each are those under
 *     way from the era before it. openWrites are those of the era that no flush has closed yet.
 * (2) A flush command serves every flush that is ready when it begins: the first ones without writes before them.
 */
import type { DiskRequest, DiskState } from "./types.ts";

/** A write is under way from now on. */
export function writeSubmitted(disk: DiskState): void {
  disk.openWrites++;
}

/** A write has ended, well or not. */
export function writeEnded(disk: DiskState, { era }: DiskRequest): void {
  const barrier = disk.barriers[era - (disk.era - disk.barriers.length)];
  if (barrier === undefined) disk.openWrites--;
  else barrier.writes--;
}

/** A flush waits for all writes under way. */
export function flushSubmitted(disk: DiskState, request: DiskRequest): void {
  disk.barriers.push({ request, writes: disk.openWrites });
  disk.openWrites = 0;
  disk.era++;
}

/** The flushes that one command can serve now. */
export function readyFlushes({ barriers }: DiskState): DiskRequest[] {
  const end = barriers.findIndex(({ writes }) => writes > 0);
  return barriers.slice(0, end < 0 ? barriers.length : end).map(({ request }) => request);
}

/** The oldest `count` flushes have ended. */
export function flushesEnded(disk: DiskState, count: number): void {
  disk.barriers.splice(0, count);
}
