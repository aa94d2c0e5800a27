/** The files of /proc about disks, in Linux's formats: proc(5), Linux's Documentation/admin-guide/iostats.rst. */
import { CYCLES_PER_SECOND } from "../../../cpu/costs.ts";
import { busyCycles, inFlight } from "../../block/statistics.ts";
import type { DiskState } from "../../block/types.ts";
import type { Kernel } from "../../kernel.ts";
import { diskRow } from "../devices.ts";
import type { ByteString } from "../types.ts";
import { kibibytes } from "./text.ts";

const milliseconds = (cycles: number) => Math.floor(cycles / (CYCLES_PER_SECOND / 1000));

/** /proc/diskstats: a line a disk; what was never discarded is 0. */
export function diskstats(k: Kernel): ByteString {
  return k.fs.disks.map((disk) => `${[...head(disk), ...counts(disk, k.machine.clock.cycles)].join(" ")}\n`).join("");
}

function head({ number }: DiskState): string[] {
  const { major, minor, name } = diskRow(number);
  return [String(major).padStart(4), String(minor).padStart(7), name];
}

function counts(disk: DiskState, now: number): number[] {
  const { reads, readsMerged, sectorsRead, readCycles, writes, writesMerged, sectorsWritten, writeCycles } = disk;
  const { flushes, flushCycles } = disk;
  const waited = readCycles + writeCycles + flushCycles;
  return [
    ...[reads, readsMerged, sectorsRead, milliseconds(readCycles)],
    ...[writes, writesMerged, sectorsWritten, milliseconds(writeCycles)],
    ...[inFlight(disk), milliseconds(busyCycles(disk, now)), milliseconds(waited)],
    ...[0, 0, 0, 0],
    ...[flushes, milliseconds(flushCycles)],
  ];
}

/** /proc/partitions: sizes in KiB. No disk has partitions. */
export function partitions(k: Kernel): ByteString {
  if (k.fs.disks.length === 0) return "";
  const lines = k.fs.disks.map((disk) => {
    const [major, minor, name] = head(disk);
    return `${major}  ${minor} ${String(kibibytes(disk.size)).padStart(10)} ${name}\n`;
  });
  return `major minor  #blocks  name\n\n${lines.join("")}`;
}
