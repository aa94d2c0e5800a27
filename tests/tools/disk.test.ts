/** `quire disk`, by its whole command line; by processes where those matter. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT_INODE } from "../../kernel/fs/ext2/layout.ts";
import { MAKE_DEFAULTS, make } from "../../kernel/fs/ext2/make.ts";
import { statfs } from "../../kernel/fs/ext2/usage.ts";
import { demandOf } from "../../tools/disk/demand.ts";
import { scanTree } from "../../tools/disk/host-tree.ts";
import { ImageFile } from "../../tools/disk/image-file.ts";
import { Writer } from "../../tools/disk/put.ts";
import { Volume } from "../../tools/disk/volume.ts";
import { describeTree, makeTree, noise } from "./host-trees.ts";
import { inProcess } from "./in-process.ts";

const QUIRE = join(import.meta.dirname, "../../dist/quire.js");
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "quire-disk-"));
  mkdirSync(join(folder, "tree"));
  makeTree(join(folder, "tree"));
  writeFileSync(join(folder, "note"), "a note\n");
});
afterAll(() => rmSync(folder, { recursive: true }));

const at = (name: string) => join(folder, name);
const hash = (name: string) =>
  createHash("sha256")
    .update(readFileSync(at(name)))
    .digest("hex");

const disk = (...args: string[]) => inProcess(folder, ["disk", ...args]);

/** Runs a command that must succeed silently. */
async function done(...args: string[]): Promise<void> {
  expect(await disk(...args)).toEqual({ status: 0, stdout: "", stderr: "" });
}

let images = 0;
/** A new image. */
async function image(...options: string[]): Promise<string> {
  const name = `${images++}.img`;
  await done("make", name, ...(options.includes("--size") ? [] : ["--size", "4M"]), ...options);
  return name;
}

