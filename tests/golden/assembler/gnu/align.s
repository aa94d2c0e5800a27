# Alignment in code (nops) and data (zeros, or as told), limits, .org.
        .globl _start
_start: nop
        .align 3
        nop
        .p2align 4
        .balign 4
        .p2align 4,,3
        nop
        .p2align 5,,31
        nop
        .balign 16, 0
        nop
        .balign 8, 0xcc
        beqz a0, 1f
        .p2align 4
1:      nop
        .p2align 6
        j 1b
        .section .odd, "ax"
        .byte 1
        .p2align 3
        nop
        .byte 1, 2
        .align 2
        nop
        .byte 3
        .data
        .byte 1
        .balign 8
        .byte 2
        .balign 8, 0xee
        .half 3
        .balignw 4, 0x1234
        .balignl 8, 0x12345678
        .p2align 4,,2
        .byte 4
        .p2align 3,,7
here:   .byte 5
        .org 0x100
        .byte 6
        .org here + 0x140, 0x77
        .org . + 4, 0x55
        . = . + 3
        .byte 7
        .bss
        .byte 0
        .align 6
        .space 64
