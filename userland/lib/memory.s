# Blocks of memory: memcpy, memmove, memset, memcmp, memchr.
#
# The copying loops go by words while both addresses are aligned alike, and by bytes otherwise: a misaligned access is
# legal but slow on most harts.
        .text

# memmove(to: a0, from: a1, count: a2) -> a0 = to. The blocks may overlap.
        .globl memmove, memcpy
memmove:
        sub t0, a0, a1
        bgeu t0, a2, memcpy             # "to" does not lie inside "from": forwards is right
        add t1, a0, a2                  # otherwise copy from the end downwards
        add t2, a1, a2
        or t3, t1, t2
        andi t3, t3, 7
        bnez t3, 2f                     # both ends word-aligned?
        li t4, 8
1:      bltu a2, t4, 2f
        ld t5, -8(t2)
        addi t2, t2, -8
        addi t1, t1, -8
        sd t5, 0(t1)
        addi a2, a2, -8
        j 1b
2:      beqz a2, 3f
        lbu t5, -1(t2)
        addi t2, t2, -1
        addi t1, t1, -1
        sb t5, 0(t1)
        addi a2, a2, -1
        j 2b
3:      ret

# memcpy(to: a0, from: a1, count: a2) -> a0 = to. The blocks do not overlap.
memcpy:
        mv t0, a0
        xor t1, a0, a1
        andi t1, t1, 7
        bnez t1, .Lcopy_bytes           # never aligned together
1:      andi t1, t0, 7                  # bytes up to a word boundary
        beqz t1, 2f
        beqz a2, .Lcopied
        lbu t2, 0(a1)
        sb t2, 0(t0)
        addi t0, t0, 1
        addi a1, a1, 1
        addi a2, a2, -1
        j 1b
2:      li t3, 32
3:      bltu a2, t3, 4f                 # four words a round
        ld t1, 0(a1)
        ld t2, 8(a1)
        ld t4, 16(a1)
        ld t5, 24(a1)
        sd t1, 0(t0)
        sd t2, 8(t0)
        sd t4, 16(t0)
        sd t5, 24(t0)
        addi a1, a1, 32
        addi t0, t0, 32
        addi a2, a2, -32
        j 3b
4:      li t3, 8
5:      bltu a2, t3, .Lcopy_bytes
        ld t1, 0(a1)
        sd t1, 0(t0)
        addi a1, a1, 8
        addi t0, t0, 8
        addi a2, a2, -8
        j 5b
.Lcopy_bytes:
        beqz a2, .Lcopied
        lbu t1, 0(a1)
        sb t1, 0(t0)
        addi a1, a1, 1
        addi t0, t0, 1
        addi a2, a2, -1
        j .Lcopy_bytes
.Lcopied:
        ret

# memset(to: a0, byte: a1, count: a2) -> a0 = to
        .globl memset
memset:
        mv t0, a0
1:      andi t1, t0, 7                  # bytes up to a word boundary
        beqz t1, 2f
        beqz a2, 5f
        sb a1, 0(t0)
        addi t0, t0, 1
        addi a2, a2, -1
        j 1b
2:      andi t1, a1, 0xff               # the byte, eight times
        slli t2, t1, 8
        or t1, t1, t2
        slli t2, t1, 16
        or t1, t1, t2
        slli t2, t1, 32
        or t1, t1, t2
        li t3, 8
3:      bltu a2, t3, 4f
        sd t1, 0(t0)
        addi t0, t0, 8
        addi a2, a2, -8
        j 3b
4:      beqz a2, 5f
        sb a1, 0(t0)
        addi t0, t0, 1
        addi a2, a2, -1
        j 4b
5:      ret

# memcmp(a: a0, b: a1, count: a2) -> a0 = difference of the first bytes that differ, 0 when none does
        .globl memcmp
memcmp:
        beqz a2, 2f
1:      lbu t0, 0(a0)
        lbu t1, 0(a1)
        bne t0, t1, 3f
        addi a0, a0, 1
        addi a1, a1, 1
        addi a2, a2, -1
        bnez a2, 1b
2:      li a0, 0
        ret
3:      sub a0, t0, t1
        ret

# memchr(from: a0, byte: a1, count: a2) -> a0 = address of the first such byte, or 0
        .globl memchr
memchr:
        andi a1, a1, 0xff
        add a2, a2, a0                  # end
1:      beq a0, a2, 2f
        lbu t0, 0(a0)
        beq t0, a1, 3f
        addi a0, a0, 1
        j 1b
2:      li a0, 0
3:      ret
