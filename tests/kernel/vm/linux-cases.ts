/**
 * Cases of memory calls whose results are recorded from real Linux (tests/golden/kernel/memory-calls.txt): each begins
 * with nothing mapped around BASE, and every step's result is compared.
 *
 * To record anew: `npx tsx tests/kernel/vm/linux-program.ts >calls.c`, compile it with riscv64-linux-gnu-gcc -static
 * -nostdlib, and run it as root on Linux 6.1 for riscv64 with Sv57 and 512 MiB.
 */
import { FLAGS } from "../../../kernel/abi.ts";

export const BASE = 0x1000_0000n;
/** Everything that cases map lies in BASE to BASE + SPAN - 1; other addresses are the kernel's choice, shown as "*". */
export const SPAN = 0x400_0000n;
const PAGE = 4096n;

/** Descriptors of the recording program: one file of 6000 bytes, opened three ways, and what cannot be mapped. */
export const FD = {
  readWrite: 10,
  readOnly: 11,
  writeOnly: 12,
  directory: 13,
  pipe: 14,
  zero: 15,
  closed: 99,
} as const;
export const FILE_BYTES = 6000;

export type Call = "mmap" | "munmap" | "mprotect" | "msync" | "load" | "store" | "truncate";
/** A call with its arguments; load and store: address (and byte); truncate: bytes. */
export type Step = readonly [Call, ...bigint[]];
export interface Case {
  readonly name: string;
  readonly steps: readonly Step[];
}

const {
  MAP_SHARED: S,
  MAP_PRIVATE: P,
  MAP_SHARED_VALIDATE: V,
  MAP_FIXED: F,
  MAP_ANONYMOUS: A,
  MAP_FIXED_NOREPLACE: NR,
} = FLAGS.map;
const {
  MAP_GROWSDOWN: G,
  MAP_POPULATE: POPULATE,
  MAP_NORESERVE: NORESERVE,
  MAP_STACK: STACK,
  MAP_SYNC: SYNC,
  MAP_HUGETLB: HUGE,
} = FLAGS.map;
const RW = 3;
const at = (pages: number) => BASE + BigInt(pages) * PAGE;

const map = (address: bigint, length: bigint, prot: number, flags: number, fd = -1, offset = 0n): Step => [
  "mmap",
  address,
  length,
  BigInt(prot),
  BigInt(flags),
  BigInt(fd),
  offset,
];
const anonymous = (page: number, pages: number, prot = RW, more = 0): Step =>
  map(at(page), BigInt(pages) * PAGE, prot, P | A | F | more);
const fileAt = (
  page: number,
  pages: number,
  prot: number,
  type: number,
  fd: number = FD.readWrite,
  offset = 0n,
): Step => map(at(page), BigInt(pages) * PAGE, prot, type | F, fd, offset);
const load = (address: bigint): Step => ["load", address];
const store = (address: bigint, byte: number): Step => ["store", address, BigInt(byte)];
const protect = (address: bigint, length: bigint, prot: number): Step => ["mprotect", address, length, BigInt(prot)];
const unmap = (address: bigint, length: bigint): Step => ["munmap", address, length];

/** A number with the name that it has in a case: user space ends elsewhere on every machine. */
type Named = readonly [name: string, value: bigint];

const lengthsBelow = (limit: bigint): Named[] => [
  ["0", 0n],
  ["1", 1n],
  ["page", PAGE],
  ["5 pages + 1", 5n * PAGE + 1n],
  ["limit / 2", limit / 2n],
  ["limit - page", limit - PAGE],
  ["limit", limit],
  ["2^63", 2n ** 63n],
  ["2^64 - page", 2n ** 64n - PAGE],
  ["2^64 - 1", 2n ** 64n - 1n],
];

const placesBelow = (limit: bigint): Named[] => [
  ["0", 0n],
  ["base", at(0)],
  ["base + 1", at(0) + 1n],
  ["limit - page", limit - PAGE],
  ["limit", limit],
  ["2^63", 2n ** 63n],
  ["2^64 - page", 2n ** 64n - PAGE],
];

/** mmap: every type and way of placing, with good and bad lengths and addresses. NORESERVE: promises have no limit here. */
function placements(limit: bigint): Case[] {
  const cases: Case[] = [];
  for (const type of [P | A, S | A, V | A, A, P | A | F, P | A | NR, S | A | G, P | A | G])
    for (const [place, address] of placesBelow(limit))
      for (const [size, length] of lengthsBelow(limit)) {
        // Who may map below mmap_min_addr depends on the caller's capabilities.
        if (address === 0n && type & (F | NR)) continue;
        const flags = type | NORESERVE;
        cases.push({ name: `mmap at ${place}, ${size}, flags ${flags}`, steps: [map(address, length, RW, flags)] });
      }
  return cases;
}

