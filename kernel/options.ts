/**
 * What can be chosen about a computer: one table, from which come the type, the defaults, the parsing of the command
 * line and its help. Adding an option is adding a row.
 */
import { ENGINES } from "../cpu/engines.ts";
import { DEFAULT_REPLACEMENT } from "../cpu/replacement.ts";
import { DEFAULT_SIZE, sizeOfBytes } from "./vm/hugetlb/sizes.ts";

interface OptionRow<T> {
  /** As it would be written on the command line. */
  readonly default: string;
  /** What stands for the value in the help: "SIZE". */
  readonly value: string;
  readonly help: string;
  /** `--no-NAME` is another way to write `--NAME off`. */
  readonly negatable?: true;
  /** Throws an OptionError that says what was expected. */
  readonly parse: (text: string) => T;
}

/** A value that does not fit its option: message without the option's name. */
export class OptionError extends Error {}

export interface TlbShape {
  readonly sets: number;
  readonly ways: number;
}

const UNITS: Readonly<Record<string, number>> = { "": 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };
/** Enough for the kernel's own needs and some processes, whose memory is mostly in swap then. */
const RAM_LEAST = 2 ** 20;
/** The address space of a 32-bit WebAssembly memory, less the machine's own state. */
const RAM_MOST = 2 * 2 ** 30;

/** Bytes: "128M", "65536K", "1G" or plain; NaN when it is no size. */
function parseSize(text: string): number {
  const match = /^(\d+)([kmg]?)i?b?$/i.exec(text);
  return match ? Number(match[1]) * UNITS[match[2]!.toLowerCase()]! : Number.NaN;
}

/** A size in whole pages. */
function parseRam(text: string): number {
  const bytes = parseSize(text);
  if (!(bytes >= RAM_LEAST && bytes <= RAM_MOST && bytes % 4096 === 0))
    throw new OptionError(`'${text}' is not a memory size from 1M to 2G in whole pages, like 128M`);
  return bytes;
}

/** Swap's least is mkswap's, its most what a page-table entry can say. */
const SWAP_LEAST = 10 * 4096;
const SWAP_MOST = 2 ** 34;

/** "0" for none, "ram" for as much as there is memory, or a size. */
function parseSwap(text: string): number | "ram" {
  if (text === "ram") return text;
  const bytes = parseSize(text);
  if (!(bytes === 0 || (bytes >= SWAP_LEAST && bytes <= SWAP_MOST && bytes % 4096 === 0)))
    throw new OptionError(`'${text}' is not 0, 'ram', or a size from 40K to 16G in whole pages, like 256M`);
  return bytes;
}

/** Huge pages that are set aside at boot: so many of 2^order frames. */
export interface HugePages {
  readonly order: number;
  readonly count: number;
}

/** "64" (of the usual size), "1G:1", "2M:64,1G:1": hugepagesz= and hugepages= of Linux's command line. */
function parseHugePages(text: string): readonly HugePages[] {
  const found: HugePages[] = [];
  for (const part of text.split(",")) {
    const match = /^(?:(\w+):)?(\d{1,9})$/.exec(part);
    const size = match === null ? null : match[1] === undefined ? DEFAULT_SIZE : sizeOfBytes(parseSize(match[1]));
    if (match === null || size === null || found.some(({ order }) => order === size.order))
      throw new OptionError(
        `'${text}' is not a number of huge pages, or numbers by size (2M, 1G), like 64 or 2M:64,1G:1`,
      );
    found.push({ order: size.order, count: Number(match[2]) });
  }
  return found;
}

const isPowerOfTwo = (n: number) => n >= 1 && (n & (n - 1)) === 0;
const TLB_MOST = { each: 4096, entries: 2 ** 18 };

