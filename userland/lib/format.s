# The formatter behind printf and snprintf: format(sink, context, text, arguments).
#
# A directive is   % flags width .precision length conversion   as printf(3) has them. Each conversion ends up as
#
#       [spaces] prefix zeros body [spaces]         prefix: "-", "+", " ", "0x"; body: digits or the string
#
# and .Lfield writes that. The sink takes the bytes: sink(context: a0, data: a1, count: a2).

        .equ LEFT, 1                    # flags, as bits
        .equ ZERO, 2
        .equ PLUS, 4
        .equ SPACE, 8
        .equ ALTERNATE, 16
        .equ CAPITALS, 32               # %X

        .equ DIGITS, 24                 # 64 bits are at most 22 octal digits
        .equ frame_prefix, 0            # two bytes of prefix
        .equ frame_digits, 8
        .equ FRAME, 144

        .text

# format(sink: a0, context: a1, text: a2, arguments: a3) -> a0 = number of bytes given to the sink
# s0 sink, s1 context, s2 text, s3 next argument, s4 bytes so far, s5 flags, s6 width, s7 precision (-1: none),
# s8 size of an integer argument in bytes, s9 length of the prefix
        .globl format
format:
        addi sp, sp, -FRAME
        sd ra, 136(sp)
        sd s0, 128(sp)
        sd s1, 120(sp)
        sd s2, 112(sp)
        sd s3, 104(sp)
        sd s4, 96(sp)
        sd s5, 88(sp)
        sd s6, 80(sp)
        sd s7, 72(sp)
        sd s8, 64(sp)
        sd s9, 56(sp)
        mv s0, a0
        mv s1, a1
        mv s2, a2
        mv s3, a3
        li s4, 0

.Lplain:                                # the text up to the next %
        mv a1, s2
        li t1, '%'
1:      lbu t0, 0(s2)
        beqz t0, 2f
        beq t0, t1, 2f
        addi s2, s2, 1
        j 1b
2:      sub a2, s2, a1
        call .Lemit
        lbu t0, 0(s2)
        beqz t0, .Lend
        addi s2, s2, 1                  # behind the %
        call .Lflags
        call .Lwidth
        call .Llength
        li s9, 0
        lbu t0, 0(s2)                   # the conversion
        beqz t0, .Lend                  # a lonely % at the end
        addi s2, s2, 1
        la t1, .Lconversions
3:      lbu t2, 0(t1)
        beqz t2, .Lunknown
        beq t2, t0, 4f
        addi t1, t1, 8
        j 3b
4:      lw t2, 4(t1)                    # the row's second half: distance from the table's start
        la t1, .Lconversions
        add t1, t1, t2
        jr t1

.Lend:
        mv a0, s4
        ld ra, 136(sp)
        ld s0, 128(sp)
        ld s1, 120(sp)
        ld s2, 112(sp)
        ld s3, 104(sp)
        ld s4, 96(sp)
        ld s5, 88(sp)
        ld s6, 80(sp)
        ld s7, 72(sp)
        ld s8, 64(sp)
        ld s9, 56(sp)
        addi sp, sp, FRAME
        ret

# -- the parts of a directive ------------------------------------------------------------------------------------

# flags: s5 = the set of flags at s2, which moves behind them
.Lflags:
        li s5, 0
1:      lbu t0, 0(s2)
        la t1, .Lflag_names
        li t2, 1
2:      lbu t3, 0(t1)
        beqz t3, 3f
        beq t3, t0, 4f
        slli t2, t2, 1
        addi t1, t1, 1
        j 2b
3:      ret
4:      or s5, s5, t2
        addi s2, s2, 1
        j 1b

# width: s6 = width, s7 = precision
.Lwidth:
        addi sp, sp, -16
        sd ra, 8(sp)
        li s7, -1
        call .Lcount
        mv s6, a0
        bgez a0, 1f
        neg s6, a0                      # a negative * is the flag - and a width
        ori s5, s5, LEFT
1:      lbu t0, 0(s2)
        li t1, '.'
        bne t0, t1, 2f
        addi s2, s2, 1
        call .Lcount
        mv s7, a0
        bgez a0, 2f
        li s7, -1                       # a negative * is no precision
2:      ld ra, 8(sp)
        addi sp, sp, 16
        ret

