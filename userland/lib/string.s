# Strings that end with a NUL: length, copy, append, compare.
        .text

# strlen(s: a0) -> a0 = number of bytes before the NUL
        .globl strlen
strlen:
        mv t0, a0
1:      lbu t1, 0(t0)
        addi t0, t0, 1
        bnez t1, 1b
        sub a0, t0, a0
        addi a0, a0, -1
        ret

# strnlen(s: a0, limit: a1) -> a0 = number of bytes before the NUL, at most limit
        .globl strnlen
strnlen:
        mv t0, a0
        add a1, a1, a0
1:      beq t0, a1, 2f
        lbu t1, 0(t0)
        beqz t1, 2f
        addi t0, t0, 1
        j 1b
2:      sub a0, t0, a0
        ret

# strcpy(to: a0, from: a1) -> a0 = to
        .globl strcpy
strcpy:
        mv t0, a0
1:      lbu t1, 0(a1)
        sb t1, 0(t0)
        addi a1, a1, 1
        addi t0, t0, 1
        bnez t1, 1b
        ret

# stpcpy(to: a0, from: a1) -> a0 = address of the NUL written
        .globl stpcpy
stpcpy:
        lbu t1, 0(a1)
        sb t1, 0(a0)
        beqz t1, 1f
        addi a1, a1, 1
        addi a0, a0, 1
        j stpcpy
1:      ret

# strncpy(to: a0, from: a1, count: a2) -> a0 = to. Writes exactly count bytes: a longer string loses its NUL, behind a
# shorter one the rest is filled with NULs.
        .globl strncpy
strncpy:
        mv t0, a0
1:      beqz a2, 2f
        lbu t1, 0(a1)
        sb t1, 0(t0)
        addi t0, t0, 1
        addi a2, a2, -1
        beqz t1, 1b                     # past the NUL the source stays where it is
        addi a1, a1, 1
        j 1b
2:      ret

# strcat(to: a0, from: a1) -> a0 = to, with from appended
        .globl strcat
strcat:
        li a2, -1                       # no limit
        # fall through

# strncat(to: a0, from: a1, count: a2) -> a0 = to, with at most count bytes of from appended, and a NUL
        .globl strncat
strncat:
        mv t0, a0
1:      lbu t1, 0(t0)
        beqz t1, 2f
        addi t0, t0, 1
        j 1b
2:      beqz a2, 3f
        lbu t1, 0(a1)
        beqz t1, 3f
        sb t1, 0(t0)
        addi t0, t0, 1
        addi a1, a1, 1
        addi a2, a2, -1
        j 2b
3:      sb zero, 0(t0)
        ret

# strcmp(a: a0, b: a1) -> a0 = negative, 0 or positive: the order of the bytes as unsigned numbers
        .globl strcmp
strcmp:
        lbu t0, 0(a0)
        lbu t1, 0(a1)
        addi a0, a0, 1
        addi a1, a1, 1
        bne t0, t1, 1f
        bnez t0, strcmp
1:      sub a0, t0, t1
        ret

# strncmp(a: a0, b: a1, count: a2) -> a0 = negative, 0 or positive, for the first count bytes
        .globl strncmp
strncmp:
        beqz a2, 2f
        lbu t0, 0(a0)
        lbu t1, 0(a1)
        bne t0, t1, 1f
        beqz t0, 2f
        addi a0, a0, 1
        addi a1, a1, 1
        addi a2, a2, -1
        j strncmp
1:      sub a0, t0, t1
        ret
2:      li a0, 0
        ret
