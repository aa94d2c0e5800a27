/** memfd_create with seals, System V shared memory, other processes' memory. */
import { anonymous, KINDS, shared } from "./scenes.ts";
import {
  type Argument,
  at,
  type Case,
  call,
  END,
  FORK,
  fill,
  hold,
  MAPS,
  PAGE,
  pages,
  peek,
  put,
  SPAWN,
  STATUS,
  save,
  show,
  store,
  string,
  USER,
} from "./script.ts";

const ADD = 1033;
const GET = 1034;

function memfds(): Case[] {
  const cases: Case[] = [];
  const names: readonly (readonly [string, Argument])[] = [
    ["a name", "@0"],
    ["no name", "@200"],
    ["no pointer", 0],
    ["a bad pointer", at(100)],
  ];
  for (const [what, pointer] of names)
    for (const flags of [0, 1, 2, 3, 8, 0x80, 0x8000_0000])
      cases.push({
        name: `memfd_create with ${what}, flags ${flags}`,
        steps: [
          string(0, "m"),
          hold("memfd_create", pointer, flags),
          save(1),
          call("fcntl", "$1", GET, 0),
          call("fcntl", "$1", ADD, 1),
          call("fcntl", "$1", 1, 0),
        ],
      });
  for (const length of [248, 249, 250, 300])
    cases.push({
      name: `memfd_create with a name of ${length} bytes`,
      steps: [string(0, "n".repeat(length)), hold("memfd_create", "@0", 0)],
    });
  for (const seals of [0, 1, 2, 4, 6, 8, 16, 24, 31, 32, 64])
    for (const mapped of [false, true])
      cases.push({
        name: `seals ${seals}${mapped ? " over a writable mapping" : ""}`,
        steps: [
          string(0, "sealed"),
          string(40, "content"),
          hold("memfd_create", "@0", 2),
          save(1),
          call("ftruncate", "$1", pages(2)),
          call("pwrite64", "$1", "@40", 7, 0),
          ...(mapped ? [call("mmap", at(8), PAGE, 3, 0x11, "$1", 0)] : []),
          call("fcntl", "$1", ADD, seals),
          call("fcntl", "$1", GET, 0),
          call("pwrite64", "$1", "@40", 7, 0),
          call("pwrite64", "$1", "@40", 7, pages(2)),
          call("ftruncate", "$1", pages(3)),
          call("ftruncate", "$1", PAGE),
          call("mmap", at(0), PAGE, 3, 0x11, "$1", 0),
          store(at(0), 1),
          call("mmap", at(2), PAGE, 1, 0x11, "$1", 0),
          call("mprotect", at(2), PAGE, 3),
          call("mmap", at(4), PAGE, 3, 0x12, "$1", 0),
          store(at(4), 2),
          show(at(0), 5),
          call("madvise", at(0), PAGE, 9),
          ...(mapped ? [store(at(8), 3), call("munmap", at(8), PAGE)] : []),
          call("fcntl", "$1", ADD, 8),
          call("fcntl", "$1", GET, 0),
        ],
      });
  return cases;
}

function segments(): Case[] {
  const cases: Case[] = [];
  for (const size of [0n, 1n, PAGE, 5000n, 2n ** 62n, 2n ** 63n, 2n ** 64n - 1n])
    for (const flags of [0, 0o600, 0o1600, 0o3600, 0o7777])
      cases.push({
        name: `shmget of ${size} bytes, flags ${flags.toString(8)}`,
        steps: [
          hold("shmget", 0x7700 + flags, size, flags),
          save(1),
          hold("shmget", 0x7700 + flags, 0, 0),
          hold("shmget", 0x7700 + flags, PAGE * 2n, 0),
          hold("shmget", 0x7700 + flags, 1, 0o3600),
          call("shmctl", "$1", 0, 0),
        ],
      });
  const places: readonly (readonly [string, bigint])[] = [
    ["the kernel's choice", 0n],
    ["a free place", at(20)],
    ["a taken place", at(0)],
    ["within a page", at(20) + 100n],
    ["half taken", at(3)],
  ];
  for (const [place, address] of places)
    for (const flags of [0, 0o10000, 0o20000, 0o40000, 0o60000, 0o100000, 0o200000])
      cases.push({
        name: `shmat at ${place}, flags ${flags.toString(8)}`,
        steps: [
          anonymous(0, 4),
          fill(at(0), 4, 8),
          hold("shmget", 0, 5000, 0o1600),
          save(1),
          call("shmat", "$1", address, flags),
          save(2),
          store("$2", 5),
          show("$2", 2),
          show(at(0), 4),
          STATUS,
          FORK,
          show("$2", 2),
          store("$2", 6),
          call("shmdt", "$2"),
          END,
          show("$2", 2),
          call("shmdt", "$2+1"),
          call("shmctl", "$1", 2, "@0"),
          peek(0x30),
          call("shmdt", "$2"),
          call("shmdt", "$2"),
          call("shmctl", "$1", 0, 0),
          call("shmat", "$1", 0, 0),
        ],
      });
  for (const mode of [0, 0o400, 0o600, 0o604, 0o606, 0o602, 0o666])
    cases.push({
      name: `a user attaches root's segment of mode ${mode.toString(8)}`,
      steps: [
        hold("shmget", 0, PAGE, 0o1000 | mode),
        save(1),
        USER,
        call("shmat", "$1", at(0), 0),
        call("shmat", "$1", at(4), 0o10000),
        call("shmctl", "$1", 2, "@0"),
        call("shmctl", "$1", 11, 0),
        call("shmctl", "$1", 0, 0),
        MAPS,
      ],
    });
  cases.push(
    {
      name: "a segment lives until its last user goes",
      steps: [
        hold("shmget", 0, pages(2), 0o1600),
        save(1),
        call("shmat", "$1", at(0), 0),
        fill(at(0), 2, 4),
        call("shmctl", "$1", 0, 0),
        call("shmat", "$1", at(4), 0),
        show(at(4), 2),
        call("munmap", at(0), PAGE),
        show(at(0), 2),
        call("munmap", at(1), PAGE),
        call("shmdt", at(4)),
        call("shmat", "$1", at(8), 0),
      ],
    },
    {
      name: "a segment in parts is detached whole",
      steps: [
        hold("shmget", 0, pages(4), 0o1600),
        save(1),
        call("shmctl", "$1", 0, 0),
        call("shmat", "$1", at(0), 0),
        call("munmap", at(1), PAGE),
        call("mprotect", at(3), PAGE, 1),
        MAPS,
        call("shmdt", at(0)),
        MAPS,
      ],
    },
  );
  for (const command of [-1, 0, 1, 2, 3, 11, 12, 13, 14, 15, 16, 99])
    for (const id of [-1, 0x7ffe_0fff])
      cases.push({
        name: `shmctl ${command} of segment ${id}`,
        steps: [hold("shmctl", id, command, command === 2 ? 0 : "@0")],
      });
  return cases;
}

