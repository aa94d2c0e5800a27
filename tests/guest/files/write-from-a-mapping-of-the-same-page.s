# A file is written from a mapping of the very page that is written, 64 bytes further on: the copy goes upwards and in place, so it
# meets again what it has just written. (POSIX says nothing about it; Linux does so where source and target are a
# cache line or more apart.)
#
#: only copying a page over itself is each kernel's own affair
#: under bare segments: fail files cannot be mapped to be shared
#: stdout 64 bytes at 0 written to 64: AAAAAAAA BBBBBBBB, then at 128: AAAAAAAA BBBBBBBB
#: exit 0
        .include "abi.s"
        .include "frame.s"
        .equ PAGE, 4096

        .text
# s0 descriptor, s1 the mapping
        .globl main
main:
        enter 2
        la   a0, path
        li   a1, O_RDWR | O_CREAT | O_TRUNC
        li   a2, 0600
        call open
        mv   s0, a0
        li   a1, PAGE
        call ftruncate
        li   a0, 0
        li   a1, PAGE
        li   a2, PROT_READ | PROT_WRITE
        li   a3, MAP_SHARED
        mv   a4, s0
        li   a5, 0
        call mmap
        mv   s1, a0
        la   a1, letters
        li   a2, 16
        call memcpy
        mv   a0, s0                     # bytes 0 to 127 to 64: from 64 on they are what was written a moment ago
        mv   a1, s1
        li   a2, 128
        li   a3, 64
        call pwrite64
        ld   a1, 64(s1)
        ld   a2, 72(s1)
        addi sp, sp, -48
        sd   a1, 0(sp)
        sb   zero, 8(sp)
        sd   a2, 9(sp)
        sb   zero, 17(sp)
        ld   a1, 128(s1)
        ld   a2, 136(s1)
        sd   a1, 18(sp)
        sb   zero, 26(sp)
        sd   a2, 27(sp)
        sb   zero, 35(sp)
        la   a0, line
        mv   a1, sp
        addi a2, sp, 9
        addi a3, sp, 18
        addi a4, sp, 27
        call printf
        la   a0, path
        call unlink
        li   a0, 0
        addi sp, sp, 48
        leave 2

        .section .rodata
path:           .asciz "/tmp/copied-over-itself"
letters:        .ascii "AAAAAAAABBBBBBBB"
line:           .asciz "64 bytes at 0 written to 64: %s %s, then at 128: %s %s\n"
