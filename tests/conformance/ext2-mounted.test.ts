/** Images that others made, mounted by the kernel and worked on by guests; and what others then find in them. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { createComputer } from "../../kernel/computer.ts";
import { packCpio } from "../../kernel/fs/cpio.ts";
import { MemoryImage } from "../../kernel/fs/ext2/image.ts";
import { inspect } from "../../kernel/fs/ext2/super.ts";
import { drawFileWork, runFileWork } from "../campaigns/file-work.ts";
import { CALLS, directory, file, golden, INIT } from "../kernel/fs/computers.ts";
import { KINDS, kindName } from "../kernel/fs/ext2/disks.ts";
import { translate } from "../kernel/fs/script.ts";
import { differenceOf, dumped, judge, treeOf } from "./ext2-judges.ts";
import { DEBUGFS, E2FSCK, findings, MKE2FS, made } from "./ext2-tools.ts";
import { outputOf, testWith } from "./tools.ts";

const ROOT = join(import.meta.dirname, "../..");
const QUIRE = join(ROOT, "dist/quire.js");
const SIZE = 24 * 2 ** 20;
const quire = (...args: string[]) => outputOf(process.execPath, [QUIRE, "disk", ...args]);

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "quire-mounted-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Has a guest work on the image, beside the host; the results and the tree are compared, and shown to the judges. */
function workOn(image: MemoryImage, seed: number): void {
  const drawn = drawFileWork(seed, 1500);
  const work = { ...drawn, image, root: false, amount: { ...drawn.amount, remount: true } };
  runFileWork(work, (disk, host) => expect(judge(disk.image, host, ["lost+found"])).toBe(""));
}

/** mke2fs's options of each kind, and more of them that change nothing for whoever writes. */
const OPTIONS: readonly (readonly [name: string, blockSize: number, options: readonly string[]])[] = [
  ...KINDS.map(({ inodeSize, revision, sparseSuper, fileTypes, ...kind }) => {
    const features = [
      sparseSuper ? "sparse_super" : "^sparse_super",
      fileTypes ? "filetype" : "^filetype",
      "large_file",
      // It wants copies of the superblock in their usual places.
      sparseSuper ? "resize_inode" : "^resize_inode",
    ];
    const options = revision === 0 ? ["-r", "0", "-O", "none"] : ["-I", String(inodeSize), "-O", features.join(",")];
    const all = { inodeSize, revision, sparseSuper, fileTypes, ...kind };
    return [kindName(all), kind.blockSize, options] as const;
  }),
  ["dir_index, ext_attr, resize_inode", 1024, ["-O", "dir_index,ext_attr,resize_inode,sparse_super,filetype"]],
  ["nothing reserved for root", 2048, ["-m", "0"]],
  ["half of it reserved for root", 4096, ["-m", "50"]],
  ["groups of 2048 blocks", 1024, ["-g", "2048"]],
  ["many inodes", 1024, ["-i", "1024"]],
  ["sparse_super2", 1024, ["-O", "sparse_super2,^sparse_super,^resize_inode"]],
  ["a journal that is not used: an ext3 that was unmounted", 1024, ["-O", "has_journal", "-J", "size=1"]],
];

describe("an image that mke2fs made, worked on in a guest, is whole and the same tree for e2fsck and debugfs", () => {
  for (const [seed, [name, blockSize, options]] of OPTIONS.entries())
    testWith([MKE2FS, E2FSCK, DEBUGFS], name, () => workOn(made(SIZE, blockSize, options), seed));
});

describe("an image that quire made, worked on in a guest, is whole and the same tree for e2fsck and debugfs", () => {
  for (const blockSize of [1024, 2048, 4096])
    testWith([E2FSCK, DEBUGFS], `blocks of ${blockSize}`, () => {
      const path = join(folder, `made-${blockSize}.img`);
      quire("make", path, "--size", "24M", "--block-size", String(blockSize));
      workOn(new MemoryImage(Uint8Array.from(readFileSync(path)), blockSize), 40 + blockSize);
    });
});

interface Tried {
  readonly printed: string;
  readonly log: string;
  readonly image: MemoryImage;
}