/** mmap of files: access modes, kinds of file, offsets. */
function files(): Case[] {
  const cases: Case[] = [];
  for (const [name, fd] of Object.entries(FD))
    for (const type of [0, S, P, V, V | SYNC, V | NR, P | G, P | HUGE])
      for (const prot of [0, 1, 2, RW, 4, 5])
        cases.push({ name: `mmap ${name} type ${type} prot ${prot}`, steps: [map(at(0), PAGE, prot, type | F, fd)] });
  for (const offset of [1n, PAGE, 2n ** 40n, 2n ** 63n - PAGE, -PAGE, -2n * PAGE])
    for (const flags of [S, P, P | A, S | A])
      cases.push({
        name: `mmap offset ${offset} flags ${flags}`,
        steps: [map(at(0), PAGE, 1, flags | F, FD.readWrite, offset)],
      });
  return cases;
}

/** munmap, mprotect and msync with good and bad ranges over mapped pages, a hole, and a read-only shared file. */
function ranges(limit: bigint): Case[] {
  const scene: Step[] = [
    anonymous(0, 4),
    anonymous(6, 2),
    fileAt(8, 2, 1, S, FD.readOnly),
    store(at(1), 7),
    store(at(6), 9),
  ];
  const probe = [
    load(at(0)),
    load(at(1)),
    load(at(2)),
    load(at(4)),
    load(at(6)),
    load(at(8)),
    store(at(1), 3),
    store(at(3), 4),
  ];
  const starts: Named[] = [
    ...[0, 1, 3, 4, 7].map((page): Named => [`page ${page}`, at(page)]),
    ["page 0 + 1", at(0) + 1n],
    ["limit", limit],
    ["2^64 - page", 2n ** 64n - PAGE],
  ];
  const lengths: Named[] = [
    ["0", 0n],
    ["1", 1n],
    ["page", PAGE],
    ["2 pages + 1", 2n * PAGE + 1n],
    ["6 pages", 6n * PAGE],
    ["20 pages", 20n * PAGE],
    ["2^63", 2n ** 63n],
    ["2^64 - 1", 2n ** 64n - 1n],
  ];
  const cases: Case[] = [];
  for (const [place, start] of starts)
    for (const [size, length] of lengths) {
      const where = `${place}, ${size}`;
      cases.push({ name: `munmap ${where}`, steps: [...scene, unmap(start, length), ...probe] });
      for (const prot of [0, 1, RW, 8])
        cases.push({
          name: `mprotect ${where} prot ${prot}`,
          steps: [...scene, protect(start, length, prot), ...probe],
        });
      for (const flags of [0, 1, 2, 4, 5, 6, 8])
        cases.push({
          name: `msync ${where} flags ${flags}`,
          steps: [...scene, ["msync", start, length, BigInt(flags)]],
        });
    }
  return cases;
}

/** What pages hold and which signals accesses get, over every protection. */
function accesses(): Case[] {
  const cases: Case[] = [];
  for (let prot = 0; prot < 8; prot++) {
    for (const type of [P | A, S | A])
      cases.push({
        name: `access anonymous type ${type} prot ${prot}`,
        steps: [
          map(at(0), PAGE, prot, type | F),
          load(at(0)),
          store(at(0), 5),
          load(at(0)),
          protect(at(0), PAGE, RW),
          store(at(0), 6),
          load(at(0)),
        ],
      });
    for (const type of [P, S])
      cases.push({
        name: `access file type ${type} prot ${prot}`,
        steps: [
          fileAt(0, 3, prot, type),
          load(at(0)),
          store(at(0), 5),
          load(at(0)),
          load(at(2)),
          load(at(1) + 3000n),
          store(at(2), 1),
        ],
      });
  }
  return cases;
}

