# Comparing strings without regard to the case of the letters A to Z.
        .text

# fold REG: a capital letter in REG becomes small. Clobbers t2, t3.
        .macro fold register
        addi t2, \register, -'A'
        sltiu t2, t2, 26                # 1 for a capital
        slli t3, t2, 5                  # 'a' - 'A' is 32
        add \register, \register, t3
        .endm

# strcasecmp(a: a0, b: a1) -> a0 = negative, 0 or positive
        .globl strcasecmp
strcasecmp:
        li a2, -1                       # no limit
        # fall through

# strncasecmp(a: a0, b: a1, count: a2) -> a0 = negative, 0 or positive, for the first count bytes
        .globl strncasecmp
strncasecmp:
        beqz a2, 2f
        lbu t0, 0(a0)
        lbu t1, 0(a1)
        fold t0
        fold t1
        bne t0, t1, 1f
        beqz t0, 2f
        addi a0, a0, 1
        addi a1, a1, 1
        addi a2, a2, -1
        j strncasecmp
1:      sub a0, t0, t1
        ret
2:      li a0, 0
        ret
