# Endless recursion ends where the stack's limit is, in SIGSEGV. The handler needs a stack of its own (sigaltstack); it
# finds that the address is close to the stack pointer.
#: under bare: fail a stack that overflows goes over what lies below it
#: machine --ram 16M
#: stdout signal: 11
#: stdout the address is within a page of sp: 1
#: stdout depth in MiB, at least: 7
#: exit 7
        .include "../show.s"
        .equ STACK, 16384
        value other_stack, STACK
        .globl main
main:
        mv s0, sp                       # where it began
        la a0, description
        li a1, 0
        call sigaltstack
        li a0, SIGSEGV
        la a1, action
        li a2, 0
        call sigaction
deeper: addi sp, sp, -64
        sd ra, 56(sp)
        call deeper
        tail exit                       # never: deeper does not return

handler:
        mv s1, a1
        mv s2, a2
        show "signal"
        ld t0, siginfo_si_addr(s1)
        ld s3, ucontext_uc_x1 + 8(s2)   # x2 is sp
        sub a0, t0, s3
        li t0, 4096
        sltu a0, a0, t0
        show "the address is within a page of sp"
        sub a0, s0, s3
        srli a0, a0, 20
        li t0, 7                        # 8 MiB less arguments and environment
        bleu a0, t0, 1f
        mv a0, t0
1:      show "depth in MiB, at least"
        li a0, 7
        tail exit

        .data
        .balign 8
action:                                 # struct sigaction: handler, flags, mask
        .dword handler, SA_SIGINFO | SA_ONSTACK, 0
description:                            # struct sigaltstack: address, flags, size
        .dword other_stack
        .word 0, 0
        .dword STACK
