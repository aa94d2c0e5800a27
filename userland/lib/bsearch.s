# bsearch: looking something up in a sorted array.
        .text

# bsearch(key: a0, base: a1, count: a2, size: a3, compare: a4) -> a0 = address of an equal element, or 0;
# compare(key: a0, address: a1) -> a0 < 0, 0, > 0
        .globl bsearch
bsearch:
        addi sp, sp, -64
        sd ra, 56(sp)
        sd s0, 48(sp)                   # key
        sd s1, 40(sp)                   # first element still possible
        sd s2, 32(sp)                   # how many are
        sd s3, 24(sp)                   # size
        sd s4, 16(sp)                   # compare
        sd s5, 8(sp)                    # the middle one
        mv s0, a0
        mv s1, a1
        mv s2, a2
        mv s3, a3
        mv s4, a4
1:      li a0, 0
        beqz s2, 3f
        srli t0, s2, 1
        mul s5, t0, s3
        add s5, s5, s1
        mv a0, s0
        mv a1, s5
        jalr s4
        srli t0, s2, 1
        beqz a0, 2f
        bgtz a0, 4f
        mv s2, t0                       # before the middle
        j 1b
4:      add s1, s5, s3                  # behind it
        sub s2, s2, t0
        addi s2, s2, -1
        j 1b
2:      mv a0, s5
3:      ld ra, 56(sp)
        ld s0, 48(sp)
        ld s1, 40(sp)
        ld s2, 32(sp)
        ld s3, 24(sp)
        ld s4, 16(sp)
        ld s5, 8(sp)
        addi sp, sp, 64
        ret
