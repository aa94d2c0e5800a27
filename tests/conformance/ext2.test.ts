/** ext2 file systems that mke2fs made are read and written, and e2fsck and debugfs find in ours what they should. */
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { Random } from "../../cpu/random.ts";
import { getattr } from "../../kernel/fs/ext2/attributes.ts";
import { mapBlocks } from "../../kernel/fs/ext2/block-map.ts";
import { readData, resize, writeData } from "../../kernel/fs/ext2/data.ts";
import { list, lookup } from "../../kernel/fs/ext2/directory.ts";
import { create, mkdir, readlink } from "../../kernel/fs/ext2/operations.ts";
import { freeAtOnce, unlink } from "../../kernel/fs/ext2/removal.ts";
import { inspect, mount } from "../../kernel/fs/ext2/super.ts";
import type { View } from "../../kernel/fs/ext2/types.ts";
import { markMounted, markUnmounted } from "../../kernel/fs/ext2/usage.ts";
import { Disk, file, folder, KINDS, kindName, newDisk, ROOT, TIME } from "../kernel/fs/ext2/disks.ts";
import { type ModelFolder, RandomTree } from "../kernel/fs/ext2/random-tree.ts";
import { DEBUGFS, debugged, E2FSCK, findings, MKE2FS, made, repaired, scratch } from "./ext2-tools.ts";
import { testWith } from "./tools.ts";

const latin1 = (name: string) => Buffer.from(name, "latin1");

/** Compares a tree that debugfs wrote to the host with the model. */
function compareDump(path: Buffer, model: ModelFolder): void {
  const names = readdirSync(path, { encoding: "buffer" }).map((name) => name.toString("latin1"));
  const shown = [...model.entries].filter(([, node]) => node.kind !== "device").map(([name]) => name);
  expect(names.sort()).toEqual(shown.sort());
  for (const [name, node] of model.entries) {
    const inner = Buffer.concat([path, Buffer.from("/"), latin1(name)]);
    if (node.kind === "folder") compareDump(inner, node);
    if (node.kind === "link") expect(readlinkSync(inner)).toBe(node.target);
    if (node.kind === "file") expect(Buffer.compare(readFileSync(inner), node.data)).toBe(0);
  }
}

function dump(disk: Disk): string {
  const target = scratch("dump");
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target);
  debugged(disk.image, [`rdump / ${target}`]);
  return target;
}

/** mke2fs's options for a kind of file system. */
function optionsOf({ inodeSize, revision, sparseSuper, fileTypes }: (typeof KINDS)[number]): string[] {
  if (revision === 0) return ["-r", "0", "-O", "none"];
  const features = [sparseSuper ? "sparse_super" : "^sparse_super", fileTypes ? "filetype" : "^filetype", "large_file"];
  return [
    "-I",
    String(inodeSize),
    "-O",
    [...features, "dir_index", "ext_attr", sparseSuper ? "resize_inode" : "^resize_inode"].join(","),
  ];
}

describe("a file system of ours, after random work", () => {
  for (const [seed, kind] of KINDS.entries()) {
    testWith([E2FSCK, DEBUGFS], `is clean for e2fsck, and debugfs reads the same tree: ${kindName(kind)}`, () => {
      const tree = new RandomTree(newDisk({ size: 3 << 20, ...kind }), seed + 100);
      expect(findings(tree.disk.image)).toBe("");
      tree.work(300);
      expect(findings(tree.disk.image)).toBe("");
      compareDump(Buffer.from(dump(tree.disk)), tree.root);
    });
  }

  testWith([E2FSCK], "is clean when it has many groups, and when it was full", () => {
    const tree = new RandomTree(newDisk({ size: 40 << 20, blockSize: 1024 }), 5, 3_000_000);
    tree.work(300);
    expect(findings(tree.disk.image)).toBe("");
    const small = new RandomTree(newDisk({ size: 400 * 1024, blockSize: 1024, bytesPerInode: 4096 }), 7, 300_000);
    small.work(900);
    expect(small.full).toBeGreaterThan(10);
    expect(findings(small.disk.image)).toBe("");
  });

  testWith([E2FSCK], "is clean when it was mounted and unmounted, and known to be in use in between", () => {
    const disk = newDisk({ size: 1 << 20 });
    disk.run((t) => markMounted(t, TIME, "/"));
    const during = mount(disk.image, { readOnly: false });
    expect(during.ok && during.warnings).toEqual(["it was not unmounted: e2fsck should check it"]);
    disk.run((t) => markUnmounted(t, TIME));
    expect(findings(disk.image)).toBe("");
  });
});

