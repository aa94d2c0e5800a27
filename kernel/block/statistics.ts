/** What /proc/diskstats and /proc/vmstat say about a disk: Linux's Documentation/admin-guide/iostats.rst. */
import { SECTOR_SIZE } from "../../cpu/devices/disk.ts";
import type { DiskCommand, DiskRequest, DiskState } from "./types.ts";

/** Sectors that a request touches. */
function sectorsOf({ position, length }: DiskRequest): number {
  return Math.ceil((position + length) / SECTOR_SIZE) - Math.floor(position / SECTOR_SIZE);
}

/** The requests of a command have ended, well or not. A command that was divided and tried again is not counted. */
export function countCommand(disk: DiskState, { what, requests }: DiskCommand, now: number): void {
  const cycles = now - Math.min(...requests.map(({ submitted }) => submitted));
  if (what === "flush") {
    disk.flushes++;
    disk.flushCycles += cycles;
    return;
  }
  const sectors = requests.reduce((sum, request) => sum + sectorsOf(request), 0);
  const merged = requests.length - 1;
  if (what === "read") {
    disk.reads++;
    disk.readsMerged += merged;
    disk.sectorsRead += sectors;
    disk.readCycles += cycles;
  } else {
    disk.writes++;
    disk.writesMerged += merged;
    disk.sectorsWritten += sectors;
    disk.writeCycles += cycles;
  }
}

/** Cycles during which a command was under way. */
export function busyCycles({ active, busyCycles: before, busySince }: DiskState, now: number): number {
  return active === null ? before : before + now - busySince;
}

/** Requests that have not ended. */
export function inFlight({ pending, barriers }: DiskState): number {
  return pending.length + barriers.length;
}
