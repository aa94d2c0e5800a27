/** `--disk IMAGE`: an image as the root file system, looked at before the machine starts: what the kernel would find only late. */
import type { DiskStore } from "../../cpu/devices/disk-store.ts";
import { UsageError } from "../errors.ts";
import type { GuestFile } from "../guest-file.ts";
import { type HostDisk, openHostDisk } from "./file-store.ts";
import { installFiles } from "./install.ts";
import { existing } from "./paths.ts";
import { isRegular } from "./tree.ts";
import { inspectStore, saveChanges, type Volume, volumeOn } from "./volume.ts";

/** The first program of the guest. */
const INIT = "/bin/init";

/** Opens an image to boot from, and puts `files` into it. Throws UsageError, OutputError */
export function openRoot(path: string, access: "write" | "snapshot", files: readonly GuestFile[]): HostDisk {
  const disk = openHostDisk(path, access);
  try {
    return { ...disk, warnings: prepared(disk, files) };
  } catch (error) {
    disk.close();
    throw error;
  }
}

function prepared(disk: HostDisk, files: readonly GuestFile[]): readonly string[] {
  if (!inspectStore(disk.store).ok) refuseOther(disk);
  const { volume, warnings } = volumeOn(disk, files.length > 0 ? "write" : "read");
  checkInit(volume);
  if (files.length > 0) saveChanges(disk, volume, () => installFiles(volume, files));
  return warnings;
}

/** Throws UsageError with what a disk without an ext2 file system holds instead, when it is known. */
function refuseOther({ path, store }: HostDisk): void {
  const what = contentsOf(store);
  if (what === null) return;
  throw new UsageError(
    `${path} is ${what}, not an ext2 file system: quire disk make IMAGE --size 64M --system makes an image that boots`,
  );
}

interface Magic {
  readonly at: number;
  /** One character a byte. */
  readonly bytes: string;
  readonly what: string;
}

// biome-ignore format: a table is read in columns
const MAGICS: readonly Magic[] = [
  { at: 0,     bytes: "070701",           what: "a cpio archive" },
  { at: 0,     bytes: "070702",           what: "a cpio archive" },
  { at: 257,   bytes: "ustar",            what: "a tar archive" },
  { at: 0,     bytes: "\x1f\x8b",         what: "compressed by gzip" },
  { at: 0,     bytes: "\xfd7zXZ",         what: "compressed by xz" },
  { at: 0,     bytes: "\x28\xb5\x2f\xfd", what: "compressed by zstd" },
  { at: 0,     bytes: "PK\x03\x04",       what: "a zip archive" },
  { at: 0,     bytes: "\x7fELF",          what: "an ELF program" },
  { at: 0,     bytes: "QFI\xfb",          what: "a qcow2 image (qemu-img convert -O raw unpacks it)" },
  { at: 0,     bytes: "hsqs",             what: "a squashfs file system" },
  { at: 0,     bytes: "XFSB",             what: "an XFS file system" },
  { at: 4086,  bytes: "SWAPSPACE2",       what: "a swap area" },
  { at: 32769, bytes: "CD001",            what: "a CD image" },
  { at: 65600, bytes: "_BHRfS_M",         what: "a Btrfs file system" },
  { at: 512,   bytes: "EFI PART",         what: "a disk with a partition table" },
  { at: 510,   bytes: "\x55\xaa",         what: "a disk with a partition table, or a FAT file system" },
];

const LOOKED_AT = 2 ** 17;

/** A word for what a disk holds; null when only the superblock's own message can tell. */
function contentsOf(store: DiskStore): string | null {
  const bytes = new Uint8Array(Math.min(LOOKED_AT, store.size));
  store.read(0, bytes);
  const text = Buffer.from(bytes).toString("latin1");
  const magic = MAGICS.find(({ at, bytes }) => text.startsWith(bytes, at));
  if (text.startsWith("\x53\xef", 1080)) return null;
  if (magic !== undefined) return magic.what;
  return bytes.every((byte) => byte === 0) ? "empty at its start" : "something unknown";
}

function checkInit(volume: Volume): void {
  let found = false;
  try {
    found = isRegular(existing(volume, INIT, true));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
  }
  if (found) return;
  throw new UsageError(
    `${volume.name} has no program ${INIT}, so nothing could start: quire disk make IMAGE --size 64M --system makes an ` +
      `image that boots, and --drive ${volume.name} takes this one as a further disk`,
  );
}
