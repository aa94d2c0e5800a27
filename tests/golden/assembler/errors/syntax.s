        addi a0, a0, 0b12
        addi a0, a0, 09
        addi a0 a0, 1
        addi a0, (a0, 1
        addi a0, a0, 1)
        .asciz "never closed
        .byte 'ab', '
        .byte '\0'
        .byte 1 +
        .word 1 2
        ? a0
        .wrod 5
        .globel main
        .section .text, "axq"
        .section .data, "aw", @progbit
        x ==
        5 = x
        .equ
        .align 1, 2, 3, 4
        .balign 24
        .fill -1
        .org 0
        .set x, 1 / 0
        .type main, @functoin
        .if x
        .include "missing.s"
        .popsection
        .endif
        .endif
        .else
        .endm
        .loc 1 1
        .option fast
        .cfi_offset 1, 2
        .float 0x10
        .byte 300
        /* this comment
           goes on to the end
