# mincore: a page is in RAM once it was touched, read or written; what is not mapped is an error.
#: under bare segments: fail there is no mincore
#: stdout untouched: 0000
#: stdout one written: 0100
#: stdout another read: 0101
#: stdout given back: 0001
#: stdout odd address: EINVAL
#: stdout not mapped: ENOMEM
#: stdout vector nowhere: EFAULT
#: stdout no page at all: 0
        .include "../show.s"
        .include "../map.s"
        .include "../resident.s"
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        map 0, 5 * PAGE, RW, MAP_PRIVATE
        mv s0, a0
        at a0, 4, s0                    # a hole behind the four
        li a1, PAGE
        call munmap
        show_resident "untouched", s0, 4
        at t0, 1, s0
        li t1, 7
        sb t1, 0(t0)
        show_resident "one written", s0, 4
        at t0, 3, s0
        lbu zero, 0(t0)
        show_resident "another read", s0, 4
        at a0, 1, s0
        advise a0, PAGE, MADV_DONTNEED
        show_resident "given back", s0, 4
        addi a0, s0, 1
        li a1, PAGE
        la a2, resident_vector
        call mincore
        show "odd address"
        mv a0, s0
        li a1, 5 * PAGE
        la a2, resident_vector
        call mincore
        show "not mapped"
        mv a0, s0
        li a1, PAGE
        li a2, 8
        call mincore
        show "vector nowhere"
        mv a0, s0
        li a1, 0
        la a2, resident_vector
        call mincore
        show "no page at all"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
