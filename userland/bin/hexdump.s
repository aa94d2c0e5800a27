# hexdump: the bytes of files, sixteen a line.
#
# usage: hexdump [-Cv] [-n COUNT] [-s SKIP] [FILE...]       no FILE is standard input; several are read as one
#   -C  offset, hexadecimal bytes, characters (else: two bytes at a time, as little-endian numbers)
#   -n  COUNT bytes at most    -s  leaves out the first SKIP    -v  all lines: else * stands for lines equal to the one before
# exit status: 0; 1 when a file could not be read
        .include "abi.s"
        .equ LINE, 16
        .equ BLOCK, 4096

        .data
        .balign 8
left:           .dword -1               # bytes yet to be shown, as an unsigned number
        .bss
        .balign 8
canonical:      .zero 8
all_lines:      .zero 8
skip:           .zero 8                 # bytes yet to be left out
offset:         .zero 8                 # of the line being collected
length:         .zero 8                 # bytes collected
repeating:      .zero 8                 # 1: a * has been shown for lines like this
has_previous:   .zero 8
line:           .zero LINE
previous:       .zero LINE
block:          .zero BLOCK

        .text
        .globl main
main:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s0, 16(sp)
        sd a0, 8(sp)
        sd a1, 0(sp)
1:      ld a0, 8(sp)
        ld a1, 0(sp)
        la a2, .Lletters
        la a3, .Lusage
        li a4, 1
        call option
        bltz a0, 5f
        la t1, canonical
        li t0, 'C'
        beq a0, t0, 4f
        la t1, all_lines
        li t0, 'v'
        beq a0, t0, 4f
        la s0, left
        li t0, 'n'
        beq a0, t0, 2f
        la s0, skip
2:      ld a0, optarg
        addi a1, sp, 24
        li a2, 0                        # 0x10 and 010 are understood
        call strtoul
        ld t0, 24(sp)                   # where the number ends
        lbu t0, 0(t0)
        bnez t0, 3f
        sd a0, 0(s0)
        j 1b
3:      ld a0, optarg
        la a1, .Linvalid
        li a2, 1
        call fail
4:      li t0, 1
        sd t0, 0(t1)
        j 1b
5:      la t0, offset
        ld t1, skip
        sd t1, 0(t0)
        ld t0, optind
        slli t0, t0, 3
        ld a0, 0(sp)
        add a0, a0, t0
        la a1, dump
        call for_each_input
        mv s0, a0
        ld t0, length
        beqz t0, 6f
        call show_line                  # the last, shorter one
6:      ld a1, offset
        beqz a1, 7f
        la a0, .Lend_plain
        ld t0, canonical
        beqz t0, 8f
        la a0, .Lend_canonical
8:      call printf
7:      mv a0, s0
        ld ra, 40(sp)
        ld s0, 16(sp)
        addi sp, sp, 48
        ret

# dump(fd: a0, name: a1) -> a0 = 0 or 1: collects a file's bytes in lines
# s0 fd, s1 name, s2 next byte, s3 end of the bytes
dump:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s0, 32(sp)
        sd s1, 24(sp)
        sd s2, 16(sp)
        sd s3, 8(sp)
        mv s0, a0
        mv s1, a1
1:      li a0, 0
        ld t0, left
        beqz t0, 5f
        mv a0, s0
        la a1, block
        li a2, BLOCK
        call read
        beqz a0, 5f
        bltz a0, 4f
        la s2, block
        add s3, s2, a0
2:      bgeu s2, s3, 1b
        la t0, skip
        ld t1, 0(t0)
        beqz t1, 3f
        addi t1, t1, -1
        sd t1, 0(t0)
        addi s2, s2, 1
        j 2b
3:      la t0, left
        ld t1, 0(t0)
        beqz t1, 1b
        addi t1, t1, -1
        sd t1, 0(t0)
        lbu t0, 0(s2)
        addi s2, s2, 1
        la t1, line
        la t2, length
        ld t3, 0(t2)
        add t1, t1, t3
        sb t0, 0(t1)
        addi t3, t3, 1
        sd t3, 0(t2)
        li t0, LINE
        bne t3, t0, 2b
        call full_line
        j 2b
4:      mv a1, a0
        mv a0, s1
        call warn
        li a0, 1
5:      ld ra, 40(sp)
        ld s0, 32(sp)
        ld s1, 24(sp)
        ld s2, 16(sp)
        ld s3, 8(sp)
        addi sp, sp, 48
        ret

