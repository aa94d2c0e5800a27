/** What vm.drop_caches takes from a mounted ext2: inodes that nobody uses, once their pages have gone. */
import { expect, it } from "vitest";
import { FLAGS } from "../../../../kernel/abi.ts";
import { checkFiles } from "../../../../kernel/fs/check.ts";
import { tendFiles } from "../../../../kernel/fs/ext2fs/tend.ts";
import type { Kernel } from "../../../../kernel/kernel.ts";
import { dropCaches, dropInodes } from "../../../../kernel/vm/drop-caches.ts";
import { diskMachine, imageWith } from "../../../campaigns/disk-machine.ts";
import { ArrayStore } from "../../../campaigns/disk-stores.ts";

const MAKE = FLAGS.open.O_CREAT | FLAGS.open.O_RDWR;
const ROOT = 2;

const sizes = (k: Kernel) =>
  [...k.fs.inodes.values()]
    .filter(({ fs, ino }) => fs === "ext2" && ino !== ROOT)
    .map(({ size }) => size)
    .sort((a, b) => a - b);

it("drops the inodes of files that are on the disk and closed, and of no others", () => {
  const lines = [
    `o 0 ${MAKE} /mnt/closed`,
    "w 0 0 3000 1",
    "c 0",
    `o 0 ${MAKE} /mnt/open`,
    "w 0 0 4000 2",
    "S",
    `o 1 ${MAKE} /mnt/dirty`,
    "w 1 0 5000 3",
    "c 1",
    "g 1",
  ];
  const store = new ArrayStore(imageWith(1024, 2 ** 20, []));
  const seen: number[][] = [];
  const { computer } = diskMachine([lines], store, ({ line }) => {
    if (line !== lines.length - 1) return;
    const k = computer.kernel;
    seen.push(sizes(k));
    dropCaches(k);
    dropInodes(k);
    tendFiles(k);
    checkFiles(k);
    seen.push(sizes(k));
  });
  expect(computer.run({ idle: "skip", instructionLimit: 1e8 })).toMatchObject({ kind: "off", status: 0 });
  expect(seen).toEqual([
    [3000, 4000, 5000],
    [4000, 5000],
  ]);
});
