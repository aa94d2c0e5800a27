/**
 * Work on files for programs/file-work.c, which has the language: scripts drawn from a seed, and the same work done on the
 * host. What is written through a mapping is written with pwrite there, which says the same to whoever reads.
 */
import * as fs from "node:fs";
import { constants } from "node:fs";
import type { Random } from "../../../cpu/random.ts";
import { attempt } from "./random-work.ts";

/** Processes of a group; slots, and mappings of each. The first mapping is shared and written, the second one only read. */
const [WORKERS, SLOTS, MAPS] = [3, 3, 2];
const PAGE = 4096;
/** A file in a folder that gets many. */
const MANY = 80;

const NAMES = ["a", "b", "c", "d", "d/e", "d/f", "d/g", "d/g/h", "a/x", "d/../b", "missing/y", "d/", "d/g/m"];
const LONG = `d/${"long-".repeat(51)}`;
const { O_CREAT, O_RDWR, O_EXCL, O_TRUNC, O_APPEND, O_RDONLY, O_WRONLY, O_ACCMODE } = { ...constants, O_ACCMODE: 3 };
/** As often as they are to happen. */
const OPENINGS = [
  ...Array<number>(6).fill(O_CREAT | O_RDWR),
  O_CREAT | O_RDWR | O_EXCL,
  O_RDWR | O_TRUNC,
  O_RDWR | O_CREAT | O_APPEND,
  O_RDONLY,
  O_WRONLY | O_CREAT,
];
const LENGTHS = [0, 1, 10, 100, 700, 1024, 1025, 3000, 4096, 5000, 9000, 20_000];
/** Around the ends of blocks and pages, and where indirect blocks of 1 KiB begin. */
const OFFSETS = [0, 1, 1023, 1024, 2050, 4090, 4096, 7000, 8192, 12_288, 20_000, 40_000, 65_536, 270_000, 400_000];

/** Draws lines of work. */
class Drawing {
  constructor(readonly random: Random) {}

  below(n: number): number {
    return this.random.below(n);
  }

  one<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)];
  }

  name(): string {
    const which = this.below(10);
    if (which < 4) return `m/${"file".repeat(this.below(4) + 1)}-${this.below(MANY)}`;
    if (which > 4) return this.one(NAMES);
    return this.below(8) === 0 ? "m" : LONG;
  }

  length(): number {
    return this.one(LENGTHS);
  }

  offset(): number {
    return this.below(2) === 0 ? this.one(OFFSETS) : this.below(30_000);
  }

  /** A page's offset. */
  page(): number {
    return PAGE * this.below(12);
  }
}

const slot = (d: Drawing) => d.below(SLOTS);
const seed = (d: Drawing) => d.below(256);

