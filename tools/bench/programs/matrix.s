# matrix: the product of two 128 x 128 matrices of doublewords, the second one read down its columns.
# work() -> a hash of the product's elements: from the first on, (hash ^ hash >> 7 ^ element) * 31

        .globl  prepare, work
        .equ    N, 128
        .equ    ROW, N * 8

# A[i] = 3i + 1, B[i] = i * i ^ (i >> 3), i from 0 to N * N - 1
prepare:
        la      a1, a
        la      a2, b
        li      a3, N * N
        li      t0, 0
1:      slli    t1, t0, 1
        add     t1, t1, t0
        addi    t1, t1, 1
        sd      t1, (a1)
        mul     t1, t0, t0
        srli    t2, t0, 3
        xor     t1, t1, t2
        sd      t1, (a2)
        addi    a1, a1, 8
        addi    a2, a2, 8
        addi    t0, t0, 1
        bltu    t0, a3, 1b
        ret

# a1 row of A, a2 column of B, a3 element of C, a4 end of A, a5 end of the first row of B
work:   la      a1, a
        la      a3, c
        li      t0, N * ROW
        add     a4, a1, t0
1:      la      a2, b
        addi    a5, a2, ROW
2:      mv      t0, a1
        mv      t1, a2
        addi    t2, a1, ROW
        li      a0, 0
3:      ld      t3, (t0)
        ld      t4, (t1)
        mul     t3, t3, t4
        add     a0, a0, t3
        addi    t0, t0, 8
        addi    t1, t1, ROW
        bne     t0, t2, 3b
        sd      a0, (a3)
        addi    a3, a3, 8
        addi    a2, a2, 8
        bne     a2, a5, 2b
        addi    a1, a1, ROW
        bne     a1, a4, 1b
        la      a1, c
        li      t0, 31
        li      a0, 0
4:      ld      t1, (a1)
        srli    t2, a0, 7
        xor     a0, a0, t2
        xor     a0, a0, t1
        mul     a0, a0, t0
        addi    a1, a1, 8
        bne     a1, a3, 4b
        ret

        .bss
        .balign 4096
a:      .zero   N * ROW
b:      .zero   N * ROW
c:      .zero   N * ROW
