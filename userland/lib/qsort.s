# qsort: heap sort. In place, at most about 2 n log2 n comparisons whatever the input; not stable (sort-pointers.s is).
        .text

# qsort(base: a0, count: a1, size: a2, compare: a3): sorts; compare(address: a0, address: a1) -> a0 < 0, 0, > 0
# s0 base, s1 elements in the heap, s2 size, s3 compare, s4 counter
        .globl qsort
qsort:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s0, 32(sp)
        sd s1, 24(sp)
        sd s2, 16(sp)
        sd s3, 8(sp)
        sd s4, 0(sp)
        mv s0, a0
        mv s1, a1
        mv s2, a2
        mv s3, a3
        srli s4, a1, 1                  # make a heap: every element with children sinks, the last one first
1:      beqz s4, 2f
        addi s4, s4, -1
        mv a0, s4
        call .Lsink
        j 1b
2:      li t0, 1                        # take the largest away until one is left
        bleu s1, t0, 3f
        addi s1, s1, -1
        mul a1, s1, s2
        add a1, a1, s0
        mv a0, s0
        call .Lswap
        li a0, 0
        call .Lsink
        j 2b
3:      ld ra, 40(sp)
        ld s0, 32(sp)
        ld s1, 24(sp)
        ld s2, 16(sp)
        ld s3, 8(sp)
        ld s4, 0(sp)
        addi sp, sp, 48
        ret

# sink(index: a0): swaps the element with its larger child until neither child is larger. The children of i are 2i+1, 2i+2.
.Lsink:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s5, 32(sp)                   # address of the element
        sd s6, 24(sp)                   # index of a child
        sd s7, 16(sp)                   # address of the larger child
        mv s6, a0
        mul s5, a0, s2
        add s5, s5, s0
1:      slli s6, s6, 1
        addi s6, s6, 1
        bgeu s6, s1, 4f
        mul s7, s6, s2
        add s7, s7, s0
        addi t0, s6, 1
        bgeu t0, s1, 2f
        mv a0, s7
        add a1, s7, s2
        jalr s3
        bgez a0, 2f
        addi s6, s6, 1                  # the right child is larger
        add s7, s7, s2
2:      mv a0, s5
        mv a1, s7
        jalr s3
        bgez a0, 4f
        mv a0, s5
        mv a1, s7
        call .Lswap
        mv s5, s7
        j 1b
4:      ld ra, 40(sp)
        ld s5, 32(sp)
        ld s6, 24(sp)
        ld s7, 16(sp)
        addi sp, sp, 48
        ret

# swap(a: a0, b: a1): exchanges two elements, by words as far as their size goes
.Lswap:
        mv t0, s2
        or t1, a0, a1
        andi t1, t1, 7
        bnez t1, 2f
        li t3, 8
1:      bltu t0, t3, 2f
        ld t1, 0(a0)
        ld t2, 0(a1)
        sd t2, 0(a0)
        sd t1, 0(a1)
        addi a0, a0, 8
        addi a1, a1, 8
        addi t0, t0, -8
        j 1b
2:      beqz t0, 3f
        lbu t1, 0(a0)
        lbu t2, 0(a1)
        sb t2, 0(a0)
        sb t1, 0(a1)
        addi a0, a0, 1
        addi a1, a1, 1
        addi t0, t0, -1
        j 2b
3:      ret
