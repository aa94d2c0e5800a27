/** The workload of disk-faults.ts: groups of lines for disk-work.c, each with files whose names begin with its letter. */
import { FLAGS } from "../../kernel/abi.ts";
import { writeData } from "../../kernel/fs/ext2/data.ts";
import { create, mkdir } from "../../kernel/fs/ext2/operations.ts";
import { encodeSwapHeader } from "../../kernel/vm/swap-header.ts";
import { Disk, file, folder, newImage, ROOT, TIME } from "../kernel/fs/ext2/disks.ts";
import { MOUNT } from "./disk-machine.ts";
import { made } from "./file-history.ts";

const { O_RDONLY, O_RDWR, O_CREAT, O_APPEND, O_SYNC, O_DIRECTORY } = FLAGS.open;
const NEW = O_RDWR | O_CREAT;
const PAGE = 4096;
const SWAP_PAGES = 12;

/** A file that is there when a group is done, unless the group was told of an error. */
export interface Expected {
  /** Below the mount; one of these. */
  readonly paths: readonly string[];
  readonly content: Uint8Array;
  /** The group's last line has brought it home. */
  readonly home: boolean;
}

export interface Group {
  readonly letter: string;
  readonly lines: readonly string[];
  readonly files: readonly Expected[];
}

/** Files that are there before, by name: bytes, written with the seed 1. */
const PRESET: Readonly<Record<string, number>> = {
  a1: 5000,
  b1: 30_000,
  e1: 12_000,
  g1: 100_000,
  i1: 9000,
  j1: 9000,
  k1: 60_000,
  l1: 700,
  m1: 90_000,
  o1: 3000,
  r1: 50_000,
  r2: 20_000,
  u1: 6000,
};

const whole = (name: string, home = true): Expected => ({ paths: [name], content: made(0, PRESET[name], 1), home });

/** What was there, with another write over it. */
function over(name: string, from: number, length: number, seed: number, home = true): Expected {
  const bytes = new Uint8Array(Math.max(PRESET[name], from + length));
  bytes.set(made(0, PRESET[name], 1));
  bytes.set(made(from, length, seed), from);
  return { paths: [name], content: bytes, home };
}

const fresh = (paths: readonly string[], length: number, seed: number, home = true): Expected => ({
  paths,
  content: made(0, length, seed),
  home,
});

/** Opens, works on slot 0, closes. */
const on = (flags: number, path: string, ...lines: readonly string[]) => [
  `o 0 ${flags} ${MOUNT}/${path}`,
  ...lines,
  "c 0",
];
const at = (...names: readonly string[]) => names.map((name) => `${MOUNT}/${name}`).join(" ");

