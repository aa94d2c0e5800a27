# Comparing two lines, key by key.
        .include "abi.s"
        .include "library.s"
        .include "sort-key.s"
        .text

# compare_lines(a: a0, b: a1) -> a0 < 0, 0, > 0. When all keys are equal the lines as a whole decide, so that the order does
# not depend on the input's; unless -s or -u.
# s0 a, s1 b, s2 index of a key, s3 its flags, s4, s5 the key's text in a and b, s6, s7 what stands behind them
        .globl compare_lines
compare_lines:
        addi sp, sp, -80
        sd ra, 72(sp)
        sd s0, 64(sp)
        sd s1, 56(sp)
        sd s2, 48(sp)
        sd s3, 40(sp)
        sd s4, 32(sp)
        sd s5, 24(sp)
        sd s6, 16(sp)
        sd s7, 8(sp)
        mv s0, a0
        mv s1, a1
        li s2, 0
1:      ld t0, keys+vector_count
        bgeu s2, t0, 4f
        mv a0, s2
        call compare_key
        ld s3, default_flags            # the flags of this key, for REVERSE
        ld t0, keys+vector_data
        slli t1, s2, 3
        add t0, t0, t1
        ld t0, 0(t0)
        ld t0, key_flags(t0)
        beqz t0, 2f
        mv s3, t0
2:      addi s2, s2, 1
        beqz a0, 1b
        j 5f
4:      li a0, 0
        ld t0, stable
        bnez t0, 6f
        mv a0, s0
        mv a1, s1
        call strcmp
        ld s3, default_flags
5:      andi t0, s3, REVERSE
        beqz t0, 6f
        neg a0, a0
6:      ld ra, 72(sp)
        ld s0, 64(sp)
        ld s1, 56(sp)
        ld s2, 48(sp)
        ld s3, 40(sp)
        ld s4, 32(sp)
        ld s5, 24(sp)
        ld s6, 16(sp)
        ld s7, 8(sp)
        addi sp, sp, 80
        ret

# compare_key(index: a0) -> a0: compares one key of the lines s0 and s1. Each key's text is made a string for the moment by
# a NUL behind it.
compare_key:
        addi sp, sp, -32
        sd ra, 24(sp)
        ld t0, keys+vector_data
        slli t1, a0, 3
        add t0, t0, t1
        ld t0, 0(t0)
        sd t0, 8(sp)
        ld s3, key_flags(t0)
        bnez s3, 1f
        ld s3, default_flags
1:      mv a0, s0
        ld a1, 8(sp)
        call find_key
        mv s4, a0
        mv s6, a1
        mv a0, s1
        ld a1, 8(sp)
        call find_key
        mv s5, a0
        mv s7, a1
        lbu t0, 0(s6)
        sb t0, 16(sp)
        lbu t0, 0(s7)
        sb t0, 17(sp)
        sb zero, 0(s6)
        sb zero, 0(s7)
        mv a0, s4
        mv a1, s5
        la t0, compare_numbers
        andi t1, s3, NUMERIC
        bnez t1, 2f
        la t0, compare_folded
        andi t1, s3, FOLD
        bnez t1, 2f
        la t0, strcmp
2:      jalr t0
        lbu t0, 16(sp)
        sb t0, 0(s6)
        lbu t0, 17(sp)
        sb t0, 0(s7)
        ld ra, 24(sp)
        addi sp, sp, 32
        ret

# find_key(line: a0, key: a1) -> a0 = where the key begins, a1 = what stands behind it
find_key:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s8, 32(sp)                   # key
        sd s9, 24(sp)                   # begin
        sd s10, 16(sp)                  # line
        mv s8, a1
        mv s10, a0
        ld a1, key_first(s8)
        addi a1, a1, -1
        call skip_fields
        ld t0, separator
        beqz t0, 1f
        lbu t1, 0(a0)
        bne t0, t1, 1f
        ld t1, key_first(s8)
        li t2, 1
        beq t1, t2, 1f
        addi a0, a0, 1                  # behind the separator
1:      mv s9, a0
        andi t0, s3, SKIP_BLANKS
        beqz t0, 2f
        call skip_blanks
        mv s9, a0
2:      mv a0, s10
        ld a1, key_last(s8)
        bnez a1, 3f
        call strlen                     # to the end of the line
        add a0, a0, s10
        j 4f
3:      call skip_fields
4:      mv a1, a0
        bgeu a1, s9, 5f
        mv a1, s9                       # nothing
5:      mv a0, s9
        ld ra, 40(sp)
        ld s8, 32(sp)
        ld s9, 24(sp)
        ld s10, 16(sp)
        addi sp, sp, 48
        ret

# skip_fields(line: a0, count: a1) -> a0 = the end of the count-th field (the line itself for 0). Without -t a field begins
# with the blanks before it.
skip_fields:
        ld t0, separator
        beqz a1, 5f
        bnez t0, 3f