describe("quire disk", () => {
  test.each(["1024", "2048", "4096"])(
    "takes a tree in and gives it back unchanged, with blocks of %s",
    async (size) => {
      const name = await image("--size", "16M", "--block-size", size, "--from", "tree");
      await done("get", name, "/", `all-${size}`);
      expect(describeTree(at(`all-${size}`), ["lost+found"])).toEqual(describeTree(at("tree")));
      const other = await image("--size", "16M", "--block-size", size);
      await done("put", other, "tree", "/");
      await done("get", other, "/tree", `put-${size}`);
      expect(describeTree(at(`put-${size}`))).toEqual(describeTree(at("tree")));
    },
  );

  test("takes this project's own sources in and gives them back unchanged", async () => {
    const parts = ["assembler", "cpu", "kernel", "tools", "userland"];
    const name = await image("--size", "32M");
    await done("put", name, ...parts.map((part) => join(import.meta.dirname, "../..", part)), "/");
    await done("get", name, "/", "sources");
    for (const part of parts)
      expect(describeTree(at(`sources/${part}`)), part).toEqual(describeTree(join(import.meta.dirname, "../..", part)));
  });

  test("keeps holes, in the image and on the way back", async () => {
    const name = await image("--size", "16M");
    const blocks = statSync(at(name)).blocks;
    await done("put", name, "tree/holes", "/");
    expect((statSync(at(name)).blocks - blocks) * 512).toBeLessThan(200_000);
    await done("get", name, "/holes", "holes");
    expect(statSync(at("holes")).blocks * 512).toBeLessThan(200_000);
    expect(statSync(at("holes")).size).toBe(20_000_001);
    const cat = spawnSync(process.execPath, [QUIRE, "disk", "cat", name, "/holes"], {
      cwd: folder,
      maxBuffer: 2 ** 26,
    });
    expect(cat.stdout.equals(readFileSync(at("tree/holes")))).toBe(true);
  });

  test.each([1024, 4096])("has a whole number of blocks, of %i bytes", async (size) => {
    const name = await image("--size", "200000", "--block-size", String(size));
    expect(statSync(at(name)).size).toBe(200_000 - (200_000 % size));
    await done("put", name, "note", "/");
  });

  test("gives blocks of zeroes a place when told to", async () => {
    writeFileSync(at("zeroes"), new Uint8Array(1 << 20));
    const name = await image();
    const used = async () => Number(/1K-blocks +\d+ +(\d+)/.exec((await disk("df", name)).stdout)![1]);
    const before = await used();
    await done("put", name, "zeroes", "/sparse");
    expect(await used()).toBe(before);
    await done("put", "--dense", name, "zeroes", "/dense");
    expect(await used()).toBe(before + 1024 + 4);
  });

  test("makes the same image of the same tree, to the byte", async () => {
    const [one, two] = [await image("--size", "16M", "--from", "tree"), await image("--size", "16M", "--from", "tree")];
    expect(hash(two)).toBe(hash(one));
    await done("put", one, "note", "/");
    await done("put", two, "note", "/");
    expect(hash(two)).toBe(hash(one));
    expect(hash(await image("--size", "16M", "--from", "tree", "--label", "other"))).not.toBe(hash(one));
  });

  test("lists names, and with -l what is to be known of them", async () => {
    const name = await image("--size", "16M");
    chmodSync(at("note"), 0o640);
    await done("put", "--owner", "1000:70000", name, "note", "tree/program", "/");
    await done("mkdir", name, "/d");
    await done("put", name, "tree/sizes/of-1", "/d/x");
    symlinkSync("../note", at("link"));
    mkdirSync(at("with-link"));
    symlinkSync("../note", at("with-link/l"));
    await done("put", name, "with-link/.", "/d");
    expect(await disk("ls", name)).toMatchObject({ status: 0, stdout: "d\nlost+found\nnote\nprogram\n" });
    expect((await disk("ls", name, "/d", "/note")).stdout).toBe("/note\n\n/d:\nl\nx\n");
    expect((await disk("ls", "-R", name)).stdout).toBe(
      "/:\nd\nlost+found\nnote\nprogram\n\n/d:\nl\nx\n\n/lost+found:\n",
    );
    const lines = (await disk("ls", "-l", name)).stdout.split("\n");
    expect(lines[0]).toMatch(/^drwxr-xr-x 2 {4}0 {5}0 {2}4096 \d{4}-\d\d-\d\d \d\d:\d\d d$/);
    expect(lines[2]).toMatch(/^-rw-r----- 1 1000 70000 {5}7 \d{4}-\d\d-\d\d \d\d:\d\d note$/);
    expect(lines[3]).toMatch(/^-rwsr-xr-x 1 1000 70000 {4}10 2020-09-13 12:\d\d program$/);
    expect((await disk("ls", "-l", name, "/d/l")).stdout).toMatch(
      /^lrwxrwxrwx 1 0 0 7 [-\d]+ [:\d]+ \/d\/l -> \.\.\/note\n$/,
    );
    expect((await disk("cat", name, "/d/l", "d/../note")).stdout).toBe("a note\na note\n");
  });

  test("replaces files, fills folders that are there, and frees what was replaced", async () => {
    const name = await image();
    const free = async () => (await disk("df", name)).stdout;
    const empty = await free();
    for (let i = 0; i < 3; i++) await done("put", name, "tree/sizes", "/");
    await done("put", name, "note", "/sizes/of-500000");
    expect((await disk("cat", name, "/sizes/of-500000")).stdout).toBe("a note\n");
    expect((await disk("ls", name, "/sizes")).stdout.split("\n")).toHaveLength(13);
    await done("rm", "-r", name, "/sizes");
    expect(await free()).toBe(empty);
  });

  test("makes folders, with -p those above too, and removes them", async () => {
    const name = await image();
    await done("mkdir", "-p", name, "/a/b/c", "/a/b");
    expect(await disk("mkdir", name, "/x/y")).toMatchObject({ status: 2 });
    expect((await disk("ls", "-R", name, "/a")).stdout).toBe("/a:\nb\n\n/a/b:\nc\n\n/a/b/c:\n");
    await done("rm", "-r", name, "/a/b");
    expect((await disk("ls", name, "/a")).stdout).toBe("");
  });

  test("keeps hard links within one command", async () => {
    mkdirSync(at("linked"));
    writeFileSync(at("linked/one"), noise(10_000));
    linkSync(at("linked/one"), at("linked/two"));
    const name = await image();
    await done("put", name, "linked", "/");
    expect((await disk("ls", "-l", name, "/linked")).stdout).toMatch(/^-rw-r--r-- 2 .* one\n-rw-r--r-- 2 .* two\n$/);
    await done("get", name, "/linked", "unlinked");
    expect(statSync(at("unlinked/one")).ino).toBe(statSync(at("unlinked/two")).ino);
  });

  test("keeps FIFOs and devices in the image, and says that they do not come out", async () => {
    const name = await image();
    await done("put", name, "/dev/null", "/null");
    expect((await disk("ls", "-l", name, "/null")).stdout).toMatch(/^crw-rw-rw- 1 0 0 1, 3 .* \/null\n$/);
    expect(await disk("get", name, "/null", "null")).toEqual({
      status: 1,
      stdout: "",
      stderr: `quire: ${name}: /null is a character device: not copied\n`,
    });
    expect(existsSync(at("null"))).toBe(false);
  });

  test("never follows a link of the image out of the folder that it fills", async () => {
    mkdirSync(at("evil"));
    symlinkSync("../victim", at("evil/way"));
    const name = await image("--from", "evil");
    mkdirSync(at("victim"));
    mkdirSync(at("goal"));
    await done("get", name, "/", "goal");
    mkdirSync(at("evil2/way"), { recursive: true });
    writeFileSync(at("evil2/way/file"), "harm");
    expect(await disk("get", await image("--from", "evil2"), "/", "goal")).toMatchObject({
      status: 2,
      stderr: "quire: goal/way is in the way: a directory is to go there\n",
    });
    expect(existsSync(at("victim/file"))).toBe(false);
  });
});