/** While the disk is mounted for the first time. */
const FIRST: readonly Group[] = [
  { letter: "a", lines: on(O_RDONLY, "a1", "v 0 0 5000"), files: [whole("a1")] },
  { letter: "b", lines: on(O_RDONLY, "b1", "V 0 0 30000"), files: [whole("b1")] },
  { letter: "c", lines: on(NEW, "c1", "w 0 0 20000 3", "s 0"), files: [fresh(["c1"], 20_000, 3)] },
  { letter: "d", lines: on(NEW, "d1", "w 0 0 15000 4"), files: [fresh(["d1"], 15_000, 4, false)] },
  { letter: "e", lines: on(O_RDWR, "e1", "w 0 5000 100 5", "d 0"), files: [over("e1", 5000, 100, 5)] },
  {
    letter: "g",
    lines: on(O_RDWR, "g1", "t 0 20000", "s 0"),
    files: [{ paths: ["g1"], content: made(0, 20_000, 1), home: true }],
  },
  {
    letter: "h",
    lines: [
      `m ${at("h")}`,
      ...on(NEW, "h/1", "w 0 0 4000 6", "s 0"),
      `r ${at("h/1", "h/2")}`,
      `l ${at("h/2", "h/3")}`,
      `y text ${at("h/4")}`,
      `u ${at("h/3")}`,
      ...on(O_RDONLY | O_DIRECTORY, "h", "s 0"),
    ],
    files: [fresh(["h/2", "h/1"], 4000, 6)],
  },
  { letter: "i", lines: on(O_RDWR, "i1", "p 0 2000 5000 7 1"), files: [over("i1", 2000, 5000, 7)] },
  { letter: "j", lines: on(O_RDWR, "j1", "p 0 2000 5000 8 0", "s 0"), files: [over("j1", 2000, 5000, 8)] },
  { letter: "k", lines: [`u ${at("k1")}`], files: [] },
  {
    letter: "l",
    lines: on(O_RDWR | O_APPEND | O_SYNC, "l1", "a 0 700 3000 9", "a 0 3700 3000 9"),
    files: [over("l1", 700, 6000, 9)],
  },
  { letter: "m", lines: on(O_RDONLY, "m1", "v 0 80000 2000", "v 0 3 10", "V 0 40000 3"), files: [whole("m1")] },
  { letter: "n", lines: [`W ${at("n1")}`, `X ${at("n1")}`], files: [] },
  {
    letter: "o",
    lines: [...on(NEW, "o2", "w 0 0 2500 10", "s 0"), `r ${at("o2", "o1")}`],
    files: [fresh(["o1", "o2"], 2500, 10)],
  },
  {
    letter: "q",
    lines: [
      `R ${at("q")}`,
      `m ${at("q")}`,
      `m ${at("q/1")}`,
      ...on(NEW, "q/1/2", "w 0 30000 100 11", "w 0 0 30000 11", "d 0"),
    ],
    files: [fresh(["q/1/2"], 30_100, 11)],
  },
  { letter: "u", lines: [`T 1000 ${at("u1")}`], files: [{ paths: ["u1"], content: made(0, 1000, 1), home: false }] },
];

/** After it was unmounted and mounted again: nothing is in memory. */
const SECOND: readonly Group[] = [
  {
    letter: "r",
    lines: [...on(O_RDONLY, "r1", "v 0 0 50000"), ...on(O_RDONLY, "r2", "V 0 0 20000")],
    files: [whole("r1"), whole("r2")],
  },
  { letter: "s", lines: on(NEW, "s1", "w 0 0 9000 12", "s 0"), files: [fresh(["s1"], 9000, 12)] },
  { letter: "t", lines: on(NEW, "t1", "w 0 0 9000 13"), files: [fresh(["t1"], 9000, 13, false)] },
];

const MOUNTING = [`M 0 /dev/vdb ${MOUNT}`, `M 0 /dev/vdb ${MOUNT}`];
/** Lines of those who look at everything; twice, so that a single error does not end the work. */
const BETWEEN = ["S", `f ${MOUNT}`, `U ${MOUNT}`, `U ${MOUNT}`, ...MOUNTING];

export const GROUPS: readonly Group[] = [...FIRST, ...SECOND];
export const LINES: readonly string[] = [
  ...MOUNTING,
  ...FIRST.flatMap(({ lines }) => lines),
  ...BETWEEN,
  ...SECOND.flatMap(({ lines }) => lines),
  `f ${MOUNT}`,
];

/** The letter of each line's group; "": everybody's. */
export const LETTERS: readonly string[] = [
  ...MOUNTING.map(() => ""),
  ...FIRST.flatMap(({ letter, lines }) => lines.map(() => letter)),
  ...BETWEEN.map(() => ""),
  ...SECOND.flatMap(({ letter, lines }) => lines.map(() => letter)),
  "",
];

/** The disk on which all this is done. */
export function faultImage(blockSize: number): Uint8Array {
  const image = newImage({ size: 2 ** 21, blockSize, bytesPerInode: 8192 });
  const disk = new Disk(image);
  const put = (name: string, bytes: Uint8Array) => {
    const ino = disk.run((t) => create(t, ROOT, name, file(0o600)));
    disk.run((t) => writeData(t, ino, 0, bytes, TIME));
  };
  for (const [name, size] of Object.entries(PRESET)) put(name, made(0, size, 1));
  const swap = new Uint8Array(SWAP_PAGES * PAGE);
  swap.set(encodeSwapHeader({ lastPage: SWAP_PAGES - 1 }));
  put("n1", swap);
  disk.run((t) => mkdir(t, ROOT, "q", folder()));
  return image.bytes;
}
