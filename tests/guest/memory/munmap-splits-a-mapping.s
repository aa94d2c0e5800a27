# munmap of the middle leaves two mappings, whose pages keep what is in them; the hole faults and can be mapped anew.
#: under segments: fail only the end of a mapping can be unmapped
#: under bare: fail what is not mapped can be accessed all the same
#: stdout below: 1
#: stdout middle: 2
#: stdout above: 3
#: stdout munmap of the middle: 0
#: stdout below: 1
#: stdout middle: SIGSEGV MAPERR
#: stdout above: 3
#: stdout mapped again: 0
#: stdout below: 1
#: stdout middle: 0
#: stdout above: 3
        .include "../show.s"
        .include "../access.s"
        .include "../map.s"
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        map 0, 3 * PAGE, RW, MAP_PRIVATE
        mv s0, a0
        li t0, PAGE
        add s1, s0, t0
        add s2, s1, t0
        li t0, 1
        sb t0, 0(s0)
        li t0, 2
        sb t0, 0(s1)
        li t0, 3
        sb t0, 0(s2)
        call show_all

        mv a0, s1
        li a1, PAGE
        call munmap
        show "munmap of the middle"
        call show_all

        map_at s1, PAGE, RW, MAP_PRIVATE | MAP_FIXED
        sub a0, a0, s1
        show "mapped again"
        call show_all
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

show_all:
        addi sp, sp, -16
        sd ra, 8(sp)
        mv a0, s0
        call try_load
        show_access "below"
        mv a0, s1
        call try_load
        show_access "middle"
        mv a0, s2
        call try_load
        show_access "above"
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
