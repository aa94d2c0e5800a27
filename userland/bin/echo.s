# echo: prints its arguments, with blanks between and a newline behind.
#
# usage: echo [-neE] [STRING...]
#   -n  no newline    -e  backslash sequences mean something: \n \t \\ \a \b \c \e \f \r \v \0NNN \xHH    -E  they do not
# exit status: 0
#
# An argument of anything else than these letters is text, and so is all behind it.
        .include "abi.s"
        .text

# s0 next argument, s1 1: newline at the end, s2 1: backslashes mean something
        .globl main
main:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s0, 32(sp)
        sd s1, 24(sp)
        sd s2, 16(sp)
        addi s0, a1, 8
        li s1, 1
        li s2, 0
1:      ld a0, 0(s0)
        beqz a0, 4f
        call is_option
        beqz a0, 2f
        ld a0, 0(s0)
        call apply
        addi s0, s0, 8
        j 1b
2:      ld a0, 0(s0)
        beqz s2, 3f
        call put_escaped
        beqz a0, 5f                     # \c ends everything
        j 6f
3:      li a1, STDOUT_FILENO
        call fputs
6:      addi s0, s0, 8
        ld t0, 0(s0)
        beqz t0, 4f
        li a0, ' '
        call putchar
        j 2b
4:      beqz s1, 5f
        li a0, '\n'
        call putchar
5:      li a0, 0
        ld ra, 40(sp)
        ld s0, 32(sp)
        ld s1, 24(sp)
        ld s2, 16(sp)
        addi sp, sp, 48
        ret

# is_option(argument: a0) -> a0 = 1 for "-" and letters of n, e, E only
is_option:
        lbu t0, 0(a0)
        li t1, '-'
        bne t0, t1, 2f
        lbu t0, 1(a0)
        beqz t0, 2f
1:      addi a0, a0, 1
        lbu t0, 0(a0)
        li t1, 'n'
        beq t0, t1, 1b
        ori t2, t0, 0x20                # e or E
        li t1, 'e'
        beq t2, t1, 1b
        seqz a0, t0
        ret
2:      li a0, 0
        ret

# apply(argument: a0): sets s1 and s2 by the letters behind its "-"
apply:
        addi a0, a0, 1
        lbu t0, 0(a0)
        beqz t0, 3f
        li t1, 'n'
        bne t0, t1, 1f
        li s1, 0
        j apply
1:      li t1, 'e'
        xor s2, t0, t1
        seqz s2, s2
        j apply
3:      ret

# put_escaped(string: a0) -> a0 = 1, or 0 when \c was met
put_escaped:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s3, 16(sp)                   # rest of the string
        mv s3, a0
1:      lbu a0, 0(s3)
        beqz a0, 7f
        addi s3, s3, 1
        li t0, '\\'
        bne a0, t0, 2f
        lbu t0, 0(s3)
        beqz t0, 2f                     # a backslash at the end is itself
        addi s3, s3, 1
        li t1, 'c'
        beq t0, t1, 6f
        li t1, '0'
        beq t0, t1, 4f
        li t1, 'x'
        beq t0, t1, 5f
        la t1, .Lescapes                # pairs of a letter and what it means
3:      lbu t2, 0(t1)
        beqz t2, 8f
        lbu a0, 1(t1)
        addi t1, t1, 2
        bne t2, t0, 3b
2:      call putchar
        j 1b
4:      li a0, 8                        # \0 and up to three octal digits
        li a1, 3
        call digits
        j 2b
5:      li a0, 16
        li a1, 2
        call digits
        bnez a1, 2b
        li t0, 'x'                      # \x without digits
8:      sb t0, 0(sp)                    # unknown: both characters
        li a0, '\\'
        call putchar
        lbu a0, 0(sp)
        j 2b
6:      li a0, 0
        j 9f
7:      li a0, 1
9:      ld ra, 24(sp)
        ld s3, 16(sp)
        addi sp, sp, 32
        ret

# digits(base: a0, at most: a1) -> a0 = the number that they make at s3, which moves on; a1 = how many there were
digits:
        li t0, 0                        # number
        mv t1, a1                       # how many may come
1:      beqz t1, 3f
        lbu t2, 0(s3)
        addi t3, t2, -'0'
        li t4, 10
        bltu t3, t4, 2f
        ori t3, t2, 0x20
        addi t3, t3, -'a'
        li t4, 6
        bgeu t3, t4, 3f
        addi t3, t3, 10
2:      bgeu t3, a0, 3f
        mul t0, t0, a0
        add t0, t0, t3
        addi s3, s3, 1
        addi t1, t1, -1
        j 1b
3:      sub a1, a1, t1
        mv a0, t0
        ret

        .section .rodata
.Lescapes:
        .ascii "\\\\", "a\007", "b\b", "e\033", "f\f", "n\n", "r\r", "t\t", "v\013"
        .byte 0
