# O_APPEND: every write goes to where the file ends then, wherever the offset was; pwrite64 too, on Linux.
#: stdout after two writers: oneTWO
#: stdout offset after writing at the end: 9
#: stdout after a write from offset 0: oneTWOend
#: stdout after pwrite64 at 0: oneTWOend!
#: stdout F_SETFL without O_APPEND, write at 0: ONEtwo
        .include "../show.s"
        .include "../files.s"
        string name, "append.tmp"
        string one, "one"
        string two, "TWO"
        string end, "end!"
        string upper, "ONE"
        string whole, "onetwo"
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        create s0, name
        la a0, name
        li a1, O_WRONLY | O_APPEND
        call open
        mv s1, a0
        text_to s0, one, 3
        text_to s1, two, 3
        contents_of s0, "after two writers"
        mv a0, s1
        li a1, 0
        li a2, SEEK_SET
        call lseek
        text_to s1, end, 3
        offset_of s1
        show "offset after writing at the end"
        contents_of s0, "after a write from offset 0"
        mv a0, s1
        la a1, end + 3
        li a2, 1
        li a3, 0
        call pwrite64
        contents_of s0, "after pwrite64 at 0"

        mv a0, s0
        li a1, 0
        call ftruncate
        mv a0, s1
        li a1, F_SETFL
        li a2, 0
        call fcntl
        mv a0, s1
        li a1, 0
        li a2, SEEK_SET
        call lseek
        text_to s1, whole, 6
        mv a0, s1
        la a1, upper
        li a2, 3
        li a3, 0
        call pwrite64
        contents_of s0, "F_SETFL without O_APPEND, write at 0"
        la a0, name
        call unlink
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
