# A write far behind the end leaves a hole that reads as zeroes and takes no room; SEEK_DATA and SEEK_HOLE find their way in it.
#: stdout seek far behind the end: 1048576
#: stdout size: 1048577
#: stdout a byte of the hole: 0
#: stdout blocks of 512 bytes, below 100: 1
#: stdout first data: 0
#: stdout hole behind it: 4096
#: stdout data behind that: 1048576
#: stdout hole behind that: 1048577
#: stdout data behind the end: ENXIO
#: stdout hole in the hole: 8192
#: stdout seek before 0: EINVAL
#: stdout unknown whence: EINVAL
#: stdout seek from the end: 1048567
        .include "../show.s"
        .include "../files.s"
        .equ FAR, 1 << 20
        string name, "holes.tmp"
        string x, "x"
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        create s0, name
        la a0, name
        call unlink
        text_to s0, x, 1
        li a1, FAR
        li a2, SEEK_SET
        call seek
        show "seek far behind the end"
        text_to s0, x, 1
        size_of s0
        show "size"
        mv a0, s0
        la a1, file_room
        li a2, 1
        li a3, 5000
        call pread64
        la t0, file_room
        lbu a0, 0(t0)
        show "a byte of the hole"
        size_of s0
        la t0, file_status
        ld a0, stat_st_blocks(t0)
        sltiu a0, a0, 100
        show "blocks of 512 bytes, below 100"
        li a1, 0
        li a2, SEEK_DATA
        call seek
        show "first data"
        li a1, 0
        li a2, SEEK_HOLE
        call seek
        show "hole behind it"
        li a1, 4096
        li a2, SEEK_DATA
        call seek
        show "data behind that"
        li a1, FAR
        li a2, SEEK_HOLE
        call seek
        show "hole behind that"
        li a1, FAR + 1
        li a2, SEEK_DATA
        call seek
        show "data behind the end"
        li a1, 8192
        li a2, SEEK_HOLE
        call seek
        show "hole in the hole"
        li a1, -1
        li a2, SEEK_SET
        call seek
        show "seek before 0"
        li a1, 0
        li a2, 9
        call seek
        show "unknown whence"
        li a1, -10
        li a2, SEEK_END
        call seek
        show "seek from the end"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

seek:   mv a0, s0
        tail lseek