// biome-ignore format: a table is read in columns
const WORKS: readonly (readonly [often: number, line: (d: Drawing) => string])[] = [
  [22, (d) => `o ${slot(d)} ${d.one(OPENINGS)} ${d.one([0o644, 0o600, 0o666])} ${d.name()}`],
  [1,  (d) => `c ${slot(d)}`],
  [8,  (d) => `w ${slot(d)} ${d.length()} ${seed(d)}`],
  [12, (d) => `p ${slot(d)} ${d.length()} ${seed(d)} ${d.offset()}`],
  [5,  (d) => `r ${slot(d)} ${d.length()}`],
  [10, (d) => `g ${slot(d)} ${d.length()} ${d.offset()}`],
  [4,  (d) => `s ${slot(d)} ${d.one([0, 0, 100, 5000, -3])} ${d.below(3)}`],
  [7,  (d) => `t ${slot(d)} ${d.below(3) === 0 ? 0 : d.offset()}`],
  [1,  (d) => `f ${slot(d)}`],
  [1,  (d) => `D ${slot(d)}`],
  [5,  (d) => `m ${slot(d)} 0 ${d.one([1, PAGE, 20_000])} ${d.page()} 1`],
  [3,  (d) => `m ${slot(d)} 1 ${d.one([1, PAGE, 20_000])} ${d.page()} 0`],
  [8,  (d) => `x 0 ${d.below(16_384)} ${d.length()} ${seed(d)}`],
  [8,  (d) => `z ${d.below(MAPS)} ${d.below(16_384)} ${d.length()}`],
  [2,  (d) => `v ${d.below(MAPS)} ${d.one([1, 4])}`],
  [2,  (d) => `q ${d.below(MAPS)}`],
  [2,  (d) => `j ${slot(d)} ${d.one([1, PAGE, 20_000])} ${d.page()} ${seed(d)}`],
  [7,  (d) => `u ${d.name()} 0`],
  [2,  (d) => `u ${d.name()} ${0x200}`],
  [6,  (d) => `d ${d.one([...NAMES, "m", "m", "d", "d/g"])} ${0o755}`],
  [7,  (d) => `n ${d.name()} ${d.name()}`],
  [4,  (d) => `l ${d.name()} ${d.name()}`],
  [2,  (d) => `k ${d.below(3) === 0 ? "long/".repeat(d.below(60)) : ""}${d.name()} ${d.name()}`],
  [1,  (d) => `h ${d.name()} ${d.one([0o644, 0o600, 0o755, 0o700])}`],
  [2,  (d) => `L ${d.name()}`],
  [3,  (d) => `e ${d.one([".", "d", "m", "d/g", d.name()])}`],
  [7,  (d) => `a ${d.name()}`],
];
const ALL = WORKS.flatMap(([often, line]) => Array<(typeof WORKS)[number][1]>(often).fill(line));
const MOST_BY_A_CHILD = 8;

/** Lines of one group for one round, about `operations` of them. */
function drawGroup(d: Drawing, operations: number, rare: boolean): string[] {
  const lines = ["d", "m", "d/g"].map((name) => `0d ${name} ${0o755}`);
  for (let worker = 0; worker < WORKERS; worker++)
    for (let slot = 0; slot < SLOTS; slot++) lines.push(`${worker}o ${slot} ${O_CREAT | O_RDWR} ${0o644} ${d.name()}`);
  let worker = 0;
  while (lines.length < operations) {
    if (d.below(3) > 0) worker = d.below(WORKERS);
    const draw = () => lines.push(`${worker}${d.one(ALL)(d)}`);
    if (rare && d.below(400) === 0) lines.push(`${worker}y`);
    if (d.below(40) > 0) draw();
    else {
      const count = 1 + d.below(MOST_BY_A_CHILD);
      lines.push(`${worker}F ${count}`);
      for (let i = 0; i < count; i++) draw();
    }
  }
  return lines;
}

export interface Amount {
  readonly rounds: number;
  readonly groups: number;
  /** Of each group in a round. */
  readonly operations: number;
  /** Unmount and mount between rounds, at times. */
  readonly remount: boolean;
}

/** A script. Its last part looks at what there is. */
export function drawScript(random: Random, { rounds, groups, operations, remount }: Amount): string {
  const d = new Drawing(random);
  const lines: string[] = [];
  for (let round = 0; round < rounds; round++) {
    for (let group = 0; group < groups; group++) lines.push("!g", ...drawGroup(d, operations, true));
    lines.push("!e");
    if (d.below(4) === 0) lines.push("!s");
    if (remount && d.below(2) === 0) lines.push("!u");
  }
  const looks = [...new Set(NAMES), LONG].flatMap((name) => [`0a ${name}`, `0e ${name}`, `0L ${name}`]);
  for (let group = 0; group < groups; group++) lines.push("!g", ...looks);
  return `${[...lines, "!e"].join("\n")}\n`;
}

/** An open file description of the host, with a position of our own: Node has no lseek. */
interface Description {
  readonly fd: number;
  readonly flags: number;
  position: number;
  holders: number;
}