1:      lbu t1, 0(a0)                   # blanks
        li t2, ' '
        beq t1, t2, 6f
        li t2, '\t'
        bne t1, t2, 2f
6:      addi a0, a0, 1
        j 1b
2:      lbu t1, 0(a0)                   # and what is not blank
        beqz t1, 5f
        li t2, ' '
        beq t1, t2, 7f
        li t2, '\t'
        beq t1, t2, 7f
        addi a0, a0, 1
        j 2b
7:      addi a1, a1, -1
        bnez a1, 1b
        ret
3:      lbu t1, 0(a0)
        beqz t1, 5f
        beq t1, t0, 4f
        addi a0, a0, 1
        j 3b
4:      addi a1, a1, -1
        beqz a1, 5f
        addi a0, a0, 1
        j 3b
5:      ret

# skip_blanks(text: a0) -> a0
skip_blanks:
        lbu t0, 0(a0)
        li t1, ' '
        beq t0, t1, 1f
        li t1, '\t'
        beq t0, t1, 1f
        ret
1:      addi a0, a0, 1
        j skip_blanks

# compare_folded(a: a0, b: a1) -> a0: as if all letters were capitals
compare_folded:
        lbu t0, 0(a0)
        lbu t1, 0(a1)
        addi t2, t0, -'a'
        sltiu t2, t2, 26
        slli t2, t2, 5
        sub t0, t0, t2
        addi t2, t1, -'a'
        sltiu t2, t2, 26
        slli t2, t2, 5
        sub t1, t1, t2
        bne t0, t1, 1f
        addi a0, a0, 1
        addi a1, a1, 1
        bnez t0, compare_folded
1:      sub a0, t0, t1
        ret

# compare_numbers(a: a0, b: a1) -> a0: by the decimal numbers that they begin with (none is 0), of any length
compare_numbers:
        addi sp, sp, -80
        sd ra, 72(sp)
        sd a1, 64(sp)
        call parse
        sd a0, 0(sp)                    # digits before the point of a, how many, the digits behind it, sign
        sd a1, 8(sp)
        sd a2, 16(sp)
        sd a3, 24(sp)
        ld a0, 64(sp)
        call parse
        sd a1, 40(sp)
        sd a2, 48(sp)
        ld t0, 24(sp)
        bne t0, a3, 3f                  # signs differ
        ld t1, 8(sp)
        bne t1, a1, 1f                  # the longer number is the larger
        mv a1, a0
        ld a0, 0(sp)
        mv a2, t1
        call memcmp
        bnez a0, 2f
        ld a0, 16(sp)
        ld a1, 48(sp)
        call compare_fractions
        j 2f
1:      sub a0, t1, a1
2:      ld t0, 24(sp)
        beqz t0, 4f
        neg a0, a0
        j 4f
3:      sub a0, a3, t0
4:      ld ra, 72(sp)
        addi sp, sp, 80
        ret

# parse(text: a0) -> a0 = first digit that counts, a1 = digits before the point, a2 = digits behind it, a3 = 1: below 0
parse:
        addi sp, sp, -16
        sd ra, 8(sp)
        call skip_blanks
        ld ra, 8(sp)
        addi sp, sp, 16
        li a3, 0
        lbu t0, 0(a0)
        li t1, '-'
        bne t0, t1, 1f
        li a3, 1
        addi a0, a0, 1
1:      lbu t0, 0(a0)                   # leading zeros
        li t1, '0'
        bne t0, t1, 2f
        addi a0, a0, 1
        j 1b
2:      mv a2, a0
        li t2, 10
3:      lbu t0, 0(a2)
        addi t1, t0, -'0'
        bgeu t1, t2, 4f
        addi a2, a2, 1
        j 3b
4:      sub a1, a2, a0
        li t1, '.'
        la t3, .Lno_digits
        bne t0, t1, 5f
        addi t3, a2, 1
5:      mv a2, t3
        bnez a1, 7f                     # -0 is 0
6:      lbu t0, 0(t3)
        addi t3, t3, 1
        li t1, '0'
        beq t0, t1, 6b
        addi t0, t0, -'0'
        bltu t0, t2, 7f
        li a3, 0
7:      ret

# compare_fractions(a: a0, b: a1) -> a0: digit by digit; digits that are missing are zeros
compare_fractions:
        li t4, 10
1:      lbu t0, 0(a0)
        addi t0, t0, -'0'
        lbu t1, 0(a1)
        addi t1, t1, -'0'
        sltu t2, t0, t4                 # 1: there is a digit
        sltu t3, t1, t4
        or t5, t2, t3
        beqz t5, 4f
        bnez t2, 2f
        li t0, 0
2:      bnez t3, 3f
        li t1, 0
3:      add a0, a0, t2
        add a1, a1, t3
        beq t0, t1, 1b
4:      sub a0, t0, t1
        bnez t5, 5f
        li a0, 0
5:      ret

        .section .rodata
.Lno_digits:    .asciz ""
