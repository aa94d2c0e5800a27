# Pipes: one process produces, another consumes.
#
# A pipe is a buffer in the kernel with two ends: what is written to one comes out at the other, in order. It also makes
# the two sides wait for each other: read sleeps while the pipe is empty, write sleeps while it is full (64 KiB). When the
# last descriptor of the writing end has been closed and everything has been read, read returns 0: the end. That is why
# each side closes the end that it does not use: a reader that keeps the writing end open waits for itself forever.
#
#: under bare: fail there is no fork
#: stdout consumer: read 10
#: stdout consumer: read 20
#: stdout consumer: read 30
#: stdout consumer: read 40
#: stdout consumer: read 50
#: stdout consumer: the end after 5 numbers, together 150
#: stdout writing to a pipe that nobody reads returned -32: Broken pipe
#: exit 0
        .include "abi.s"
        .equ NUMBERS, 5

        .bss
        .balign 8
ends:   .zero 8                         # two descriptors of 4 bytes: ends[0] reads, ends[1] writes
number: .zero 8

        .text
        .globl main
main:
        la   a0, ends
        call pipe
        call fork
        bltz a0, cannot
        bnez a0, consumer

# The child. A descriptor of the pipe is inherited like any other.
producer:
        lw   a0, ends                   # the end that it does not use
        call close
        li   s0, 0
1:      addi s0, s0, 1
        li   t0, 10
        mul  t0, s0, t0
        la   a1, number
        sd   t0, 0(a1)
        lw   a0, ends + 4
        li   a2, 8
        call write
        li   t0, NUMBERS
        blt  s0, t0, 1b
        li   a0, 0
        call exit                       # its end closes all its descriptors

consumer:
        lw   a0, ends + 4
        call close                      # now the producer has the only writing end
        li   s0, 0                      # numbers read
        li   s1, 0                      # their sum
2:      lw   a0, ends
        la   a1, number
        li   a2, 8
        call read                       # sleeps until there is something
        blez a0, 3f
        ld   a1, number
        add  s1, s1, a1
        addi s0, s0, 1
        la   a0, read_line_text
        call printf
        j    2b
3:      mv   a1, s0
        mv   a2, s1
        la   a0, end_text
        call printf
        li   a0, 0
        call wait

        # The other way round: nobody reads. A write then raises SIGPIPE, which ends a program that does not expect it;
        # who ignores that signal gets the error.
        la   a0, ends
        call pipe
        lw   a0, ends
        call close
        li   a0, SIGPIPE
        li   a1, SIG_IGN
        call signal
        lw   a0, ends + 4
        la   a1, number
        li   a2, 8
        call write
        mv   s0, a0
        call strerror
        mv   a2, a0
        mv   a1, s0
        la   a0, broken
        call printf
        li   a0, 0
        call exit
cannot: mv   a1, a0
        la   a0, fork_word
        li   a2, 1
        call die

        .section .rodata
read_line_text: .asciz "consumer: read %ld\n"
end_text:       .asciz "consumer: the end after %ld numbers, together %ld\n"
broken:         .asciz "writing to a pipe that nobody reads returned %ld: %s\n"
fork_word:      .asciz "fork"
