/**
 * A root disk of concatenated cpio archives: the one that the build packed, and behind it one with the user's files. The
 * kernel unpacks archives in order, as Linux does with concatenated initramfs archives.
 */
import { type DiskStore, MemoryStore } from "../cpu/devices/disk-store.ts";
import { type CpioEntry, packCpio } from "../kernel/fs/cpio.ts";
import type { GuestFile } from "./guest-file.ts";
import { IMAGE_TIME } from "./image-time.ts";

const SECTOR = 512;

/** `base`, an archive, with `files` put into it; whole sectors. */
export function archiveDisk(base: Uint8Array, files: readonly GuestFile[]): Uint8Array {
  return padded(files.length === 0 ? [base] : [base, packFiles(files)]);
}

/** The same disk over `base` itself, which is whole sectors and is not copied. */
export function archiveStore(base: Uint8Array, files: readonly GuestFile[]): DiskStore {
  const own = files.length === 0 ? new Uint8Array(0) : packFiles(files);
  const store = new MemoryStore({ size: base.length + own.length, start: base });
  store.write(base.length, own);
  return store;
}

function packFiles(files: readonly GuestFile[]): Uint8Array {
  const own = files.map((file): CpioEntry => ({ ...file, path: file.path.slice(1) }));
  const entries = [...parents(files), ...own].map((entry) => ({ ...entry, mtime: IMAGE_TIME }));
  return packCpio(entries);
}

/** The folders that the files lie in, outermost first; those that exist already stay as they are. */
function parents(files: readonly GuestFile[]): CpioEntry[] {
  const folders = new Set<string>();
  for (const { path } of files) {
    const steps = path.split("/").slice(0, -1).filter(Boolean);
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
