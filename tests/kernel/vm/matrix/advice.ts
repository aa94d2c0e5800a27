/** madvise: every advice that is not about huge or merged pages, and unknown ones, over every kind of memory; mincore. */
import { anonymous, KINDS, privateFile, shared, sharedFile } from "./scenes.ts";
import {
  at,
  type Case,
  call,
  END,
  FD,
  FORK,
  fill,
  MAPS,
  PAGE,
  pages,
  SMAPS,
  STATUS,
  show,
  store,
  vector,
} from "./script.ts";

/** Without 14, 15, 25: huge pages. */
const ADVICES = [
  ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16, 17, 18, 19, 20, 21, 22, 23, 24, 26, 27, 99, 100, 101, 102, -1],
];

const RANGES: readonly (readonly [string, bigint, bigint])[] = [
  ["all four pages", at(0), pages(4)],
  ["one page", at(1), PAGE],
  ["a page and a byte", at(0), PAGE + 1n],
];

/** Whether Linux says at once what remains resident is left to reclaim: MADV_FREE, COLD, PAGEOUT drop pages when they like. */
function overKinds(): Case[] {
  const cases: Case[] = [];
  for (const [kind, scene] of Object.entries(KINDS))
    for (const advice of ADVICES)
      for (const [range, from, length] of RANGES.slice(
        0,
        kind.startsWith("private") || kind.startsWith("shared") ? 2 : 1,
      ))
        cases.push({
          name: `madvise ${advice} of ${kind}, ${range}`,
          steps: [
            ...scene,
            call("madvise", from, length, advice),
            ...(advice === 20 || advice === 21 || advice === 3 ? [] : [vector(at(0), pages(4))]),
            show(at(0), 4),
            FORK,
            show(at(0), 4),
            store(at(0), 0x55),
            END,
            show(at(0), 4),
            STATUS,
          ],
        });
  return cases;
}

const bad = (limit: bigint): readonly (readonly [string, bigint, bigint])[] => [
  ["an address within a page", at(0) + 1n, PAGE],
  ["no length", at(0), 0n],
  ["no length within a page", at(0) + 1n, 0n],
  ["a page and a byte", at(0), PAGE + 1n],
  ["a length that wraps", at(0), 2n ** 64n - 1n],
  ["a length that ends at 0", at(0), 2n ** 64n - at(0)],
  ["pages beyond", at(0), pages(20)],
  ["nothing mapped", at(100), PAGE],
  ["nothing mapped, no length", at(100), 0n],
  ["the end of user space", limit, PAGE],
  ["kernel addresses", 2n ** 64n - 2n * PAGE, PAGE],
];

function badRanges(limit: bigint): Case[] {
  return [0, 3, 4, 8, 9, 10, 18, 20, 21, 22, 23, 24, 99].flatMap((advice) =>
    bad(limit).map(([what, from, length]) => ({
      name: `madvise ${advice} with ${what}`,
      steps: [anonymous(0, 4), fill(at(0), 4, 9), call("madvise", from, length, advice), show(at(0), 4)],
    })),
  );
}

/** Locked memory, and memory that a child sees. */
function combined(): Case[] {
  const cases: Case[] = [];
  for (const advice of [3, 4, 8, 9, 20, 21, 22, 23, 24])
    for (const [kind, scene] of Object.entries(KINDS).slice(0, 4))
      cases.push({
        name: `madvise ${advice} of locked ${kind}`,
        steps: [
          ...scene,
          call("mlock", at(0), PAGE),
          call("madvise", at(0), PAGE, advice),
          call("madvise", at(1), PAGE, advice),
          call("madvise", at(0), pages(2), advice),
          show(at(0), 4),
          STATUS,
        ],
      });
  for (const first of [10, 11, 18, 19])
    for (const second of [10, 11, 18, 19])
      for (const kind of ["private anonymous", "shared anonymous", "private file"])
        cases.push({
          name: `madvise ${first}, then ${second} of ${kind}, across a fork`,
          steps: [
            ...KINDS[kind],
            call("madvise", at(0), pages(2), first),
            call("madvise", at(1), pages(2), second),
            MAPS,
            FORK,
            show(at(0), 4),
            MAPS,
            store(at(1), 1),
            store(at(2), 2),
            FORK,
            show(at(0), 4),
            END,
            END,
            show(at(0), 4),
          ],
        });
  return cases;
}

/** What POPULATE_READ and POPULATE_WRITE say where pages cannot be had. */
function populate(): Case[] {
  const scenes: Readonly<Record<string, readonly string[]>> = {
    "no access": [anonymous(0, 4, 0)],
    "read-only": [anonymous(0, 4, 1)],
    "write-only": [anonymous(0, 4, 2)],
    "execute-only": [anonymous(0, 4, 4)],
    "a shared file beyond its end": [sharedFile(0, 4)],
    "a private file beyond its end": [privateFile(0, 4)],
    "a read-only shared file": [sharedFile(0, 2, 1, FD.readOnly)],
    "a hole": [anonymous(0, 2), anonymous(3, 1)],
    "shared memory": [shared(0, 4)],
  };
  return Object.entries(scenes).flatMap(([what, scene]) =>
    [22, 23].map((advice) => ({
      name: `madvise ${advice} of ${what}`,
      steps: [
        ...scene,
        call("madvise", at(0), pages(4), advice),
        call("madvise", at(1), PAGE, advice),
        vector(at(0), pages(2)),
        show(at(0), 4),
      ],
    })),
  );
}

const atMost = (a: bigint, b: bigint): bigint => [a, b].reduce((x, y) => (y < x ? y : x));

function mincore(limit: bigint): Case[] {
  const scene = [...KINDS["private anonymous"], shared(6, 2), store(at(7), 1), anonymous(8, 2, 0), sharedFile(10, 2)];
  const ranges = [
    ...bad(limit),
    ["all", at(0), pages(4)],
    ["shared", at(6), pages(2)],
    ["no access", at(8), pages(2)],
  ] as const;
  return [
    ...ranges.map(([what, from, length]) => ({
      name: `mincore with ${what}`,
      steps: [...scene, vector(from, atMost(length, pages(100))), call("mincore", from, length, "@0")],
    })),
    ...[0n, 1n, limit - 1n, 2n ** 64n - 1n].map((to) => ({
      name: `mincore to ${to === limit - 1n ? "the last byte" : to}`,
      steps: [
        ...scene,
        call("mincore", at(0), PAGE, to),
        call("mincore", at(0), 0, to),
        call("mincore", at(4), PAGE, to),
      ],
    })),
    ...Object.entries(KINDS).map(([kind, steps]) => ({
      name: `mincore and smaps of ${kind}`,
      steps: [...steps, vector(at(0), pages(4)), ...(kind.includes("file") ? [] : [SMAPS])],
    })),
  ];
}

export const adviceCases = (limit: bigint): Case[] => [
  ...overKinds(),
  ...badRanges(limit),
  ...combined(),
  ...populate(),
  ...mincore(limit),
];