/** An iovec's four words: local address and length, remote address and length. */
const vectors = (local: Argument, length: Argument, remote: Argument, remoteLength: Argument): string[] => [
  put(0, local),
  put(8, length),
  put(0x10, remote),
  put(0x18, remoteLength),
];

function otherProcesses(): Case[] {
  const cases: Case[] = [];
  const requests: readonly (readonly [string, ...string[]])[] = [
    ["three pages", ...vectors(at(0), pages(3), at(20), pages(3))],
    ["bytes across pages", ...vectors(at(0) + 5n, 4097, at(20) + 4000n, 5000)],
    ["remote memory that ends", ...vectors(at(0), pages(3), at(22), pages(3))],
    ["remote memory that is not there", ...vectors(at(0), PAGE, at(30), PAGE)],
    ["local memory that ends", ...vectors(at(2), pages(3), at(20), pages(3))],
    ["local memory that is not there", ...vectors(at(9), PAGE, at(20), PAGE)],
    ["no length", ...vectors(at(0), 0, at(20), 0)],
    ["a negative length", ...vectors(at(0), -1n, at(20), PAGE)],
    ["a negative remote length", ...vectors(at(0), PAGE, at(20), -1n)],
    ["remote read-only memory", ...vectors(at(0), PAGE, at(24), PAGE)],
    ["remote memory without access", ...vectors(at(0), PAGE, at(26), PAGE)],
    ["local read-only memory", ...vectors(at(24), PAGE, at(20), PAGE)],
  ];
  for (const name of ["process_vm_readv", "process_vm_writev"] as const) {
    for (const [what, ...words] of requests)
      cases.push({
        name: `${name} of ${what}`,
        steps: [
          anonymous(20, 3),
          fill(at(20), 1, 0x33),
          fill(at(21), 2, 0x34),
          anonymous(24, 1, 1),
          anonymous(26, 1, 0),
          SPAWN,
          save(1),
          anonymous(0, 3),
          fill(at(0), 3, 0x77),
          fill(at(20), 3, 0x66),
          ...words,
          call(name, "$1", "@0", 1, "@10", 1, 0),
          show(at(0), 3),
          show(at(20), 3),
          // What is in the other process now.
          ...vectors(at(40), pages(3), at(20), pages(3)),
          anonymous(40, 3),
          call("process_vm_readv", "$1", "@0", 1, "@10", 1, 0),
          show(at(40), 3),
        ],
      });
    const counts: readonly (readonly [string, number, number, number, Argument])[] = [
      ["flags", 1, 1, 1, "$1"],
      ["no local vectors", 0, 1, 0, "$1"],
      ["no remote vectors", 1, 0, 0, "$1"],
      ["too many local vectors", 1025, 1, 0, "$1"],
      ["too many remote vectors", 1, 1025, 0, "$1"],
      ["a process that is not there", 1, 1, 0, 0x7fff_ffff],
      ["process -1", 1, 1, 0, -1],
      ["process 0", 1, 1, 0, 0],
    ];
    for (const [what, local, remote, flags, pid] of counts)
      cases.push({
        name: `${name} with ${what}`,
        steps: [
          ...KINDS["private anonymous"],
          SPAWN,
          save(1),
          ...vectors(at(0), 8, at(1), 8),
          call(name, pid, "@0", local, "@10", remote, flags),
        ],
      });
    cases.push({
      name: `${name} by a user of root's process`,
      steps: [
        ...KINDS["private anonymous"],
        SPAWN,
        save(1),
        USER,
        ...vectors(at(0), 8, at(1), 8),
        call(name, "$1", "@0", 1, "@10", 1, 0),
      ],
    });
    cases.push({
      name: `${name} of shared memory`,
      steps: [
        shared(0, 1),
        SPAWN,
        save(1),
        anonymous(4, 1),
        fill(at(4), 1, 2),
        ...vectors(at(4), PAGE, at(0), PAGE),
        call(name, "$1", "@0", 1, "@10", 1, 0),
        show(at(0), 1),
        show(at(4), 1),
      ],
    });
  }
  return cases;
}

export const sharingCases = (): Case[] => [...memfds(), ...segments(), ...otherProcesses()];
