# Branches that grow: out of range, across alignments, in chains where one pushes the next out of range.
        .globl _start
_start: beqz a0, far
        bnez a0, near
        bgt a0, a1, far
near:   nop
        .rept 1020
        nop
        .endr
        blt a0, a1, edge
        bge a0, a1, beyond
        .rept 1021
        nop
        .endr
edge:   nop
        nop
beyond: nop
        .space 4096
far:    bltu a0, a1, _start
        bgeu a0, a1, near
        beq a0, a1, other
        j far
        .section .text.other, "ax", @progbits
other:  bne a0, a1, _start
        jal far
