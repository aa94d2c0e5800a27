/** mlock, mlock2, munlock, mlockall, munlockall and MAP_LOCKED, as root and as users with little room. */
import { ASKERS, anonymous, KINDS, PRIVATE, privateFile, shared, sharedFile } from "./scenes.ts";
import {
  type Argument,
  at,
  type Case,
  call,
  END,
  FORK,
  fill,
  hold,
  LIMIT,
  limit,
  load,
  MAPS,
  MARK,
  PAGE,
  pages,
  room,
  SMAPS,
  STATUS,
  same,
  save,
  show,
  store,
  USER,
  vector,
} from "./script.ts";

type Named = readonly [string, bigint, bigint];
const RANGES = (end: bigint): readonly Named[] => [
  ["a page", at(0), PAGE],
  ["a byte in the middle", at(1) + 5n, 1n],
  ["two pages by a byte", at(1) - 1n, 2n],
  ["three pages", at(0), pages(3)],
  ["four pages", at(0), pages(4)],
  ["no length", at(0), 0n],
  ["five pages", at(0), pages(5)],
  ["nothing mapped", at(100), PAGE],
  ["a length that wraps", at(0), 2n ** 64n - 1n],
  ["the end of user space", end, PAGE],
];
const CALLS: readonly (readonly ["mlock" | "mlock2" | "munlock", ...number[]])[] = [
  ["mlock"],
  ["mlock2", 0],
  ["mlock2", 1],
  ["mlock2", 2],
  ["munlock"],
];

function ranges(end: bigint): Case[] {
  const cases: Case[] = [];
  for (const [asker, become] of Object.entries(ASKERS))
    for (const [name, ...flags] of CALLS)
      for (const [range, from, length] of RANGES(end))
        cases.push({
          name: `${name} ${flags} of ${range}, ${asker}`,
          steps: [
            anonymous(0, 4),
            store(at(2), 1),
            ...become,
            call(name, from, length, ...flags),
            vector(at(0), pages(4)),
            STATUS,
            call("mlock", at(0), PAGE),
            call("munlock", at(0), pages(2)),
            STATUS,
            MAPS,
          ],
        });
  return cases;
}

function kinds(): Case[] {
  const cases: Case[] = [];
  for (const [asker, become] of Object.entries(ASKERS))
    for (const [kind, scene] of Object.entries(KINDS))
      for (const flags of [0, 1])
        cases.push({
          name: `mlock2 ${flags} of ${kind}, ${asker}`,
          steps: [
            ...scene,
            ...become,
            call("mlock2", at(0), pages(2), flags),
            call("mlock2", at(0), pages(4), flags),
            vector(at(0), pages(4)),
            STATUS,
            call("munmap", at(1), PAGE),
            STATUS,
            FORK,
            STATUS,
            END,
          ],
        });
  return cases;
}

/** What is mapped after mlockall, and by MAP_LOCKED. */
function all(): Case[] {
  const cases: Case[] = [];
  const askers = {
    root: [],
    "user with no room": [limit("MEMLOCK", 0n), USER],
    "user with just room for all": [room("MEMLOCK", 0, "VmSize"), USER],
    "user with a page too little": [room("MEMLOCK", -1, "VmSize"), USER],
    "user with room": [room("MEMLOCK", 100, "VmSize"), USER],
  };
  for (const [asker, become] of Object.entries(askers))
    for (const flags of [0, 1, 2, 3, 4, 5, 6, 7, 8, -1])
      cases.push({
        name: `mlockall ${flags}, ${asker}`,
        steps: [
          anonymous(0, 2),
          ...become,
          call("mlockall", flags),
          // The pages that cannot be locked, the signal trampoline's among them, differ from machine to machine.
          ...(asker.startsWith("user with") ? [room("MEMLOCK", 5, "VmLck")] : []),
          MARK,
          anonymous(4, 2),
          shared(8, 2),
          sharedFile(12, 2),
          anonymous(16, 1, 0),
          vector(at(0), pages(2)),
          vector(at(4), pages(2)),
          vector(at(8), pages(2)),
          STATUS,
          hold("brk", 0),
          save(1),
          hold("brk", "$1+3000"),
          same("$1+3000"),
          STATUS,
          FORK,
          MARK,
          anonymous(20, 1),
          vector(at(20), PAGE),
          STATUS,
          END,
          call("munlockall"),
          MARK,
          anonymous(24, 1),
          vector(at(24), PAGE),
          STATUS,
        ],
      });
  return cases;
}

