/**
 * The device nodes: which number is which device. One table; devfs makes a node of each row, and opening a node looks its
 * number up here. Numbers and modes: Linux, Documentation/admin-guide/devices.txt.
 */
import { CONSTANTS } from "../abi.ts";
import type { FileKind } from "./types.ts";

const { S_IFCHR, S_IFBLK } = CONSTANTS.fileType;

export interface DeviceRow {
  readonly name: string;
  /** Type and permissions. */
  readonly mode: number;
  readonly major: number;
  readonly minor: number;
  readonly kind: FileKind;
  /** Group of the node: /etc/group's tty is 5. */
  readonly gid?: number;
  /** Of a terminal: its number; -1: the controlling terminal of whoever opens it. */
  readonly terminal?: number;
  /** Opening it does not make it a controlling terminal. */
  readonly neverControlling?: true;
  /** Of a disk: its number. */
  readonly disk?: number;
}

const TTY_GROUP = 5;
const DISK_MAJOR = 254;
const MINORS_PER_DISK = 16;

// biome-ignore format: a table is read in columns
export const CHARACTER_DEVICES: readonly DeviceRow[] = [
  { name: "null",    mode: S_IFCHR | 0o666, major: 1,   minor: 3,  kind: "null" },
  { name: "zero",    mode: S_IFCHR | 0o666, major: 1,   minor: 5,  kind: "zero" },
  { name: "full",    mode: S_IFCHR | 0o666, major: 1,   minor: 7,  kind: "full" },
  { name: "random",  mode: S_IFCHR | 0o666, major: 1,   minor: 8,  kind: "random" },
  { name: "urandom", mode: S_IFCHR | 0o666, major: 1,   minor: 9,  kind: "random" },
  { name: "ttyS0",   mode: S_IFCHR | 0o620, major: 4,   minor: 64, kind: "tty", terminal: 0, gid: TTY_GROUP },
  { name: "tty",     mode: S_IFCHR | 0o666, major: 5,   minor: 0,  kind: "tty", terminal: -1, gid: TTY_GROUP },
  { name: "console", mode: S_IFCHR | 0o600, major: 5,   minor: 1,  kind: "tty", terminal: 0, neverControlling: true, gid: TTY_GROUP },
  { name: "hostin",  mode: S_IFCHR | 0o666, major: 240, minor: 0,  kind: "host-input" },
  { name: "hostout", mode: S_IFCHR | 0o666, major: 240, minor: 1,  kind: "host-output" },
  { name: "hosterr", mode: S_IFCHR | 0o666, major: 240, minor: 2,  kind: "host-error" },
];

/** Links that programs expect beside the nodes. */
export const DEVICE_LINKS: readonly (readonly [name: string, target: string])[] = [
  ["fd", "/proc/self/fd"],
  ["stdin", "/proc/self/fd/0"],
  ["stdout", "/proc/self/fd/1"],
  ["stderr", "/proc/self/fd/2"],
];

/** The row of disk `number`: vda, vdb... */
export function diskRow(number: number): DeviceRow {
  const name = `vd${String.fromCharCode("a".charCodeAt(0) + number)}`;
  return {
    name,
    mode: S_IFBLK | 0o660,
    major: DISK_MAJOR,
    minor: number * MINORS_PER_DISK,
    kind: "disk",
    disk: number,
  };
}

/** rdev of a row, as st_rdev shows it for small numbers. */
export function deviceNumber({ major, minor }: Pick<DeviceRow, "major" | "minor">): number {
  return major * 256 + minor;
}

/** The row of a device's number and type; null: no driver (ENXIO). */
export function deviceRow(mode: number, rdev: number): DeviceRow | null {
  if ((mode & CONSTANTS.fileType.S_IFMT) === S_IFCHR)
    return CHARACTER_DEVICES.find((row) => deviceNumber(row) === rdev) ?? null;
  const number = (rdev & 0xff) / MINORS_PER_DISK;
  return Math.floor(rdev / 256) === DISK_MAJOR && Number.isInteger(number) ? diskRow(number) : null;
}
