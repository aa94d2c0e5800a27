# Numeric labels, labels named like registers, PC-relative pairs, comments everywhere.
        .globl _start
_start:
1:      nop; nop        # two statements
2: 3:   beq a0, a1, 1b /* a comment
        over two lines */ ; nop
1:      beq a0, a1, 1b
        beq a0, a1, 1f
        beq a0, a1, 2b
        j 3b
1:      j 10f
10:     j 10b
0:      j 0b
t0:     j t0
        call s1
s1:     ret
4:      auipc a0, %pcrel_hi(value)
        addi a1, a0, %pcrel_lo(4b)
        ld a2, %pcrel_lo(4b)(a0)
        sd a2, %pcrel_lo(4b)(a0)
        lui a0, %hi(value)
        addi a0, a0, %lo(value)
        ld a1, %lo(value + 8)(a0)
        sd a1, %lo(value)(a0)
        lui a0, %hi(0x12345fff)
        addi a0, a0, %lo(0x12345fff)
        beq a0, a1, . + 8
        j . - 4
        auipc a0, 0x12345
        lui a0, 0xfffff
label.with.dots$and_more: nop
        j label.with.dots$and_more
        .data
        .balign 8
value:  .dword 1, 2, 1b, value
