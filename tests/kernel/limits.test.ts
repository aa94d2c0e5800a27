/** Resource limits that the kernel keeps for itself: signals queued, processor time, and how limits stand in memory. */
import { describe, expect, test } from "vitest";
import { fromRlim, toRlim } from "../../kernel/limits.ts";
import { guest } from "./guest.ts";
import { start } from "./programs.ts";

describe("a limit in memory", () => {
  test("comes back as it was set, but next to 2^64, where it is no limit", () => {
    for (const value of [0n, 1n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n]) expect(toRlim(fromRlim(value))).toBe(value);
    expect(toRlim(fromRlim(2n ** 64n - 2n))).toBe(2n ** 64n - 1n);
  });
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
