# fork: memory is copied, open files are shared: parent and child have one position in the file.
#: under bare: fail there is no fork
#: stdout the child reads: 3
#: stdout the child closes: 0
#: stdout the parent's variable: 1
#: stdout the parent's position: 3
#: stdout the next byte: 100
#: exit 0
        .include "../show.s"
        .data
        .balign 8
variable:       .dword 1
        .bss
        .balign 8
buffer:         .zero 16
        .section .rodata
name:           .asciz "inherited-descriptors.file"
text:           .asciz "abcdefgh"
        .text
        .globl main
main:
        la   a0, name
        li   a1, O_RDWR | O_CREAT | O_TRUNC
        li   a2, 0600
        call open
        mv   s0, a0
        la   a0, name
        call unlink
        mv   a0, s0
        la   a1, text
        li   a2, 8
        call write
        mv   a0, s0
        li   a1, 0
        li   a2, SEEK_SET
        call lseek
        call fork
        bnez a0, 1f
        mv   a0, s0
        la   a1, buffer
        li   a2, 3
        call read
        show "the child reads"
        la   t0, variable
        li   t1, 2
        sd   t1, 0(t0)
        mv   a0, s0
        call close                      # closes the child's descriptor only
        show "the child closes"
        li   a0, 0
        call exit
1:      li   a0, 0
        call wait
        ld   a0, variable
        show "the parent's variable"
        mv   a0, s0
        li   a1, 0
        li   a2, SEEK_CUR
        call lseek
        show "the parent's position"
        mv   a0, s0
        la   a1, buffer
        li   a2, 1
        call read
        lbu  a0, buffer
        show "the next byte"
        li   a0, 0
        call exit
