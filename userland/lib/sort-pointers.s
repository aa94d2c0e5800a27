# sort_pointers: a stable merge sort of words, usually addresses of what is compared.
        .text

# sort_pointers(words: a0, count: a1, compare: a2): sorts; compare(word: a0, word: a1) -> a0 < 0, 0, > 0.
# Runs of length 1, 2, 4, ... are merged from one array into the other and back.
# s0 words, s1 count, s2 compare, s3 from, s4 to, s5 width of a run
        .globl sort_pointers
sort_pointers:
        li t0, 2
        bltu a1, t0, 5f
        addi sp, sp, -64
        sd ra, 56(sp)
        sd s0, 48(sp)
        sd s1, 40(sp)
        sd s2, 32(sp)
        sd s3, 24(sp)
        sd s4, 16(sp)
        sd s5, 8(sp)
        sd s6, 0(sp)                    # index of a pair of runs
        mv s0, a0
        mv s1, a1
        mv s2, a2
        slli a0, a1, 3
        call xmalloc
        mv s4, a0
        mv s3, s0
        li s5, 1
1:      bgeu s5, s1, 3f
        li s6, 0
2:      mv a0, s6
        call .Lmerge
        slli t0, s5, 1
        add s6, s6, t0
        bltu s6, s1, 2b
        mv t0, s3                       # the arrays change places
        mv s3, s4
        mv s4, t0
        slli s5, s5, 1
        j 1b
3:      mv a0, s4                       # the scratch array, unless the result is in it
        beq s3, s0, 4f
        mv a0, s0
        mv a1, s3
        slli a2, s1, 3
        call memcpy
        mv a0, s3
4:      call free
        ld ra, 56(sp)
        ld s0, 48(sp)
        ld s1, 40(sp)
        ld s2, 32(sp)
        ld s3, 24(sp)
        ld s4, 16(sp)
        ld s5, 8(sp)
        ld s6, 0(sp)
        addi sp, sp, 64
5:      ret

# merge(index: a0): the runs from[index ...] and from[index + width ...], each s5 words or what is left, into to[index ...]
.Lmerge:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s7, 32(sp)                   # next of the first run
        sd s8, 24(sp)                   # next of the second run, where the first ends at the beginning
        sd s9, 16(sp)                   # end of the second run
        sd s10, 8(sp)                   # where the next word goes
        sd s11, 0(sp)                   # end of the first run
        add t0, a0, s5
        bleu t0, s1, 1f
        mv t0, s1
1:      add t1, t0, s5
        bleu t1, s1, 2f
        mv t1, s1
2:      slli t2, a0, 3
        add s7, s3, t2
        add s10, s4, t2
        slli t0, t0, 3
        add s8, s3, t0
        mv s11, s8
        slli t1, t1, 3
        add s9, s3, t1
3:      beq s7, s11, 6f                 # the first run is used up
        beq s8, s9, 5f                  # the second is
        ld a0, 0(s7)
        ld a1, 0(s8)
        jalr s2
        blez a0, 5f                     # equal: the first run's comes first, which makes the sort stable
4:      ld t0, 0(s8)
        addi s8, s8, 8
        j 7f
5:      ld t0, 0(s7)
        addi s7, s7, 8
        j 7f
6:      bne s8, s9, 4b
        ld ra, 40(sp)
        ld s7, 32(sp)
        ld s8, 24(sp)
        ld s9, 16(sp)
        ld s10, 8(sp)
        ld s11, 0(sp)
        addi sp, sp, 48
        ret
7:      sd t0, 0(s10)
        addi s10, s10, 8
        j 3b
