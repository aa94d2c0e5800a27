# A pipe's reader waits for bytes, and gets 0, the end, once no writer is left; what was written before the writer ended is
# still read.
#: under bare: fail there is no fork
#: stdout reader got: 5
#: stdout reader got: 3
#: stdout reader got: 0
#: stdout reader of an empty pipe that someone still may write: EAGAIN
#: stdout child: 0
        .include "../show.s"
        .include "../files.s"
        string hello, "hello"
        value ends
        value room, 64
        value status
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        la a0, ends
        call pipe
        lw s0, ends
        lw s1, ends + 4
        call fork
        bnez a0, 1f
        li a0, 20000                    # let the reader wait
        call usleep
        text_to s1, hello, 5
        li a0, 20000
        call usleep
        text_to s1, hello, 3
        li a0, 0
        call _exit

1:      mv a0, s1                       # only the child's is left
        call close
        li s2, 3
        li s3, 5                        # however late the reader comes, it sees the first write alone
2:      mv a0, s0
        la a1, room
        mv a2, s3
        call read
        show "reader got"
        li s3, 64
        addi s2, s2, -1
        bnez s2, 2b

        la a0, ends
        li a1, O_NONBLOCK
        call pipe2
        lw a0, ends
        la a1, room
        li a2, 1
        call read
        show "reader of an empty pipe that someone still may write"
        la a0, status
        call wait
        lw a0, status
        show "child"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
