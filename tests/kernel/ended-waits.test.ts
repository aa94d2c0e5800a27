/** What a wait has entered somewhere (a FIFO, a queue, a report) is gone when a signal stops, interrupts or kills it. */
import { describe, expect, test } from "vitest";
import { checkKernel } from "../../kernel/check.ts";
import { guest } from "./guest.ts";
import { start } from "./programs.ts";

/** Leaves the child's number in s0; the child goes to `child`. */
const FORK = `
    li   a0, SIGCHLD
    li   a1, 0
    li   a2, 0
    li   a3, 0
    li   a4, 0
    syscall clone
    mv   s0, a0
    beqz a0, child
`;

/** A millisecond for the child. */
const PAUSE = `
    la   a0, millisecond
    li   a1, 0
    syscall nanosleep
`;

const signal = (name: string) => `
    mv   a0, s0
    li   a1, ${name}
    syscall kill
${PAUSE}`;

const open = (flags: string) => `
    li   a0, AT_FDCWD
    la   a1, name
    li   a2, ${flags}
    li   a3, 0600
    syscall openat
`;

const MAKE_FIFO = `
    li   a0, AT_FDCWD
    la   a1, name
    li   a2, S_IFIFO | 0600
    li   a3, 0
    syscall mknodat
`;

const WAIT = `
    mv   a0, s0
    li   a1, 0
    li   a2, 0
    li   a3, 0
    syscall wait4
`;

const END = `
    syscall exit_group
    .section .rodata
    .balign 8
millisecond: .dword 0, 1000000
name: .asciz "/tmp/it"
`;

const EXIT_ZERO = "li a0, 0\n syscall exit_group\n";

/** Runs a program whose last a0, from 0 to 255, is told as its status. */
function statusOf(source: string): number {
  const program = start(["waiter"], {}, { waiter: guest(source) });
  const outcome = program.finish();
  checkKernel(program.computer.kernel);
  return outcome.kind === "off" ? outcome.status : -1;
}

const ENXIO = 6;

describe("a FIFO", () => {
  test("has no reader after the one that waited in open(2) was killed", () => {
    const status = statusOf(`${MAKE_FIFO}${FORK}${PAUSE}${signal("SIGKILL")}${WAIT}
      ${open("O_WRONLY | O_NONBLOCK")}
      neg a0, a0
      syscall exit_group
    child: ${open("O_RDONLY")}${END}`);
    expect(status).toBe(ENXIO);
  });

  test("counts a reader once that was stopped and continued in open(2)", () => {
    const status = statusOf(`${MAKE_FIFO}${FORK}${PAUSE}${signal("SIGSTOP")}${signal("SIGCONT")}
      ${open("O_WRONLY")}${WAIT}
      ${open("O_WRONLY | O_NONBLOCK")}
      neg a0, a0
      syscall exit_group
    child: ${open("O_RDONLY")}${EXIT_ZERO}${END}`);
    expect(status).toBe(ENXIO);
  });
});

const lock = (byte: number) => `
    mv   a0, s1
    li   a1, F_SETLKW
    la   a2, lock${byte}
    syscall fcntl
`;

test("a lock request that a signal interrupted is not part of a deadlock", () => {
  const status = statusOf(`${open("O_RDWR | O_CREAT")}
      mv   s1, a0
      ${lock(0)}${FORK}${PAUSE}${signal("SIGUSR1")}${lock(1)}
      neg  a0, a0
      syscall exit_group
    child:
      li   a0, SIGUSR1
      la   a1, action
      li   a2, 0
      li   a3, 8
      syscall rt_sigaction
      ${lock(1)}${lock(0)}${PAUSE}${PAUSE}${PAUSE}${PAUSE}${EXIT_ZERO}
    handler: ret
      .data
      .balign 8
    action: .dword handler, 0, 0
    lock0: .half F_WRLCK, SEEK_SET, 0, 0
      .dword 0, 1, 0
    lock1: .half F_WRLCK, SEEK_SET, 0, 0
      .dword 1, 1, 0
      .text
      ${END}`);
  expect(status).toBe(0);
});

test("a child that was killed while stopped reports its end only, and once", () => {
  const status = statusOf(`${FORK}${PAUSE}${signal("SIGSTOP")}${signal("SIGKILL")}
      li   a0, P_PID
      mv   a1, s0
      li   a2, 0
      li   a3, WSTOPPED | WNOHANG
      li   a4, 0
      syscall waitid
      mv   s1, a0
      ${WAIT}
      sub  a0, a0, s0
      or   a0, a0, s1
      syscall exit_group
    child: ${PAUSE} j child
      ${END}`);
  expect(status).toBe(0);
});

test("a process that was stopped and continued still waits for its futex", () => {
  const status = statusOf(`
      li   a0, 0
      li   a1, 4096
      li   a2, PROT_READ | PROT_WRITE
      li   a3, MAP_SHARED | MAP_ANONYMOUS
      li   a4, -1
      li   a5, 0
      syscall mmap
      mv   s1, a0
      ${FORK}${PAUSE}${signal("SIGSTOP")}${signal("SIGCONT")}
      mv   a0, s1
      li   a1, FUTEX_WAKE
      li   a2, 9
      syscall futex
      syscall exit_group
    child:
      mv   a0, s1
      li   a1, FUTEX_WAIT
      li   a2, 0
      li   a3, 0
      syscall futex
      ${END}`);
  expect(status).toBe(1);
});
