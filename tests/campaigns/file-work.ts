/**
 * Random work on files of a mounted ext2 (tests/kernel/fs/file-work.ts), by groups of processes that interleave, on a computer
 * with little memory: each result is what the same work gives on the host's file system, and so is the tree that is left. The
 * work goes on over several boots, each from the image that the last one left.
 */
import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Random } from "../../cpu/random.ts";
import { checkKernel } from "../../kernel/check.ts";
import { createComputer } from "../../kernel/computer.ts";
import { packCpio } from "../../kernel/fs/cpio.ts";
import { getattr } from "../../kernel/fs/ext2/attributes.ts";
import { readData, writeData } from "../../kernel/fs/ext2/data.ts";
import { list } from "../../kernel/fs/ext2/directory.ts";
import { MemoryImage } from "../../kernel/fs/ext2/image.ts";
import type { MakeOptions } from "../../kernel/fs/ext2/make.ts";
import { create, mkdir, readlink } from "../../kernel/fs/ext2/operations.ts";
import { freeAtOnce, unlink } from "../../kernel/fs/ext2/removal.ts";
import type { View } from "../../kernel/fs/ext2/types.ts";
import type { Options } from "../../kernel/options.ts";
import { directory, file, golden, INIT } from "../kernel/fs/computers.ts";
import { problemsOf } from "../kernel/fs/ext2/checker.ts";
import { Disk, folder as folderNode, newDisk, file as node, ROOT, TIME } from "../kernel/fs/ext2/disks.ts";
import { type Amount, drawScript, type Expected, workOnHost } from "../kernel/fs/file-work.ts";

const PROGRAM = readFileSync(golden("file-work.elf"));
/** Far beyond what a boot needs. */
const MOST_INSTRUCTIONS = 20e9;

type NewImage = Partial<MakeOptions> & { readonly size: number };

export interface FileWork {
  readonly seed: number;
  readonly boots: number;
  /** Of each boot. */
  readonly amount: Amount;
  readonly image: NewImage | MemoryImage;
  readonly options: Partial<Options>;
  /** The file system is the root; else it is on a second disk, and mounted and unmounted. */
  readonly root: boolean;
}

export interface FileWorkResult {
  readonly operations: number;
  readonly errors: number;
  readonly instructions: number;
  readonly pagesOut: number;
}

/** The choice of everything from one number. */
export function drawFileWork(seed: number, operations: number): FileWork & { readonly image: NewImage } {
  const random = new Random(seed);
  const one = <T>(choices: readonly T[]): T => choices[random.below(choices.length)];
  const ram = one([4, 6, 8]) * 2 ** 20;
  const root = random.below(3) === 0;
  const [boots, rounds, groups] = [2, 3, one([1, 2, 4])];
  return {
    seed,
    boots,
    amount: { rounds, groups, operations: Math.ceil(operations / boots / rounds / groups), remount: !root },
    image: {
      size: 64 * 2 ** 20,
      blockSize: [1024, 2048, 4096][seed % 3],
      inodeSize: one([128, 256]),
      revision: one([0, 1, 1]),
      sparseSuper: one([true, false]),
      fileTypes: one([true, true, false]),
    },
    options: {
      ram,
      swap: ram,
      seed,
      "io-scheduler": one(["noop", "elevator"]),
      replacement: one(["fifo", "random", "ageing", "clock", "two-lists", "generations", "wsclock"]),
      fork: one(["copy-on-write", "eager"]),
      quantum: one([5_000, 100_000]),
    },
    root,
  };
}

/** An image with options as they go together: revision 0 has no features and small inodes. */
function startOf({ image }: FileWork): Disk {
  if (image instanceof MemoryImage) return new Disk(image);
  return newDisk(
    image.revision !== 0
      ? image
      : { ...image, inodeSize: 128, sparseSuper: false, fileTypes: false, largeFiles: false },
  );
}

interface BootResult {
  readonly printed: string;
  readonly instructions: number;
  readonly pagesOut: number;
}

/** What a root has beside the work. */
export const SYSTEM = ["lost+found", "dev", "proc", "tmp", "init", "work", "script", ".", ".."];

/** Makes a file system one that can be booted. */
function install(disk: Disk): void {
  for (const name of ["dev", "proc", "tmp"]) disk.run((t) => mkdir(t, ROOT, name, folderNode()));
  putFile(disk, "init", INIT);
  putFile(disk, "work", PROGRAM);
}

