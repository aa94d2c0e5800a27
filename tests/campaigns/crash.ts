/**
 * A disk that stops: processes work with files on ext2, every block that is written is recorded, and the image that a stop
 * behind any of them leaves is given to e2fsck. Whatever e2fsck then makes of it holds every file that had been brought
 * home (fsync, fdatasync, sync, O_SYNC, msync), as file-history.ts has it.
 *
 * Writes that are under way at the same time may reach a disk in any order: at some moments a random part of them does.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Random } from "../../cpu/random.ts";
import type { ComputerConfig } from "../../kernel/computer.ts";
import { Errno } from "../../kernel/errno.ts";
import { readData } from "../../kernel/fs/ext2/data.ts";
import { lookup } from "../../kernel/fs/ext2/directory.ts";
import { MemoryImage } from "../../kernel/fs/ext2/image.ts";
import { readlink } from "../../kernel/fs/ext2/operations.ts";
import { mount } from "../../kernel/fs/ext2/super.ts";
import { view } from "../../kernel/fs/ext2/transaction.ts";
import type { View } from "../../kernel/fs/ext2/types.ts";
import { diskMachine, imageWith, MOUNT, type Said } from "./disk-machine.ts";
import { type BlockWrite, RecordingStore } from "./disk-stores.ts";
import { type Progress, type Promised, promises, wrongContent } from "./file-history.ts";
import { type Script, ScriptMaker } from "./file-script.ts";

const MIB = 2 ** 20;
const ROOT = 2;
/** Of all writes, one in so many is a moment at which those under way are looked at. */
const SAMPLE = 8;
/** Images that are given to e2fsck at once. */
const BATCH = 24;
/** The number of /dev/vdb. */
const DISK = 1;

export interface CrashRun {
  readonly seed: number;
  readonly blockSize: number;
  readonly processes: number;
  /** Of each process. */
  readonly lines: number;
  readonly options: Partial<ComputerConfig>;
}

/** Everything from one number. */
export function drawCrash(seed: number, lines: number): CrashRun {
  const random = new Random(seed);
  const processes = 2 + random.below(4);
  return {
    seed,
    blockSize: seed % 2 === 0 ? 4096 : 1024,
    processes,
    lines: Math.ceil(lines / processes),
    options: {
      seed,
      ram: (random.below(2) === 0 ? 4 : 16) * MIB,
      "io-scheduler": random.below(2) === 0 ? "noop" : "elevator",
      quantum: random.below(2) === 0 ? 5000 : 100_000,
    },
  };
}

export interface Recording {
  readonly blockSize: number;
  readonly image: Uint8Array;
  readonly final: Uint8Array;
  readonly writes: readonly BlockWrite[];
  readonly scripts: readonly Script[];
  /** What was said, and how many blocks had been written then. */
  readonly said: readonly (Said & { readonly writes: number })[];
  /** Blocks that were under way behind so many writes. */
  readonly moments: readonly { readonly writes: number; readonly underWay: readonly BlockWrite[] }[];
}

/** Runs the work to its end, with every block recorded. @throws Error: a line failed, or it did not end */
export function record({ seed, blockSize, processes, lines, options }: CrashRun): Recording {
  const random = new Random(seed);
  const shared = ["s0", "s1"];
  const own = Array.from({ length: processes }, (_, i) => `w${i}`);
  const scripts = own.map((name, i) => {
    const tops = [name, ...shared].map((folder) => `${MOUNT}/${folder}`);
    return new ScriptMaker(new Random(random.next()), "abcdefgh"[i], tops).make(lines);
  });
  const image = imageWith(blockSize, blockSize === 4096 ? 6 * MIB : 4 * MIB, [...own, ...shared]);
  const store = new RecordingStore(image.slice(), blockSize);
  const said: (Said & { writes: number })[] = [];
  const say = (one: Said) => {
    said.push({ ...one, writes: store.writes.length });
    if (one.result !== null && one.result < 0)
      throw new Error(`seed ${seed}: "${scripts[one.process].lines[one.line]}" gave ${one.result}`);
  };
  const { computer } = diskMachine(
    scripts.map((script) => script.lines),
    store,
    say,
    options,
  );
  const moments: { writes: number; underWay: BlockWrite[] }[] = [];
  store.onWrite = () => {
    // What was said before this write is known before it.
    computer.machine.flush();
    if (random.below(SAMPLE) === 0) moments.push({ writes: store.writes.length, underWay: underWay(computer) });
  };
  const outcome = computer.run({ idle: "skip", instructionLimit: 5e9 });
  if (outcome.kind !== "off" || outcome.status !== 0) throw new Error(`seed ${seed}: ${JSON.stringify(outcome)}`);
  return { blockSize, image, final: store.bytes, writes: store.writes, scripts, said, moments };

  function underWay({ kernel, machine }: typeof computer): BlockWrite[] {
    const found: BlockWrite[] = [];
    for (const { write, flush, position, length, address } of kernel.fs.disks[DISK].pending)
      for (let at = 0; write && !flush && at < length; at += blockSize) {
        const from = address - machine.ram.base + at;
        found.push({
          position: position + at,
          bytes: machine.ram.u8.slice(from, from + Math.min(blockSize, length - at)),
        });
      }
    return found;
  }
}

