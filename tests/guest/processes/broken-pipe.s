# Writing to a pipe that nobody reads: SIGPIPE, and EPIPE for who ignores it.
#: under bare: fail there is no fork
#: stdout the child was ended by signal: 13
#: stdout handler: 13
#: stdout with a handler: EPIPE
#: stdout ignored: EPIPE
#: stdout writing nothing: 0
#: exit 0
        .include "../show.s"
        .bss
        .balign 8
ends:   .zero 8
status: .zero 8
        .section .rodata
text:   .asciz "x"
        .text
        .globl main
main:
        la   a0, ends
        call pipe
        lw   a0, ends
        call close
        call fork
        bnez a0, 1f
        call put                        # does not return
        show "the child survived"
        li   a0, 0
        call exit
1:      la   a0, status
        call wait
        lw   a0, status
        show "the child was ended by signal"
        li   a0, SIGPIPE
        la   a1, handler
        call signal
        call put
        show "with a handler"
        li   a0, SIGPIPE
        li   a1, SIG_IGN
        call signal
        call put
        show "ignored"
        lw   a0, ends + 4
        la   a1, text
        li   a2, 0
        call write
        show "writing nothing"
        li   a0, 0
        call exit

put:
        lw   a0, ends + 4
        la   a1, text
        li   a2, 1
        tail write

handler:
        addi sp, sp, -16
        sd   ra, 8(sp)
        show "handler"
        ld   ra, 8(sp)
        addi sp, sp, 16
        ret
