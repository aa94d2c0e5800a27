/** Images of `quire disk` judged by e2fsprogs, and images of mke2fs read and written by `quire disk`. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { describeTree, makeTree, noise } from "../tools/host-trees.ts";
import { outputOf, testWith } from "./tools.ts";

// Debian has these tools where only root looks.
process.env.PATH = `${process.env.PATH}:/sbin:/usr/sbin`;

const ROOT = join(import.meta.dirname, "../..");
const QUIRE = join(ROOT, "dist/quire.js");
let folder = "";
let images = 0;

const at = (name: string) => join(folder, name);
const newImage = () => at(`${images++}.img`);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "quire-disk-judged-"));
  mkdirSync(at("tree"));
  makeTree(at("tree"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("utf8");
const disk = (...args: string[]) => outputOf(process.execPath, [QUIRE, "disk", ...args]);
const debug = (image: string, request: string) => outputOf("debugfs", ["-R", request, image]);

/** e2fsck finds nothing at all. */
function expectClean(image: string): void {
  const { status, stdout } = spawnSync("e2fsck", ["-fn", image], { encoding: "utf8" });
  expect({ status, stdout: status === 0 ? "" : stdout }).toEqual({ status: 0, stdout: "" });
}

/** What debugfs takes out of an image. */
function dumped(image: string): string[] {
  const goal = `${image}.dump`;
  mkdirSync(goal);
  debug(image, `rdump / ${goal}`);
  return asDumped(describeTree(goal, ["lost+found"]));
}

/** rdump keeps neither hard links nor set-user-ID and sticky bits, nor the times of symbolic links. */
function asDumped(lines: readonly string[]): string[] {
  return lines.map((line) =>
    line
      .slice(0, line.lastIndexOf(" | "))
      .replace(/( \| \d+)\d(\d{3} \| )/, "$10$2")
      .replace(/(\| 120777 \| )\d+/, "$1"),
  );
}

const BLOCK_SIZES = ["1024", "2048", "4096"];

describe("an image that quire makes", () => {
  for (const size of BLOCK_SIZES) {
    testWith(["e2fsck", "debugfs"], `is clean and has the same tree for debugfs, with blocks of ${size}`, () => {
      const image = newImage();
      disk("make", image, "--size", "16M", "--block-size", size, "--from", at("tree"));
      expectClean(image);
      expect(dumped(image)).toEqual(asDumped(describeTree(at("tree"))));
      const links = text(debug(image, "stat program"));
      expect(links).toMatch(/Links: 2 /);
      expect(links).toMatch(/Mode: {2}04755 /);
    });

    testWith(["e2fsck"], `is clean at every size, with blocks of ${size}`, () => {
      for (let kib = 300; kib < 100_000; kib = Math.ceil(kib * 1.37)) {
        const image = newImage();
        disk("make", image, "--size", `${kib}K`, "--block-size", size);
        expectClean(image);
        rmSync(image);
      }
    });

    testWith(["e2fsck", "debugfs"], `stays clean while files come and go, with blocks of ${size}`, () => {
      const image = newImage();
      disk("make", image, "--size", "24M", "--block-size", size);
      for (let i = 0; i < 3; i++) {
        disk("put", image, at("tree"), "/");
        expectClean(image);
        disk("mkdir", "-p", image, `/new/${i}/deep`);
        disk("put", "--owner", "1000:100000", image, at("tree/sizes"), at("tree/program"), `/new/${i}/deep`);
        expectClean(image);
        disk("rm", "-r", image, "/tree/many", "/tree/holes", "/tree/program");
        expectClean(image);
      }
      expect(text(debug(image, "stat /new/1/deep/program"))).toMatch(/User: +1000 +Group: +100000 /);
      expect(debug(image, "cat /new/2/deep/sizes/of-500000")).toEqual(readFileSync(at("tree/sizes/of-500000")));
    });
  }

  testWith(["dumpe2fs"], "says of itself what was asked for", () => {
    const image = newImage();
    const uuid = "123e4567-e89b-12d3-a456-426614174000";
    disk("make", image, "--size", "16M", "--block-size", "2048", "--label", "quire root", "--uuid", uuid);
    const told = text(outputOf("dumpe2fs", ["-h", image]));
    for (const line of [/name: +quire root\n/, /Block count: +8192\n/, /Block size: +2048\n/, /state: +clean\n/])
      expect(told).toMatch(line);
    expect(told).toContain(uuid);
    expect(told).toMatch(/features: +filetype sparse_super large_file\n/);
  });

  testWith(["e2fsck"], "holds a file beyond 4 GiB with holes, through all levels of indirection", () => {
    const image = newImage();
    writeFileSync(at("far"), "start");
    spawnSync("dd", [`of=${at("far")}`, "bs=1", "seek=4300000000", "conv=notrunc"], { input: "the end" });
    disk("make", image, "--size", "8M", "--block-size", "1024");
    disk("put", image, at("far"), "/");
    expectClean(image);
    disk("get", image, "/far", at("far-again"));
    expect(statSync(at("far-again"))).toMatchObject({ size: 4_300_000_007 });
    for (const [end, bytes] of [
      ["head", "start\0\0"],
      ["tail", "the end"],
    ] as const)
      expect(text(outputOf(end, ["-c", "7", at("far-again")]))).toBe(bytes);
    expect(statSync(at("far-again")).blocks * 512).toBeLessThan(100_000);
  });
});