# count: a0 = the number at s2, or the next argument for *
.Lcount:
        lbu t0, 0(s2)
        li t1, '*'
        bne t0, t1, 1f
        addi s2, s2, 1
        lw a0, 0(s3)
        addi s3, s3, 8
        ret
1:      li a0, 0
        li t1, 10
2:      lbu t0, 0(s2)
        addi t0, t0, -'0'
        bgeu t0, t1, 3f
        mul a0, a0, t1
        add a0, a0, t0
        addi s2, s2, 1
        j 2b
3:      ret

# length: s8 = 1 (hh), 2 (h), 4 (none) or 8 (l, ll, z, j, t)
.Llength:
        li s8, 4
        lbu t0, 0(s2)
        li t1, 'h'
        bne t0, t1, 2f
        li s8, 2
        addi s2, s2, 1
        lbu t0, 0(s2)
        bne t0, t1, 1f
        li s8, 1
        addi s2, s2, 1
1:      ret
2:      la t1, .Llong_names
3:      lbu t2, 0(t1)
        beqz t2, 1b
        addi t1, t1, 1
        bne t2, t0, 3b
        li s8, 8
        addi s2, s2, 1
        lbu t0, 0(s2)
        j 2b                            # ll

# -- conversions: each ends at .Lfield with a0 = body, a1 = its length, a2 = zeros before it --------------------

.Lpercent:
        addi a0, s2, -1
        li a1, 1
        li a2, 0
        li s6, 0
        j .Lfield

.Lunknown:                              # shown as it stands: % and the character
        li t1, '%'
        sb t1, frame_prefix(sp)
        li s9, 1
        j .Lpercent

.Lcharacter:
        lbu t0, 0(s3)
        addi s3, s3, 8
        sb t0, frame_digits(sp)
        addi a0, sp, frame_digits
        li a1, 1
        li a2, 0
        andi s5, s5, ~ZERO
        j .Lfield

.Lstring:
        ld a0, 0(s3)
        addi s3, s3, 8
        bnez a0, 1f
        la a0, .Lnull
1:      mv a1, s7                       # no precision is -1: no limit
        mv s8, a0
        call strnlen
        mv a1, a0
        mv a0, s8
        li a2, 0
        andi s5, s5, ~ZERO
        j .Lfield

.Laddress:
        li s8, 8
        ori s5, s5, ALTERNATE
        ld t0, 0(s3)
        bnez t0, .Lhexadecimal
        addi s3, s3, 8
        la a0, .Lnil
        li a1, 5
        li a2, 0
        andi s5, s5, ~ZERO
        j .Lfield

.Lsigned:                               # %d, %i
        call .Linteger_signed
        li t0, '-'
        bltz a0, 1f
        li t0, '+'
        andi t1, s5, PLUS
        bnez t1, 2f
        li t0, ' '
        andi t1, s5, SPACE
        bnez t1, 2f
        j 3f
1:      neg a0, a0
2:      sb t0, frame_prefix(sp)
        li s9, 1
3:      li a1, 10
        j .Ldigits

.Lunsigned:
        call .Linteger_unsigned
        li a1, 10
        j .Ldigits

.Lhexadecimal_capitals:
        ori s5, s5, CAPITALS
.Lhexadecimal:
        call .Linteger_unsigned
        li a1, 16
        andi t0, s5, ALTERNATE
        beqz t0, .Ldigits
        beqz a0, .Ldigits               # 0 has no prefix
        li t0, '0'
        sb t0, frame_prefix(sp)
        li t0, 'x'
        andi t1, s5, CAPITALS
        sub t0, t0, t1                  # 'X' is 'x' - 32
        sb t0, frame_prefix+1(sp)
        li s9, 2
        j .Ldigits

.Loctal:
        call .Linteger_unsigned
        li a1, 8
        # fall through

# digits(value: a0, base: a1): writes the digits from the end of the frame's array
.Ldigits:
        addi t0, sp, frame_digits + DIGITS
        mv t1, t0                       # end
        li t4, 10
1:      beqz a0, 3f
        remu t2, a0, a1
        divu a0, a0, a1
        addi t3, t2, '0'
        bltu t2, t4, 2f
        addi t3, t2, 'a' - 10
        andi t2, s5, CAPITALS
        sub t3, t3, t2
2:      addi t0, t0, -1
        sb t3, 0(t0)
        j 1b
