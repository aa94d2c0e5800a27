# clear: empties the terminal's screen and its scroll-back.
# usage: clear
        .include "abi.s"
        .section .rodata
.Lsequence:
        .ascii "\033[H\033[2J\033[3J"   # cursor home, erase the display, erase what scrolled away
        .equ LENGTH, . - .Lsequence

        .text
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        li a0, STDOUT_FILENO
        la a1, .Lsequence
        li a2, LENGTH
        call write_all
        snez a0, a0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
