# strings: four functions of a C library, a byte at a time, on a text of 16 KiB: its length, a copy of it, the comparison
# of both, and the search for a word that comes at its end only; 20 rounds.
# work() -> the sum of the lengths, and of the places found

        .globl  prepare, work
        .equ    BYTES, 16384
        .equ    ROUNDS, 20

# The text is letters, 'a' + (i * i + (i >> 4)) % 23, and ends with "xyz", which are none of them
prepare:
        la      a1, text
        li      a2, BYTES - 4
        li      a3, 23
        li      t0, 0
1:      mul     t1, t0, t0
        srli    t2, t0, 4
        add     t1, t1, t2
        remu    t1, t1, a3
        addi    t1, t1, 'a'
        sb      t1, (a1)
        addi    a1, a1, 1
        addi    t0, t0, 1
        bne     t0, a2, 1b
        la      a2, needle
        tail    copy

# s0 rounds, s1 sum
work:   addi    sp, sp, -32
        sd      ra, 24(sp)
        sd      s0, 16(sp)
        sd      s1, 8(sp)
        li      s0, ROUNDS
        li      s1, 0
1:      la      a1, text
        call    length
        add     s1, s1, a0
        la      a1, other
        la      a2, text
        call    copy
        la      a1, other
        la      a2, text
        call    compare
        bnez    a0, die
        la      a1, text
        la      a2, needle
        call    find
        la      t0, text
        sub     a0, a0, t0
        add     s1, s1, a0
        addi    s0, s0, -1
        bnez    s0, 1b
        mv      a0, s1
        ld      s1, 8(sp)
        ld      s0, 16(sp)
        ld      ra, 24(sp)
        addi    sp, sp, 32
        ret

# (a1 text) -> length
length: mv      t0, a1
1:      lbu     t1, (t0)
        addi    t0, t0, 1
        bnez    t1, 1b
        sub     a0, t0, a1
        addi    a0, a0, -1
        ret

# (a1 to, a2 text): with the zero at its end
copy:   lbu     t0, (a2)
        sb      t0, (a1)
        addi    a1, a1, 1
        addi    a2, a2, 1
        bnez    t0, copy
        ret

# (a1, a2 texts) -> 0 where they are the same, else the difference of the first bytes that differ
compare:
        lbu     t0, (a1)
        lbu     t1, (a2)
        bne     t0, t1, 1f
        addi    a1, a1, 1
        addi    a2, a2, 1
        bnez    t0, compare
1:      sub     a0, t0, t1
        ret

# (a1 text, a2 word) -> where it comes first, 0 where it does not
find:   mv      t0, a1
        mv      t1, a2
1:      lbu     t3, (t1)
        beqz    t3, 2f
        lbu     t2, (t0)
        beqz    t2, 3f
        addi    t0, t0, 1
        addi    t1, t1, 1
        beq     t2, t3, 1b
        addi    a1, a1, 1
        j       find
2:      mv      a0, a1
        ret
3:      li      a0, 0
        ret

        .section .rodata
needle: .asciz  "xyz"
        .bss
        .balign 8
text:   .zero   BYTES
other:  .zero   BYTES