# full_line(): shows the line, or a * for the first of those that repeat the one before
full_line:
        addi sp, sp, -16
        sd ra, 8(sp)
        ld t0, all_lines
        bnez t0, 1f
        ld t0, has_previous
        beqz t0, 1f
        la a0, line
        la a1, previous
        li a2, LINE
        call memcmp
        bnez a0, 1f
        la t0, repeating
        ld t1, 0(t0)
        li t2, 1
        sd t2, 0(t0)
        bnez t1, 2f
        la a0, .Lstar
        call puts
2:      la t0, offset
        ld t1, 0(t0)
        addi t1, t1, LINE
        sd t1, 0(t0)
        la t0, length
        sd zero, 0(t0)
        j 3f
1:      la t0, repeating
        sd zero, 0(t0)
        la t0, has_previous
        li t1, 1
        sd t1, 0(t0)
        la a0, previous
        la a1, line
        li a2, LINE
        call memcpy
        call show_line
3:      ld ra, 8(sp)
        addi sp, sp, 16
        ret

# show_line(): one line of `length` bytes; the next begins behind them
show_line:
        addi sp, sp, -16
        sd ra, 8(sp)
        la t0, line                     # what a short line lacks is zero
        ld t1, length
        li t2, LINE
1:      beq t1, t2, 2f
        add t3, t0, t1
        sb zero, 0(t3)
        addi t1, t1, 1
        j 1b
2:      ld t0, canonical
        bnez t0, 3f
        call show_words
        j 4f
3:      call show_canonical
4:      la t0, offset
        ld t1, 0(t0)
        la t2, length
        ld t3, 0(t2)
        add t1, t1, t3
        sd t1, 0(t0)
        sd zero, 0(t2)
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# show_words(): "0000000 6568 6c6c 006f ..."
show_words:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd s0, 0(sp)                    # index of a byte
        la a0, .Loffset_plain
        ld a1, offset
        call printf
        li s0, 0
1:      la a0, .Lno_word
        ld t0, length
        bgeu s0, t0, 2f
        la t0, line
        add t0, t0, s0
        lhu a1, 0(t0)
        la a0, .Lword
2:      call printf
        addi s0, s0, 2
        li t0, LINE
        bltu s0, t0, 1b
        li a0, '\n'
        call putchar
        ld ra, 8(sp)
        ld s0, 0(sp)
        addi sp, sp, 16
        ret

# show_canonical(): "00000000  68 65 6c 6c 6f ...  |hello|"
show_canonical:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd s0, 0(sp)                    # index of a byte
        la a0, .Loffset_canonical
        ld a1, offset
        call printf
        li s0, 0
1:      andi t0, s0, LINE / 2 - 1
        bnez t0, 2f
        li a0, ' '                      # a gap before each half
        call putchar
2:      la a0, .Lno_byte
        ld t0, length
        bgeu s0, t0, 3f
        la t0, line
        add t0, t0, s0
        lbu a1, 0(t0)
        la a0, .Lbyte
3:      call printf
        addi s0, s0, 1
        li t0, LINE
        bltu s0, t0, 1b
        la a0, .Lbar
        call printf
        li s0, 0
4:      la t0, line
        add t0, t0, s0
        lbu a0, 0(t0)
        addi t0, a0, -' '
        sltiu t0, t0, '~' - ' ' + 1
        bnez t0, 5f
        li a0, '.'
5:      call putchar
        addi s0, s0, 1
        ld t0, length
        bltu s0, t0, 4b
        la a0, .Lbar_end
        call printf
        ld ra, 8(sp)
        ld s0, 0(sp)
        addi sp, sp, 16
        ret

        .section .rodata
.Lletters:      .asciz "Cn:s:v"
.Lusage:        .asciz "hexdump [-Cv] [-n COUNT] [-s SKIP] [FILE...]"
.Linvalid:      .asciz "invalid number"
.Lstar:         .asciz "*"
.Loffset_plain: .asciz "%07lx"
.Lword:         .asciz " %04x"
.Lno_word:      .asciz "     "
.Lend_plain:    .asciz "%07lx\n"
.Loffset_canonical:     .asciz "%08lx "
.Lbyte:         .asciz "%02x "
.Lno_byte:      .asciz "   "
.Lbar:          .asciz " |"
.Lbar_end:      .asciz "|\n"
.Lend_canonical:        .asciz "%08lx\n"
