# exec: fork, and the child executes this program anew, which ends at once for 0 units; the parent waits: 100 times.
# work() -> how many children there were

        .include "abi.s"
        .globl  prepare, work
        .equ    COUNT, 100

prepare:
        la      t0, arguments
        ld      t0, (t0)
        ld      t0, (t0)
        la      t1, command
        sd      t0, (t1)
        la      t0, none
        sd      t0, 8(t1)
        ret

# s0 children left
work:   addi    sp, sp, -16
        sd      s0, (sp)
        li      s0, COUNT
1:      li      a0, SIGCHLD             # fork
        li      a1, 0
        li      a2, 0
        li      a3, 0
        li      a4, 0
        li      a7, SYS_clone
        ecall
        bltz    a0, die
        bnez    a0, 2f
        la      a1, command
        ld      a0, (a1)
        addi    a2, a1, 16
        li      a7, SYS_execve
        ecall
        j       die
2:      la      a1, status
        li      a2, 0
        li      a3, 0
        li      a7, SYS_wait4
        ecall
        blez    a0, die
        lw      t0, status
        bnez    t0, die
        addi    s0, s0, -1
        bnez    s0, 1b
        li      a0, COUNT
        ld      s0, (sp)
        addi    sp, sp, 16
        ret

        .section .rodata
none:   .asciz  "0"
        .bss
        .balign 8
command:                                # argv: its own name, "0"; then the environment: nothing
        .zero   3 * 8
status: .zero   8