describe("a file system of mke2fs", () => {
  for (const [seed, kind] of KINDS.entries()) {
    testWith([MKE2FS, E2FSCK, DEBUGFS], `is written, and stays clean for e2fsck: ${kindName(kind)}`, () => {
      const tree = new RandomTree(new Disk(made(3 << 20, kind.blockSize, optionsOf(kind))), seed + 200);
      tree.work(300);
      expect(findings(tree.disk.image)).toBe("");
      compareDump(Buffer.from(dump(tree.disk)), tree.root);
    });
  }

  testWith([MKE2FS, E2FSCK], "holds the host's files that it was made from, byte by byte", () => {
    const source = scratch("source");
    mkdirSync(join(source, "a/b"), { recursive: true });
    const random = new Random(1);
    for (const [i, length] of [0, 1, 1023, 70_000, 400_000].entries())
      writeFileSync(join(source, `a/f${i}`), random.bytes(length));
    symlinkSync("f1", join(source, "a/short"));
    symlinkSync("x/".repeat(200), join(source, "a/b/long"));
    for (const blockSize of [1024, 2048, 4096]) {
      const disk = new Disk(made(4 << 20, blockSize, ["-d", source]));
      compareHost(disk.view, ROOT, source);
    }
  });

  testWith([MKE2FS], "is mounted for reading only when it has features that we cannot write", () => {
    const image = made(1 << 20, 1024, ["-O", "huge_file,dir_nlink,extra_isize"]);
    const mounted = mount(image, { readOnly: false });
    expect(mounted.ok && mounted.fs.readOnly).toBe(true);
    expect(mounted.ok && mounted.readOnly).toBe("features that can only be read: huge_file, dir_nlink, extra_isize");
  });

  testWith([MKE2FS], "is refused by the names of its features when we cannot read them", () => {
    for (const [options, message] of [
      ["extent,64bit,flex_bg", "unsupported features: extent, 64bit, flex_bg"],
      ["meta_bg,^resize_inode", "unsupported features: meta_bg"],
      ["mmp", "unsupported features: mmp"],
    ]) {
      const { bytes } = made(4 << 20, 1024, ["-O", options]);
      expect(inspect(bytes.subarray(1024, 2048), bytes.length)).toEqual({ ok: false, error: "EINVAL", message });
    }
  });
});

function compareHost(v: View, directory: number, path: string): void {
  const entries = list(v, directory, 0, 1000).filter(({ name }) => name !== "lost+found");
  expect(entries.map(({ name }) => name).sort()).toEqual(readdirSync(path).sort());
  for (const { name, ino } of entries) {
    const host = join(path, name);
    const { mode, size } = getattr(v, ino);
    expect(mode).toBe(lstatSync(host).mode);
    if (lstatSync(host).isDirectory()) compareHost(v, ino, host);
    else if (lstatSync(host).isSymbolicLink()) expect(readlink(v, ino)).toBe(readlinkSync(host));
    else expect(Buffer.compare(readData(v, ino, 0, size), readFileSync(host))).toBe(0);
  }
}

