import { describe, expect, it } from "vitest";
import { getattr } from "../../../../kernel/fs/ext2/attributes.ts";
import { mapBlocks } from "../../../../kernel/fs/ext2/block-map.ts";
import { readData, resize, writeData } from "../../../../kernel/fs/ext2/data.ts";
import { list, lookup, parentOf } from "../../../../kernel/fs/ext2/directory.ts";
import { inodePlace } from "../../../../kernel/fs/ext2/inode.ts";
import { set } from "../../../../kernel/fs/ext2/layout.ts";
import { create, mkdir, readlink, symlink } from "../../../../kernel/fs/ext2/operations.ts";
import { freeAtOnce, unlink } from "../../../../kernel/fs/ext2/removal.ts";
import { isWithin } from "../../../../kernel/fs/ext2/rename.ts";
import { type Disk, failureOf, file, folder, newDisk, ROOT, TIME } from "./disks.ts";

const fresh = () => newDisk({ size: 2 << 20, blockSize: 1024 });

/** Overwrites a number of an inode. */
function damageInode(disk: Disk, ino: number, offset: number, value: number, bytes: 1 | 2 | 4 = 4): void {
  const { block, at } = inodePlace(disk.fs, ino);
  set(disk.image.bytes, [block * disk.fs.blockSize + at + offset, bytes], value);
}

function withFile(): { disk: Disk; ino: number } {
  const disk = fresh();
  const ino = disk.run((t) => create(t, ROOT, "f", file()));
  disk.run((t) => writeData(t, ino, 0, new Uint8Array(300_000).fill(1), TIME));
  return { disk, ino };
}

describe("a damaged file", () => {
  const { blockBitmap, inodeBitmap, inodeTable } = fresh().fs.groups[0];
  for (const pointer of [1, 2, blockBitmap, inodeBitmap, inodeTable, inodeTable + 3, 2048, 2 ** 31, 2 ** 32 - 1])
    for (const slot of [0, 12, 13])
      it(`whose pointer ${slot} leads to ${pointer} gives EUCLEAN, and nothing is written there`, () => {
        const { disk, ino } = withFile();
        damageInode(disk, ino, 40 + 4 * slot, pointer);
        const before = disk.image.bytes.slice();
        const position = [0, 12 * 1024, 268 * 1024][Math.max(0, slot - 11)];
        expect(failureOf(() => readData(disk.view, ino, position, 10))).toBe("EUCLEAN");
        expect(failureOf(() => mapBlocks(disk.view, ino, 0, 300))).toBe("EUCLEAN");
        expect(failureOf(() => disk.run((t) => writeData(t, ino, position, new Uint8Array(9), TIME)))).toBe("EUCLEAN");
        expect(failureOf(() => disk.run((t) => resize(t, ino, 0, TIME)))).toBe("EUCLEAN");
        expect(failureOf(() => disk.run((t) => freeAtOnce(t, unlink(t, ROOT, "f", TIME).ino, TIME)))).toBe("EUCLEAN");
        expect(Buffer.compare(disk.image.bytes, before)).toBe(0);
      });

  it("whose indirect block leads to itself can be read, and cutting it ends with EUCLEAN", () => {
    const { disk, ino } = withFile();
    const { block, at } = inodePlace(disk.fs, ino);
    const doubly = disk.image.read(block).subarray(at + 40 + 4 * 13);
    const self = doubly[0] | (doubly[1] << 8);
    for (let i = 0; i < 256; i++) set(disk.image.bytes, [self * 1024 + 4 * i, 4], self);
    expect(readData(disk.view, ino, 0, 300_000)).toHaveLength(300_000);
    expect(failureOf(() => disk.run((t) => resize(t, ino, 0, TIME)))).toBe("EUCLEAN");
  });

  it("that counts fewer blocks than it has, or more than there are, cannot be cut", () => {
    for (const sectors of [4, 2 ** 32 - 1]) {
      const { disk, ino } = withFile();
      damageInode(disk, ino, 28, sectors);
      expect(failureOf(() => disk.run((t) => resize(t, ino, 0, TIME)))).toBe("EUCLEAN");
    }
  });

  it("that is mapped by extents, has no type, or is freed gives EUCLEAN", () => {
    for (const [offset, value, bytes] of [
      [32, 0x80000, 4],
      [0, 0o644, 2],
      [0, 0o130644, 2],
      [108, 0x7fff_ffff, 4],
    ] as const) {
      const { disk, ino } = withFile();
      damageInode(disk, ino, offset, value, bytes);
      expect(failureOf(() => getattr(disk.view, ino))).toBe("EUCLEAN");
    }
  });
});

