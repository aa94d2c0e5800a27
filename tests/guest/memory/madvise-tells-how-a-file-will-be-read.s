# Advice about a file's pages: MADV_WILLNEED fetches them beforehand, MADV_NORMAL, RANDOM and SEQUENTIAL only say how they
# will be read. MADV_REMOVE takes pages of shared memory away from everybody, MADV_DONTNEED only from oneself.
#: only qemu-riscv64 ignores advice
#: under bare segments: fail files cannot be mapped to be shared
#: stdout normal: 0
#: stdout random: 0
#: stdout sequential: 0
#: stdout will need: 0
#: stdout will need, over a hole: ENOMEM
#: stdout length that wraps: EINVAL
#: stdout not at a page: EINVAL
#: stdout not needed: 0
#: stdout holds: 7
#: stdout removed: 0
#: stdout holds: 0
#: stdout the other mapping holds: 0
#: stdout removed from private memory: EINVAL
        .include "../show.s"
        .include "../map.s"
        .include "../resident.s"
        string name, "advice"
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        la a0, name
        li a1, 0
        call memfd_create
        mv s3, a0
        li a1, 4 * PAGE
        call ftruncate
        map_file s3, 4 * PAGE, RW, MAP_SHARED
        mv s0, a0
        map_file s3, 4 * PAGE, RW, MAP_SHARED
        mv s1, a0
        advise s0, 4 * PAGE, MADV_NORMAL
        show "normal"
        advise s0, 4 * PAGE, MADV_RANDOM
        show "random"
        advise s0, 4 * PAGE, MADV_SEQUENTIAL
        show "sequential"
        advise s0, 4 * PAGE, MADV_WILLNEED
        show "will need"
        map 0, 3 * PAGE, RW, MAP_PRIVATE
        mv s2, a0
        at a0, 1, s2
        li a1, PAGE
        call munmap
        advise s2, 3 * PAGE, MADV_WILLNEED
        show "will need, over a hole"
        advise s0, -1, MADV_NORMAL
        show "length that wraps"
        addi t0, s0, 8
        advise t0, PAGE, MADV_NORMAL
        show "not at a page"
        li t0, 7
        sb t0, 0(s0)
        advise s0, PAGE, MADV_DONTNEED
        show "not needed"
        lbu a0, 0(s0)
        show "holds"
        advise s0, PAGE, MADV_REMOVE
        show "removed"
        lbu a0, 0(s0)
        show "holds"
        lbu a0, 0(s1)
        show "the other mapping holds"
        advise s2, PAGE, MADV_REMOVE
        show "removed from private memory"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
