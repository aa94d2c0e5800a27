# What a child finds of memory under advice: as it was, zeroes (MADV_WIPEONFORK), or nothing (MADV_DONTFORK). The parent
# keeps it all, and its child's child is wiped again. Shared memory cannot be wiped.
#: only qemu-riscv64 ignores the advice; Linux 6.1 does as this says
#: under bare: fail there is no fork
#: under segments: fail there is no madvise
#: stdout child, no advice: 1
#: stdout child, wiped: 0
#: stdout child, wiped and kept again: 3
#: stdout child, not there: SIGSEGV MAPERR
#: stdout grandchild, wiped: 0
#: stdout child, its own: 9
#: stdout parent, wiped in the child: 2
#: stdout parent, not there in the child: 4
#: stdout shared memory: EINVAL
        .include "../show.s"
        .include "../access.s"
        .include "../map.s"
        .include "../resident.s"
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        map 0, 4 * PAGE, RW, MAP_PRIVATE
        mv s0, a0
        at s1, 1, s0
        at s2, 2, s0
        at s3, 3, s0
        li t0, 1
        sb t0, 0(s0)
        li t0, 2
        sb t0, 0(s1)
        li t0, 3
        sb t0, 0(s2)
        li t0, 4
        sb t0, 0(s3)
        advise s1, 2 * PAGE, MADV_WIPEONFORK
        advise s2, PAGE, MADV_KEEPONFORK
        advise s3, PAGE, MADV_DONTFORK
        call fork
        bnez a0, 2f
        lbu a0, 0(s0)
        show "child, no advice"
        lbu a0, 0(s1)
        show "child, wiped"
        lbu a0, 0(s2)
        show "child, wiped and kept again"
        mv a0, s3
        call try_load
        show_access "child, not there"
        li t0, 9
        sb t0, 0(s1)
        call fork
        bnez a0, 1f
        lbu a0, 0(s1)
        show "grandchild, wiped"
        li a0, 0
        call _exit
1:      li a0, 0
        call wait
        lbu a0, 0(s1)
        show "child, its own"
        li a0, 0
        call _exit
2:      li a0, 0
        call wait
        lbu a0, 0(s1)
        show "parent, wiped in the child"
        lbu a0, 0(s3)
        show "parent, not there in the child"
        map 0, PAGE, RW, MAP_SHARED
        advise a0, PAGE, MADV_WIPEONFORK
        show "shared memory"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
