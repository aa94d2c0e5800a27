# A handler of SIGSEGV on a stack of its own (SA_ONSTACK) learns where the fault was and runs there; it maps the page that
# was missing, and the instruction that faulted is executed again.
#: under bare: skip mmap cannot give a page to an address
#: stdout si_addr is the address: 1
#: stdout si_code: 1
#: stdout the handler runs on its own stack: 1
#: stdout the store that faulted has stored: 77
#: stdout back on the stack of before: 1
        .include "../show.s"
        .include "../map.s"
        .equ MISSING, 0x200003000
        .equ STACK, 16384
        value other_stack, STACK
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        la a0, description
        li a1, 0
        call sigaltstack
        li a0, SIGSEGV
        la a1, action
        li a2, 0
        call sigaction
        mv s0, sp
        li s1, MISSING + 123
        li s2, 77
        sb s2, 0(s1)
        lbu a0, 0(s1)
        show "the store that faulted has stored"
        sub a0, s0, sp
        seqz a0, a0
        show "back on the stack of before"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

handler:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd a1, 16(sp)
        ld a0, siginfo_si_addr(a1)
        sub a0, a0, s1
        seqz a0, a0
        show "si_addr is the address"
        ld a1, 16(sp)
        lw a0, siginfo_si_code(a1)
        show "si_code"
        la t0, other_stack
        sub a0, sp, t0
        li t0, STACK
        sltu a0, a0, t0
        show "the handler runs on its own stack"
        map MISSING, PAGE, RW, MAP_PRIVATE | MAP_FIXED
        ld ra, 24(sp)
        addi sp, sp, 32
        ret

        .data
        .balign 8
action: .dword handler, SA_SIGINFO | SA_ONSTACK, 0
description:                            # struct sigaltstack: address, flags, size
        .dword other_stack
        .word 0, 0
        .dword STACK