describe("details that e2fsprogs know", () => {
  testWith(
    [E2FSCK, DEBUGFS],
    "holes and triple indirect blocks are where debugfs sees them, and files beyond 2 GiB are claimed",
    () => {
      for (const blockSize of [1024, 2048, 4096]) {
        const disk = newDisk({ size: 3 << 20, blockSize, largeFiles: false });
        const big = disk.run((t) => create(t, ROOT, "big", file()));
        const p = blockSize / 4;
        const places = [0, 11, 12, 12 + p - 1, 12 + p, 12 + p + p * p - 1, 12 + p + p * p, 12 + p + p * p + 3 * p + 5];
        for (const n of places)
          disk.run((t) => writeData(t, big, n * blockSize, new Uint8Array(blockSize).fill(n), TIME));
        const far = Math.floor(2 ** 32 / blockSize) + 7;
        disk.run((t) => writeData(t, big, far * blockSize, new Uint8Array(10), TIME));
        expect(findings(disk.image)).toBe("");
        const { text } = debugged(
          disk.image,
          [...places, far, 13 + p].map((n) => `bmap <${big}> ${n}`),
        );
        const shown = text
          .split("\n")
          .filter((line) => /^\d+$/.test(line))
          .map(Number);
        expect(shown).toEqual([...places, far, 13 + p].map((n) => mapBlocks(disk.view, big, n, 1)[0].block));
        expect(shown.filter((block) => block === 0)).toHaveLength(1);
        for (const size of [far * blockSize, (12 + p + 1) * blockSize - 3, 12 * blockSize, 100, 0]) {
          disk.run((t) => resize(t, big, size, TIME));
          expect(findings(disk.image)).toBe("");
        }
        expect(getattr(disk.view, big).sectors).toBe(0);
      }
    },
  );

  testWith([MKE2FS, E2FSCK], "a directory with a hash tree is read, and changed after it was given up", () => {
    for (const blockSize of [1024, 4096]) {
      const disk = new Disk(made(4 << 20, blockSize, ["-O", "dir_index", "-N", "4000"]));
      const names = Array.from({ length: 1500 }, (_, i) => `a-rather-long-name-${i}`);
      disk.run((t) => {
        const directory = mkdir(t, ROOT, "d", folder());
        for (const name of names) create(t, directory, name, file());
      });
      const indexed = new Disk(repaired(disk.image, ["-fyD"]));
      const { ino } = lookup(indexed.view, ROOT, "d")!;
      expect(getattr(indexed.view, ino).flags & 0x1000).toBe(0x1000);
      expect(
        list(indexed.view, ino, 0, 9999)
          .map(({ name }) => name)
          .sort(),
      ).toEqual([...names].sort());
      for (const name of names.slice(0, 700)) indexed.run((t) => freeAtOnce(t, unlink(t, ino, name, TIME).ino, TIME));
      for (const name of names.slice(0, 500)) indexed.run((t) => create(t, ino, `new-${name}`, file()));
      expect(getattr(indexed.view, ino).flags & 0x1000).toBe(0);
      expect(findings(indexed.image)).toBe("");
      expect(list(indexed.view, ino, 0, 9999)).toHaveLength(1300);
    }
  });

  testWith([MKE2FS, DEBUGFS, E2FSCK], "a file's extended attributes go with it", () => {
    const value = "v".repeat(300);
    const setup = [
      "write /dev/null f",
      `ea_set f user.long ${value}`,
      "write /dev/null g",
      `ea_set g user.other ${value}`,
    ];
    const { disk } = debugged(made(1 << 20, 1024, ["-I", "128", "-O", "ext_attr"]), setup);
    expect(findings(disk.image)).toBe("");
    const { ino } = lookup(disk.view, ROOT, "f")!;
    expect(getattr(disk.view, ino).sectors).toBe(2);
    disk.run((t) => freeAtOnce(t, unlink(t, ROOT, "f", TIME).ino, TIME));
    expect(findings(disk.image)).toBe("");
  });

  testWith([MKE2FS, DEBUGFS], "devices, FIFOs and links of debugfs are what they say", () => {
    const setup = [
      "mknod c c 4 65",
      "mknod b b 8 1",
      "mknod wide c 300 7000",
      "mknod fifo p",
      "symlink short target",
      `symlink long ${"l".repeat(99)}`,
    ];
    const { disk } = debugged(made(1 << 20, 1024, []), setup);
    const of = (name: string) => getattr(disk.view, lookup(disk.view, ROOT, name)!.ino);
    expect(of("c")).toMatchObject({ major: 4, minor: 65 });
    expect(of("b")).toMatchObject({ major: 8, minor: 1 });
    expect(of("wide")).toMatchObject({ major: 300, minor: 7000 });
    expect(of("fifo").mode & 0o170000).toBe(0o010000);
    expect(readlink(disk.view, of("short").ino)).toBe("target");
    expect(readlink(disk.view, of("long").ino)).toBe("l".repeat(99));
  });
});