describe("the source tree of this project", () => {
  for (const size of BLOCK_SIZES) {
    testWith(["e2fsck", "debugfs"], `goes in and comes out unchanged, with blocks of ${size}`, () => {
      const source = at("source");
      const left = new Set(["node_modules", ".git", "dist"]);
      const wanted = (path: string) => !left.has(relative(ROOT, path)) && !relative(ROOT, path).startsWith(".dist");
      cpSync(ROOT, source, { recursive: true, filter: wanted, preserveTimestamps: true, verbatimSymlinks: true });
      const image = newImage();
      disk("make", image, "--size", "128M", "--block-size", size, "--from", source);
      expectClean(image);
      disk("get", image, "/", at(`source-${size}`));
      const original = describeTree(source);
      expect(original.length).toBeGreaterThan(500);
      expect(describeTree(at(`source-${size}`), ["lost+found"])).toEqual(original);
      expect(dumped(image)).toEqual(asDumped(original));
      for (const path of [source, at(`source-${size}`), `${image}.dump`]) rmSync(path, { recursive: true });
    });
  }
});

/** debugfs shows bytes that are no ASCII as "\\xff". */
const unescaped = (line: string) =>
  line.replace(/\\x(..)/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)));

/** Options of mke2fs for file systems that can be written. */
const KINDS = [
  [],
  ["-r", "0"],
  ["-I", "128"],
  ["-I", "256"],
  ["-O", "^sparse_super,^resize_inode"],
  ["-O", "^filetype"],
  ["-O", "^dir_index"],
  ["-O", "^resize_inode"],
  ["-O", "^ext_attr,^large_file"],
  ["-O", "dir_index,sparse_super,filetype,large_file,resize_inode,ext_attr"],
  ["-g", "1024"],
  ["-N", "2000", "-m", "20"],
];

describe("an image of mke2fs", () => {
  for (const size of BLOCK_SIZES)
    for (const options of KINDS)
      testWith(["mke2fs", "e2fsck", "debugfs"], `is read and written: -b ${[size, ...options].join(" ")}`, () => {
        const image = newImage();
        outputOf("mke2fs", ["-q", "-t", "ext2", "-b", size, ...options, "-d", at("tree"), image, "16M"]);
        disk("get", image, "/", `${image}.out`);
        expect(describeTree(`${image}.out`, ["lost+found"])).toEqual(describeTree(at("tree")));
        disk("rm", "-r", image, "/sizes", "/holes", "/many");
        disk("put", image, at("tree/holes"), at("tree/sizes"), at("tree/many"), "/");
        expectClean(image);
        expect(dumped(image)).toEqual(asDumped(describeTree(at("tree"))));
      });

  testWith(["mke2fs", "debugfs"], "has the same list of files for debugfs and for quire", () => {
    const image = newImage();
    outputOf("mke2fs", ["-q", "-t", "ext2", "-d", at("tree"), image, "16M"]);
    for (const path of ["/", "/many", "/sizes"]) {
      // inode mode (links) uid gid size date time name
      const theirs = unescaped(text(debug(image, `ls -l ${path}`)))
        .split("\n")
        .map((line) => /^ *\d+ +(\d+) \(\d+\) +\d+ +\d+ +(\d+) +\S+ \S+ (.+)$/.exec(line))
        .filter((match) => match !== null && match[3] !== "." && match[3] !== "..")
        .map((match) => `${match![2]} ${match![3]}`)
        .sort();
      const ours = Buffer.from(disk("ls", "-l", image, path))
        .toString("latin1")
        .split("\n")
        .filter(Boolean)
        .map((line) => /^\S+ +\d+ +\d+ +\d+ +(\d+) \S+ \S+ (.+?)(?: -> .*)?$/.exec(line)!)
        .map((match) => `${match[1]} ${match[2]}`)
        .sort();
      expect(theirs.length).toBeGreaterThan(5);
      expect(ours).toEqual(theirs);
    }
  });

  testWith(["mke2fs"], "with features of ext4 is refused, naming them", () => {
    const image = newImage();
    outputOf("mke2fs", ["-q", "-t", "ext4", image, "16M"]);
    const { status, stderr } = spawnSync(process.execPath, [QUIRE, "disk", "ls", image], { encoding: "utf8" });
    expect(status).toBe(2);
    expect(stderr).toContain("unsupported features: extent, 64bit, flex_bg");
  });

  testWith(["mke2fs"], "with features that forbid writing is read, and stays as it was", () => {
    const image = newImage();
    outputOf("mke2fs", ["-q", "-t", "ext2", "-O", "quota", "-d", at("tree/sizes"), image, "16M"]);
    const before = readFileSync(image);
    expect(disk("cat", image, "/of-70000")).toEqual(Buffer.from(noise(70_000, 70_001)));
    const put = spawnSync(process.execPath, [QUIRE, "disk", "put", image, at("tree/program"), "/"], {
      encoding: "utf8",
    });
    expect(put.status).toBe(2);
    expect(put.stderr).toContain("features that can only be read: quota");
    expect(readFileSync(image).equals(before)).toBe(true);
  });
});