/** 1xN is fully associative, Nx1 direct-mapped. */
function parseTlb(text: string): TlbShape {
  const match = /^(\d{1,4})x(\d{1,4})$/.exec(text);
  const [sets, ways] = match ? [Number(match[1]), Number(match[2])] : [0, 0];
  const good = [sets, ways].every((n) => isPowerOfTwo(n) && n <= TLB_MOST.each) && sets * ways <= TLB_MOST.entries;
  if (!good)
    throw new OptionError(
      `'${text}' is not SETSxWAYS, powers of two up to 4096, at most 262144 entries together, like 64x4 or 1x64`,
    );
  return { sets, ways };
}

function integer(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(number >= least && number <= most))
      throw new OptionError(`'${text}' is not a whole number from ${least} to ${most}`);
    return number;
  };
}

const TIMES: Readonly<Record<string, number>> = { "": 1, ns: 1, us: 1e3, ms: 1e6, s: 1e9 };

/** Cycles of virtual time, each a nanosecond: "160us", "2ms", "1s" or plain; NaN when it is no time. */
export function parseCycles(text: string): number {
  const match = /^(\d[\d_]*)(ns|us|ms|s)?$/i.exec(text);
  return match ? Number(match[1]!.replaceAll("_", "")) * TIMES[(match[2] ?? "").toLowerCase()]! : Number.NaN;
}

const WINDOW_MOST = 1e12;

function parseWindow(text: string): number {
  const cycles = parseCycles(text);
  if (!(cycles >= 0 && cycles <= WINDOW_MOST))
    throw new OptionError(`'${text}' is not 0 or a time up to 1000s, like 160us, 2ms, or plain cycles`);
  return cycles;
}

/** A load and its two pages, or a store and its code and data: what an instruction of a locked program needs, and one more. */
const RESIDENT_LEAST = 3;

function residentLimit(text: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(number === 0 || (number >= RESIDENT_LEAST && number <= RAM_MOST / 4096)))
    throw new OptionError(`'${text}' is not 0 or a whole number from ${RESIDENT_LEAST} to ${RAM_MOST / 4096}`);
  return number;
}

function onOrOff(text: string): boolean {
  if (text !== "on" && text !== "off") throw new OptionError(`'${text}' is neither on nor off`);
  return text === "on";
}

function oneOf<const T extends string>(...names: readonly T[]): (text: string) => T {
  return (text) => {
    const found = names.find((name) => name === text);
    if (found === undefined) throw new OptionError(`'${text}' is not one of: ${names.join(", ")}`);
    return found;
  };
}

function hostname(text: string): string {
  if (!/^[A-Za-z0-9.-]{1,64}$/.test(text))
    throw new OptionError(`'${text}' is not a host name of 1 to 64 letters, digits, '-' and '.'`);
  return text;
}

