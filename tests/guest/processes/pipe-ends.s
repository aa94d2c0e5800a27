# Pipes: end of file, capacity, partial reads, non-blocking ends.
#: under bare: fail there is no fork
#: stdout pipe2: 0
#: stdout reading an empty pipe without waiting: EAGAIN
#: stdout written: 6
#: stdout asked for 4: 4
#: stdout asked for many: 2
#: stdout asked for none: 0
#: stdout writing to the reading end: EBADF
#: stdout reading from the writing end: EBADF
#: stdout writing to a full pipe: EAGAIN
#: stdout it holds: 65536
#: stdout a block taken out: 4096
#: stdout a block fits again: 4096
#: stdout at the end: 0
#: stdout read before it: 65536
#: stdout through the pipe: 327680
#: exit 0
        .include "../show.s"
        .equ BLOCK, 4096
        .equ KEEP, 3
        .bss
        .balign 8
ends:   .zero 8
block:  .zero 2 * BLOCK
        .section .rodata
text:   .asciz "abcdef"
        .text
        .globl main
main:
        la   a0, ends
        li   a1, O_NONBLOCK
        call pipe2
        show "pipe2"
        call get
        show "reading an empty pipe without waiting"
        lw   a0, ends + 4
        la   a1, text
        li   a2, 6
        call write
        show "written"
        lw   a0, ends
        la   a1, block
        li   a2, 4
        call read
        show "asked for 4"
        call get
        show "asked for many"
        lw   a0, ends
        la   a1, block
        li   a2, 0
        call read
        show "asked for none"
        lw   a0, ends
        la   a1, block
        li   a2, 1
        call write
        show "writing to the reading end"
        lw   a0, ends + 4
        la   a1, block
        li   a2, 1
        call read
        show "reading from the writing end"

        li   s0, 0                      # fill it
1:      lw   a0, ends + 4
        la   a1, block
        li   a2, BLOCK
        call write
        bltz a0, 2f
        add  s0, s0, a0
        j    1b
2:      show "writing to a full pipe"
        mv   a0, s0
        show "it holds"
        lw   a0, ends
        la   a1, block
        li   a2, BLOCK
        call read
        show "a block taken out"
        lw   a0, ends + 4
        la   a1, block
        li   a2, BLOCK
        call write
        show "a block fits again"

        lw   a0, ends + 4
        call close
        li   s0, 0
3:      call get
        blez a0, 4f
        add  s0, s0, a0
        j    3b
4:      show "at the end"
        mv   a0, s0
        show "read before it"

        # The writer sleeps while the pipe is full; all it writes arrives.
        la   a0, ends
        li   a1, 0
        call pipe2
        call fork
        bnez a0, 6f
        lw   a0, ends
        call close
        li   s0, 40
5:      lw   a0, ends + 4
        la   a1, block
        li   a2, 2 * BLOCK
        call write
        addi s0, s0, -1
        bnez s0, 5b
        li   a0, 0
        call exit
6:      lw   a0, ends + 4
        call close
        li   s0, 0
7:      call get
        blez a0, 8f
        add  s0, s0, a0
        j    7b
8:      mv   a0, s0
        show "through the pipe"
        li   a0, 0
        call wait
        li   a0, 0
        call exit

# get() -> a0 = result of reading up to a block from the reading end
get:
        lw   a0, ends
        la   a1, block
        li   a2, BLOCK
        tail read