/** How far each process was when so many blocks had been written. */
class Progresses {
  readonly now: { done: number; synced: number }[];
  private readonly begun: number[][];
  private at = 0;

  constructor(private readonly recording: Recording) {
    this.now = recording.scripts.map(() => ({ done: 0, synced: 0 }));
    this.begun = recording.scripts.map(() => []);
  }

  /** @param writes never fewer than before */
  go(writes: number): readonly Progress[] {
    const { said, scripts } = this.recording;
    for (; this.at < said.length && said[this.at].writes <= writes; this.at++) {
      const { process, line, result } = said[this.at];
      if (result === null) this.begun[process] = this.now.map(({ done }) => done);
      else if (scripts[process].syncs.has(line))
        for (const [i, one] of this.now.entries()) one.synced = Math.max(one.synced, this.begun[process][i]);
      if (result !== null) this.now[process].done = line + 1;
    }
    return this.now;
  }
}

const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "quire-crash-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
/** Where only root looks for programs. */
const PATH = `${process.env.PATH}:/sbin:/usr/sbin`;

const imageFile = (number: number) => join(folder, `image${number}`);

/** Runs e2fsck on files of the folder, each with `steps` in turn, in one shell: starting a program from here takes longer. */
function e2fsck(count: number, steps: readonly string[]): { readonly status: number; readonly text: string }[][] {
  const each = steps.map((step) => `e2fsck ${step} "$i" 2>&1; echo "=== $?"`).join("; ");
  const files = Array.from({ length: count }, (_, i) => imageFile(i)).join(" ");
  const { stdout, status, error } = spawnSync("sh", ["-c", `for i in ${files}; do ${each}; done`], {
    env: { PATH, LC_ALL: "C" },
    encoding: "latin1",
    maxBuffer: 1 << 28,
    timeout: 300_000,
  });
  if (error !== undefined || status !== 0) throw error ?? new Error(`sh gave ${status}`);
  const parts = stdout.split(/=== (\d+)\n/);
  return Array.from({ length: count }, (_, i) =>
    steps.map((_step, n) => {
      const at = 2 * (i * steps.length + n);
      return { text: parts[at], status: Number(parts[at + 1]) };
    }),
  );
}

/** Images after their repair, or what is wrong: e2fsck cannot repair it, or not at once. */
export function repair(images: readonly Uint8Array[]): (Uint8Array | string)[] {
  for (const [i, image] of images.entries()) writeFileSync(imageFile(i), image);
  return e2fsck(images.length, ["-fy", "-fn"]).map(([first, second], i) => {
    if (!(first.status <= 3)) return `e2fsck -fy gave ${first.status}:\n${first.text}`;
    if (second.status !== 0) return `after its repair e2fsck -fn gives ${second.status}:\n${second.text}`;
    return readFileSync(imageFile(i));
  });
}

/** What e2fsck says of an image that it must not change; "" when it finds nothing. */
export function findings(image: Uint8Array): string {
  writeFileSync(imageFile(0), image);
  const [[{ status, text }]] = e2fsck(1, ["-fn"]);
  return status === 0 ? "" : `e2fsck -fn gave ${status}:\n${text}`;
}

/** The inode at an absolute path of the guest, or null. Symbolic links are not followed. */
function find(v: View, path: string): number | null {
  let ino = ROOT;
  for (const name of path.slice(MOUNT.length + 1).split("/")) {
    let entry: ReturnType<typeof lookup>;
    try {
      entry = lookup(v, ino, name);
    } catch (thrown) {
      if (thrown instanceof Errno) return null;
      throw thrown;
    }
    if (entry === null) return null;
    ino = entry.ino;
  }
  return ino;
}

