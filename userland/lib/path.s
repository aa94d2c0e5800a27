# Paths as text: the last part, and putting parts together.
        .text

# basename(path: a0) -> a0 = address of its last part, a1 = the part's length. Slashes at the end do not count; the last
# part of "/" is "/".
        .globl basename
basename:
        mv t0, a0
        li t1, '/'
1:      lbu t2, 0(t0)
        addi t0, t0, 1
        bnez t2, 1b
        addi t0, t0, -1                 # the NUL
2:      addi t3, a0, 1
        bleu t0, t3, 3f                 # one character is left
        lbu t2, -1(t0)
        bne t2, t1, 3f
        addi t0, t0, -1
        j 2b
3:      mv t3, t0                       # end of the part
4:      beq t3, a0, 5f
        lbu t2, -1(t3)
        beq t2, t1, 5f
        addi t3, t3, -1
        j 4b
5:      bne t3, t0, 6f                  # nothing but the slash of "/"
        mv t3, a0
6:      mv a0, t3
        sub a1, t0, t3
        ret

# path_join(directory: a0, name: a1) -> a0 = "directory/name" from malloc, with one slash between
        .globl path_join
path_join:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s0, 32(sp)                   # directory
        sd s1, 24(sp)                   # name
        sd s2, 16(sp)                   # length of the directory
        mv s0, a0
        mv s1, a1
        call strlen
        mv s2, a0
        mv a0, s1
        call strlen
        add a0, a0, s2
        addi a0, a0, 2                  # slash and NUL
        call xmalloc
        sd a0, 8(sp)
        mv a1, s0
        call stpcpy
        beqz s2, 1f
        lbu t0, -1(a0)
        li t1, '/'
        beq t0, t1, 1f
        sb t1, 0(a0)
        addi a0, a0, 1
1:      mv a1, s1
        call strcpy
        ld a0, 8(sp)
        ld ra, 40(sp)
        ld s0, 32(sp)
        ld s1, 24(sp)
        ld s2, 16(sp)
        addi sp, sp, 48
        ret
