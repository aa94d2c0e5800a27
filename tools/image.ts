/**
 * The root disk of one run: a file system that the build made, with the user's own files put into it; or archives,
 * archive-disk.ts.
 */
import type { DiskStore } from "../cpu/devices/disk-store.ts";
import { archiveDisk, archiveStore } from "./archive-disk.ts";
import { systemDisk } from "./disk/system.ts";
import { BUILT, builtOnce } from "./files.ts";
import type { GuestFile } from "./guest-file.ts";

/** How the root file system is kept: on a disk, or unpacked into memory as Linux does it with an initramfs. */
export type RootKind = "ext2" | "archive";

/** The disk with the root file system that the build made and with `files` in it: an archive as bytes, unless a kind is named. Throws UsageError */
export function rootDisk(files: readonly GuestFile[]): Uint8Array;
export function rootDisk(files: readonly GuestFile[], kind: RootKind): Uint8Array | DiskStore;
export function rootDisk(files: readonly GuestFile[], kind?: RootKind): Uint8Array | DiskStore {
  if (kind === "ext2") return systemDisk(files);
  const archive = builtOnce(BUILT.rootArchive);
  return kind === undefined ? archiveDisk(archive, files) : archiveStore(archive, files);
}
