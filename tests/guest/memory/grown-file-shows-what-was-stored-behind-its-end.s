# Bytes that a shared mapping stored behind the end of a file are no part of it. But nobody clears them: where a file in
# memory grows over them, by ftruncate or by a write further on, they are there.
#: only tmpfs does so, on Linux as well; on a disk file system they are zero
#: under bare segments: fail files cannot be mapped to be shared
#: stdout grown by ftruncate: 74
#: stdout grown by a write: 74
        .include "../show.s"
        .include "../map.s"
        string name, "grown.tmp"
        string x, "x"
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        la a0, name
        li a1, O_CREAT | O_TRUNC | O_RDWR
        li a2, 0600
        call open
        mv s0, a0
        la a0, name
        call unlink
        mv a0, s0
        li a1, 10
        call ftruncate
        map_file s0, PAGE, RW, MAP_SHARED
        mv s1, a0
        li t0, 'J'
        sb t0, 20(s1)
        mv a0, s0
        li a1, 30
        call ftruncate
        lbu a0, 20(s1)
        show "grown by ftruncate"
        li t0, 'J'
        sb t0, 40(s1)
        mv a0, s0
        la a1, x
        li a2, 1
        li a3, 50
        call pwrite64
        lbu a0, 40(s1)
        show "grown by a write"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