/** Is the file under this path? @returns why not; "" when it is */
function failureAt(v: View, path: string, promised: Promised, progress: Progress): string {
  const { blockSize } = v.fs;
  const ino = find(v, path);
  if (ino === null) return "not there";
  try {
    const { target } = promised.file;
    if (target !== null) return readlink(v, ino) === target ? "" : "another text";
    return wrongContent(promised, readData(v, ino, 0, 1 << 24), progress, blockSize);
  } catch (thrown) {
    if (thrown instanceof Errno) return thrown.name;
    throw thrown;
  }
}

export interface Checked {
  images: number;
  /** Images with a part of what was under way. */
  parts: number;
  /** Files whose contents were compared. */
  files: number;
  readonly failures: string[];
}

/** Whether a repaired image holds what was promised. */
export function missing(
  image: Uint8Array,
  blockSize: number,
  scripts: readonly Script[],
  progress: readonly Progress[],
): { readonly files: number; readonly failures: readonly string[] } {
  const store = new MemoryImage(image, blockSize);
  const mounting = mount(store, { readOnly: true });
  if (!mounting.ok) return { files: 0, failures: [mounting.message] };
  const v = view(mounting.fs, store);
  const failures: string[] = [];
  let files = 0;
  for (const [i, { files: histories }] of scripts.entries())
    for (const promised of promises(histories, progress[i])) {
      files++;
      const found = promised.paths.map((path) => `${path}: ${failureAt(v, path, promised, progress[i])}`);
      if (!found.some((text) => text.endsWith(": ")))
        failures.push(
          `file ${promised.file.id} of version ${promised.home}, line ${progress[i].done}: ${found.join("; ")}`,
        );
    }
  return { files, failures };
}

/** An image to be tried, and how far everybody was. */
interface Candidate {
  readonly bytes: Uint8Array;
  readonly what: string;
  readonly progress: readonly Progress[];
}

function tryAll(candidates: readonly Candidate[], { blockSize, scripts }: Recording, checked: Checked): void {
  const repaired = repair(candidates.map(({ bytes }) => bytes));
  for (const [i, { what, progress }] of candidates.entries()) {
    const image = repaired[i];
    const found =
      typeof image === "string" ? { files: 0, failures: [image] } : missing(image, blockSize, scripts, progress);
    checked.files += found.files;
    for (const failure of found.failures) checked.failures.push(`${what}: ${failure}`);
  }
}

/** The images behind `from` to `to` - 1 writes, each `step`-th of them, and those of the moments there. */
function* candidates(recording: Recording, from: number, to: number, step: number): Generator<Candidate> {
  const { writes, moments } = recording;
  const image = recording.image.slice();
  const progresses = new Progresses(recording);
  const random = new Random(from);
  for (let count = 0; count < to && count <= writes.length; count++) {
    if (count > 0) image.set(writes[count - 1].bytes, writes[count - 1].position);
    if (count < from || (count - from) % step !== 0) continue;
    const progress = progresses.go(count).map((one) => ({ ...one }));
    yield { bytes: image.slice(), what: `behind ${count} writes`, progress };
    for (const { underWay } of moments.filter((moment) => moment.writes === count)) {
      const bytes = image.slice();
      for (const one of underWay) if (random.below(2) === 0) bytes.set(one.bytes, one.position);
      yield { bytes, what: `behind ${count} writes, with a part of ${underWay.length} under way`, progress };
    }
  }
}

/** Tries images that lie behind `from` to `to` - 1 writes. */
export function check(recording: Recording, from: number, to: number, step = 1): Checked {
  const checked: Checked = { images: 0, parts: 0, files: 0, failures: [] };
  let batch: Candidate[] = [];
  for (const candidate of candidates(recording, from, to, step)) {
    if (candidate.what.includes(",")) checked.parts++;
    else checked.images++;
    batch.push(candidate);
    if (batch.length < BATCH) continue;
    tryAll(batch, recording, checked);
    batch = [];
  }
  if (batch.length > 0) tryAll(batch, recording, checked);
  return checked;
}

/** What is wrong with the disk that was switched off in good order. */
export function checkFinal({ final, blockSize, scripts }: Recording): readonly string[] {
  const all = scripts.map(({ lines }) => ({ done: lines.length, synced: lines.length }));
  return [findings(final), ...missing(final, blockSize, scripts, all).failures].filter((text) => text !== "");
}
