/** mremap: kinds of memory, sizes, flags and targets. */
import { anonymous, KINDS, shared } from "./scenes.ts";
import { at, type Case, call, END, FORK, fill, MAPS, PAGE, pages, STATUS, show, store } from "./script.ts";

const SIZES = [
  [4, 2],
  [4, 6],
  [2, 2],
  [2, 5],
  [1, 4],
  [6, 8],
  [6, 2],
  [0, 4],
  [4, 0],
] as const;

/** Flags with the new address: page 40 is free, 60 is taken, page 2 overlaps. */
const WAYS: readonly (readonly [string, number, bigint])[] = [
  ["in place", 0, 0n],
  ["may move", 1, 0n],
  ["fixed to a free place", 3, at(40)],
  ["fixed to a taken place", 3, at(60)],
  ["fixed onto itself", 3, at(2)],
  ["not unmapping", 5, 0n],
  ["not unmapping, fixed", 7, at(40)],
];

/** Every kind with every pair of sizes and way; page 8 bars the way up. */
function moves(): Case[] {
  const cases: Case[] = [];
  for (const [kind, scene] of Object.entries(KINDS))
    for (const [before, after] of SIZES)
      for (const [way, flags, to] of WAYS)
        cases.push({
          name: `mremap ${kind}, ${before} to ${after} pages, ${way}`,
          steps: [
            anonymous(8, 1),
            ...scene,
            anonymous(60, 2),
            fill(at(60), 2, 0x99),
            call("mremap", at(0), pages(before), pages(after), flags, to),
            // What has moved to the kernel's choice is reached by the result itself.
            show("$0", Math.min(after || 1, 4)),
            show(at(0), 8),
            show(at(40), 8),
            show(at(60), 3),
            MAPS,
            STATUS,
          ],
        });
  return cases;
}

function badArguments(limit: bigint): Case[] {
  const cases: Case[] = [];
  const calls: readonly (readonly [string, ...(number | bigint)[]])[] = [
    ["an address within a page", at(0) + 1n, PAGE, PAGE, 1, 0],
    ["a target within a page", at(0), PAGE, PAGE, 3, at(40) + 1n],
    ["a fixed target without leave to move", at(0), PAGE, PAGE, 2, at(40)],
    ["not unmapping without leave to move", at(0), PAGE, PAGE, 4, 0],
    ["not unmapping and another size", at(0), PAGE, 2n * PAGE, 5, 0],
    ["unknown flags", at(0), PAGE, PAGE, 8, 0],
    ["all flags and one more", at(0), PAGE, PAGE, 15, at(40)],
    ["odd sizes", at(0), 5000, 100, 0, 0],
    ["odd sizes that grow", at(0), 100, 5000, 0, 0],
    ["a size that wraps", at(0), PAGE, 2n ** 64n - 1n, 1, 0],
    ["an old size that wraps", at(0), 2n ** 64n - 1n, PAGE, 1, 0],
    ["the largest size", at(0), PAGE, limit, 1, 0],
    ["half of all", at(0), PAGE, limit / 2n, 0, 0],
    ["a target at the end", at(0), PAGE, PAGE, 3, limit],
    ["a target that reaches over the end", at(0), 2n * PAGE, 2n * PAGE, 3, limit - PAGE],
    ["a target of all ones", at(0), PAGE, PAGE, 3, 2n ** 64n - PAGE],
    ["kernel addresses", 2n ** 64n - PAGE, PAGE, PAGE, 1, 0],
    ["nothing mapped", at(100), PAGE, PAGE, 1, 0],
    ["a target with a hint only", at(0), PAGE, PAGE, 1, at(40)],
    ["two zero sizes", at(0), 0, 0, 1, 0],
    ["across two mappings", at(2), pages(4), pages(4), 1, 0],
    ["across two mappings to fewer", at(2), pages(4), pages(1), 1, 0],
  ];
  for (const [what, ...args] of calls)
    cases.push({
      name: `mremap with ${what}`,
      steps: [
        anonymous(0, 4),
        fill(at(0), 4, 0x15),
        anonymous(4, 2, 1),
        call("mremap", ...args),
        show(at(0), 6),
        show(at(40), 2),
        MAPS,
      ],
    });
  return cases;
}

const GROW_IN_PLACE: readonly Case[] = [
  {
    name: "mremap grows into free room and shrinks again",
    steps: [
      anonymous(0, 2),
      fill(at(0), 2, 7),
      call("mremap", at(0), pages(2), pages(9), 0, 0),
      show(at(0), 10),
      fill(at(8), 1, 9),
      call("mremap", at(0), pages(9), pages(1), 0, 0),
      show(at(0), 10),
      STATUS,
    ],
  },
  {
    name: "mremap of the middle can only move",
    steps: [
      anonymous(0, 4),
      fill(at(0), 4, 7),
      call("mremap", at(1), PAGE, pages(2), 0, 0),
      call("mremap", at(1), PAGE, pages(2), 1, 0),
      show("$0", 2),
      show(at(0), 4),
    ],
  },
  {
    name: "mremap of nothing in a shared mapping makes a second view",
    steps: [
      shared(0, 2),
      fill(at(0), 2, 5),
      call("mremap", at(0), 0, pages(2), 3, at(40)),
      store(at(40), 6),
      show(at(0), 2),
      show(at(40), 2),
    ],
  },
  {
    name: "mremap in a child leaves the parent as it is",
    steps: [
      anonymous(0, 2),
      fill(at(0), 2, 5),
      FORK,
      call("mremap", at(0), pages(2), pages(2), 3, at(40)),
      show(at(40), 2),
      store(at(40), 6),
      show(at(0), 2),
      show(at(40), 2),
      END,
      show(at(0), 2),
      show(at(40), 2),
    ],
  },
  {
    name: "mremap after fork moves what both still share",
    steps: [
      anonymous(0, 2),
      fill(at(0), 2, 5),
      FORK,
      store(at(0), 1),
      call("mremap", at(0), pages(2), pages(3), 3, at(40)),
      store(at(42), 8),
      show(at(40), 3),
      END,
      call("mremap", at(0), pages(2), pages(2), 7, at(50)),
      show(at(0), 2),
      show(at(50), 2),
    ],
  },
];

export const mremapCases = (limit: bigint): Case[] => [...moves(), ...badArguments(limit), ...GROW_IN_PLACE];