describe("a damaged directory", () => {
  /** A directory with one file, and where its block starts. */
  function withDirectory(): { disk: Disk; ino: number; start: number } {
    const disk = fresh();
    const ino = disk.run((t) => mkdir(t, ROOT, "d", folder()));
    disk.run((t) => create(t, ino, "name", file()));
    return { disk, ino, start: mapBlocks(disk.view, ino, 0, 1)[0].block * 1024 };
  }

  for (const [what, offset, value, bytes] of [
    ["an entry of length 0", 28, 0, 2],
    ["an entry of an odd length", 28, 1001, 2],
    ["an entry that ends behind the block", 28, 1024, 2],
    ["a name that is longer than its entry", 6, 9, 1],
    ["an inode that does not exist", 24, 0xffff, 4],
    ["a slash in a name", 33, 0x2f, 1],
    ["a NUL in a name", 33, 0, 1],
    ["an empty name", 30, 0, 1],
  ] as const)
    it(`with ${what} gives EUCLEAN`, () => {
      const { disk, ino, start } = withDirectory();
      set(disk.image.bytes, [start + offset, bytes], value);
      expect(failureOf(() => list(disk.view, ino, 0, 100))).toBe("EUCLEAN");
    });

  it("with a hole, an odd size, or more blocks than there are gives EUCLEAN", () => {
    for (const size of [0, 1000, 2048, 2 ** 32 - 1024]) {
      const { disk, ino } = withDirectory();
      damageInode(disk, ino, 4, size);
      expect(failureOf(() => list(disk.view, ino, 0, 100))).toBe("EUCLEAN");
      expect(failureOf(() => lookup(disk.view, ino, "none"))).toBe("EUCLEAN");
    }
  });

  it("whose way up is a circle, or leads to a file, gives EUCLEAN", () => {
    const { disk, ino, start } = withDirectory();
    set(disk.image.bytes, [start + 12, 4], ino);
    expect(failureOf(() => isWithin(disk.view, ino, 11))).toBe("EUCLEAN");
    set(disk.image.bytes, [start + 12, 4], lookup(disk.view, ino, "name")!.ino);
    expect(failureOf(() => parentOf(disk.view, ino))).toBe("ENOTDIR");
  });
});

describe("other damage", () => {
  it("of a symbolic link's size gives EUCLEAN", () => {
    for (const size of [0, 60, 5000, 2 ** 32 - 1]) {
      const disk = fresh();
      const ino = disk.run((t) => symlink(t, ROOT, "l", "target", file()));
      damageInode(disk, ino, 4, size);
      expect(failureOf(() => readlink(disk.view, ino))).toBe("EUCLEAN");
    }
  });

  it("of the bitmaps: blocks and inodes in use are never taken", () => {
    const { disk } = withFile();
    const { blockBitmap, inodeBitmap } = disk.fs.groups[0];
    const attempt = () =>
      failureOf(() => disk.run((t) => writeData(t, create(t, ROOT, "g", file()), 0, new Uint8Array(9), TIME)));
    const keep = disk.image.bytes.slice();
    disk.image.read(inodeBitmap).fill(0);
    expect(attempt()).toBe("EUCLEAN");
    disk.image.bytes.set(keep);
    for (const bytes of [disk.image.read(blockBitmap)]) bytes.fill(0xff).fill(0, 0, 2);
    expect(attempt()).toBe("EUCLEAN");
  });
});
