# Shared anonymous memory is one memory after fork, also pages that nobody had touched before; private memory is not.
#: under bare: fail there is no fork
#: stdout shared, touched before: 5
#: stdout shared, first touched by the child: 6
#: stdout private: 0
        .include "../show.s"
        .include "../map.s"
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        map 0, 2 * PAGE, RW, MAP_SHARED
        mv s0, a0
        li t0, PAGE
        add s1, s0, t0
        map 0, PAGE, RW, MAP_PRIVATE
        mv s2, a0
        sb zero, 0(s0)
        call fork
        bnez a0, 1f
        li t0, 5
        sb t0, 0(s0)
        li t0, 6
        sb t0, 0(s1)
        li t0, 7
        sb t0, 0(s2)
        li a0, 0
        call _exit
1:      li a0, 0
        call wait
        lbu a0, 0(s0)
        show "shared, touched before"
        lbu a0, 0(s1)
        show "shared, first touched by the child"
        lbu a0, 0(s2)
        show "private"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
