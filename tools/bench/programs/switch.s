# switch: two processes yield the processor to each other, 5,000 times each: 10,000 context switches.
# work() -> how many switches there were

        .include "abi.s"
        .globl  prepare, work
        .equ    COUNT, 5000

prepare:
        ret

# s0 yields left, s1 child, 0 in the child
work:   addi    sp, sp, -16
        sd      s0, 8(sp)
        sd      s1, (sp)
        li      a0, SIGCHLD             # fork
        li      a1, 0
        li      a2, 0
        li      a3, 0
        li      a4, 0
        li      a7, SYS_clone
        ecall
        bltz    a0, die
        mv      s1, a0
        li      s0, COUNT
1:      li      a7, SYS_sched_yield
        ecall
        bnez    a0, die
        addi    s0, s0, -1
        bnez    s0, 1b
        bnez    s1, 2f
        li      a7, SYS_exit_group
        ecall
2:      mv      a0, s1
        la      a1, status
        li      a2, 0
        li      a3, 0
        li      a7, SYS_wait4
        ecall
        blez    a0, die
        lw      t0, status
        bnez    t0, die
        li      a0, 2 * COUNT
        ld      s1, (sp)
        ld      s0, 8(sp)
        addi    sp, sp, 16
        ret

        .bss
        .balign 8
status: .zero   8
