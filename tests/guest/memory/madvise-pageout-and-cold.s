# Advice about pages that are there: MADV_COLD leaves them in memory, MADV_PAGEOUT sends them away; where they are is no
# matter to what they hold. Locked pages refuse.
#: only Linux here has no disk to swap to
#: under bare segments: fail there is no madvise
#: machine --swap 8M
#: stdout written: 11111111
#: stdout cold: 0
#: stdout now: 11111111
#: stdout paged out: 0
#: stdout now in memory: 11110000
#: stdout in swap: 16
#: stdout pages that changed: 0
#: stdout in swap after reading: 0
#: stdout locked pages: EINVAL
#: stdout locked pages, cold: EINVAL
        .include "../show.s"
        .include "../map.s"
        .include "../resident.s"
        .include "../proc.s"
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        map 0, 8 * PAGE, RW, MAP_PRIVATE
        mv s0, a0
        at s1, 4, s0
        mv t0, s0
        li t1, 8
        li t2, PAGE
1:      sd t0, 8(t0)
        add t0, t0, t2
        addi t1, t1, -1
        bnez t1, 1b
        show_resident "written", s0, 8
        advise s0, 8 * PAGE, MADV_COLD
        show "cold"
        show_resident "now", s0, 8
        advise s1, 4 * PAGE, MADV_PAGEOUT
        show "paged out"
        li a0, 1                        # a disk takes a while
        call sleep
        advise s1, 4 * PAGE, MADV_PAGEOUT
        show_resident "now in memory", s0, 8
        figure "/proc/self/status", "VmSwap:"
        show "in swap"
        mv t0, s0
        li t1, 8
        li t2, PAGE
        li a0, 0
2:      ld t3, 8(t0)
        sub t3, t3, t0
        snez t3, t3
        add a0, a0, t3
        add t0, t0, t2
        addi t1, t1, -1
        bnez t1, 2b
        show "pages that changed"
        figure "/proc/self/status", "VmSwap:"
        show "in swap after reading"
        mv a0, s0
        li a1, 8 * PAGE
        call mlock
        advise s1, 4 * PAGE, MADV_PAGEOUT
        show "locked pages"
        advise s1, 4 * PAGE, MADV_COLD
        show "locked pages, cold"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