const STORIES: readonly Case[] = [
  {
    name: "a private file keeps its writes",
    steps: [fileAt(0, 2, RW, P), store(at(0), 200), load(at(0)), fileAt(4, 2, 1, S), load(at(4))],
  },
  {
    name: "a shared file shows writes elsewhere",
    steps: [fileAt(0, 2, RW, S), fileAt(4, 2, 1, P), load(at(4)), store(at(0), 201), load(at(4)), store(at(0), 65)],
  },
  {
    name: "a private copy hides later writes",
    steps: [
      fileAt(0, 1, RW, S),
      fileAt(4, 1, RW, P),
      store(at(4) + 1n, 1),
      store(at(0), 202),
      load(at(4)),
      load(at(0)),
      store(at(0), 65),
    ],
  },
  {
    name: "the tail of the last page reads zero",
    steps: [
      fileAt(0, 2, RW, P),
      load(at(1) + 1903n),
      load(at(1) + 1904n),
      store(at(1) + 2000n, 9),
      load(at(1) + 2000n),
    ],
  },
  { name: "beyond the end is SIGBUS", steps: [fileAt(0, 4, RW, S), load(at(1) + 4095n), load(at(2)), store(at(3), 1)] },
  {
    name: "truncation unmaps, private copies too",
    steps: [
      fileAt(0, 2, RW, P),
      store(at(1), 1),
      store(at(0), 2),
      ["truncate", 100n],
      load(at(1)),
      load(at(0)),
      ["truncate", 6000n],
      load(at(1)),
      load(at(0)),
    ],
  },
  {
    name: "growing the file makes pages accessible",
    steps: [fileAt(0, 4, RW, S), load(at(3)), ["truncate", 16384n], load(at(3)), ["truncate", 6000n], load(at(3))],
  },
  {
    name: "the zero device is anonymous memory",
    steps: [
      fileAt(0, 1, RW, P, FD.zero),
      store(at(0), 1),
      load(at(0)),
      fileAt(1, 1, RW, S, FD.zero),
      load(at(1)),
      store(at(1), 1),
    ],
  },
  {
    name: "a fixed mapping replaces what is there",
    steps: [anonymous(0, 4), store(at(1), 1), anonymous(1, 1), load(at(1)), load(at(0)), load(at(2))],
  },
  {
    name: "a fixed mapping that must not replace",
    steps: [
      anonymous(0, 4),
      map(at(3), 2n * PAGE, RW, P | A | NR),
      map(at(4), 2n * PAGE, RW, P | A | NR),
      map(at(4), PAGE, RW, P | A | NR),
    ],
  },
  {
    name: "a hint is taken where there is room",
    steps: [
      anonymous(0, 4),
      map(at(4), PAGE, RW, P | A),
      map(at(3), PAGE, RW, P | A),
      map(at(5) + 1n, PAGE, RW, P | A),
      map(at(7) - 1n, PAGE, RW, P | A),
    ],
  },
  {
    name: "a mapping that grows down",
    steps: [anonymous(600, 1, RW, G), store(at(599), 1), load(at(598)), load(at(500)), unmap(at(0), 700n * PAGE)],
  },
  {
    name: "a mapping that grows down stops at the guard gap",
    steps: [
      anonymous(300, 1),
      anonymous(600, 1, RW, G),
      store(at(557), 1),
      store(at(556), 1),
      unmap(at(300), PAGE),
      store(at(555), 1),
    ],
  },
  {
    name: "a guard gap does not count memory without access",
    steps: [anonymous(500, 1, 0), anonymous(600, 1, RW, G), store(at(520), 1), store(at(501), 2), load(at(500))],
  },
  {
    name: "a hint below a growing mapping",
    steps: [
      anonymous(600, 1, RW, G),
      map(at(599), PAGE, RW, P | A),
      map(at(344), PAGE, RW, P | A),
      map(at(343), PAGE, RW, P | A),
    ],
  },
  {
    name: "mprotect that grows down",
    steps: [
      anonymous(600, 4, RW, G),
      anonymous(700, 4),
      protect(at(602), PAGE, 0x0100_0001),
      store(at(600), 1),
      store(at(603), 1),
      protect(at(700), PAGE, 0x0100_0001),
      protect(at(700), PAGE, 0x0200_0001),
      protect(at(700), PAGE, 0x0300_0001),
    ],
  },
  {
    name: "mprotect across a hole changes what lies before it",
    steps: [
      anonymous(0, 2),
      anonymous(3, 1),
      protect(at(0), 4n * PAGE, 1),
      store(at(0), 1),
      store(at(1), 1),
      store(at(3), 1),
    ],
  },
  {
    name: "mprotect of a read-only shared file",
    steps: [
      fileAt(0, 1, 1, S, FD.readOnly),
      protect(at(0), PAGE, RW),
      protect(at(0), PAGE, 0),
      load(at(0)),
      protect(at(0), PAGE, 1),
      load(at(0)),
    ],
  },
  {
    name: "mprotect of a read-only private file",
    steps: [fileAt(0, 1, 1, P, FD.readOnly), protect(at(0), PAGE, RW), store(at(0), 1), load(at(0))],
  },
  {
    name: "content survives without access",
    steps: [
      anonymous(0, 1),
      store(at(0), 77),
      protect(at(0), PAGE, 0),
      load(at(0)),
      protect(at(0), PAGE, 1),
      load(at(0)),
      store(at(0), 1),
      protect(at(0), PAGE, 2),
      load(at(0)),
      store(at(0), 78),
      load(at(0)),
    ],
  },
  {
    name: "populated and other flags",
    steps: [
      anonymous(0, 2, RW, POPULATE),
      load(at(1)),
      anonymous(4, 2, RW, NORESERVE | STACK),
      store(at(5), 1),
      load(at(5)),
      map(at(8), PAGE, 1, P | F | POPULATE, FD.readWrite),
      load(at(8)),
    ],
  },
  {
    name: "execute-only memory",
    steps: [anonymous(0, 1, 4), load(at(0)), anonymous(1, 1, 6), store(at(1), 3), load(at(1))],
  },
];

/** All cases, for a user space that ends at `limit`. */
export function casesBelow(limit: bigint): readonly Case[] {
  return [...placements(limit), ...files(), ...ranges(limit), ...accesses(), ...STORIES];
}