3:      mv a0, t0
        sub a1, t1, t0                  # digits written; none for 0
        li a2, 0
        bltz s7, 5f
        andi s5, s5, ~ZERO              # a precision overrules the flag 0
        bge a1, s7, 4f
        sub a2, s7, a1
4:      beqz a2, 6f
        j .Lfield
5:      bnez a1, 6f
        li a2, 1                        # 0 without a precision: one zero
        j .Lfield
6:                                      # %#o begins with a zero, whatever the precision
        andi t1, s5, ALTERNATE
        beqz t1, .Lfield
        lbu t2, -1(s2)
        li t3, 'o'
        bne t2, t3, .Lfield
        li a2, 1
        # fall through

# field(body: a0, length: a1, zeros: a2): writes the whole field, goes on with the text
.Lfield:
        addi sp, sp, -48
        sd a0, 0(sp)
        sd a1, 8(sp)
        sd a2, 16(sp)
        add t0, a1, a2
        add t0, t0, s9
        sub t0, s6, t0                  # bytes missing to the width
        bgez t0, 1f
        li t0, 0
1:      sd t0, 24(sp)
        andi t1, s5, LEFT
        bnez t1, 3f
        andi t1, s5, ZERO
        beqz t1, 2f
        add t2, a2, t0
        sd t2, 16(sp)                   # fill with zeros
        sd zero, 24(sp)
        j 3f
2:      mv a0, t0
        la a1, .Lspaces
        call .Lfill
3:      addi a1, sp, 48 + frame_prefix
        mv a2, s9
        call .Lemit
        ld a0, 16(sp)
        la a1, .Lzeros
        call .Lfill
        ld a1, 0(sp)
        ld a2, 8(sp)
        call .Lemit
        andi t1, s5, LEFT
        beqz t1, 4f
        ld a0, 24(sp)
        la a1, .Lspaces
        call .Lfill
4:      addi sp, sp, 48
        j .Lplain

# -- helpers -------------------------------------------------------------------------------------------------------

# a0 = the next argument as a signed integer of s8 bytes
.Linteger_signed:
        ld a0, 0(s3)
        addi s3, s3, 8
        li t0, 64
        slli t1, s8, 3
        sub t0, t0, t1                  # shift it up and down again: the sign is copied
        sll a0, a0, t0
        sra a0, a0, t0
        ret

# a0 = the next argument as an unsigned integer of s8 bytes
.Linteger_unsigned:
        ld a0, 0(s3)
        addi s3, s3, 8
        li t0, 64
        slli t1, s8, 3
        sub t0, t0, t1
        sll a0, a0, t0
        srl a0, a0, t0
        ret

# emit(data: a1, count: a2): to the sink
.Lemit:
        beqz a2, 1f
        add s4, s4, a2
        mv a0, s1
        jr s0
1:      ret

# fill(count: a0, pattern: a1, 16 equal bytes)
.Lfill:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd a1, 8(sp)
1:      sd a0, 0(sp)
        beqz a0, 3f
        li a2, 16
        bgeu a0, a2, 2f
        mv a2, a0
2:      sub a0, a0, a2
        sd a0, 0(sp)
        ld a1, 8(sp)
        call .Lemit
        ld a0, 0(sp)
        j 1b
3:      ld ra, 24(sp)
        addi sp, sp, 32
        ret

        .section .rodata
        .balign 4
        .macro conversion letter, routine
        .word \letter                   # low byte: the letter
        .word \routine - .Lconversions
        .endm
.Lconversions:
        conversion 'd', .Lsigned
        conversion 'i', .Lsigned
        conversion 'u', .Lunsigned
        conversion 'x', .Lhexadecimal
        conversion 'X', .Lhexadecimal_capitals
        conversion 'o', .Loctal
        conversion 'c', .Lcharacter
        conversion 's', .Lstring
        conversion 'p', .Laddress
        conversion '%', .Lpercent
        .word 0, 0

.Lflag_names:   .asciz "-0+ #"          # in the order of the bits LEFT, ZERO, PLUS, SPACE, ALTERNATE
.Llong_names:   .asciz "lzjt"
.Lnull:         .asciz "(null)"
.Lnil:          .asciz "(nil)"
.Lspaces:       .ascii "                "
.Lzeros:        .ascii "0000000000000000"
