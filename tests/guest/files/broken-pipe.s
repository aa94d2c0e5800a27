# Writing to a pipe that nobody can read any more: EPIPE for who ignores SIGPIPE; the others die by it.
#: under bare: fail there is no fork
#: stdout write, ignoring SIGPIPE: EPIPE
#: stdout the default ends the child by signal: 13
#: signal SIGPIPE
        .include "../show.s"
        .include "../files.s"
        string x, "x"
        value ends
        value status
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        la a0, ends
        call pipe
        lw a0, ends
        call close
        lw s1, ends + 4
        li a0, SIGPIPE
        li a1, SIG_IGN
        call signal
        text_to s1, x, 1
        show "write, ignoring SIGPIPE"
        li a0, SIGPIPE
        li a1, SIG_DFL
        call signal
        call fork
        bnez a0, 1f
        text_to s1, x, 1
        li a0, 0
        call _exit
1:      la a0, status
        call wait
        lw a0, status
        andi a0, a0, 127
        show "the default ends the child by signal"
        text_to s1, x, 1                # now we do
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
