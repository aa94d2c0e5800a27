# /proc/PID/working_set, with --working-set: the pages that the process has used in the last so many cycles of its own time.
#: only a window is set by an option of Quire's
#: machine --working-set 160000
#: stdout window, us: 160
#: stdout all of 64 pages are used: 1
#: stdout then 4 of them, and what the program itself needs: 1
#: stdout the most was all: 1
        .include "../show.s"
        .include "../map.s"
        .include "../proc.s"
        .equ PAGES, 64
        .equ FEW, 4
        .equ ROUNDS, 4000
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        figure "/proc/self/working_set", "window_us "
        show "window, us"
        map 0, PAGES * PAGE, RW, MAP_PRIVATE
        mv s0, a0
        li a0, PAGES
        call use
        figure "/proc/self/working_set", "size_kb "
        li t0, PAGES * 4 - 1
        sgt a0, a0, t0
        show "all of 64 pages are used"
        li a0, FEW
        call use
        figure "/proc/self/working_set", "size_kb "
        li t0, PAGES * 2
        slt a0, a0, t0
        show "then 4 of them, and what the program itself needs"
        figure "/proc/self/working_set", "peak_kb "
        li t0, PAGES * 4 - 1
        sgt a0, a0, t0
        show "the most was all"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# use(pages: a0): goes round so many of the pages at s0, with a call now and then, for more than two windows
use:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s1, 16(sp)
        sd s2, 8(sp)
        sd s3, 0(sp)
        mv s1, a0
        li s2, ROUNDS
1:      mv t0, s0
        mv t1, s1
2:      sd t1, 0(t0)
        li t2, PAGE
        add t0, t0, t2
        addi t1, t1, -1
        bnez t1, 2b
        call getpid
        addi s2, s2, -1
        bnez s2, 1b
        ld s3, 0(sp)
        ld s2, 8(sp)
        ld s1, 16(sp)
        ld ra, 24(sp)
        addi sp, sp, 32
        ret