/** mmap's flags about pages that are there at once, locked or promised. */
function flags(): Case[] {
  const cases: Case[] = [];
  const types: Readonly<Record<string, (prot: number, more: number) => string>> = {
    "private anonymous": (prot, more) => anonymous(0, 4, prot, more),
    "shared anonymous": (prot, more) => shared(0, 4, prot, more),
    "private file": (prot, more) => privateFile(0, 4, prot, 10, more),
    "shared file": (prot, more) => sharedFile(0, 4, prot, 10, more),
    "validated shared file": (prot, more) => sharedFile(0, 4, prot, 10, more | 3),
    "validated shared anonymous": (prot, more) => shared(0, 4, prot, more | 3),
  };
  const names = {
    MAP_LOCKED: 0x2000,
    MAP_POPULATE: 0x8000,
    MAP_NORESERVE: 0x4000,
    MAP_GROWSDOWN: 0x100,
    MAP_NONBLOCK: 0x18000,
    "MAP_LOCKED|MAP_POPULATE": 0xa000,
  };
  for (const asker of ["root", "user with no room to lock", "user with room for 3 pages"])
    for (const [type, make] of Object.entries(types))
      for (const [name, bits] of Object.entries(names))
        for (const prot of [0, 1, 3])
          cases.push({
            name: `mmap ${name} ${type} prot ${prot}, ${asker}`,
            steps: [...ASKERS[asker], make(prot, bits), vector(at(0), pages(2)), show(at(0), 4), STATUS],
          });
  return cases;
}

const grow = (steps: readonly string[]): string[] => [
  anonymous(0, 2),
  fill(at(0), 2, 3),
  ...steps,
  call("mlock", at(0), pages(2)),
];
const STORIES: readonly Case[] = [
  {
    name: "a locked mapping that grows is locked and resident",
    steps: [...grow([]), call("mremap", at(0), pages(2), pages(4), 0, 0), vector(at(0), pages(4)), STATUS],
  },
  {
    name: "a locked mapping grows only within the limit",
    steps: [
      ...grow([limit("MEMLOCK", pages(3)), USER]),
      call("mremap", at(0), pages(2), pages(4), 0, 0),
      call("mremap", at(0), pages(2), pages(4), 1, 0),
      call("mremap", at(0), pages(2), pages(3), 0, 0),
      vector(at(0), pages(3)),
      call("mremap", at(0), pages(3), pages(3), 7, at(40)),
      STATUS,
      vector(at(0), pages(3)),
      vector(at(40), pages(3)),
    ],
  },
  {
    name: "a locked mapping that moves stays locked",
    steps: [
      ...grow([]),
      call("mremap", at(0), pages(2), pages(2), 3, at(40)),
      STATUS,
      call("munlock", at(40), PAGE),
      STATUS,
      MAPS,
    ],
  },
  {
    name: "a lock does not nest",
    steps: [...grow([]), call("mlock", at(0), PAGE), call("munlock", at(0), PAGE), STATUS],
  },
  {
    name: "a lock is not inherited",
    steps: [...grow([]), FORK, STATUS, call("munlock", at(0), pages(2)), STATUS, END, STATUS],
  },
  {
    name: "a lock of pages that fault later",
    steps: [
      anonymous(0, 4),
      call("mlock2", at(0), pages(4), 1),
      vector(at(0), pages(4)),
      load(at(1)),
      store(at(2), 1),
      vector(at(0), pages(4)),
      SMAPS,
      call("mlock", at(0), pages(4)),
      vector(at(0), pages(4)),
      SMAPS,
    ],
  },
  {
    name: "a mapping over a locked one is not locked",
    steps: [...grow([]), anonymous(0, 1), STATUS, call("munmap", at(0), pages(2)), STATUS],
  },
  {
    name: "mprotect splits a locked mapping",
    steps: [
      anonymous(0, 3),
      call("mlock", at(0), pages(3)),
      call("mprotect", at(1), PAGE, 1),
      SMAPS,
      call("munlock", at(0), pages(3)),
      SMAPS,
      call("mprotect", at(1), PAGE, 3),
      SMAPS,
    ],
  },
  {
    name: "a locked mapping without access becomes resident when it may",
    steps: [
      anonymous(0, 2, 0),
      call("mlock", at(0), pages(2)),
      STATUS,
      vector(at(0), pages(2)),
      call("mprotect", at(0), pages(2), 3),
      vector(at(0), pages(2)),
      STATUS,
    ],
  },
  {
    name: "a page twice in one range counts once",
    steps: [
      limit("MEMLOCK", pages(3)),
      USER,
      anonymous(0, 4),
      call("mlock", at(0), pages(2)),
      call("mlock", at(0), pages(3)),
      call("mlock", at(0), pages(4)),
      call("mlock", at(3), PAGE),
      STATUS,
    ],
  },
  {
    name: "msync of locked pages",
    steps: [
      sharedFile(0, 2),
      call("mlock", at(0), PAGE),
      ...[0, 1, 2, 3, 4, 6].map((how) => call("msync", at(0), pages(2), how)),
      call("msync", at(1), PAGE, 2),
    ],
  },
  {
    name: "the room to lock is set and read",
    steps: [
      limit("MEMLOCK", pages(2), pages(2)),
      USER,
      limit("MEMLOCK", pages(3), pages(3)),
      limit("MEMLOCK", pages(3), pages(2)),
      limit("MEMLOCK", pages(1), pages(2)),
      call("getrlimit", LIMIT.MEMLOCK, "@0"),
      "peek 0",
      "peek 8",
    ],
  },
  {
    name: "stacks that grow are locked under mlockall",
    steps: [
      call("mmap", at(600), PAGE, 3, PRIVATE | 0x110, -1, 0),
      call("mlock", at(600), PAGE),
      STATUS,
      store(at(598), 1),
      STATUS,
      vector(at(598), pages(3)),
    ],
  },
  {
    name: "a locked stack grows only within the limit",
    steps: [
      limit("MEMLOCK", pages(2)),
      USER,
      call("mmap", at(600), PAGE, 3, PRIVATE | 0x110, -1, 0),
      call("mlock", at(600), PAGE),
      store(at(599), 1),
      store(at(597), 1),
      STATUS,
    ],
  },
];

