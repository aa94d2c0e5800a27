# Numbers above 0 among a command's arguments.
        .include "abi.s"
        .include "frame.s"
        .text

# positive(text: a0) -> a0 = the whole number above 0 that it is; otherwise ends the program with a message and status 1
        .globl positive
positive:
        enter 1
        mv   s0, a0
        call parse_number
        bnez a1, 1f
        blez a0, 1f
        leave 1
1:      mv   a0, s0
        la   a1, .Lmessage
        li   a2, 1
        call fail

        .section .rodata
.Lmessage:      .asciz "a whole number above 0 was expected"
