import { describe, expect, it } from "vitest";
import { getattr } from "../../../../kernel/fs/ext2/attributes.ts";
import { list, lookup, parentOf } from "../../../../kernel/fs/ext2/directory.ts";
import { changeInode } from "../../../../kernel/fs/ext2/inode.ts";
import { INODE, LINK_MAX, set } from "../../../../kernel/fs/ext2/layout.ts";
import { create, link, mkdir, symlink } from "../../../../kernel/fs/ext2/operations.ts";
import { freeAtOnce, rmdir, unlink } from "../../../../kernel/fs/ext2/removal.ts";
import { isWithin, rename } from "../../../../kernel/fs/ext2/rename.ts";
import { Transaction } from "../../../../kernel/fs/ext2/transaction.ts";
import type { Order } from "../../../../kernel/fs/ext2/types.ts";
import {
  blocksBefore,
  closesCircle,
  isReady,
  newWriteOrder,
  type WriteOrder,
  wait,
  written,
} from "../../../../kernel/fs/ext2/write-order.ts";
import { problemsOf } from "./checker.ts";
import { type Disk, failureOf, file, folder, newDisk, ROOT, TIME } from "./disks.ts";

const SIZE = 4 << 20;
const at = (directory: number, name: string) => ({ directory, name });

function namesOf(disk: Disk, directory: number): string[] {
  return list(disk.view, directory, 0, 1e6).map(({ name }) => name);
}

describe("a directory", () => {
  for (const blockSize of [1024, 4096])
    it(`holds thousands of names, and uses the room of removed ones again: blocks of ${blockSize}`, () => {
      const disk = newDisk({ size: SIZE, blockSize, bytesPerInode: 1024 });
      const directory = disk.run((t) => mkdir(t, ROOT, "d", folder()));
      const names = Array.from({ length: 2000 }, (_, i) => `name-${i}`);
      disk.run((t) => {
        for (const name of names) create(t, directory, name, file());
      });
      expect(namesOf(disk, directory)).toEqual(names);
      const { size } = getattr(disk.view, directory);
      for (let i = 0; i < names.length; i += 3)
        disk.run((t) => freeAtOnce(t, unlink(t, directory, names[i], TIME).ino, TIME));
      disk.run((t) => {
        for (let i = 0; i < names.length; i += 3) create(t, directory, `again${i}`.slice(0, names[i].length), file());
      });
      expect(getattr(disk.view, directory).size).toBe(size);
      expect(new Set(namesOf(disk, directory)).size).toBe(2000);
      expect(problemsOf(disk)).toEqual([]);
    });

  it("is listed in parts, each after the last one's cookie, while names come and go", () => {
    const disk = newDisk({ size: SIZE, blockSize: 1024 });
    for (let i = 0; i < 300; i++) disk.run((t) => create(t, ROOT, `n${i}`, file()));
    const seen: string[] = [];
    for (let cookie = 0; ; ) {
      const part = list(disk.view, ROOT, cookie, 7);
      if (part.length === 0) break;
      for (const { name } of part) {
        seen.push(name);
        if (name !== "lost+found") disk.run((t) => freeAtOnce(t, unlink(t, ROOT, name, TIME).ino, TIME));
      }
      expect(part[0].cookie).toBeGreaterThan(Math.max(2, cookie));
      cookie = part.at(-1)!.cookie;
    }
    expect(seen).toHaveLength(301);
    expect(new Set(seen).size).toBe(301);
    expect(namesOf(disk, ROOT)).toEqual(["lost+found"]);
  });

  it("has names of 1 to 255 bytes, any but slash and NUL", () => {
    const disk = newDisk({ size: SIZE });
    const attempt = (name: string) => failureOf(() => disk.run((t) => create(t, ROOT, name, file())));
    expect(["x", "x".repeat(255), "\xff\x01 \n"].map(attempt)).toEqual(["", "", ""]);
    expect(["", "x".repeat(256), "a/b", "a\0b", "\u0100", ".", "..", "x"].map(attempt)).toEqual([
      "ENOENT",
      "ENAMETOOLONG",
      "EINVAL",
      "EINVAL",
      "EINVAL",
      "EEXIST",
      "EEXIST",
      "EEXIST",
    ]);
    expect(problemsOf(disk)).toEqual([]);
  });

  it("tells types where the file system keeps them", () => {
    for (const fileTypes of [true, false]) {
      const disk = newDisk({ size: SIZE, fileTypes });
      disk.run((t) => symlink(t, ROOT, "l", "x", file()));
      expect(lookup(disk.view, ROOT, "l")?.type).toBe(fileTypes ? 0o120000 : 0);
    }
  });

  it("refuses what its rules forbid", () => {
    const disk = newDisk({ size: SIZE });
    const d = disk.run((t) => mkdir(t, ROOT, "d", folder()));
    const e = disk.run((t) => mkdir(t, d, "e", folder()));
    const f = disk.run((t) => create(t, ROOT, "f", file()));
    const attempt = (operation: (t: Transaction) => unknown) => failureOf(() => disk.run(operation));
    expect(attempt((t) => rmdir(t, ROOT, "d", TIME))).toBe("ENOTEMPTY");
    expect(attempt((t) => rmdir(t, ROOT, "f", TIME))).toBe("ENOTDIR");
    expect(attempt((t) => rmdir(t, d, ".", TIME))).toBe("EINVAL");
    expect(attempt((t) => rmdir(t, d, "..", TIME))).toBe("ENOTEMPTY");
    expect(attempt((t) => unlink(t, ROOT, "d", TIME))).toBe("EISDIR");
    expect(attempt((t) => unlink(t, ROOT, "none", TIME))).toBe("ENOENT");
    expect(attempt((t) => link(t, ROOT, "x", d, TIME))).toBe("EPERM");
    expect(attempt((t) => create(t, f, "x", file()))).toBe("ENOTDIR");
    expect(attempt((t) => rename(t, at(ROOT, "d"), at(e, "x"), TIME))).toBe("EINVAL");
    expect(attempt((t) => rename(t, at(ROOT, "f"), at(ROOT, "d"), TIME))).toBe("EISDIR");
    expect(attempt((t) => rename(t, at(d, "e"), at(ROOT, "f"), TIME))).toBe("ENOTDIR");
    expect(attempt((t) => rename(t, at(d, ".."), at(ROOT, "x"), TIME))).toBe("EBUSY");
    disk.run((t) => mkdir(t, ROOT, "empty", folder()));
    expect(attempt((t) => rename(t, at(ROOT, "empty"), at(ROOT, "d"), TIME))).toBe("ENOTEMPTY");
    expect(disk.run((t) => rename(t, at(ROOT, "f"), at(ROOT, "f"), TIME))).toBeNull();
    expect(problemsOf(disk)).toEqual([]);
  });

  it("gives and takes no more than 32000 names", () => {
    const disk = newDisk({ size: SIZE });
    const d = disk.run((t) => mkdir(t, ROOT, "d", folder()));
    const f = disk.run((t) => create(t, ROOT, "f", file()));
    for (const ino of [d, f]) disk.run((t) => set(changeInode(t, ino), INODE.nlink, LINK_MAX));
    expect(failureOf(() => disk.run((t) => mkdir(t, d, "x", folder())))).toBe("EMLINK");
    expect(failureOf(() => disk.run((t) => link(t, ROOT, "x", f, TIME)))).toBe("EMLINK");
    disk.run((t) => mkdir(t, ROOT, "m", folder()));
    expect(failureOf(() => disk.run((t) => rename(t, at(ROOT, "m"), at(d, "m"), TIME)))).toBe("EMLINK");
  });

  it("keeps its way up when it moves, and is replaced when it is empty", () => {
    const disk = newDisk({ size: SIZE });
    const [a, b, c] = ["a", "b", "c"].map((name) => disk.run((t) => mkdir(t, ROOT, name, folder())));
    disk.run((t) => rename(t, at(ROOT, "c"), at(a, "c"), TIME));
    expect([parentOf(disk.view, c), isWithin(disk.view, c, a), isWithin(disk.view, c, b)]).toEqual([a, true, false]);
    const removed = disk.run((t) => rename(t, at(ROOT, "a"), at(ROOT, "b"), TIME));
    expect(removed).toEqual({ ino: b, last: true });
    disk.run((t) => freeAtOnce(t, b, TIME));
    expect(lookup(disk.view, ROOT, "b")?.ino).toBe(a);
    expect(problemsOf(disk)).toEqual([]);
  });
});

