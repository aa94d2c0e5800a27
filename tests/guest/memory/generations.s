# Copy-on-write through three generations: each writes, and nobody sees another's writing.
#: under bare: fail there is no fork
#: stdout inherited: 1
#: stdout inherited: 2
#: stdout generation: 3
#: stdout   mapped word: 3
#: stdout   word on the stack: 3
#: stdout   word of .data: 3
#: stdout generation: 2
#: stdout   mapped word: 2
#: stdout   word on the stack: 2
#: stdout   word of .data: 2
#: stdout generation: 1
#: stdout   mapped word: 1
#: stdout   word on the stack: 1
#: stdout   word of .data: 1
#: exit 0
        .include "../show.s"
        .equ PAGE, 4096
        .data
        .balign 8
word:   .dword 1
        .text
        .globl main
main:
        li   a0, 0
        li   a1, PAGE
        li   a2, PROT_READ | PROT_WRITE
        li   a3, MAP_PRIVATE | MAP_ANONYMOUS
        li   a4, -1
        li   a5, 0
        call mmap
        mv   s0, a0
        li   s1, 1                      # generation
        sd   s1, 0(s0)
        addi sp, sp, -16
        sd   s1, 8(sp)
1:      li   t0, 3
        beq  s1, t0, 3f
        call fork
        bnez a0, 2f
        addi s1, s1, 1
        ld   a0, 0(s0)
        show "inherited"
        sd   s1, 0(s0)                  # mapped, on the stack, in .data
        sd   s1, 8(sp)
        la   t0, word
        sd   s1, 0(t0)
        j    1b
2:      li   a0, 0
        call wait
3:      mv   a0, s1
        show "generation"
        ld   a0, 0(s0)
        show "  mapped word"
        ld   a0, 8(sp)
        show "  word on the stack"
        ld   a0, word
        show "  word of .data"
        li   a0, 0
        call exit
