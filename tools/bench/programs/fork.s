# fork: a process with some pages forks, the child ends, the parent waits for it: 200 times.
# work() -> how many children there were

        .include "abi.s"
        .globl  prepare, work
        .equ    COUNT, 200

prepare:
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
        li      a7, SYS_exit_group
        ecall
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

        .bss
        .balign 8
status: .zero   8
