# Pseudo-random numbers: a multiplicative congruential generator (Knuth's MMIX constants), of which the high bits count.
        .data
        .balign 8
.Lstate:        .dword 1

        .text

# srand(seed: a0): the same seed gives the same sequence
        .globl srand
srand:
        la t0, .Lstate
        sd a0, 0(t0)
        ret

# rand() -> a0 = 0 ... 2^31 - 1
        .globl rand
rand:
        la t0, .Lstate
        ld a0, 0(t0)
        li t1, 6364136223846793005
        mul a0, a0, t1
        li t1, 1442695040888963407
        add a0, a0, t1
        sd a0, 0(t0)
        srli a0, a0, 33
        ret