interface Mapping {
  readonly file: Description;
  readonly length: number;
  readonly offset: number;
}

interface Worker {
  readonly slots: (Description | number)[];
  readonly maps: (Mapping | null)[];
}

const EBADF = -9;
const [EACCES, ENODEV, EINVAL] = [-13, -19, -22];
const bytesOf = (length: number, seed: number) =>
  Uint8Array.from({ length }, (_, i) => (seed + i * 7 + (i >> 8)) & 0xff);

/** As the programs have it: FNV-1a. */
export function hash(bytes: Uint8Array): number {
  let h = 2166136261;
  for (const byte of bytes) h = Math.imul(h ^ byte, 16777619);
  return h >>> 0;
}

const show = (bytes: Uint8Array) => (bytes.length > 0 ? `${bytes.length} ${hash(bytes)}` : "0");
const perform = (call: () => unknown) =>
  attempt(() => {
    call();
    return 0;
  });

/** What a call gives, or the negative error as text. */
function value<T>(call: () => T, then: (value: T) => string): string {
  let result: T | undefined;
  const failed = attempt(() => {
    result = call();
    return 0;
  });
  return failed === "0" ? then(result as T) : failed;
}

/** A group's processes on the host, where one after the other does its lines. */
class Group {
  private readonly folder: string;
  private readonly workers: Worker[];

  constructor(folder: string) {
    this.folder = folder;
    fs.mkdirSync(folder, { recursive: true, mode: 0o755 });
    this.workers = Array.from({ length: WORKERS }, () => ({
      slots: Array<number>(SLOTS).fill(EBADF),
      maps: Array<null>(MAPS).fill(null),
    }));
  }

  /** @returns what each line prints; null: that may be anything */
  run(lines: readonly string[]): (string | null)[] {
    const results: (string | null)[] = [];
    for (let i = 0; i < lines.length; i++) {
      const line = lines[i];
      const worker = this.workers[Number(line[0])];
      if (line[1] !== "F") {
        results.push(this.work(worker, line.slice(1)));
        continue;
      }
      const count = Number(line.slice(3));
      const child = { slots: [...worker.slots], maps: [...worker.maps] };
      for (const held of heldBy(child)) held.holders++;
      for (const one of lines.slice(i + 1, i + 1 + count)) results.push(this.work(child, one.slice(1)));
      leave(child);
      i += count;
    }
    for (const worker of this.workers) leave(worker);
    return results;
  }

  private work(worker: Worker, line: string): string | null {
    const [what, ...words] = line.split(" ");
    const numbers = words.map(Number);
    if (what in ON_SLOTS) {
      const file = worker.slots[numbers[0]];
      return typeof file === "number" ? String(EBADF) : ON_SLOTS[what](file, numbers.slice(1));
    }
    if (what in ON_NAMES) return ON_NAMES[what]((name) => `${this.folder}/${name}`, words);
    if (what === "y") return "0";
    if (what === "o") return open(worker, `${this.folder}/${words[3]}`, numbers);
    if (what === "c") return close(worker, numbers[0]);
    if (what === "m") return map(worker, numbers);
    return ON_MAPS[what](worker, numbers);
  }
}

function* heldBy({ slots, maps }: Worker): Generator<Description> {
  for (const held of slots) if (typeof held !== "number") yield held;
  for (const held of maps) if (held !== null) yield held.file;
}

function drop(file: Description): void {
  if (--file.holders === 0) fs.closeSync(file.fd);
}

function leave(worker: Worker): void {
  for (const held of heldBy(worker)) drop(held);
  worker.slots.fill(EBADF);
  worker.maps.fill(null);
}

function open(worker: Worker, path: string, [slot, flags, mode]: readonly number[]): string {
  return value(
    () => fs.openSync(path, flags, mode),
    (fd) => {
      const before = worker.slots[slot];
      if (typeof before !== "number") drop(before);
      worker.slots[slot] = { fd, flags, position: 0, holders: 1 };
      return "0";
    },
  );
}

