# Copies of strings in memory of their own.
        .text

# strdup(s: a0) -> a0 = a copy from malloc, or 0
        .globl strdup
strdup:
        li a1, -1                       # no limit
        # fall through

# strndup(s: a0, limit: a1) -> a0 = a copy of at most limit bytes and a NUL, or 0
        .globl strndup
strndup:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)                   # s
        sd s1, 8(sp)                    # length of the copy
        mv s0, a0
        mv t0, a0
1:      beqz a1, 2f
        lbu t1, 0(t0)
        beqz t1, 2f
        addi t0, t0, 1
        addi a1, a1, -1
        j 1b
2:      sub s1, t0, s0
        addi a0, s1, 1
        call malloc
        beqz a0, 3f
        add t0, a0, s1
        sb zero, 0(t0)
        mv a1, s0
        mv a2, s1
        call memcpy
3:      ld ra, 24(sp)
        ld s0, 16(sp)
        ld s1, 8(sp)
        addi sp, sp, 32
        ret
