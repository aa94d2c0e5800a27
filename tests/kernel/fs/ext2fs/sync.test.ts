/** What is on the disk of a mounted ext2 when sync(2) returns: what was written, and the room of what was removed. */
import { expect, it } from "vitest";
import { FLAGS } from "../../../../kernel/abi.ts";
import { MemoryImage } from "../../../../kernel/fs/ext2/image.ts";
import { statfs } from "../../../../kernel/fs/ext2/usage.ts";
import { diskMachine, imageWith } from "../../../campaigns/disk-machine.ts";
import { ArrayStore } from "../../../campaigns/disk-stores.ts";
import { Disk } from "../ext2/disks.ts";

const MAKE = FLAGS.open.O_CREAT | FLAGS.open.O_RDWR;

it("frees on the disk what was removed before it", () => {
  const lines = [`o 0 ${MAKE} /mnt/f`, "w 0 0 100000 1", "c 0", "S", "u /mnt/f", "S"];
  const store = new ArrayStore(imageWith(1024, 2 ** 20, []));
  const usage = () => statfs(new Disk(new MemoryImage(store.bytes.slice(), 1024)).view);
  const before = usage();
  const seen: number[] = [];
  const { computer } = diskMachine([lines], store, ({ line, result }) => {
    if (lines[line] === "S" && result !== null) seen.push(before.free - usage().free);
  });
  expect(computer.run({ idle: "skip", instructionLimit: 1e8 })).toMatchObject({ kind: "off", status: 0 });
  // 98 blocks of 1 KiB and one of pointers.
  expect(seen).toEqual([99, 0]);
});
