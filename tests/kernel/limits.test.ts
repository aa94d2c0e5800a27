/** Resource limits that the kernel keeps for itself: signals queued, processor time, and how limits stand in memory. */
import { describe, expect, test } from "vitest";
import { STRUCTURES } from "../../kernel/abi.ts";
import { mayControl, mayLimit } from "../../kernel/credentials.ts";
import { fromRlim, toRlim } from "../../kernel/limits.ts";
import { guest } from "./guest.ts";
import { start } from "./programs.ts";

describe("a limit in memory", () => {
  test("comes back as it was set, but next to 2^64, where it is no limit", () => {
    for (const value of [0n, 1n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n]) expect(toRlim(fromRlim(value))).toBe(value);
    expect(toRlim(fromRlim(2n ** 64n - 2n))).toBe(2n ** 64n - 1n);
  });
});

test("limits are for whom all ids of the process are, not for whoever may send it signals", () => {
  const { kernel } = start(["init"]).computer;
  const [target] = kernel.processes.values();
  const caller = { ...target, pid: target.pid + 1 };
  const ids = (uid: number, euid: number, suid: number) => ({ uid, euid, suid, gid: 5, egid: 5, sgid: 5, groups: [] });
  caller.credentials = ids(1000, 1000, 1000);
  const allowed = [ids(1000, 1000, 1000), ids(1000, 0, 0), ids(1000, 1000, 0), ids(0, 1000, 1000)].map(
    (credentials) => {
      target.credentials = credentials;
      return mayLimit(caller, target);
    },
  );
  expect(allowed).toEqual([true, false, false, false]);
  target.credentials = ids(1000, 0, 0);
  expect([mayControl(caller, target), mayLimit(target, target)]).toEqual([true, true]);
});

test("kill queues no more real-time signals than RLIMIT_SIGPENDING allows, but one of each number", () => {
  const QUEUER = guest(`
    li   a0, SIG_BLOCK
    la   a1, all
    li   a2, 0
    li   a3, 8
    syscall rt_sigprocmask
    li   a0, 0
    li   a1, RLIMIT_SIGPENDING
    la   a2, three
    li   a3, 0
    syscall prlimit64
    syscall getpid
    mv   s0, a0
    li   s1, 10                         # more than the limit
more:
    mv   a0, s0
    li   a1, 40
    syscall kill
    addi s1, s1, -1
    bnez s1, more
    mv   a0, s0
    li   a1, 41
    syscall kill
    li   s2, 0
take:
    la   a0, all
    li   a1, 0
    la   a2, at_once
    li   a3, 8
    syscall rt_sigtimedwait
    bltz a0, none
    addi s2, s2, 1
    j    take
none:
    mv   a0, s2
    syscall exit_group
    .section .rodata
    .balign 8
all:     .dword -1
three:   .dword 3, 3
at_once: .dword 0, 0
`);
  expect(start(["queuer"], {}, { queuer: QUEUER }).finish()).toMatchObject({ kind: "off", status: 4 });
});

test("process 1 runs on beyond its limit of processor time", () => {
  const INIT = guest(`
    li   a0, 0
    li   a1, RLIMIT_CPU
    la   a2, none
    li   a3, 0
    syscall prlimit64
    li   t0, 100000
again:
    addi t0, t0, -1
    bnez t0, again
    li   a0, 7
    syscall exit_group
    .section .rodata
    .balign 8
none: .dword 0, 0
`);
  const program = start(["init"], { init: ["/t/init"] }, { init: INIT });
  const outcome = program.computer.run({ idle: "skip", until: 1e9 });
  expect(outcome).toMatchObject({ kind: "off", status: 7 });
});

test("sysinfo tells of swap and buffers what /proc/meminfo does", () => {
  const INFORMED = guest(`
    la   a0, info
    syscall sysinfo
    li   a0, 1
    la   a1, info
    li   a2, 112
    syscall write
    li   a0, 0
    li   a1, 0
    li   a2, 0
    li   a3, 0
    syscall ppoll
    .bss
    .balign 8
info: .space 112
`);
  const { computer, output, finish } = start(["informed"], { swap: 4 * 2 ** 20 }, { informed: INFORMED });
  finish();
  const view = new DataView(Uint8Array.from(Buffer.from(output(), "latin1")).buffer);
  const told = (field: "totalram" | "bufferram" | "totalswap" | "freeswap") =>
    Number(view.getBigUint64(STRUCTURES.sysinfo.fields[field][0], true));
  const meminfo = Buffer.from(computer.readFile("/proc/meminfo")!).toString("latin1");
  const shown = (name: string) => 1024 * Number(new RegExp(`^${name}: +(\\d+) kB$`, "m").exec(meminfo)![1]);
  expect(told("totalram")).toBe(shown("MemTotal"));
  expect(told("bufferram")).toBe(shown("Buffers"));
  expect(told("totalswap")).toBe(4 * 2 ** 20 - 4096);
  expect(told("totalswap")).toBe(shown("SwapTotal"));
  expect(told("freeswap")).toBe(shown("SwapFree"));
});
