# Finding things in strings: a character, a set of characters, another string, the next token.
        .text

# strchr(s: a0, c: a1) -> a0 = address of the first c (which may be the NUL), or 0
        .globl strchr
strchr:
        andi a1, a1, 0xff
1:      lbu t0, 0(a0)
        beq t0, a1, 2f
        addi a0, a0, 1
        bnez t0, 1b
        li a0, 0
2:      ret

# strchrnul(s: a0, c: a1) -> a0 = address of the first c, or of the NUL
        .globl strchrnul
strchrnul:
        andi a1, a1, 0xff
1:      lbu t0, 0(a0)
        beqz t0, 2f
        beq t0, a1, 2f
        addi a0, a0, 1
        j 1b
2:      ret

# strrchr(s: a0, c: a1) -> a0 = address of the last c (which may be the NUL), or 0
        .globl strrchr
strrchr:
        andi a1, a1, 0xff
        li t1, 0
1:      lbu t0, 0(a0)
        bne t0, a1, 2f
        mv t1, a0
2:      addi a0, a0, 1
        bnez t0, 1b
        mv a0, t1
        ret

# strstr(s: a0, part: a1) -> a0 = address of the first occurrence of part, or 0. The empty part is found at once.
        .globl strstr
strstr:
        mv t0, a0                       # walks s while part is compared
        mv t1, a1
1:      lbu t2, 0(t1)
        beqz t2, 3f                     # all of part matched
        lbu t3, 0(t0)
        bne t2, t3, 2f
        addi t0, t0, 1
        addi t1, t1, 1
        j 1b
2:      lbu t3, 0(a0)
        addi a0, a0, 1
        bnez t3, strstr
        li a0, 0
3:      ret

# strcasestr(s: a0, part: a1) -> a0 = as strstr, without regard to the case of letters
        .globl strcasestr
strcasestr:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)                   # s
        sd s1, 8(sp)                    # part
        sd s2, 0(sp)                    # its length
        mv s0, a0
        mv s1, a1
        mv a0, a1
        call strlen
        mv s2, a0
1:      mv a0, s0
        mv a1, s1
        mv a2, s2
        call strncasecmp
        beqz a0, 2f
        lbu t0, 0(s0)
        addi s0, s0, 1
        bnez t0, 1b
        li s0, 0
2:      mv a0, s0
        ld ra, 24(sp)
        ld s0, 16(sp)
        ld s1, 8(sp)
        ld s2, 0(sp)
        addi sp, sp, 32
        ret

# strspn(s: a0, set: a1) -> a0 = length of the start of s made of characters of set
        .globl strspn
strspn:
        mv t0, a0
1:      lbu t1, 0(t0)
        beqz t1, 4f
        mv t2, a1
2:      lbu t3, 0(t2)
        addi t2, t2, 1
        beq t3, t1, 3f
        bnez t3, 2b
        j 4f                            # not in the set
3:      addi t0, t0, 1
        j 1b
4:      sub a0, t0, a0
        ret

# strcspn(s: a0, set: a1) -> a0 = length of the start of s without any character of set
        .globl strcspn
strcspn:
        mv t0, a0
1:      lbu t1, 0(t0)
        beqz t1, 3f
        mv t2, a1
2:      lbu t3, 0(t2)
        addi t2, t2, 1
        beq t3, t1, 3f
        bnez t3, 2b
        addi t0, t0, 1
        j 1b
3:      sub a0, t0, a0
        ret

# strpbrk(s: a0, set: a1) -> a0 = address of the first character of s that is in set, or 0
        .globl strpbrk
strpbrk:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd s0, 0(sp)
        mv s0, a0
        call strcspn
        add a0, a0, s0
        lbu t0, 0(a0)
        bnez t0, 1f
        li a0, 0
1:      ld ra, 8(sp)
        ld s0, 0(sp)
        addi sp, sp, 16
        ret

# strtok_r(s: a0, set: a1, state: a2) -> a0 = the next token, or 0. s is 0 to go on where the word at state points;
# the separator behind a token is overwritten with a NUL.
        .globl strtok_r
strtok_r:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)                   # the rest of the text
        sd s1, 8(sp)                    # set
        sd s2, 0(sp)                    # state
        mv s1, a1
        mv s2, a2
        mv s0, a0
        bnez a0, 1f
        ld s0, 0(s2)
1:      mv a0, s0
        mv a1, s1
        call strspn                     # skip separators
        add s0, s0, a0
        mv a0, s0
        mv a1, s1
        call strcspn
        add t0, s0, a0                  # end of the token
        sd t0, 0(s2)
        mv t1, s0
        li s0, 0
        beqz a0, 2f                     # no token left
        mv s0, t1
        lbu t1, 0(t0)
        beqz t1, 2f
        sb zero, 0(t0)
        addi t0, t0, 1
        sd t0, 0(s2)
2:      mv a0, s0
        ld ra, 24(sp)
        ld s0, 16(sp)
        ld s1, 8(sp)
        ld s2, 0(sp)
        addi sp, sp, 32
        ret
