# pipe2 that cannot say which descriptors it made has made none.
#: only qemu-riscv64 leaves both open; Linux 6.1 does as this says
#: stdout pipe with its result nowhere: EFAULT
#: stdout the next descriptor is as before: 1
        .include "../show.s"
        .equ NOWHERE, 0x1000
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        li a0, 0
        call dup
        mv s0, a0
        call close
        li a0, NOWHERE
        call pipe
        show "pipe with its result nowhere"
        li a0, 0
        call dup
        xor a0, a0, s0
        seqz a0, a0
        show "the next descriptor is as before"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
