/**
 * Random calls on files, each as a line of a script for a guest and as the same call on the host: what random.test.ts
 * compares. Host calls return what the system call returns, negative for an error.
 */

import * as fs from "node:fs";
import { constants, type PathLike } from "node:fs";
import type { Random } from "../../../cpu/random.ts";

export const NAMES = ["a", "b", "c", "d", "d/e", "d/f", "d/g", "d/g/h", "a/x", "d/../b", "missing/y", "d/"];
export const SLOTS = ["p", "q", "r"];

/** Descriptors of the host by variable of the script; negative: the open failed. */
export type Slots = Map<string, number>;

export interface Work {
  /** Lines of the script; each call and each show prints one line. */
  readonly lines: readonly string[];
  /** What those lines print, without "= " in front. */
  host(slots: Slots): readonly string[];
}

/** The call's result; a call that throws gives the negative error number, as the kernel does. */
export function attempt(call: () => number | undefined | null): string {
  try {
    return String(call() ?? 0);
  } catch (failure) {
    const { errno } = failure as NodeJS.ErrnoException;
    if (errno === undefined) throw failure;
    return String(errno);
  }
}

/** Anything that returns no number: 0. */
const perform = (call: () => unknown) =>
  attempt(() => {
    call();
    return 0;
  });

const EBADF = "-9";
const withSlot = (slots: Slots, slot: string, call: (fd: number) => string) => {
  const fd = slots.get(slot) ?? -1;
  return fd < 0 ? EBADF : call(fd);
};

const pick = <T>(r: Random, list: readonly T[]): T => list[r.below(list.length)];

const { O_CREAT, O_RDWR, O_EXCL, O_TRUNC, O_APPEND, O_RDONLY } = constants;
const OPENINGS = [
  ["O_CREAT|O_RDWR", O_CREAT | O_RDWR],
  ["O_CREAT|O_RDWR", O_CREAT | O_RDWR],
  ["O_CREAT|O_RDWR|O_EXCL", O_CREAT | O_RDWR | O_EXCL],
  ["O_RDWR|O_TRUNC", O_RDWR | O_TRUNC],
  ["O_RDWR|O_APPEND", O_RDWR | O_APPEND],
  ["O_RDONLY", O_RDONLY],
] as const;

function open(r: Random, host: (name: string) => string): Work {
  const [slot, name, [flags, bits]] = [pick(r, SLOTS), pick(r, NAMES), pick(r, OPENINGS)];
  return {
    lines: [`close $${slot}`, "quiet", `openat AT_FDCWD "${name}" ${flags} 0644 > ${slot}`, "loud", `sign $${slot}`],
    host(slots) {
      const closed = withSlot(slots, slot, (fd) => perform(() => fs.closeSync(fd)));
      const fd = Number(attempt(() => fs.openSync(host(name), bits, 0o644)));
      slots.set(slot, fd);
      return [closed, fd < 0 ? `error ${-fd}` : "ok"];
    },
  };
}

function write(r: Random): Work {
  const [slot, letter, length] = [pick(r, SLOTS), "abcdefgh"[r.below(8)], pick(r, [1, 10, 100, 4096, 5000])];
  const offset = pick(r, [0, 5, 4090, 4096, 9000, 20000]);
  const data = Buffer.from(letter.repeat(length));
  return {
    lines: [`pwrite64 $${slot} "\\*${String(length).padStart(4, "0")}${letter}" ${length} ${offset}`],
    host: (slots) => [withSlot(slots, slot, (fd) => attempt(() => fs.writeSync(fd, data, 0, length, offset)))],
  };
}

function read(r: Random): Work {
  const [slot, length, offset] = [pick(r, SLOTS), pick(r, [1, 16, 40]), pick(r, [0, 5, 4090, 4100, 9000, 19990])];
  return {
    lines: [`pread64 $${slot} b1 ${length} ${offset} > n`, "show bytes b1 $n"],
    host(slots) {
      const buffer = Buffer.alloc(length);
      const n = withSlot(slots, slot, (fd) => attempt(() => fs.readSync(fd, buffer, 0, length, offset)));
      return [n, `"${buffer.toString("latin1", 0, Math.max(Number(n), 0)).replace(/\0/g, "\\x00")}"`];
    },
  };
}

function truncate(r: Random): Work {
  const [slot, size] = [pick(r, SLOTS), pick(r, [0, 3, 4095, 4096, 6000, 30000])];
  return {
    lines: [`ftruncate $${slot} ${size}`],
    host: (slots) => [withSlot(slots, slot, (fd) => perform(() => fs.ftruncateSync(fd, size)))],
  };
}

/** As `show stat` prints it; blocks are each file system's own. */
export function describeStat(s: fs.Stats): string {
  const owner = `uid ${s.uid} gid ${s.gid}`;
  return `mode 0${s.mode.toString(8)} nlink ${s.nlink} ${owner}${s.isFile() ? ` size ${s.size}` : ""}`;
}

/** lstat of a name; shown only when it is there, so that both sides print the same number of lines. */
export function look(name: string, host: (name: string) => string): Work {
  return {
    lines: ["store b0 8 0", `newfstatat AT_FDCWD "${name}" b0 AT_SYMLINK_NOFOLLOW`, "show stat b0"],
    host() {
      let shown = "";
      const result = perform(() => {
        shown = describeStat(fs.lstatSync(host(name)));
      });
      return [result, shown];
    },
  };
}

function onName(line: (name: string) => string, call: (path: string) => unknown) {
  return (r: Random, host: (name: string) => string): Work => {
    const name = pick(r, NAMES);
    return { lines: [line(name)], host: () => [perform(() => call(host(name)))] };
  };
}

function onTwoNames(line: (a: string, b: string) => string, call: (a: PathLike, b: PathLike) => unknown) {
  return (r: Random, host: (name: string) => string): Work => {
    const [a, b] = [pick(r, NAMES), pick(r, NAMES)];
    return { lines: [line(a, b)], host: () => [perform(() => call(host(a), host(b)))] };
  };
}

const rename = onTwoNames((a, b) => `renameat2 AT_FDCWD "${a}" AT_FDCWD "${b}" 0`, fs.renameSync);
const mkdir = onName(
  (name) => `mkdirat AT_FDCWD "${name}" 0755`,
  (path) => fs.mkdirSync(path, 0o755),
);

function symlink(r: Random, host: (name: string) => string): Work {
  const [target, name] = [pick(r, NAMES), pick(r, NAMES)];
  return {
    lines: [`symlinkat "${target}" AT_FDCWD "${name}"`],
    host: () => [perform(() => fs.symlinkSync(target, host(name)))],
  };
}

/** Every kind of work, as often as it is to happen. */
export const WORKS: readonly ((r: Random, host: (name: string) => string) => Work)[] = [
  open,
  open,
  open,
  write,
  write,
  write,
  read,
  read,
  truncate,
  mkdir,
  mkdir,
  (r, host) => look(pick(r, NAMES), host),
  onName((name) => `unlinkat AT_FDCWD "${name}" 0`, fs.unlinkSync),
  onName((name) => `unlinkat AT_FDCWD "${name}" AT_REMOVEDIR`, fs.rmdirSync),
  rename,
  rename,
  onTwoNames((a, b) => `linkat AT_FDCWD "${a}" AT_FDCWD "${b}" 0`, fs.linkSync),
  symlink,
];
