# sieve: the primes below 500,000 by Eratosthenes, a byte a number. Byte stores at growing strides.
# work() -> how many there are: 41,538

        .globl  prepare, work
        .equ    LIMIT, 500000

prepare:
        ret

work:   la      a1, composite
        li      a2, LIMIT
        add     a3, a1, a2              # the end
        mv      t0, a1
1:      sd      zero, (t0)              # LIMIT is a multiple of 8
        addi    t0, t0, 8
        bltu    t0, a3, 1b
        li      a0, 0
        li      t0, 2
        li      t2, 1
2:      add     t1, a1, t0
        lbu     t3, (t1)
        bnez    t3, 4f
        addi    a0, a0, 1
        mul     t1, t0, t0              # smaller multiples have smaller factors
        add     t1, t1, a1
        bgeu    t1, a3, 4f
3:      sb      t2, (t1)
        add     t1, t1, t0
        bltu    t1, a3, 3b
4:      addi    t0, t0, 1
        bltu    t0, a2, 2b
        ret

        .bss
        .balign 8
composite:
        .zero   LIMIT
