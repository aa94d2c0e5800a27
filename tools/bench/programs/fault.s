# fault: 16 MiB of anonymous memory are mapped, each page is written to for the first time, and all are unmapped.
# work() -> how many pages there were, all of them zeroes before

        .include "abi.s"
        .globl  prepare, work
        .equ    PAGES, 4096
        .equ    BYTES, PAGES << 12

prepare:
        ret

work:   li      a0, 0
        li      a1, BYTES
        li      a2, PROT_READ | PROT_WRITE
        li      a3, MAP_PRIVATE | MAP_ANONYMOUS
        li      a4, -1
        li      a5, 0
        li      a7, SYS_mmap
        ecall
        bltz    a0, die
        mv      t0, a0
        li      t1, PAGES
        li      t2, 4096
1:      sb      t1, (t0)
        lbu     t3, 1(t0)
        bnez    t3, die
        add     t0, t0, t2
        addi    t1, t1, -1
        bnez    t1, 1b
        li      a1, BYTES
        li      a7, SYS_munmap
        ecall
        bnez    a0, die
        li      a0, PAGES
        ret
