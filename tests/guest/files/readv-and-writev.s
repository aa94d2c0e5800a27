# readv and writev move one stream through several pieces of memory; pieces may be empty, and a piece may not be there.
#: under segments: fail a program can read and write near address 0
#: stdout writev: 11
#: stdout contents: hello world
#: stdout readv: 8
#: stdout first piece: hel
#: stdout second piece: lo wo
#: stdout no pieces: 0
#: stdout too many pieces: EINVAL
#: stdout a negative length: EINVAL
#: stdout writev with a bad second piece: 5
#: stdout preadv from 6: 5
#: stdout first piece: wor
#: stdout offset still: 5
        .include "../show.s"
        .include "../files.s"
        .equ NOWHERE, 0x1000
        string name, "vectors.tmp"
        string hello, "hello"
        string space, " "
        string world, "world"
        value first, 16
        value second, 16
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        create s0, name
        la a0, name
        call unlink
        mv a0, s0
        la a1, out
        li a2, 4
        call writev
        show "writev"
        contents_of s0, "contents"
        call rewind
        mv a0, s0
        la a1, in
        li a2, 2
        call readv
        show "readv"
        show_text "first piece", first
        show_text "second piece", second
        mv a0, s0
        la a1, in
        li a2, 0
        call readv
        show "no pieces"
        mv a0, s0
        la a1, in
        li a2, 1025
        call readv
        show "too many pieces"
        mv a0, s0
        la a1, negative
        li a2, 1
        call readv
        show "a negative length"
        call rewind
        mv a0, s0
        la a1, half_bad
        li a2, 2
        call writev
        show "writev with a bad second piece"
        mv a0, s0
        la a1, in
        li a2, 2
        li a3, 6
        li a4, 0
        call preadv
        show "preadv from 6"
        show_text "first piece", first
        offset_of s0
        show "offset still"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

rewind: mv a0, s0
        li a1, 0
        li a2, SEEK_SET
        tail lseek

        .data
        .balign 8
out:    .dword hello, 5, 0, 0, space, 1, world, 5       # struct iovec: address, length
in:     .dword first, 3, second, 5
negative: .dword first, -1
half_bad: .dword hello, 5, NOWHERE, 5
        .text
