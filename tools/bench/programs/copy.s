# copy: a process with 8 MiB of private memory forks, and the child writes to each page, which copies it; the parent waits.
# work() -> how many pages of the parent are as they were, one byte looked at in each

        .include "abi.s"
        .globl  prepare, work
        .equ    PAGES, 2048

prepare:
        li      a0, 0
        li      a1, PAGES << 12
        li      a2, PROT_READ | PROT_WRITE
        li      a3, MAP_PRIVATE | MAP_ANONYMOUS
        li      a4, -1
        li      a5, 0
        li      a7, SYS_mmap
        ecall
        bltz    a0, die
        la      t0, memory
        sd      a0, (t0)
        li      t1, PAGES
        li      t2, 4096
1:      sb      t1, (a0)
        add     a0, a0, t2
        addi    t1, t1, -1
        bnez    t1, 1b
        ret

work:   li      a0, SIGCHLD             # fork
        li      a1, 0
        li      a2, 0
        li      a3, 0
        li      a4, 0
        li      a7, SYS_clone
        ecall
        bltz    a0, die
        ld      t0, memory
        li      t1, PAGES
        li      t2, 4096
        bnez    a0, 2f
1:      sb      zero, (t0)
        add     t0, t0, t2
        addi    t1, t1, -1
        bnez    t1, 1b
        li      a7, SYS_exit_group
        ecall
2:      la      a1, status
        li      a2, 0
        li      a3, 0
        li      a7, SYS_wait4
        ecall
        blez    a0, die
        lw      t3, status
        bnez    t3, die
        li      a0, 0
3:      lbu     t3, (t0)
        andi    t4, t1, 255
        bne     t3, t4, die
        addi    a0, a0, 1
        add     t0, t0, t2
        addi    t1, t1, -1
        bnez    t1, 3b
        ret

        .bss
        .balign 8
memory: .zero   8
status: .zero   8
