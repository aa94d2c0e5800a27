# Anonymous memory reads as zeroes wherever it was not written, and each byte written stays where it was written.
#: stdout bytes that are not zero: 0
#: stdout after writing one byte a page: 16
#: stdout sum of the bytes: 136
        .include "../show.s"
        .include "../map.s"
        .equ PAGES, 16
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        map 0, PAGES * PAGE, RW, MAP_PRIVATE
        mv s0, a0
        call count
        show "bytes that are not zero"

        li t0, 1                        # page n gets the byte n at offset n * 17
        mv t1, s0
1:      sb t0, 0(t1)
        addi t0, t0, 1
        li t2, PAGE + 17
        add t1, t1, t2
        li t2, PAGES
        ble t0, t2, 1b
        call count
        mv s1, a1
        show "after writing one byte a page"
        mv a0, s1
        show "sum of the bytes"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# count() -> a0 = how many bytes of the mapping are not zero, a1 = their sum
count:
        li a0, 0
        li a1, 0
        mv t0, s0
        li t1, PAGES * PAGE
        add t1, t1, s0
1:      lbu t2, 0(t0)
        snez t3, t2
        add a0, a0, t3
        add a1, a1, t2
        addi t0, t0, 1
        bltu t0, t1, 1b
        ret
