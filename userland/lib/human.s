# Sizes: as people read them, and as they write them.
        .include "abi.s"
        .include "frame.s"

        .bss
.Ltext: .zero 24

        .text

# human(bytes: a0, base: a1, 1024 or 1000) -> a0 = text such as 512, 1.5K, 12M, until the next call: rounded up, with one
# decimal below 10. With base 1000 thousands are "k".
# t0 the unit in bytes, t1 its letter
        .globl human
human:
        enter 0
        la   a2, .Lplain
        mv   a3, a0
        bltu a0, a1, 4f
        la   t1, .Lletters
        addi t2, a1, -1000
        bnez t2, 1f
        la   t1, .Lletters_1000
1:      mv   t0, a1
2:      divu t2, a0, t0
        bltu t2, a1, 3f
        mul  t0, t0, a1
        addi t1, t1, 1
        j    2b
3:      li   t3, 10
        bgeu t2, t3, 5f
        remu t4, a0, t0                 # tenths, rounded up
        mul  t4, t4, t3
        add  t4, t4, t0
        addi t4, t4, -1
        divu t4, t4, t0
        mv   a3, t2
        mv   a4, t4
        lbu  a5, 0(t1)
        la   a2, .Ltenths
        bltu t4, t3, 4f
        addi a3, a3, 1                  # 1.95 is 2.0, and 9.95 is 10
        li   a4, 0
        bltu a3, t3, 4f
        mv   a4, a5
        la   a2, .Lwhole
        j    4f
5:      add  t4, a0, t0                 # whole, rounded up
        addi t4, t4, -1
        divu a3, t4, t0
        lbu  a4, 0(t1)
        la   a2, .Lwhole
        bltu a3, a1, 4f
        li   a3, 1                      # 1024 of a unit are one of the next
        li   a4, 0
        lbu  a5, 1(t1)
        la   a2, .Ltenths
4:      la   a0, .Ltext
        li   a1, 24
        call snprintf
        la   a0, .Ltext
        leave 0

# parse_size(text: a0, end: a1 or 0) -> a0 = the number of bytes, a1 = 0; or a1 = -EINVAL (no number), -ERANGE. Digits, then
# K M G T P E with nothing or "iB" behind it (powers of 1024), or with "B" (powers of 1000); the letter alone is 1 of it.
# The word at end = where it ends; without one it must be the whole text.
# s0 number, s1 end, s2 rest of the text, s3 0 or an error
        .globl parse_size
parse_size:
        enter 4, 16
        mv   s1, a1
        mv   s2, a0
        li   s0, 1
        li   s3, 0
        lbu  a0, 0(s2)
        li   t0, '0'
        bltu a0, t0, 6f
        li   t0, '9'
        bgtu a0, t0, 1f
        mv   a0, s2
        mv   a1, sp
        li   a2, 10
        call strtoul
        mv   s0, a0
        ld   s2, 0(sp)
        addi t0, a0, 1
        bnez t0, 1f
        li   s3, -ERANGE
1:      lbu  a1, 0(s2)
        beqz a1, 4f
        li   t0, 'k'
        bne  a1, t0, 2f
        li   a1, 'K'
2:      la   a0, .Lletters
        call strchr
        beqz a0, 3f
        la   t0, .Lletters
        sub  t0, a0, t0                 # the power, less 1
        addi s2, s2, 1
        li   t1, 1024
        lbu  t2, 0(s2)
        li   t3, 'B'
        bne  t2, t3, 5f
        li   t1, 1000
        addi s2, s2, 1
        j    7f
5:      li   t4, 'i'
        bne  t2, t4, 7f
        lbu  t2, 1(s2)
        bne  t2, t3, 7f
        addi s2, s2, 2
7:      mulhu t2, s0, t1
        beqz t2, 8f
        li   s3, -ERANGE
8:      mul  s0, s0, t1
        addi t0, t0, -1
        bgez t0, 7b
        j    4f
3:      lbu  t0, 0(s2)                  # neither a digit nor a letter at its beginning: no number
        bnez s1, 4f
        bnez t0, 6f
4:      bltz s0, 9f                     # sizes fit 63 bits
        j    10f
9:      li   s3, -ERANGE
10:     beqz s1, 11f
        sd   s2, 0(s1)
        j    12f
11:     lbu  t0, 0(s2)
        beqz t0, 12f
6:      li   s3, -EINVAL
12:     mv   a0, s0
        mv   a1, s3
        leave 4, 16

        .section .rodata
.Lletters:      .asciz "KMGTPE"
.Lletters_1000: .asciz "kMGTPE"
.Lplain:        .asciz "%lu"
.Lwhole:        .asciz "%lu%c"
.Ltenths:       .asciz "%lu.%lu%c"
