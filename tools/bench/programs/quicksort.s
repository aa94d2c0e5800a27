# quicksort: 65,536 words of a linear congruential generator are sorted. Branches that nobody can predict, recursion.
# work() -> the sum of the sorted words, each times 31 more than the one before

        .globl  prepare, work
        .equ    COUNT, 1 << 16

prepare:
        ret

work:   addi    sp, sp, -16
        sd      ra, (sp)
        la      a0, words
        li      a1, COUNT
        li      t0, 12345
        li      t1, 1103515245
        mv      t2, a0
1:      mulw    t0, t0, t1
        addiw   t0, t0, 12
        srliw   t3, t0, 1
        xor     t3, t3, t0
        sw      t3, (t2)
        addi    t2, t2, 4
        addi    a1, a1, -1
        bnez    a1, 1b
        addi    a1, t2, -4
        call    sort
        la      a1, words
        li      t0, COUNT * 4
        add     t0, a1, t0
        li      t1, 31
        li      a0, 0
2:      lw      t2, (a1)
        mul     a0, a0, t1
        add     a0, a0, t2
        addi    a1, a1, 4
        bne     a1, t0, 2b
        ld      ra, (sp)
        addi    sp, sp, 16
        ret

# sort(a0 first word, a1 last word): by Hoare's partition around the middle one. t0 pivot, a2 from the left, a3 from the right
sort:   bgeu    a0, a1, 6f
        sub     t0, a1, a0
        srli    t0, t0, 3
        slli    t0, t0, 2
        add     t0, t0, a0
        lw      t0, (t0)
        addi    a2, a0, -4
        addi    a3, a1, 4
1:      addi    a2, a2, 4
        lw      t1, (a2)
        blt     t1, t0, 1b
2:      addi    a3, a3, -4
        lw      t2, (a3)
        blt     t0, t2, 2b
        bgeu    a2, a3, 3f
        sw      t2, (a2)
        sw      t1, (a3)
        j       1b
3:      addi    sp, sp, -32
        sd      ra, 24(sp)
        sd      a1, 16(sp)
        sd      a3, 8(sp)
        mv      a1, a3
        call    sort
        ld      a0, 8(sp)
        ld      a1, 16(sp)
        ld      ra, 24(sp)
        addi    sp, sp, 32
        addi    a0, a0, 4
        j       sort
6:      ret

        .bss
        .balign 8
words:  .zero   COUNT * 4
