/**
 * The disks of one run: /dev/vda is the root file system, an image of the user's (--disk) or the one that the build made;
 * /dev/vdb and on are further images (--drive). The disk to swap to comes behind them, kernel/computer.ts.
 */
import { DiskError, type DiskStore } from "../../cpu/devices/disk-store.ts";
import { DISK_ROWS } from "../../kernel/drivers/disk.ts";
import { UsageError } from "../errors.ts";
import type { GuestFile } from "../guest-file.ts";
import { type Identity, identityAt } from "../identity.ts";
import { type RootKind, rootDisk } from "../image.ts";
import { type HostDisk, openHostDisk } from "./file-store.ts";
import { openRoot } from "./root.ts";

export interface DiskChoice {
  /** The image of the root file system; null: the one that the build made, kept as `builtIn` says. */
  readonly root: string | null;
  readonly builtIn: RootKind;
  readonly drives: readonly string[];
  /** What is written stays in memory. */
  readonly snapshot: boolean;
}

export interface RunDisks {
  readonly disks: readonly (Uint8Array | DiskStore)[];
  /** Sentences for the user. */
  readonly warnings: readonly string[];
  /** Gives the files back. @returns what the host could not do, a sentence each; nothing the second time */
  close(): readonly string[];
}

/** Opens the disks of a run, with `files` in the root file system. Throws UsageError, OutputError */
export function openDisks({ root, builtIn, drives, snapshot }: DiskChoice, files: readonly GuestFile[]): RunDisks {
  if (drives.length >= DISK_ROWS.length)
    throw new UsageError(
      `--drive: there is room for ${DISK_ROWS.length - 1} beside the root, not for ${drives.length}`,
    );
  const open: HostDisk[] = [];
  const add = (disk: HostDisk): HostDisk => {
    open.push(disk);
    return disk;
  };
  const access = snapshot ? "snapshot" : "write";
  try {
    refuseTwice([...(root === null ? [] : [root]), ...drives]);
    const first = root === null ? rootDisk(files, builtIn) : add(openRoot(root, access, files)).store;
    const others = drives.map((path) => add(openHostDisk(path, access)).store);
    return {
      disks: [first, ...others],
      warnings: open.flatMap(({ warnings }) => warnings),
      close: () => closeAll(open),
    };
  } catch (error) {
    closeAll(open);
    throw error;
  }
}

/** One file is one disk, under whatever names. */
function refuseTwice(paths: readonly string[]): void {
  const seen = new Set<Identity>();
  for (const path of paths) {
    const identity = identityAt(path);
    if (identity === null) continue;
    if (seen.has(identity)) throw new UsageError(`${path} is given twice: one file is one disk`);
    seen.add(identity);
  }
}

function closeAll(open: HostDisk[]): readonly string[] {
  const failures = new Set<string>();
  for (const disk of open.splice(0)) {
    try {
      disk.close();
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
    }
    for (const failure of disk.failures) failures.add(failure);
  }
  return [...failures];
}
