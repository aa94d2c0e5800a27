/** devfs: /dev, a tmpfs with a node for every device that the machine has. */
import { CONSTANTS } from "../abi.ts";
import type { Kernel } from "../kernel.ts";
import { CHARACTER_DEVICES, DEVICE_LINKS, type DeviceRow, deviceNumber, diskRow } from "./devices.ts";
import { addInode, retain } from "./inode.ts";
import { attach, newMount } from "./mounts.ts";
import { create, emptyDirectory } from "./tmpfs.ts";
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

/** Mounts /dev. @param covered the directory in the root file system */
export function mountDevfs(k: Kernel, covered: Inode): void {
  const mount = newMount(k, "devfs", "devtmpfs", "rw,relatime");
  const root = addInode(k, mount, { mode: S_IFDIR | 0o755, uid: 0, gid: 0, data: emptyDirectory(), ino: 1 });
  root.nlink = 2;
  attach(k, mount, root, covered);
  for (const row of CHARACTER_DEVICES) addNode(k, root, row, null);
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
