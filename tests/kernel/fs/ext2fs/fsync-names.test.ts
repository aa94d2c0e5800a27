/** What is on the disk of a mounted ext2 at the moment at which fsync(2) returns. */
import { describe, expect, it } from "vitest";
import { FLAGS } from "../../../../kernel/abi.ts";
import { readData } from "../../../../kernel/fs/ext2/data.ts";
import { lookup } from "../../../../kernel/fs/ext2/directory.ts";
import { MemoryImage } from "../../../../kernel/fs/ext2/image.ts";
import { diskMachine, imageWith } from "../../../campaigns/disk-machine.ts";
import { ArrayStore, RecordingStore } from "../../../campaigns/disk-stores.ts";
import { made } from "../../../campaigns/file-history.ts";
import { Disk, ROOT } from "../ext2/disks.ts";

const { O_CREAT, O_RDWR } = FLAGS.open;

/** Runs lines of disk-work and gives the disk as it is when the last one is done. */
function diskAfter(lines: readonly string[]): Disk {
  const store = new ArrayStore(imageWith(1024, 2 ** 20, ["a"]));
  let disk: Disk | null = null;
  const { computer } = diskMachine([lines], store, ({ line, result }) => {
    expect(result, lines[line]).toBeGreaterThanOrEqual(0);
    if (line === lines.length - 1) disk = new Disk(new MemoryImage(store.bytes.slice(), 1024));
  });
  expect(computer.run({ idle: "skip", instructionLimit: 1e8 })).toMatchObject({ kind: "off", status: 0 });
  return disk!;
}

function contentOf({ view }: Disk, path: string): Uint8Array {
  const ino = path.split("/").reduce((here, name) => lookup(view, here, name)!.ino, ROOT);
  return readData(view, ino, 0, 1e6);
}

describe("fsync of a file", () => {
  const make = ["m /mnt/a/b", `o 0 ${O_CREAT | O_RDWR} /mnt/a/b/file`, "w 0 0 3000 7"];

  it("brings contents and name home", () => {
    expect(contentOf(diskAfter([...make, "s 0"]), "a/b/file")).toEqual(made(0, 3000, 7));
  });

  for (const call of ["s 0", "d 0"])
    it(`finds it under a directory that was moved since it was changed (${call})`, () => {
      const disk = diskAfter([...make, "s 0", "r /mnt/a/b /mnt/moved", "w 0 100 10 8", call]);
      expect(contentOf(disk, "moved/file").subarray(100, 110)).toEqual(made(100, 10, 8));
    });
});

describe("a file that was brought home", () => {
  it("is under its old name or its new one behind every block, when the directory that it was in is removed", () => {
    const lines = [
      "m /mnt/a/b",
      `o 0 ${O_CREAT | O_RDWR} /mnt/a/b/file`,
      "w 0 0 3000 7",
      "s 0",
      "r /mnt/a/b/file /mnt/z/moved",
      "R /mnt/a/b",
      `o 1 ${O_CREAT | O_RDWR} /mnt/a/other`,
      "s 1",
    ];
    // The disk is served in the order of blocks: that of "a" comes first.
    const image = imageWith(4096, 2 ** 21, ["a", "z"]);
    const store = new RecordingStore(image.slice(), 4096);
    let home = Number.POSITIVE_INFINITY;
    const { computer } = diskMachine([lines], store, ({ line, result }) => {
      expect(result, lines[line]).toBeGreaterThanOrEqual(0);
      if (line === 3) home = store.writes.length;
    });
    store.onWrite = () => computer.machine.flush();
    expect(computer.run({ idle: "skip", instructionLimit: 1e8 })).toMatchObject({ kind: "off", status: 0 });
    expect(store.writes.length).toBeGreaterThan(home + 5);
    const missing = store.writes.filter(({ position, bytes }, i) => {
      image.set(bytes, position);
      const { view } = new Disk(new MemoryImage(image, 4096));
      const reach = (path: readonly string[]) =>
        path.reduce<number | null>((here, name) => (here && lookup(view, here, name)?.ino) || null, ROOT);
      return i >= home && reach(["a", "b", "file"]) === null && reach(["z", "moved"]) === null;
    });
    expect(missing).toEqual([]);
  });
});
