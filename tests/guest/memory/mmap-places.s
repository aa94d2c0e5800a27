# Where mmap puts a mapping: a free hint is taken, a taken one is not; MAP_FIXED replaces what is there.
#: under bare segments: fail a mapping cannot be at any address
#: stdout a free hint, from: 0
#: stdout the same hint again is elsewhere: 1
#: stdout and the first mapping is as it was: 65
#: stdout fixed over its second page, from there: 0
#: stdout its first page: 65
#: stdout its second page: 0
#: stdout its third page: 67
        .include "../show.s"
        .include "../map.s"
        .equ HINT, 0x20000000
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        li s0, HINT
        map HINT + 5, 3 * PAGE, RW, MAP_PRIVATE # a hint is rounded down to its page
        sub a0, a0, s0
        show "a free hint, from"
        li t0, 'A'
        sb t0, 0(s0)
        li t1, PAGE
        add s1, s0, t1                  # second page
        li t0, 'B'
        sb t0, 0(s1)
        add s2, s1, t1                  # third page
        li t0, 'C'
        sb t0, 0(s2)

        map HINT, PAGE, RW, MAP_PRIVATE
        sub a0, a0, s0
        snez a0, a0
        show "the same hint again is elsewhere"
        lbu a0, 0(s0)
        show "and the first mapping is as it was"
        map_at s1, PAGE, RW, MAP_PRIVATE | MAP_FIXED
        sub a0, a0, s1
        show "fixed over its second page, from there"
        lbu a0, 0(s0)
        show "its first page"
        lbu a0, 0(s1)
        show "its second page"
        lbu a0, 0(s2)
        show "its third page"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
