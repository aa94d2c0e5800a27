/**
 * Disks that fail: a representative workload on ext2 (fault-work.ts: mount, reads, writes, mappings, names, sync, a swap file,
 * umount, and a power-off with everything mounted), and each single transfer of its disk refused in turn, once or from then
 * on for ever. Must hold:
 *
 * (1) The kernel does not panic, its invariants hold, everybody comes to an end.
 * (2) A refused transfer of a file's contents is told, as EIO or SIGBUS, to its group alone (and to those who look at all
 *     files, or unmount), and a refused write of them to somebody. One of metadata is told to one group, or to nobody when
 *     it was made good later.
 * (3) Once e2fsck has repaired the disk, files of groups that were told nothing have their contents: those that were brought
 *     home always; all of them when the fault was a single one, before power-off, and not in their own contents.
 */
import { Random } from "../../cpu/random.ts";
import { checkKernel } from "../../kernel/check.ts";
import { checkFiles } from "../../kernel/fs/check.ts";
import { readData } from "../../kernel/fs/ext2/data.ts";
import { lookup } from "../../kernel/fs/ext2/directory.ts";
import { MemoryImage } from "../../kernel/fs/ext2/image.ts";
import type { View } from "../../kernel/fs/ext2/types.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { Disk, ROOT } from "../kernel/fs/ext2/disks.ts";
import { repair } from "./crash.ts";
import { diskMachine } from "./disk-machine.ts";
import { type Fault, FaultyStore } from "./disk-stores.ts";
import { type Expected, faultImage, GROUPS, LETTERS, LINES } from "./fault-work.ts";

const DISK = 1;
const MOST_INSTRUCTIONS = 100_000_000;
const MOST_CYCLES = 5e10;
const [EIO, SIGBUS] = [-5, -1000];
const METADATA = "metadata";

export interface FaultRun {
  readonly results: readonly (number | null)[];
  readonly image: Uint8Array;
  readonly transfers: number;
  /** What the first refused transfer was about: letters of groups, or METADATA; several when requests were merged. */
  readonly concerned: readonly string[];
  readonly failed: FaultyStore["failed"];
  /** Lines that were done then. */
  readonly line: number;
  /** Requests that the kernel was told have failed. */
  readonly errors: number;
  readonly console: string;
}

/** The group whose file's page is in a frame. */
function ownerOf(k: Kernel, frame: number): string {
  for (const { inode, pages } of k.vm.cache.files.values()) {
    if (inode === null || ![...pages.values()].includes(frame)) continue;
    if (inode.fs !== "ext2") return METADATA;
    let [name, here] = ["", inode];
    while (here.place !== null) {
      name = here.place.name;
      here = k.fs.inodes.get(here.place.directory)!;
    }
    return name.slice(0, 1);
  }
  return METADATA;
}

/** Does the work on a disk with a fault. @throws Error, a panic: invariant (1) */
export function runFault(blockSize: number, fault: Fault, ioScheduler: "noop" | "elevator"): FaultRun {
  const store = new FaultyStore(faultImage(blockSize), fault);
  const results: (number | null)[] = [];
  let concerned: string[] = [];
  let line = 0;
  const say = ({ line: number, result }: { line: number; result: number | null }) => {
    results[number] = result;
  };
  const { computer, console } = diskMachine([LINES], store, say, { "io-scheduler": ioScheduler }, "");
  const { kernel, machine } = computer;
  store.onFailure = () => {
    machine.flush();
    line = results.length;
    const { requests } = kernel.fs.disks[DISK].active!;
    concerned = [...new Set(requests.map(({ frame }) => (frame === 0 ? METADATA : ownerOf(kernel, frame))))];
  };
  const random = new Random(fault.at);
  for (;;) {
    const until = machine.clock.cycles + 1e8 + random.below(1e9);
    const outcome = computer.run({ idle: "skip", until, instructionLimit: MOST_INSTRUCTIONS });
    checkKernel(kernel);
    checkFiles(kernel);
    if (outcome.kind === "off" && outcome.status === 0) break;
    if (outcome.kind !== "until" || machine.clock.cycles > MOST_CYCLES)
      throw new Error(
        `it ended with ${JSON.stringify(outcome)} at line ${results.length}: ${LINES[results.length]}\n${console()}`,
      );
  }
  const { errors } = kernel.fs.disks[DISK];
  const { bytes: image, transfers, failed } = store;
  return { results, image, transfers, concerned, failed, line, errors, console: console() };
}

function contentOf(v: View, path: string): Uint8Array | null {
  let ino = ROOT;
  for (const name of path.split("/")) {
    const entry = lookup(v, ino, name);
    if (entry === null) return null;
    ino = entry.ino;
  }
  return readData(v, ino, 0, 1e6);
}