describe("the order of writes", () => {
  /** Orders of an operation that is not committed. */
  function ordersOf(
    disk: Disk,
    operation: (t: Transaction) => unknown,
  ): { orders: readonly Order[]; blocks: number[] } {
    const t = new Transaction(disk.fs, disk.image);
    operation(t);
    const blocks: number[] = [];
    t.commit({ write: (block) => blocks.push(block) });
    for (const { first, then } of t.orders) expect(blocks.indexOf(first)).toBeLessThan(blocks.indexOf(then));
    return { orders: t.orders, blocks };
  }

  it("puts a new name before the old one's end, and new blocks before what points at them", () => {
    const disk = newDisk({ size: SIZE, blockSize: 1024 });
    const d = disk.run((t) => mkdir(t, ROOT, "d", folder()));
    disk.run((t) => create(t, ROOT, "f", file()));
    const moving = ordersOf(disk, (t) => rename(t, at(ROOT, "f"), at(d, "f"), TIME));
    expect(moving.orders.filter(({ strict }) => strict)).toHaveLength(1);
    const making = ordersOf(disk, (t) => mkdir(t, d, "e", folder()));
    expect(making.orders.map(({ strict }) => strict)).toEqual([true, false]);
  });

  it("goes in no circle: what would close one is found before it is entered", () => {
    const order: WriteOrder = newWriteOrder();
    const of = (first: number, then: number, strict = true): Order => ({ first, then, strict });
    expect([of(1, 2), of(2, 3)].map((one) => wait(order, one))).toEqual([true, true]);
    expect(closesCircle(order, [of(3, 1)])).toBe(true);
    expect(closesCircle(order, [of(3, 4), of(4, 1)])).toBe(true);
    expect(closesCircle(order, [of(3, 1, false), of(3, 4)])).toBe(false);
    expect(wait(order, of(3, 1, false))).toBe(false);
    expect(blocksBefore(order, 3)).toEqual([1, 2, 3]);
    expect([isReady(order, 1), isReady(order, 2)]).toEqual([true, false]);
    written(order, 1);
    written(order, 2);
    expect([isReady(order, 3), order.before.size, order.after.size]).toEqual([true, 0, 0]);
  });
});
