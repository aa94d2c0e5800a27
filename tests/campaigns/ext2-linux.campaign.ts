/**
 * Linux and Quire in turns on one ext2: a guest works on it (file-work.ts), Linux mounts what it left, lists every file and
 * works on it too, the guest goes on from there. The host's file system does the same work; all three must always agree.
 *
 *   npx tsx tests/campaigns/ext2-linux.campaign.ts RUNNER [FIRST [COUNT [OPERATIONS]]]
 *
 * RUNNER --disk IMAGE --add FILE:PATH 'PROGRAM ARG...'... boots riscv64 Linux with IMAGE as /dev/vda, FILE as PATH and each
 * PROGRAM in /t, runs them one after the other as root in a tmpfs on /tmp, and prints for each a line "=== PATH", its output,
 * and "exit N". The kernel needs EXT2_FS and VIRTIO_BLK.
 */
import { spawnSync } from "node:child_process";
import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Random } from "../../cpu/random.ts";
import { findings } from "../conformance/ext2-tools.ts";
import { golden } from "../kernel/fs/computers.ts";
import type { Disk } from "../kernel/fs/ext2/disks.ts";
import { drawScript, hash, workOnHost } from "../kernel/fs/file-work.ts";
import { compareResults, drawFileWork, runFileWork } from "./file-work.ts";
import { answerHelp } from "./usage.ts";

answerHelp(import.meta.filename);
const [runner, ...numbers] = process.argv.slice(2);
const [first = 1, count = 5, operations = 4000] = numbers.map(Number);
const folder = mkdtempSync(join(tmpdir(), "quire-linux-"));
const [image, script] = [join(folder, "image"), join(folder, "script")];
const program = (name: string) => fileURLToPath(golden(`${name}.elf`));

/** Runs programs on Linux with the image. @returns what each printed */
function onLinux(...programs: readonly string[]): string[] {
  const args = ["--disk", image, "--add", `${script}:/t/script`, ...programs];
  const { stdout, status } = spawnSync(runner, args, { encoding: "latin1", maxBuffer: 1 << 28, timeout: 300_000 });
  const parts = stdout.split(/^=== .*\n/m).slice(1);
  const failed = status !== 0 || parts.length !== programs.length || parts.some((part) => !/^exit 0$/m.test(part));
  if (failed) throw new Error(`Linux: ${status} ${stdout.slice(-1000)}`);
  return parts.map((part) => part.replace(/^exit 0\n/m, ""));
}

/** As list-tree.c prints a tree, sorted. */
function listOf(path: string, shown = ""): string[] {
  return readdirSync(path, "latin1").flatMap((name) => {
    const there = Buffer.from(`${path}/${name}`, "latin1");
    const stat = lstatSync(there);
    const content = stat.isSymbolicLink() ? readlinkSync(there, "buffer") : stat.isFile() ? readFileSync(there) : [];
    const size = stat.isDirectory() ? "" : stat.size;
    const line = `${shown}/${name} ${stat.mode} ${stat.nlink} ${size} ${hash(Uint8Array.from(content))}`;
    return stat.isDirectory() ? [line, ...listOf(`${path}/${name}`, `${shown}/${name}`)] : [line];
  });
}

/** Linux lists what a guest left, works on it, and lists it again; the host's folder is the judge. */
function linuxTurn(random: Random, disk: Disk, host: string): number {
  writeFileSync(image, disk.image.bytes);
  const before = listOf(host).sort().join("\n");
  const work = drawScript(random, { rounds: 2, groups: 2, operations: Math.ceil(operations / 8), remount: false });
  writeFileSync(script, `${work}!x\n`);
  const list = `${program("list-tree")} /dev/vda /tmp/m`;
  const [first, results, last] = onLinux(list, `${program("file-work")} /t/script /tmp/m /dev/vda`, list);
  compareLists(before, first);
  compareResults(workOnHost(work, host), results);
  compareLists(listOf(host).sort().join("\n"), last);
  disk.image.bytes.set(readFileSync(image));
  const found = findings(disk.image);
  if (found !== "") throw new Error(found);
  return last.split("\n").length - 1;
}

function compareLists(expected: string, printed: string): void {
  const lines = printed.split("\n").filter((line) => line !== "" && !line.startsWith("/lost+found "));
  const wanted = expected.split("\n");
  const got = lines.sort();
  for (const [i, line] of wanted.entries())
    if (line !== got[i]) throw new Error(`Linux lists '${got[i]}', the host has '${line}'`);
  if (got.length !== wanted.length) throw new Error(`Linux lists ${got.length} files, the host has ${wanted.length}`);
}

let bad = 0;
for (let seed = first; seed < first + count; seed++) {
  const random = new Random(seed + 2_000_000);
  const drawn = drawFileWork(seed, operations);
  // Without this feature Linux does not say what the files in a directory are.
  const work = { ...drawn, boots: 3, root: false, image: { ...drawn.image, revision: 1 as const, fileTypes: true } };
  let files = 0;
  try {
    const { operations: done } = runFileWork(work, (disk, host) => {
      files += linuxTurn(random, disk, host);
    });
    console.log(
      `${seed}: blocks of ${[1024, 2048, 4096][seed % 3]}, ${done} operations, ${files} files listed by Linux`,
    );
  } catch (failure) {
    bad++;
    console.log(`${seed}: FAILED ${(failure as Error).stack}`);
  }
}
rmSync(folder, { recursive: true });
console.log(`${count} runs, ${bad} failed`);
process.exitCode = bad > 0 ? 1 : 0;
