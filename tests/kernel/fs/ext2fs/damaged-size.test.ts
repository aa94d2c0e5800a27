/** A regular file whose inode claims more bytes than any file can have. */
import { expect, it } from "vitest";
import { FLAGS } from "../../../../kernel/abi.ts";
import { MemoryImage } from "../../../../kernel/fs/ext2/image.ts";
import { changeInode } from "../../../../kernel/fs/ext2/inode.ts";
import { INODE, set } from "../../../../kernel/fs/ext2/layout.ts";
import { create } from "../../../../kernel/fs/ext2/operations.ts";
import { diskMachine, imageWith } from "../../../campaigns/disk-machine.ts";
import { ArrayStore } from "../../../campaigns/disk-stores.ts";
import { Disk, file, ROOT } from "../ext2/disks.ts";

it("has its other attributes written, and does not keep the disk from being unmounted", () => {
  const bytes = imageWith(1024, 2 ** 20, []);
  const disk = new Disk(new MemoryImage(bytes, 1024));
  const ino = disk.run((t) => create(t, ROOT, "f", file()));
  disk.run((t) => set(changeInode(t, ino), INODE.sizeHigh, 1000));
  const lines = [`o 0 ${FLAGS.open.O_RDWR} /mnt/f`, "v 0 0 10", "c 0", "S", "U /mnt"];
  const results: (number | null)[] = [];
  const { computer } = diskMachine([lines], new ArrayStore(bytes), ({ line, result }) => {
    if (result !== null) results[line] = result;
  });
  expect(computer.run({ idle: "skip", instructionLimit: 1e8 })).toMatchObject({ kind: "off", status: 0 });
  expect([results[3], results[4]]).toEqual([0, 0]);
});