describe("quire disk, given something wrong,", () => {
  const wrong: readonly (readonly [string, (name: string) => string[], number, string])[] = [
    ["no such image", () => ["ls", "none.img"], 2, "cannot read none.img: no such file or directory"],
    [
      "no file system",
      () => ["ls", "tree/sizes/of-4096"],
      2,
      "tree/sizes/of-4096: no ext2 file system here; quire disk make, or mke2fs -t ext2, makes images that can be used",
    ],
    ["less than a sector", () => ["ls", "note"], 2, "note has 7 bytes: a disk has at least one sector of 512"],
    ["a folder", () => ["put", "tree", "note", "/"], 2, "tree is a directory, not the image of a disk"],
    ["no such path", (name) => ["cat", name, "/a/b"], 2, "NAME: /a/b: no such file or directory: 'a' is missing"],
    ["a file on the way", (name) => ["cat", name, "/f/b"], 2, "NAME: /f/b: 'f' on the way is not a directory"],
    ["a folder to be shown", (name) => ["cat", name, "/d"], 2, "NAME: /d: is a directory: quire disk ls lists it"],
    [
      "a file where a folder goes",
      (name) => ["put", name, "clash/f", "/"],
      2,
      "NAME: /f: a file is in the way of the directory that is to go there",
    ],
    [
      "a folder where a file goes",
      (name) => ["put", name, "other/d", "/"],
      2,
      "NAME: /d: a directory is in the way of the file that is to go there",
    ],
    [
      "a file where a folder of a folder goes",
      (name) => ["put", name, "clash/.", "/d/.."],
      2,
      "NAME: /d/../f: a file is in the way of the directory that is to go there",
    ],
    ["a missing folder", (name) => ["put", name, "note", "/new/"], 2, "NAME: /new/: there is no such directory"],
    [
      "two files for one name",
      (name) => ["put", name, "note", "tree/program", "/one"],
      2,
      "NAME: /one: several files go into a directory, and this is none",
    ],
    ["the image itself", (name) => ["put", name, name, "/"], 2, "NAME is the image itself: it cannot go into itself"],
    [
      "an image that exists",
      (name) => ["make", name, "--size", "1M"],
      2,
      "NAME exists: --force makes a new image in its place",
    ],
    [
      "too much",
      () => ["make", "new.img", "--size", "3T"],
      2,
      "--size: an image with blocks of 4096 bytes has at most 1024G",
    ],
    [
      "too much for small blocks",
      () => ["make", "new.img", "--size", "257G", "--block-size", "1024"],
      2,
      "--size: an image with blocks of 1024 bytes has at most 256G",
    ],
    ["no size", () => ["make", "new.img"], 2, "disk make: --size is needed, like --size 64M"],
    ["too little", () => ["make", "new.img", "--size", "16K"], 2, "--size: 16384 bytes are too few: the least is 88K"],
    [
      "a folder to be removed",
      (name) => ["rm", name, "/d"],
      2,
      "NAME: /d: is a directory: -r removes it and everything below it",
    ],
    ["the root to be removed", (name) => ["rm", "-r", name, "/"], 2, "NAME: /: the root cannot be removed"],
    [
      "a circle of links",
      (name) => ["cat", name, "/circle"],
      2,
      "NAME: /circle: too many symbolic links, or a circle of them",
    ],
  ];
  let name = "";
  beforeAll(async () => {
    mkdirSync(at("start/d"), { recursive: true });
    writeFileSync(at("start/f"), "");
    symlinkSync("circle", at("start/circle"));
    mkdirSync(at("clash/f"), { recursive: true });
    mkdirSync(at("other"));
    writeFileSync(at("other/d"), "");
    name = await image("--from", "start");
  });

  test.each(wrong)("%s, says what and where", async (_, args, status, message) => {
    const before = hash(name);
    const stderr = message === "" ? "" : `quire: ${message.replaceAll("NAME", name)}\n`;
    expect(await disk(...args(name))).toEqual({ status, stdout: "", stderr });
    if (status !== 0) expect(hash(name)).toBe(before);
  });

  test("names features that it does not know, and those that forbid writing", async () => {
    const bytes = readFileSync(at(await image()));
    bytes.writeUInt32LE(bytes.readUInt32LE(1024 + 96) | 0x40 | 0x80, 1024 + 96);
    writeFileSync(at("ext4.img"), bytes);
    expect(await disk("ls", "ext4.img")).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^quire: ext4\.img: unsupported features: extent, 64bit; /),
    });
    bytes.writeUInt32LE(0x2, 1024 + 96);
    bytes.writeUInt32LE(bytes.readUInt32LE(1024 + 100) | 0x400, 1024 + 100);
    writeFileSync(at("fixed.img"), bytes);
    expect(await disk("ls", "fixed.img")).toMatchObject({ status: 0, stdout: "lost+found\n" });
    expect(await disk("put", "fixed.img", "note", "/")).toMatchObject({
      status: 2,
      stderr: "quire: fixed.img can only be read, not written: features that can only be read: metadata_csum\n",
    });
  });

  test("says how much room is missing, and leaves the image as it was", async () => {
    const small = await image("--size", "600K");
    const before = hash(small);
    const full = await disk("put", small, "tree/sizes", "/");
    expect(full).toMatchObject({ status: 1, stdout: "" });
    const [, missing] = /^quire: .* is full: \d+K are needed, (\d+)K are missing; nothing was written\n$/.exec(
      full.stderr,
    )!;
    expect(Number(missing)).toBeGreaterThan(0);
    expect(hash(small)).toBe(before);
  });

  test("an image that is cut off or damaged, fails with a sentence", async () => {
    const cut = await image("--size", "16M", "--from", "tree");
    const bytes = readFileSync(at(cut));
    truncateSync(at(cut), 8 << 20);
    expect((await disk("ls", cut)).stderr).toBe(`quire: ${cut}: 4096 blocks of 4096 bytes do not fit on the device\n`);
    // The root's inode: its first pointer, to the superblock.
    const table = bytes.readUInt32LE(4096 + 8) * 4096;
    bytes.writeUInt32LE(1, table + 256 + 40);
    writeFileSync(at(cut), bytes);
    expect(await disk("ls", cut)).toEqual({
      status: 2,
      stdout: "",
      stderr: `quire: ${cut}: /: the file system is damaged here: let e2fsck repair it\n`,
    });
  });

  test("an image that may not be written, says so", async () => {
    const fixed = await image();
    chmodSync(at(fixed), 0o444);
    chmodSync(folder, 0o755);
    const nobody = process.getuid?.() === 0 ? { uid: 65_534 } : {};
    const options = { cwd: folder, encoding: "utf8", ...nobody } as const;
    const { status, stderr } = spawnSync(process.execPath, [QUIRE, "disk", "put", fixed, "tree/program", "/"], options);
    expect({ status, stderr }).toEqual({ status: 2, stderr: `quire: cannot write ${fixed}: permission denied\n` });
  });
});

test.each([1024, 2048, 4096])(
  "the room that a tree needs is foretold exactly, with blocks of %i",
  async (blockSize) => {
    const tree = scanTree(at("tree"), "tree", { blockSize, dense: false, image: null });
    const store = new ImageFile(null, blockSize, (32 << 20) / blockSize);
    const options = { ...MAKE_DEFAULTS, blockSize, size: 32 << 20, uuid: "0".repeat(32), time: 1 };
    make(options, (block, bytes) => store.write(block, bytes, "data"));
    const volume = new Volume("image", store);
    const before = volume.look("/", statfs);
    new Writer(volume, "keep").put(ROOT_INODE, "/", [tree]);
    const after = volume.look("/", statfs);
    expect({ blocks: before.free - after.free, inodes: before.freeInodes - after.freeInodes }).toEqual(
      demandOf([tree], blockSize),
    );
  },
);
