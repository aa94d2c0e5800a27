import { describe, expect, it } from "vitest";
import { getattr } from "../../../../kernel/fs/ext2/attributes.ts";
import { list } from "../../../../kernel/fs/ext2/directory.ts";
import type { MemoryImage } from "../../../../kernel/fs/ext2/image.ts";
import { set } from "../../../../kernel/fs/ext2/layout.ts";
import { MAKE_DEFAULTS, make } from "../../../../kernel/fs/ext2/make.ts";
import { create } from "../../../../kernel/fs/ext2/operations.ts";
import { inspect, mount } from "../../../../kernel/fs/ext2/super.ts";
import { Transaction } from "../../../../kernel/fs/ext2/transaction.ts";
import { markMounted, statfs } from "../../../../kernel/fs/ext2/usage.ts";
import { problemsOf } from "./checker.ts";
import { Disk, failureOf, file, KINDS, kindName, newDisk, newImage, ROOT, TIME } from "./disks.ts";

const SIZE = 1 << 20;

/** What mounting says after a number of the superblock was changed. */
function saysWith(offset: number, bytes: 1 | 2 | 4, value: number): string {
  const image = newImage({ size: SIZE, blockSize: 1024 });
  set(image.bytes, [1024 + offset, bytes], value);
  return says(image);
}

function says(image: MemoryImage): string {
  const mounted = mount(image, { readOnly: false });
  return mounted.ok ? (mounted.readOnly ?? "mounted") : `${mounted.error}: ${mounted.message}`;
}

describe("making an ext2 file system", () => {
  for (const kind of KINDS) {
    it(`gives a whole one with a root and lost+found: ${kindName(kind)}`, () => {
      for (const size of [SIZE, 20 * SIZE]) {
        const disk = newDisk({ size, ...kind });
        expect(problemsOf(disk)).toEqual([]);
        expect(list(disk.view, ROOT, 0, 10).map(({ name }) => name)).toEqual(["lost+found"]);
        expect(getattr(disk.view, ROOT)).toMatchObject({ mode: 0o040755, nlink: 3, size: kind.blockSize, ctime: TIME });
      }
    });
  }

  it("gives the same bytes for the same options", () => {
    expect(Buffer.compare(newImage({ size: SIZE }).bytes, newImage({ size: SIZE }).bytes)).toBe(0);
  });

  it("refuses devices that are too small, and sizes that do not exist", () => {
    const attempt = (options: object) =>
      failureOf(() => make({ ...MAKE_DEFAULTS, size: SIZE, uuid: "0".repeat(32), time: 0, ...options }, () => {}));
    for (const size of [0, 1024, 4096, 60_000]) expect(attempt({ size })).toBe("ENOSPC");
    for (const options of [
      { blockSize: 512 },
      { blockSize: 3000 },
      { inodeSize: 100 },
      { revision: 0 },
      { uuid: "x" },
      { bytesPerInode: 1 },
    ])
      expect(attempt(options)).toBe("EINVAL");
  });

  it("leaves a last group out that is too small for its own structures", () => {
    const used = make(
      { ...MAKE_DEFAULTS, size: (1 + 8192 + 20) * 1024, blockSize: 1024, uuid: "0".repeat(32), time: 0 },
      () => {},
    );
    expect(used).toBe(1 + 8192);
  });
});

describe("mounting an ext2 file system", () => {
  it("tells label, uuid and sizes", () => {
    const { fs } = newDisk({ size: SIZE, label: "quire", blockSize: 2048 });
    expect(fs).toMatchObject({
      label: "quire",
      uuid: "00112233445566778899aabbccddeeff",
      blockSize: 2048,
      blocks: 512,
      revision: 1,
    });
  });

  it("refuses incompatible features by their names", () => {
    expect(saysWith(96, 4, 0x42)).toBe("EINVAL: unsupported features: extent");
    expect(saysWith(96, 4, 0x8000_0284)).toBe(
      "EINVAL: unsupported features: needs_recovery, 64bit, flex_bg, feature 0x80000000",
    );
  });

  it("only reads with read-only compatible features that it cannot write", () => {
    expect(saysWith(100, 4, 0x403)).toBe("features that can only be read: metadata_csum");
    const image = newImage({ size: SIZE, blockSize: 1024 });
    set(image.bytes, [1024 + 100, 4], 0x8 | 0x4000_0000);
    const { fs } = new Disk(image);
    expect(fs.readOnly).toBe(true);
    expect(failureOf(() => new Transaction(fs, image))).toBe("EROFS");
    expect(list(new Disk(image).view, ROOT, 0, 9)).toHaveLength(1);
  });

  it("does not mind compatible features", () => expect(saysWith(92, 4, 0xffff_ffff)).toBe("mounted"));

  it("refuses what is no ext2, or no revision, block size or inode size that it knows", () => {
    expect(saysWith(56, 2, 0)).toBe("EINVAL: no ext2 file system here");
    expect(saysWith(76, 4, 2)).toBe("EINVAL: ext2 revision 2 is not supported");
    expect(saysWith(24, 4, 6)).toBe("EUCLEAN: blocks of 2^16 bytes are not supported");
    expect(saysWith(24, 4, 0xffff_ffff)).toContain("are not supported");
    expect(saysWith(88, 2, 100)).toBe("EUCLEAN: inodes of 100 bytes are not supported");
    expect(inspect(new Uint8Array(10), 10)).toMatchObject({ ok: false });
  });

  it("refuses counts and places that cannot be", () => {
    expect(saysWith(4, 4, 1025)).toBe("EUCLEAN: 1025 blocks of 1024 bytes do not fit on the device");
    expect(saysWith(4, 4, 1)).toContain("EUCLEAN");
    expect(saysWith(20, 4, 0)).toBe("EUCLEAN: the first block is 0");
    expect(saysWith(32, 4, 0)).toBe("EUCLEAN: groups of 0 blocks");
    expect(saysWith(40, 4, 9000)).toBe("EUCLEAN: groups of 9000 inodes");
    expect(saysWith(0, 4, 17)).toContain("EUCLEAN: 17 inodes in 1 groups");
    expect(saysWith(84, 4, 3)).toBe("EUCLEAN: the first inode is 3");
    for (const field of [0, 4, 8])
      for (const value of [0, 1, 2, 1024, 0xffff_ffff])
        expect(saysWith(1024 + field, 4, value)).toContain("EUCLEAN: group 0: its");
  });

  it("warns of one that was not unmounted", () => {
    const disk = newDisk({ size: SIZE });
    disk.run((t) => markMounted(t, TIME, "/"));
    expect(mount(disk.image, { readOnly: false })).toMatchObject({
      ok: true,
      warnings: ["it was not unmounted: e2fsck should check it"],
    });
  });

  it("counts what is free, with and without what is reserved for root", () => {
    const disk = newDisk({ size: SIZE, blockSize: 1024, reserved: 10 });
    const before = statfs(disk.view);
    expect(before.free - before.available).toBe(102);
    disk.run((t) => create(t, ROOT, "f", file()));
    expect(statfs(disk.view)).toEqual({ ...before, freeInodes: before.freeInodes - 1 });
  });
});