function isThere(v: View, { paths, content }: Expected): boolean {
  return paths.some((path) => {
    const bytes = contentOf(v, path);
    return bytes !== null && Buffer.compare(bytes, content) === 0;
  });
}

/** What a run with a fault did otherwise than the one without. */
export interface Difference {
  /** Groups that were told of something, "" for those who look at all. */
  readonly told: readonly string[];
  readonly wrong: string[];
}

/** Invariants (2): who was told what. */
export function compareResults(without: FaultRun, run: FaultRun, { forever }: Fault): Difference {
  const wrong: string[] = [];
  const told = new Set<string>();
  const first = new Set<string>();
  for (const [i, result] of run.results.entries()) {
    if (result === without.results[i]) continue;
    told.add(LETTERS[i]);
    if (LETTERS[i] === "" || forever || first.has(LETTERS[i])) continue;
    first.add(LETTERS[i]);
    // A write that has got so far says so.
    const short = /^[wa]/.test(LINES[i]) && (result ?? 0) > 0;
    if (result !== EIO && result !== SIGBUS && !short)
      wrong.push(`"${LINES[i]}" gives ${result}, not ${without.results[i]}`);
  }
  if (run.results.length !== LINES.length) wrong.push(`only ${run.results.length} lines were done`);
  if (forever || run.failed === null) return { told: [...told], wrong };
  const groups = [...told].filter((letter) => letter !== "");
  const about = `a ${run.failed.what} for ${run.concerned} at line ${run.line}`;
  const metadata = run.concerned.includes(METADATA);
  if (!metadata && groups.some((letter) => !run.concerned.includes(letter)))
    wrong.push(`${about} was told to ${groups}`);
  if (metadata && groups.length > 1) wrong.push(`${about} was told to ${groups}`);
  const lost = !metadata && run.failed.what === "write" && run.errors > 0 && run.line < LINES.length;
  if (lost && told.size === 0) wrong.push(`${about} was told to nobody`);
  return { told: [...told], wrong };
}

/** Was the disk mounted while a group was at work? */
function isMounted({ results }: FaultRun, letter: string): boolean {
  const before = LINES.slice(0, LETTERS.indexOf(letter));
  const mounts = before.flatMap((line, i) => (line.startsWith("M") ? [i] : []));
  const unmounts = before.flatMap((line, i) => (line.startsWith("U") ? [i] : []));
  const succeeded = (lines: readonly number[]) => lines.filter((i) => results[i] === 0).length;
  return succeeded(mounts) > succeeded(unmounts);
}

/** Invariant (3). @param image of the run, repaired */
export function compareFiles(
  image: Uint8Array,
  blockSize: number,
  run: FaultRun,
  told: readonly string[],
  { forever }: Fault,
): string[] {
  const { view } = new Disk(new MemoryImage(image.slice(), blockSize));
  const late = run.line >= LINES.length;
  const wrong: string[] = [];
  for (const { letter, files } of GROUPS) {
    // Without the disk they worked on the directory below it.
    if (told.includes(letter) || !isMounted(run, letter)) continue;
    for (const expected of files) {
      const mine = run.concerned.includes(letter) || (run.concerned.includes(METADATA) && late);
      if (!expected.home && (forever || mine)) continue;
      if (!isThere(view, expected)) wrong.push(`${expected.paths} is not as it must be`);
    }
  }
  return wrong;
}

/** Runs faults and compares. @returns by fault what is wrong */
export function tryFaults(
  blockSize: number,
  faults: readonly Fault[],
  ioScheduler: "noop" | "elevator",
): { readonly wrong: string[]; readonly told: number } {
  const without = runFault(blockSize, { at: -1, forever: false }, ioScheduler);
  const wrong: string[] = [];
  let some = 0;
  for (const fault of faults) {
    const name = `transfer ${fault.at}${fault.forever ? " and all behind it" : ""}, blocks of ${blockSize}, ${ioScheduler}`;
    try {
      const run = runFault(blockSize, fault, ioScheduler);
      const { told, wrong: results } = compareResults(without, run, fault);
      if (told.length > 0) some++;
      const [image] = repair([run.image]);
      const files = typeof image === "string" ? [image] : compareFiles(image, blockSize, run, told, fault);
      const context = `(${run.failed?.what} for ${run.concerned} at line ${run.line}: ${LINES[run.line]}; told ${told})`;
      for (const text of [...results, ...files]) wrong.push(`${name}: ${text} ${context}`);
    } catch (failure) {
      wrong.push(`${name}: ${(failure as Error).stack}`);
    }
  }
  return { wrong, told: some };
}

/** How many transfers the work has without a fault. */
export function countTransfers(blockSize: number, ioScheduler: "noop" | "elevator"): number {
  return runFault(blockSize, { at: -1, forever: false }, ioScheduler).transfers;
}
