# Numbers from text: strtol, strtoul, atoi, atol, parse_number.
        .include "abi.s"
        .text

# digits(text: a0, base: a1) -> a0 = value (all ones on overflow), a1 = address after the last digit, a2 = 1 on overflow.
# Internal to this file. Clobbers t0-t4.
.Ldigits:
        mv t0, a0
        li a0, 0
        li a2, 0
        li t4, -1
        divu t4, t4, a1                 # the largest value that may be multiplied by base
1:      lbu t1, 0(t0)
        addi t2, t1, -'0'
        sltiu t3, t2, 10
        bnez t3, 2f
        ori t1, t1, 0x20
        addi t2, t1, -'a'
        sltiu t3, t2, 26
        beqz t3, 5f
        addi t2, t2, 10
2:      bgeu t2, a1, 5f                 # not a digit of this base
        addi t0, t0, 1
        bnez a2, 1b
        bgtu a0, t4, 3f
        mul a0, a0, a1
        add a0, a0, t2
        bgeu a0, t2, 1b                 # no carry
3:      li a2, 1
        li a0, -1
        j 1b
5:      mv a1, t0
        ret

# number(text: a0, base: a1) -> a0 = magnitude, a1 = end (the text itself when there is no digit), a2 = 1 on overflow,
# a3 = 1 when negative. Blanks, sign and prefix as strtol(3) has them. Internal.
.Lnumber:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)                   # text
        sd s1, 8(sp)                    # negative
        sd s2, 0(sp)                    # where the digits should begin
        mv s0, a0
        li s1, 0
        li t2, 5
1:      lbu t0, 0(a0)
        addi a0, a0, 1
        li t1, ' '
        beq t0, t1, 1b
        addi t1, t0, -'\t'
        bltu t1, t2, 1b
        li t1, '-'
        beq t0, t1, 2f
        li t1, '+'
        beq t0, t1, 3f
        addi a0, a0, -1                 # no sign
        j 3f
2:      li s1, 1
3:      call .Lprefix
        mv s2, a0
        call .Ldigits
        bne a1, s2, 4f
        mv a1, s0                       # no digit: nothing was read
4:      mv a3, s1
        ld ra, 24(sp)
        ld s0, 16(sp)
        ld s1, 8(sp)
        ld s2, 0(sp)
        addi sp, sp, 32
        ret

# prefix(text: a0, base: a1) -> a0 = text behind "0x" when base is 16 or 0 and a digit follows, a1 = the base to use
.Lprefix:
        li t0, 16
        beq a1, t0, 1f
        bnez a1, 4f
1:      lbu t1, 0(a0)
        li t2, '0'
        bne t1, t2, 3f
        lbu t1, 1(a0)
        ori t1, t1, 0x20
        li t2, 'x'
        bne t1, t2, 2f
        lbu t1, 2(a0)                   # "0x" without a digit is the number 0 and a letter
        addi t2, t1, -'0'
        sltiu t2, t2, 10
        ori t1, t1, 0x20
        addi t1, t1, -'a'
        sltiu t1, t1, 6
        or t1, t1, t2
        beqz t1, 2f
        addi a0, a0, 2
        li a1, 16
        ret
2:      bnez a1, 4f
        li a1, 8
        ret
3:      bnez a1, 4f
        li a1, 10
4:      ret

# strtol(text: a0, end: a1 or 0, base: a2) -> a0 = number, clamped to 64 signed bits; the word at end = where it ends
        .globl strtol
strtol:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd s0, 0(sp)
        mv s0, a1
        mv a1, a2
        call .Lnumber
        beqz s0, 1f
        sd a1, 0(s0)
1:      li t0, -1
        srli t0, t0, 1                  # largest positive number
        bnez a3, 2f
        bgez a0, 3f
        mv a0, t0
        j 3f
2:      addi t1, t0, 1                  # smallest: its magnitude
        bleu a0, t1, 4f
        mv a0, t1
4:      neg a0, a0
3:      ld ra, 8(sp)
        ld s0, 0(sp)
        addi sp, sp, 16
        ret

# strtoul(text: a0, end: a1 or 0, base: a2) -> a0 = number, clamped to 64 unsigned bits; "-1" is the largest
        .globl strtoul
strtoul:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd s0, 0(sp)
        mv s0, a1
        mv a1, a2
        call .Lnumber
        beqz s0, 1f
        sd a1, 0(s0)
1:      bnez a2, 2f                     # overflow: no sign any more
        beqz a3, 2f
        neg a0, a0
2:      ld ra, 8(sp)
        ld s0, 0(sp)
        addi sp, sp, 16
        ret

# atol(text: a0) -> a0 = the decimal number at its start, or 0
        .globl atol
atol:
        li a1, 0
        li a2, 10
        j strtol

# atoi(text: a0) -> a0 = the same as a 32-bit number
        .globl atoi
atoi:
        addi sp, sp, -16
        sd ra, 8(sp)
        call atol
        sext.w a0, a0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# parse_number(text: a0) -> a0 = the decimal number that text consists of, a1 = 0;
# or a1 = -EINVAL (something else, too), -ERANGE (it does not fit 64 signed bits)
        .globl parse_number
parse_number:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd s0, 0(sp)
        mv s0, a0
        li a1, 10
        call .Lnumber
        beq a1, s0, 3f                  # no digit
        lbu t0, 0(a1)
        bnez t0, 3f                     # something follows
        li a1, -ERANGE
        bnez a2, 2f
        beqz a3, 1f
        neg a0, a0
        bgtz a0, 2f
        j 4f
1:      bltz a0, 2f
4:      li a1, 0
2:      ld ra, 8(sp)
        ld s0, 0(sp)
        addi sp, sp, 16
        ret
3:      li a1, -EINVAL
        j 2b
