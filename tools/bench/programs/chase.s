# chase: a circle of 524,288 nodes, one in each 64 bytes of 32 MiB, in an order like chance's. Nothing but load after load
# that waits for the one before: caches, and the TLB, which has an entry for one page in 32 at best.
# work() -> how far from the first node 1,000,000 steps lead, in bytes

        .globl  prepare, work
        .equ    NODES, 1 << 19
        .equ    STEPS, 1000000

# Node i leads to (1664525 i + 1013904223) modulo NODES: one circle, since the factor is 1 modulo 4 and the sum is odd
prepare:
        la      a1, nodes
        li      a2, NODES
        li      a3, 1664525
        li      a4, 1013904223
        addi    a5, a2, -1
        li      t0, 0
1:      mul     t1, t0, a3
        add     t1, t1, a4
        and     t1, t1, a5
        slli    t1, t1, 6
        add     t1, t1, a1
        slli    t2, t0, 6
        add     t2, t2, a1
        sd      t1, (t2)
        addi    t0, t0, 1
        bne     t0, a2, 1b
        ret

work:   la      a1, nodes
        li      a2, STEPS
        mv      a0, a1
1:      ld      a0, (a0)
        addi    a2, a2, -1
        bnez    a2, 1b
        sub     a0, a0, a1
        ret

        .bss
        .balign 4096
nodes:  .zero   NODES << 6