/** Mounts an image in a guest, looks at /w/there, and tries to write. */
function tryMount(image: MemoryImage): Tried {
  const script = [
    "# try",
    'mount "/dev/vdb" "/w" "ext2" 0 0',
    'openat AT_FDCWD "/w/there" O_RDONLY 0 > a',
    "read $a b0 100 > n",
    "show bytes b0 $n",
    'openat AT_FDCWD "/w/new" O_CREAT|O_RDWR 0644',
    'umount2 "/w" 0',
  ];
  const root = packCpio([
    directory("w"),
    directory("tmp", 0o1777),
    file("init", INIT, 0o755),
    file("calls", CALLS, 0o755),
    file("script", translate(script.join("\n"), "try")),
  ]);
  let printed = "";
  const collect = (bytes: Uint8Array) => {
    printed += Buffer.from(bytes).toString("latin1");
  };
  const sinks = { console: () => {}, output: collect, error: collect };
  const disks = [root, Uint8Array.from(image.bytes)];
  const computer = createComputer({ disks, sinks, init: ["/init", "/calls", "/script"], ram: 8 * 2 ** 20 });
  expect(computer.run({ idle: "skip", instructionLimit: 1e9 })).toMatchObject({ kind: "off" });
  const log = computer.kernel.log.records.map(({ text }) => text).join("\n");
  const results = [...printed.matchAll(/^ {2}(= .*|".*")$/gm)].map(([, result]) => result);
  return {
    printed: results.join(" "),
    log,
    image: new MemoryImage(computer.machine.disks[1].contents(), image.blockSize),
  };
}

/** An image with a file in it. */
function withFile(options: readonly string[]): MemoryImage {
  const source = join(folder, "source");
  mkdirSync(source, { recursive: true });
  writeFileSync(join(source, "there"), "contents");
  return made(4 << 20, 1024, [...options, "-d", source]);
}

/** Features that we cannot write, and those that we cannot read, by mke2fs's names. */
const READ_ONLY = ["huge_file", "dir_nlink", "extra_isize", "metadata_csum", "quota", "project,quota"];
const REFUSED = [
  "extents",
  "64bit,extents",
  "flex_bg",
  "meta_bg,^resize_inode",
  "inline_data",
  "mmp",
  "large_dir",
  "encrypt",
  "casefold",
];

describe("an image with features that cannot be written", () => {
  for (const feature of READ_ONLY)
    testWith([MKE2FS, E2FSCK], `is mounted for reading, and not touched: ${feature}`, () => {
      const image = withFile(["-I", "256", "-O", `^resize_inode,${feature}`]);
      const { printed, log, image: after } = tryMount(image);
      expect(printed).toBe('= 0 = 3 = 8 "contents" = -30 = -16');
      for (const one of feature.split(",")) expect(log).toContain(one);
      expect(log).toContain("for reading");
      expect(Buffer.compare(after.bytes, image.bytes)).toBe(0);
    });
});

describe("an image with features that cannot be read", () => {
  for (const feature of REFUSED)
    testWith([MKE2FS], `is refused, by their names: ${feature}`, () => {
      const { printed, log, image } = tryMount(withFile(["-I", "256", "-O", feature]));
      expect(printed).toMatch(/^= -22 = -2 /);
      const [name] = feature.split(",");
      expect(log).toContain(name);
      expect(inspect(image.bytes.subarray(1024, 2048), image.bytes.length).ok).toBe(false);
    });
});

/** Runs a program of the system on an image, as `init`'s only child. @returns what it printed */
function runOn(path: string, argv: readonly string[]): string {
  let printed = "";
  const collect = (bytes: Uint8Array) => {
    printed += Buffer.from(bytes).toString("latin1");
  };
  const computer = createComputer({
    disks: [Uint8Array.from(readFileSync(path))],
    init: ["/test-init", ...argv],
    ram: 8 * 2 ** 20,
    sinks: { console: () => {}, output: collect, error: collect },
  });
  const outcome = computer.run({ idle: "skip", instructionLimit: 20e9 });
  expect({ ...outcome, printed }).toMatchObject({ kind: "off", status: 0 });
  writeFileSync(path, computer.machine.disks[0].contents());
  return printed;
}

/** What of the project is its sources. */
function sources(): string {
  const to = join(folder, "sources");
  const left = new Set(["node_modules", ".git", "dist"]);
  const filter = (path: string) => !left.has(relative(ROOT, path)) && !relative(ROOT, path).startsWith(".dist");
  cpSync(ROOT, to, { recursive: true, filter, verbatimSymlinks: true });
  return to;
}

describe("the source tree of this project", () => {
  for (const blockSize of [1024, 4096])
    testWith([E2FSCK, DEBUGFS], `is the same when a guest has copied it, with blocks of ${blockSize}`, () => {
      const path = join(folder, `tree-${blockSize}.img`);
      const tree = treeOf(sources());
      expect(tree.size).toBeGreaterThan(1000);
      quire("make", path, "--size", "96M", "--block-size", String(blockSize), "--system");
      quire("put", path, join(folder, "sources"), "/");
      quire("put", path, golden("init.elf").pathname, "/test-init");
      runOn(path, ["/bin/cp", "-a", "/sources", "/copy"]);
      const image = new MemoryImage(Uint8Array.from(readFileSync(path)), blockSize);
      expect(findings(image)).toBe("");
      expect(differenceOf(tree, treeOf(`${dumped(image, "/copy")}/copy`))).toBe("");
      quire("get", path, "/copy", join(folder, `got-${blockSize}`));
      expect(differenceOf(tree, treeOf(join(folder, `got-${blockSize}`)))).toBe("");
    });
});