// biome-ignore format: a table is read in columns
export const OPTIONS = {
  ram:       { default: "128M", value: "SIZE", help: "size of memory, like 64M or 1G", parse: parseRam },
  swap:      { default: "ram", value: "SIZE", help: "size of the disk to swap to, like 256M; 0 for none; ram for as large as memory", parse: parseSwap },
  translation: { default: "paging", value: "SCHEME", help: "how addresses become places in memory: bare (they are places), segments (base and limit), segmented-paging (segments whose memory is paged), or paging", parse: oneOf("bare", "segments", "segmented-paging", "paging") },
  "segment-fit": { default: "first-fit", value: "NAME", help: "which hole in memory is taken: first-fit (the lowest), best-fit (the smallest) or worst-fit (the largest)", parse: oneOf("first-fit", "best-fit", "worst-fit") },
  compaction: { default: "on", value: "WHEN", negatable: true, help: "whether memory is moved together when what is free lies in pieces: on, or off", parse: onOrOff },
  paging:    { default: "sv48", value: "MODE", help: "sv39 (three levels) or sv48 (four levels of page tables)", parse: oneOf("sv39", "sv48") },
  tlb:       { default: "64x4", value: "SETSxWAYS", help: "shape of the translation look-aside buffer", parse: parseTlb },
  "tlb-replacement": { default: DEFAULT_REPLACEMENT, value: "NAME", help: "which entry of a full set of the TLB gives way: nru (not recently used, one bit an entry), fifo, lru, plru (a tree of bits), or random", parse: oneOf("nru", "fifo", "lru", "plru", "random") },
  hugepages: { default: "0", value: "[SIZE:]N,...", help: "huge pages that are set aside at boot: 64 (of 2M), 1G:1, or 2M:64,1G:1", parse: parseHugePages },
  seed:      { default: "1", value: "N", help: "seed of every random choice; the same seed gives the same run", parse: integer(0, 2 ** 32 - 1) },
  engine:    { default: "translator", value: "NAME", help: "what executes instructions: translator (to WebAssembly, fast) or reference (the interpreter, to be read); results are the same", parse: oneOf(...ENGINES) },
  scheduler: { default: "round-robin", value: "NAME", help: "round-robin (by time slices) or run-to-completion (no pre-emption)", parse: oneOf("round-robin", "run-to-completion") },
  quantum:   { default: "100000", value: "CYCLES", help: "time slice of the round-robin scheduler", parse: integer(1000, 1e12) },
  fork:      { default: "copy-on-write", value: "NAME", help: "copy-on-write, or eager: fork copies every page at once", parse: oneOf("copy-on-write", "eager") },
  population: { default: "demand", value: "NAME", help: "demand, or eager: a mapping's pages become resident when it is made", parse: oneOf("demand", "eager") },
  frames:    { default: "buddy", value: "NAME", help: "which free frame is taken: buddy or first-fit", parse: oneOf("buddy", "first-fit") },
  replacement: { default: "two-lists", value: "NAME", help: "which page leaves RAM: fifo, random, ageing, clock, two-lists (active and inactive), generations, or wsclock", parse: oneOf("fifo", "random", "ageing", "clock", "two-lists", "generations", "wsclock") },
  "working-set": { default: "0", value: "WINDOW", help: "show the working set of each process in /proc/PID/working_set: the pages that it has used in so much of its own time, like 2ms, 160us, or plain cycles; 0: do not", parse: parseWindow },
  resident:  { default: "0", value: "N", help: "a limit of N pages (3 or more) of processes in RAM, exact, for experiments; 0: none", parse: residentLimit },
  thp:       { default: "auto", value: "WHEN", help: "transparent huge pages: always, madvise (where a program asks), never, or auto (Linux's way: always with more than 512M of memory, else never)", parse: oneOf("auto", "always", "madvise", "never") },
  "io-scheduler": { default: "elevator", value: "NAME", help: "in which order disks are served: noop (first come, first served) or elevator (by sectors, with deadlines)", parse: oneOf("noop", "elevator") },
  aslr:      { default: "on", value: "WHEN", negatable: true, help: "whether programs, heaps, mappings and stacks lie where chance (--seed) puts them: on, or off", parse: onOrOff },
  check:     { default: "off", value: "WHEN", help: "assert the invariants of virtual memory: off, or traps (after every trap; slow)", parse: oneOf("off", "traps") },
  epoch:     { default: "1767225600", value: "SECONDS", help: "what the clock says at power-on, in seconds since 1970; the default is the start of 2026", parse: integer(0, 2 ** 33) },
  hostname:  { default: "quire", value: "NAME", help: "name of the computer, as uname -n shows it", parse: hostname },
} as const satisfies Record<string, OptionRow<unknown>>;

export type OptionName = keyof typeof OPTIONS;
/** Every option with its parsed value. */
export type Options = { readonly [Name in OptionName]: ReturnType<(typeof OPTIONS)[Name]["parse"]> };

/** All options: those given, and the table's defaults for the rest. */
export function withDefaults(given: Partial<Options>): Options {
  const rows = Object.entries(OPTIONS).map(([name, row]) => [
    name,
    given[name as OptionName] ?? row.parse(row.default),
  ]);
  return Object.fromEntries(rows) as Options;
}