/** One boot with a script. The image is changed. */
function bootWith(work: FileWork, disk: Disk, script: string): BootResult {
  const archive = packCpio([
    directory("w"),
    directory("dev"),
    file("init", INIT, 0o755),
    file("work", PROGRAM, 0o755),
    file("script", script),
  ]);
  let printed = "";
  const collect = (bytes: Uint8Array) => {
    printed += Buffer.from(bytes).toString("latin1");
  };
  const argv = work.root ? ["/init", "/work", "/script", "/"] : ["/init", "/work", "/script", "/w", "/dev/vdb"];
  const computer = createComputer({
    ...work.options,
    disks: work.root ? [disk.image.bytes] : [archive, disk.image.bytes],
    init: argv,
    sinks: { console: collect, output: collect, error: collect },
  });
  const outcome = computer.run({ idle: "skip", instructionLimit: MOST_INSTRUCTIONS });
  checkKernel(computer.kernel);
  if (outcome.kind !== "off" || outcome.status !== 0)
    throw new Error(`${JSON.stringify(outcome)}: ${printed.split("\n").slice(-12).join("\n")}`);
  disk.image.bytes.set(computer.machine.disks[work.root ? 0 : 1].contents());
  const { instret } = computer.machine.harts[0].counters;
  return { printed, instructions: instret, pagesOut: computer.kernel.vm.swap.pagesOut };
}

function putFile(disk: Disk, name: string, data: Uint8Array): void {
  const ino = disk.run((t) => create(t, ROOT, name, node(0o755)));
  for (let at = 0; at < data.length; at += 65_536)
    disk.run((t) => writeData(t, ino, at, data.subarray(at, at + 65_536), TIME));
}

function newScript(disk: Disk, boot: number, script: string): void {
  if (boot === 0) install(disk);
  else {
    const { last, ino } = disk.run((t) => unlink(t, ROOT, "script", TIME));
    if (last) disk.run((t) => freeAtOnce(t, ino, TIME));
  }
  putFile(disk, "script", Buffer.from(script));
}

/** What each line of work printed, beside what it must print. @throws Error at the first difference */
export function compareResults(expected: readonly (readonly Expected[])[], printed: string): number {
  const lines = printed.split("\n");
  let errors = 0;
  for (const [group, wanted] of expected.entries()) {
    const got = lines.filter((line) => line.startsWith(String(group))).map((line) => line.slice(2));
    for (const [i, { line, result }] of wanted.entries()) {
      if (result !== null && got[i] !== result)
        throw new Error(`group ${group}, line ${i}: '${line}' gave '${got[i]}', on the host '${result}'`);
      if (result?.startsWith("-")) errors++;
    }
    if (got.length !== wanted.length) throw new Error(`group ${group}: ${got.length} of ${wanted.length} lines`);
  }
  return errors;
}

/** Compares a directory of an image with one of the host. @throws Error at the first difference */
export function compareTrees(view: View, ino: number, path: string, ignored: readonly string[] = [".", ".."]): void {
  const names = list(view, ino, 0, 100_000).filter(({ name }) => !ignored.includes(name));
  const host = readdirSync(path, "latin1").sort();
  const ours = names.map(({ name }) => name).sort();
  if (host.join("\n") !== ours.join("\n")) throw new Error(`${path} has ${host}; in the image ${ours}`);
  for (const { name, ino: inner } of names) {
    const there = `${path}/${name}`;
    const stat = lstatSync(there);
    const { mode, nlink, size } = getattr(view, inner);
    const folder = stat.isDirectory();
    if (mode !== stat.mode || nlink !== stat.nlink || (!folder && size !== stat.size))
      throw new Error(`${there}: ${stat.mode} ${stat.nlink} ${stat.size}; in the image ${mode} ${nlink} ${size}`);
    if (folder) compareTrees(view, inner, there);
    else if (stat.isSymbolicLink())
      equal(there, Buffer.from(readlink(view, inner), "latin1"), Buffer.from(readlinkSync(there), "latin1"));
    else equal(there, readData(view, inner, 0, size), readFileSync(there));
  }
}

function equal(path: string, ours: Uint8Array, host: Uint8Array): void {
  if (Buffer.compare(ours, host) !== 0) throw new Error(`${path} has other contents in the image`);
}

/**
 * Does it all.
 * @param inspect called with the image and the host's folder, at the end of each boot
 * @throws Error something is not as on the host
 */
export function runFileWork(work: FileWork, inspect: (disk: Disk, folder: string) => void = () => {}): FileWorkResult {
  const folder = mkdtempSync(join(tmpdir(), "quire-"));
  const random = new Random(work.seed + 1_000_000);
  let disk = startOf(work);
  const result = { operations: 0, errors: 0, instructions: 0, pagesOut: 0 };
  try {
    for (let boot = 0; boot < work.boots; boot++) {
      const script = drawScript(random, work.amount);
      if (work.root) newScript(disk, boot, script);
      const { printed, instructions, pagesOut } = bootWith(work, disk, script);
      const expected = workOnHost(script, folder);
      result.errors += compareResults(expected, printed);
      result.operations += expected.reduce((sum, lines) => sum + lines.length, 0);
      result.instructions += instructions;
      result.pagesOut += pagesOut;
      disk = new Disk(disk.image);
      const problems = problemsOf(disk);
      if (problems.length > 0) throw new Error(problems.join("\n"));
      compareTrees(disk.view, ROOT, folder, SYSTEM);
      inspect(disk, folder);
    }
    return result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