function close(worker: Worker, slot: number): string {
  const file = worker.slots[slot];
  if (typeof file === "number") return String(EBADF);
  drop(file);
  worker.slots[slot] = EBADF;
  return "0";
}

const sizeOf = ({ fd }: Description) => fs.fstatSync(fd).size;

/** Why a file cannot be mapped; 0: it can. */
function mapError({ fd, flags }: Description, shared: boolean): number {
  const access = flags & O_ACCMODE;
  if (access === O_WRONLY || (shared && access === O_RDONLY)) return EACCES;
  return fs.fstatSync(fd).isFile() ? 0 : ENODEV;
}

function map(worker: Worker, [slot, number, length, offset, how]: readonly number[]): string {
  unmap(worker, number);
  const file = worker.slots[slot];
  if (typeof file === "number") return String(EBADF);
  const error = mapError(file, how === 1);
  if (error !== 0) return String(error);
  file.holders++;
  worker.maps[number] = { file, length, offset };
  return "0";
}

function unmap(worker: Worker, number: number): void {
  const mapped = worker.maps[number];
  if (mapped !== null) drop(mapped.file);
  worker.maps[number] = null;
}

/** Positions in the file that a use of a mapping touches. */
function touched(mapped: Mapping | null, from: number, length: number): { position: number; length: number } {
  if (mapped === null) return { position: 0, length: 0 };
  const most = Math.min(mapped.length - from, sizeOf(mapped.file) - mapped.offset - from);
  return { position: mapped.offset + from, length: Math.max(0, Math.min(length, most)) };
}

function bytesAt({ fd }: Description, position: number, length: number): Uint8Array {
  // Node does not call read for no bytes.
  if (length === 0) fs.readSync(fd, new Uint8Array(1), 0, 1, Number.MAX_SAFE_INTEGER - 4096);
  const bytes = new Uint8Array(length);
  return bytes.subarray(0, fs.readSync(fd, bytes, 0, length, position));
}

const ON_MAPS: Readonly<Record<string, (worker: Worker, numbers: readonly number[]) => string>> = {
  x({ maps }, [number, from, length, seed]) {
    const range = touched(maps[number], from, length);
    if (range.length > 0) writeMapped(maps[number]!, bytesOf(range.length, seed), range.position);
    return String(range.length);
  },
  z({ maps }, [number, from, length]) {
    const range = touched(maps[number], from, length);
    return show(range.length > 0 ? bytesAt(maps[number]!.file, range.position, range.length) : new Uint8Array());
  },
  v: () => "0",
  q(worker, [number]) {
    unmap(worker, number);
    return "0";
  },
};

/** By a descriptor of its own: one that appends would append. */
function writeMapped({ file }: Mapping, bytes: Uint8Array, position: number): void {
  const fd = fs.openSync(`/proc/self/fd/${file.fd}`, O_RDWR);
  fs.writeSync(fd, bytes, 0, bytes.length, position);
  fs.closeSync(fd);
}

function write(file: Description, [length, seed]: readonly number[]): string {
  const at = file.flags & O_APPEND ? null : file.position;
  const written = attempt(() => fs.writeSync(file.fd, bytesOf(length, seed), 0, length, at));
  if (Number(written) > 0) file.position = at === null ? sizeOf(file) : at + Number(written);
  return written;
}

function read(file: Description, length: number, position: number | null): string {
  return value(
    () => bytesAt(file, position ?? file.position, length),
    (bytes) => {
      if (position === null) file.position += bytes.length;
      return show(bytes);
    },
  );
}

function seek(file: Description, [offset, whence]: readonly number[]): string | null {
  const stat = fs.fstatSync(file.fd);
  if (!stat.isFile()) return null;
  const to = offset + [0, file.position, stat.size][whence];
  if (to < 0) return String(EINVAL);
  file.position = to;
  return String(to);
}

