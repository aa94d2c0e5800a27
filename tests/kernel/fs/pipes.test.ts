/** Pipes whose other end goes away in the middle of a write. */
import { expect, test } from "vitest";
import { guest } from "../guest.ts";
import { start } from "../programs.ts";

test("a write that loses its last reader after some bytes tells how many, and SIGPIPE comes all the same", () => {
  const WRITER = guest(`
    la   a0, ends
    li   a1, 0
    syscall pipe2
    li   a0, SIG_BLOCK
    la   a1, all
    li   a2, 0
    li   a3, 8
    syscall rt_sigprocmask
    li   a0, SIGCHLD
    li   a1, 0
    li   a2, 0
    li   a3, 0
    li   a4, 0
    syscall clone
    beqz a0, reader
    la   t0, ends
    lw   a0, 0(t0)
    syscall close
    la   t0, ends
    lw   a0, 4(t0)
    la   a1, bytes
    li   a2, 200000
    syscall write
    mv   s0, a0
    la   a0, pending
    li   a1, 8
    syscall rt_sigpending
    ld   a0, pending
    srli a0, a0, SIGPIPE - 1
    andi a0, a0, 1                      # 1: SIGPIPE is pending
    li   t0, 65536
    beq  s0, t0, end
    addi a0, a0, 2
end:
    syscall exit_group
reader:
    la   a0, millisecond
    li   a1, 0
    syscall nanosleep
    li   a0, 0
    syscall exit_group
    .section .rodata
    .balign 8
all: .dword -1
millisecond: .dword 0, 1000000
    .bss
    .balign 8
pending: .zero 8
ends: .zero 8
bytes: .zero 200000
`);
  expect(start(["writer"], {}, { writer: WRITER }).finish()).toMatchObject({ kind: "off", status: 1 });
});