/** RLIMIT_AS, DATA and STACK with everything that makes a space larger. */
function limits(): Case[] {
  const ways: Readonly<Record<string, readonly string[]>> = {
    "private memory": [anonymous(0, 4), anonymous(8, 5)],
    "private memory without access": [anonymous(0, 5, 0), anonymous(8, 5, 1)],
    "memory made writable": [
      anonymous(0, 5, 1),
      call("mprotect", at(0), pages(5), 3),
      call("mprotect", at(0), pages(4), 3),
    ],
    "shared memory": [shared(0, 4), shared(8, 5)],
    "a file": [privateFile(0, 4, 1), privateFile(8, 5, 3), sharedFile(20, 5)],
    "a file made writable": [privateFile(0, 5, 1), call("mprotect", at(0), pages(5), 3)],
    "a mapping that grows": [
      anonymous(0, 2),
      call("mremap", at(0), pages(2), pages(4), 0, 0),
      call("mremap", at(0), pages(4), pages(5), 1, 0),
    ],
    "a mapping that moves": [
      anonymous(0, 3),
      call("mremap", at(0), pages(3), pages(3), 3, at(40)),
      call("mremap", at(40), pages(3), pages(5), 3, at(60)),
    ],
    "a mapping copied": [anonymous(0, 3), call("mremap", at(0), pages(3), pages(3), 7, at(40))],
    "a mapping replaced": [anonymous(0, 3), anonymous(0, 4), anonymous(1, 5)],
    "the heap": [
      hold("brk", 0),
      save(1),
      hold("brk", "$1+4000"),
      same("$1+4000"),
      hold("brk", "$1+8000"),
      same("$1+8000"),
    ],
    "a stack": [call("mmap", at(600), PAGE, 3, PRIVATE | 0x110, -1, 0), store(at(598), 1), store(at(590), 1)],
    "a mapping without promise": [anonymous(0, 5, 3, 0x4000), anonymous(0, 4, 3, 0x4000)],
  };
  const cases: Case[] = [];
  for (const [way, steps] of Object.entries(ways)) {
    for (const which of ["AS", "DATA"] as const)
      for (const count of [0, 4, 100])
        cases.push({
          name: `room in RLIMIT_${which} for ${count} pages: ${way}`,
          steps: [room(which, count, which === "AS" ? "VmSize" : "VmData"), ...steps, STATUS],
        });
    for (const bytes of [0n, PAGE, pages(4), pages(2000)])
      cases.push({ name: `RLIMIT_STACK ${bytes}: ${way}`, steps: [limit("STACK", bytes), ...steps, STATUS] });
  }
  return cases;
}

/** setrlimit itself. */
function setting(): Case[] {
  const cases: Case[] = [];
  const values: readonly Argument[] = [0n, 1n, pages(100), 2n ** 63n, 2n ** 64n - 1n];
  for (const which of Object.keys(LIMIT) as (keyof typeof LIMIT)[])
    for (const soft of values)
      cases.push({
        name: `setrlimit ${which} ${soft}`,
        steps: [
          `put 0 ${(soft as bigint).toString(16)}`,
          "put 8 ffffffffffffffff",
          call("setrlimit", LIMIT[which], "@0"),
          call("getrlimit", LIMIT[which], "@10"),
          "peek 10",
          "peek 18",
        ],
      });
  return cases;
}

export const lockCases = (end: bigint): Case[] => [...ranges(end), ...kinds(), ...all(), ...flags(), ...STORIES];
export const limitCases = (): Case[] => [...limits(), ...setting()];
