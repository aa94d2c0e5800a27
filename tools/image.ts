/**
 * The root disk of one run: a file system that the build made, with the user's own files put into it; or the archive that
 * the build packed, and behind it a second one with the user's files. The kernel unpacks archives in order, as Linux does
 * with concatenated initramfs archives.
 */
import { posix } from "node:path";
import type { DiskStore } from "../cpu/devices/disk-store.ts";
import { type CpioEntry, packCpio } from "../kernel/fs/cpio.ts";
import { systemDisk } from "./disk/system.ts";
import { BUILT, readBuilt } from "./files.ts";
import type { GuestFile } from "./guest-file.ts";
import { IMAGE_TIME } from "./image-time.ts";

const SECTOR = 512;

/** How the root file system is kept: on a disk, or unpacked into memory as Linux does it with an initramfs. */
export type RootKind = "ext2" | "archive";

/** The disk with the root file system that the build made and with `files` in it. Throws UsageError */
export function rootDisk(files: readonly GuestFile[]): Uint8Array;
export function rootDisk(files: readonly GuestFile[], kind: RootKind): Uint8Array | DiskStore;
export function rootDisk(files: readonly GuestFile[], kind: RootKind = "archive"): Uint8Array | DiskStore {
  return kind === "ext2" ? systemDisk(files) : archiveDisk(files);
}

/** Whole sectors. */
function archiveDisk(files: readonly GuestFile[]): Uint8Array {
  const base = readBuilt(BUILT.rootArchive);
  if (files.length === 0) return padded([base]);
  const own = files.map((file): CpioEntry => ({ ...file, path: file.path.slice(1) }));
  const entries = [...parents(files), ...own].map((entry) => ({ ...entry, mtime: IMAGE_TIME }));
  return padded([base, packCpio(entries)]);
}

/** The folders that the files lie in, outermost first; those that exist already stay as they are. */
function parents(files: readonly GuestFile[]): CpioEntry[] {
  const folders = new Set<string>();
  for (const { path } of files) {
    const steps = posix.dirname(path).split("/").filter(Boolean);
    steps.forEach((_, i) => void folders.add(steps.slice(0, i + 1).join("/")));
  }
  return [...folders].map((path) => ({ path, mode: path === "tmp" ? 0o041777 : 0o040755 }));
}

function padded(parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const disk = new Uint8Array(Math.ceil(length / SECTOR) * SECTOR);
  let at = 0;
  for (const part of parts) {
    disk.set(part, at);
    at += part.length;
  }
  return disk;
}
