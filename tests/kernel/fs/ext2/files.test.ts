import { describe, expect, it } from "vitest";
import { getattr } from "../../../../kernel/fs/ext2/attributes.ts";
import { releaseBlocks } from "../../../../kernel/fs/ext2/block-allocation.ts";
import { allocateBlocks, mapBlocks, maximumSize } from "../../../../kernel/fs/ext2/block-map.ts";
import { readData, resize, writeData } from "../../../../kernel/fs/ext2/data.ts";
import { create, readlink, symlink } from "../../../../kernel/fs/ext2/operations.ts";
import { freeInode, orphan, unlink } from "../../../../kernel/fs/ext2/removal.ts";
import { Transaction } from "../../../../kernel/fs/ext2/transaction.ts";
import { extend, truncate } from "../../../../kernel/fs/ext2/truncate.ts";
import type { BlockStore } from "../../../../kernel/fs/ext2/types.ts";
import { statfs } from "../../../../kernel/fs/ext2/usage.ts";
import { problemsOf } from "./checker.ts";
import { type Disk, failureOf, file, newDisk, ROOT, TIME } from "./disks.ts";

const makeFile = (disk: Disk) => disk.run((t) => create(t, ROOT, "f", file()));
const ones = (length: number) => new Uint8Array(length).fill(1);

describe("contents of a file", () => {
  it("have holes that read as zeroes and take no block", () => {
    const disk = newDisk({ size: 2 << 20, blockSize: 1024 });
    const ino = makeFile(disk);
    disk.run((t) => writeData(t, ino, 5000, ones(3), TIME));
    expect(getattr(disk.view, ino)).toMatchObject({ size: 5003, sectors: 2 });
    const bytes = readData(disk.view, ino, 0, 9999);
    expect([bytes.length, bytes.indexOf(1), bytes.lastIndexOf(1)]).toEqual([5003, 5000, 5002]);
    expect(mapBlocks(disk.view, ino, 0, 10).map(({ first, count, block }) => [first, count, block !== 0])).toEqual([
      [0, 4, false],
      [4, 1, true],
      [5, 5, false],
    ]);
  });

  it("lie one behind the other when they are written so", () => {
    const disk = newDisk({ size: 8 << 20, blockSize: 4096 });
    const ino = makeFile(disk);
    for (let n = 0; n < 12; n++) disk.run((t) => writeData(t, ino, n * 4096, ones(4096), TIME));
    expect(mapBlocks(disk.view, ino, 0, 12)).toHaveLength(1);
    expect(
      disk.run((t) => allocateBlocks(t, ino, 10, 4)).map(({ first, count, fresh }) => [first, count, fresh]),
    ).toEqual([
      [10, 2, false],
      [12, 2, true],
    ]);
  });

  for (const blockSize of [1024, 2048, 4096])
    it(`reach through triple indirect blocks to the largest size, and not beyond: blocks of ${blockSize}`, () => {
      const disk = newDisk({ size: 2 << 20, blockSize });
      const before = statfs(disk.view).free;
      const ino = makeFile(disk);
      const last = maximumSize(disk.fs);
      disk.run((t) => writeData(t, ino, last - 1, ones(1), TIME));
      expect([...readData(disk.view, ino, last - 3, 10)]).toEqual([0, 0, 1]);
      expect(failureOf(() => disk.run((t) => writeData(t, ino, last, ones(1), TIME)))).toBe("EFBIG");
      expect(failureOf(() => disk.run((t) => extend(t, ino, last + 1)))).toBe("EFBIG");
      expect(mapBlocks(disk.view, ino, 0, 2 ** 40)).toHaveLength(3);
      disk.run((t) => resize(t, ino, 0, TIME));
      expect(statfs(disk.view).free).toBe(before);
      expect(problemsOf(disk)).toEqual([]);
    });

  it("are cut in steps, each of which leaves a whole file", () => {
    const disk = newDisk({ size: 8 << 20, blockSize: 1024 });
    const ino = makeFile(disk);
    disk.run((t) => writeData(t, ino, 0, ones(3_000_000), TIME));
    let steps = 0;
    for (let done = false; !done; steps++) {
      const cut = disk.run((t) => truncate(t, ino, 5000, TIME, 2));
      disk.run((t) => releaseBlocks(t, cut.released));
      expect(problemsOf(disk)).toEqual([]);
      expect(readData(disk.view, ino, 0, 10_000_000).every((byte) => byte === 1)).toBe(true);
      done = cut.done;
    }
    expect(steps).toBe(6);
    expect(getattr(disk.view, ino).size).toBe(5000);
  });

  it("read as zeroes behind a smaller size when the file grows again", () => {
    const disk = newDisk({ size: 2 << 20 });
    const ino = makeFile(disk);
    disk.run((t) => writeData(t, ino, 0, ones(9000), TIME));
    disk.run((t) => resize(t, ino, 100, TIME));
    disk.run((t) => resize(t, ino, 9000, TIME));
    expect(readData(disk.view, ino, 0, 9000).lastIndexOf(1)).toBe(99);
  });

  it("stop at ENOSPC, after which nothing has changed; what is reserved is root's", () => {
    const disk = newDisk({ size: 1 << 20, blockSize: 1024, reserved: 20 });
    const ino = makeFile(disk);
    const before = disk.image.bytes.slice();
    expect(failureOf(() => disk.run((t) => writeData(t, ino, 0, ones(2 << 20), TIME)))).toBe("ENOSPC");
    expect(Buffer.compare(disk.image.bytes, before)).toBe(0);
    const { available, free } = statfs(disk.view);
    const user = (bytes: number) => () => {
      const t = new Transaction(disk.fs, disk.image, false);
      writeData(t, ino, 0, ones(bytes), TIME);
    };
    expect(failureOf(user((available - 10) * 1024))).toBe("");
    expect(failureOf(user((available + 1) * 1024))).toBe("ENOSPC");
    expect(failureOf(() => disk.run((t) => writeData(t, ino, 0, ones((free - 10) * 1024), TIME)))).toBe("");
  });
});

