/** devfs: a tmpfs with a node for every device that the machine has, and a directory for a tmpfs of shared memory. */
import { CONSTANTS } from "../abi.ts";
import { errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import { CHARACTER_DEVICES, DEVICE_LINKS, type DeviceRow, deviceNumber, diskRow } from "./devices.ts";
import type { FileSystem, Mounted, MountRequest } from "./file-system.ts";
import { inodeById, retain } from "./inode.ts";
import { enterMount, newMount } from "./mounts.ts";
import { create, emptyDirectory, emptyRoot, tmpfs } from "./tmpfs.ts";
import type { Extent, Inode } from "./types.ts";

const { S_IFDIR, S_IFLNK } = CONSTANTS.fileType;

function addNode(k: Kernel, directory: Inode, row: DeviceRow, backing: Extent | null): Inode {
  const data = { kind: "device", backing } as const;
  const rdev = deviceNumber(row);
  return create(k, directory, row.name, {
    mode: row.mode,
    uid: 0,
    gid: row.gid ?? 0,
    rdev,
    data,
    size: backing?.length ?? 0,
  });
}

/** Makes the one devfs with a node for each device. It is in no tree until it is mounted, and outlives its mounts. */
export function makeDevfs(k: Kernel): void {
  const made = newMount(k, "devfs", "devtmpfs");
  const root = emptyRoot(k, made, 0o755);
  enterMount(k, made, root);
  for (const row of CHARACTER_DEVICES) addNode(k, root, row, null);
  // Where shm_open(3) makes its files.
  create(k, root, "shm", { mode: S_IFDIR | 0o755, uid: 0, gid: 0, data: emptyDirectory() });
  for (const disk of k.fs.disks) {
    const backing = { disk: disk.number, position: 0, length: disk.size };
    // Retained for ever: were the node removed, another one of the same number would still show the same bytes.
    disk.node = retain(addNode(k, root, diskRow(disk.number), backing)).id;
  }
  for (const [name, target] of DEVICE_LINKS)
    create(k, root, name, {
      mode: S_IFLNK | 0o777,
      uid: 0,
      gid: 0,
      data: { kind: "symlink", target },
      size: target.length,
    });
}

/** The one that there is. @throws Errno EBUSY it is mounted */
function mount(k: Kernel, { source }: MountRequest): Mounted {
  const there = [...k.fs.mounts.values()].find(({ fs }) => fs === "devfs")!;
  if (there.covered !== 0) throw errno("EBUSY");
  there.source = source;
  return { mount: there, root: inodeById(k, there.root) };
}

/** Directories of devices are tmpfs's, as Linux's devtmpfs has it; what the devices do is in file-operations.ts. */
export const devfs: FileSystem = {
  ...tmpfs,
  mount: (k, _p, request) => mount(k, request),
  unmount: () => {},
  remount: () => {},
};