function privateMap(file: Description, [length, offset, seed]: readonly number[]): string {
  const error = mapError(file, false);
  if (error !== 0) return String(error);
  const n = Math.min(length, sizeOf(file) - offset);
  if (n <= 0) return "";
  const there = bytesAt(file, offset, n);
  const changed = Uint8Array.from(there);
  changed.set(bytesOf(Math.floor(n / 3), seed), Math.floor(n / 3));
  return `${show(changed)} ${show(there)}`;
}

const ON_SLOTS: Readonly<Record<string, (file: Description, numbers: readonly number[]) => string | null>> = {
  w: write,
  p: ({ fd }, [length, seed, position]) => attempt(() => fs.writeSync(fd, bytesOf(length, seed), 0, length, position)),
  r: (file, [length]) => read(file, length, null),
  g: (file, [length, position]) => read(file, length, position),
  s: seek,
  t: ({ fd }, [size]) => perform(() => fs.ftruncateSync(fd, size)),
  f: ({ fd }) => perform(() => fs.fsyncSync(fd)),
  D: ({ fd }) => perform(() => fs.fdatasyncSync(fd)),
  j: privateMap,
};

const TYPES = { directory: 4, file: 8, link: 10 } as const;

function describeFolder(path: string): string {
  return value(
    () => fs.readdirSync(path, { withFileTypes: true }),
    (entries) => {
      let sum = 0;
      for (const entry of entries) {
        const type = entry.isDirectory() ? TYPES.directory : entry.isSymbolicLink() ? TYPES.link : TYPES.file;
        sum += hash(Uint8Array.from([type, ...Buffer.from(entry.name, "latin1")])) & 0xffffff;
      }
      return `0 ${entries.length} ${sum}`;
    },
  );
}

type OnHost = (name: string) => string;
const ON_NAMES: Readonly<Record<string, (host: OnHost, words: readonly string[]) => string>> = {
  u: (host, [name, flags]) => perform(() => (flags === "0" ? fs.unlinkSync : fs.rmdirSync)(host(name))),
  d: (host, [name, mode]) => perform(() => fs.mkdirSync(host(name), Number(mode))),
  h: (host, [name, mode]) => perform(() => fs.chmodSync(host(name), Number(mode))),
  n: (host, [from, to]) => perform(() => fs.renameSync(host(from), host(to))),
  l: (host, [from, to]) => perform(() => fs.linkSync(host(from), host(to))),
  k: (host, [target, name]) => perform(() => fs.symlinkSync(target, host(name))),
  L: (host, [name]) => value(() => fs.readlinkSync(host(name), "buffer"), show),
  e: (host, [name]) => describeFolder(host(name)),
  a: (host, [name]) =>
    value(
      () => fs.lstatSync(host(name)),
      (s) => `0 ${s.mode} ${s.nlink}${s.isDirectory() ? "" : ` ${s.size}`}`,
    ),
};

/** A line of a script and what it must print; null: that may be anything. */
export interface Expected {
  readonly line: string;
  readonly result: string | null;
}

/** Does a script's work in a folder of the host. @returns by group, in the order of its lines */
export function workOnHost(script: string, folder: string): Expected[][] {
  const results: Expected[][] = [];
  const umask = process.umask(0o022);
  try {
    for (const round of script.split(/^!e\n/m))
      for (const [number, part] of round.split(/^!g\n/m).slice(1).entries()) {
        const lines = part.split("\n").filter((line) => line !== "");
        const printed = new Group(`${folder}/g${number}`).run(lines);
        const done = lines.filter((line) => line[1] !== "F");
        if (results[number] === undefined) results[number] = [];
        results[number].push(...done.map((line, i) => ({ line, result: printed[i] })));
      }
  } finally {
    process.umask(umask);
  }
  return results;
}