describe("an operation whose store fails in its middle", () => {
  it("changes nothing, wherever that is, and works when it runs again", () => {
    const disk = newDisk({ size: 2 << 20, blockSize: 1024 });
    const ino = makeFile(disk);
    disk.run((t) => writeData(t, ino, 0, ones(400_000), TIME));
    const before = disk.image.bytes.slice();
    const sleep = new Error("sleep");
    let failures = 0;
    for (let at = 0; ; at++) {
      let reads = 0;
      const { blockSize, blocks } = disk.image;
      const read = (block: number) => {
        if (reads++ === at) throw sleep;
        return disk.image.read(block);
      };
      const store: BlockStore = { blockSize, blocks, read };
      const t = new Transaction(disk.fs, store);
      try {
        unlink(t, ROOT, "f", TIME);
        freeInode(t, ino, TIME);
      } catch (error) {
        expect(error).toBe(sleep);
        failures++;
        continue;
      }
      expect(Buffer.compare(disk.image.bytes, before)).toBe(0);
      const cut = freeAfterUnlink(disk, ino);
      disk.run((t) => releaseBlocks(t, cut.released));
      break;
    }
    expect(failures).toBeGreaterThan(10);
    expect(problemsOf(disk)).toEqual([]);
  });
});

function freeAfterUnlink(disk: Disk, ino: number) {
  disk.run((t) => unlink(t, ROOT, "f", TIME));
  return disk.run((t) => freeInode(t, ino, TIME));
}

describe("an unlinked file", () => {
  it("stays readable until it is freed, also when its count says 0", () => {
    const disk = newDisk({ size: 1 << 20 });
    const ino = makeFile(disk);
    disk.run((t) => writeData(t, ino, 0, ones(10), TIME));
    expect(disk.run((t) => unlink(t, ROOT, "f", TIME))).toEqual({ ino, last: true });
    disk.run((t) => orphan(t, ino));
    expect(readData(disk.view, ino, 0, 99)).toEqual(ones(10));
    const cut = disk.run((t) => freeInode(t, ino, TIME));
    expect(failureOf(() => getattr(disk.view, ino))).toBe("EUCLEAN");
    disk.run((t) => releaseBlocks(t, cut.released));
    expect(problemsOf(disk)).toEqual([]);
    expect(failureOf(() => disk.run((t) => releaseBlocks(t, cut.released)))).toBe("EUCLEAN");
  });
});

describe("a symbolic link", () => {
  it("has its target in the inode up to 59 bytes, else in a block; and no more than that holds", () => {
    const disk = newDisk({ size: 1 << 20, blockSize: 1024 });
    for (const [length, sectors] of [
      [1, 0],
      [59, 0],
      [60, 2],
      [1023, 2],
    ]) {
      const ino = disk.run((t) => symlink(t, ROOT, `l${length}`, "x".repeat(length), file()));
      expect(readlink(disk.view, ino)).toBe("x".repeat(length));
      expect(getattr(disk.view, ino)).toMatchObject({ sectors, size: length, mode: 0o120644 });
    }
    expect(failureOf(() => disk.run((t) => symlink(t, ROOT, "l", "x".repeat(1024), file())))).toBe("ENAMETOOLONG");
    expect(failureOf(() => disk.run((t) => symlink(t, ROOT, "l", "", file())))).toBe("ENOENT");
    expect(problemsOf(disk)).toEqual([]);
  });
});
