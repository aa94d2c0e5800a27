# cut: parts of lines.
#
# usage: cut -b LIST | -c LIST | -f LIST [-d C] [-s] [FILE...]       no FILE, or -, is standard input
#   -b, -c  bytes    -f  fields, which end at tabs    -d  or at C    -s  no lines without C
#   LIST: numbers and ranges, from 1, with commas between: 1,3-5,7-
# exit status: 0; 1 in trouble
        .include "abi.s"
        .include "library.s"

        .bss
        .balign 8
ranges:         .zero SIZEOF_vector     # pairs: first, last
by_fields:      .zero 8
only_cut:       .zero 8
        .data
        .balign 8
delimiter:      .dword '\t'

        .text
        .globl main
main:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd a0, 16(sp)
        sd a1, 8(sp)
1:      ld a0, 16(sp)
        ld a1, 8(sp)
        la a2, .Lletters
        la a3, .Lusage
        li a4, 1
        call option
        bltz a0, 5f
        li t0, 's'
        beq a0, t0, 2f
        li t0, 'd'
        beq a0, t0, 3f
        ld t1, ranges+vector_count
        bnez t1, 6f                     # one LIST only
        addi t0, a0, -'f'
        seqz t0, t0
        la t1, by_fields
        sd t0, 0(t1)
        ld a0, optarg
        call parse_list
        j 1b
2:      la t0, only_cut
        li t1, 1
        sd t1, 0(t0)
        j 1b
3:      ld a0, optarg
        lbu t0, 0(a0)
        beqz t0, 4f
        lbu t1, 1(a0)
        la a1, .Lone_character
        bnez t1, 7f
4:      la t1, delimiter
        sd t0, 0(t1)
        j 1b
5:      ld t0, ranges+vector_count
        beqz t0, 6f
        ld t0, optind
        slli t0, t0, 3
        ld a0, 8(sp)
        add a0, a0, t0
        la a1, cut
        call for_each_input
        ld ra, 24(sp)
        addi sp, sp, 32
        ret
6:      la a0, .Lusage
        li a1, 1
        call usage
7:      li a2, 1
        call fail

# parse_list(text: a0): "1,3-5,-2,7-" to the vector of ranges
# s0 rest of the text, s1 first, s2 text
parse_list:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s0, 32(sp)
        sd s1, 24(sp)
        sd s2, 16(sp)
        mv s0, a0
        mv s2, a0
1:      li s1, 1                        # "-2" is "1-2"
        lbu t0, 0(s0)
        li t1, '-'
        bne t0, t1, 2f
        lbu t0, 1(s0)                   # but "-" alone is nothing
        addi t0, t0, -'0'
        li t1, 10
        bgeu t0, t1, 5f
        j 3f
2:      call .Lnumber
        blez a0, 5f
        mv s1, a0
        lbu t0, 0(s0)
        li t1, '-'
        bne t0, t1, 4f                  # a single one
3:      addi s0, s0, 1
        lbu t0, 0(s0)
        addi t0, t0, -'0'
        li t1, 10
        li a0, -1                       # "7-": to the end
        srli a0, a0, 1
        bgeu t0, t1, 4f
        call .Lnumber
        blt a0, s1, 5f
4:      sd a0, 0(sp)
        la a0, ranges
        mv a1, s1
        call vector_push
        la a0, ranges
        ld a1, 0(sp)
        call vector_push
        lbu t0, 0(s0)
        addi s0, s0, 1
        li t1, ','
        beq t0, t1, 1b
        bnez t0, 5f
        ld ra, 40(sp)
        ld s0, 32(sp)
        ld s1, 24(sp)
        ld s2, 16(sp)
        addi sp, sp, 48
        ret
5:      mv a0, s2
        la a1, .Linvalid
        li a2, 1
        call fail

# number() -> a0 = the digits at s0, which moves behind them; 0 when there are none
.Lnumber:
        addi sp, sp, -16
        sd ra, 8(sp)
        lbu t0, 0(s0)
        addi t0, t0, -'0'
        li t1, 10
        li a0, 0
        bgeu t0, t1, 1f
        mv a0, s0
        mv a1, sp
        li a2, 10
        call strtol
        ld s0, 0(sp)
1:      ld ra, 8(sp)
        addi sp, sp, 16
        ret

# is_wanted(number: a0) -> a0 = 1 when it is in a range
is_wanted:
        ld t0, ranges+vector_data
        ld t1, ranges+vector_count
1:      beqz t1, 3f
        ld t2, 0(t0)
        ld t3, 8(t0)
        addi t0, t0, 16
        addi t1, t1, -2
        bltu a0, t2, 1b
        bgtu a0, t3, 1b
        li a0, 1
        ret
3:      li a0, 0
        ret

# cut(fd: a0, name: a1) -> a0 = 0 or 1
# s0 reader, s1 name, s2 line, s3 its length
cut:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s0, 32(sp)
        sd s1, 24(sp)
        sd s2, 16(sp)
        sd s3, 8(sp)
        mv s1, a1
        call reader_open
        mv s0, a0
1:      mv a0, s0
        call read_line
        beqz a0, 3f
        mv s2, a0
        call chomp
        mv s3, a0
        ld t0, by_fields
        bnez t0, 2f
        call cut_bytes
        j 1b
2:      call cut_fields
        j 1b
3:      mv s2, a1
        mv a0, s0
        call reader_close
        mv a0, s2
        beqz a0, 4f
        mv a1, a0
        mv a0, s1
        call warn
        li a0, 1
4:      ld ra, 40(sp)
        ld s0, 32(sp)
        ld s1, 24(sp)
        ld s2, 16(sp)
        ld s3, 8(sp)
        addi sp, sp, 48
        ret

# cut_bytes(): the wanted bytes of the line at s2
# s4 index
cut_bytes:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd s4, 0(sp)
        li s4, 0
1:      bgeu s4, s3, 3f
        addi a0, s4, 1
        call is_wanted
        beqz a0, 2f
        add t0, s2, s4
        lbu a0, 0(t0)
        call putchar
2:      addi s4, s4, 1
        j 1b
3:      li a0, '\n'
        ld ra, 8(sp)
        ld s4, 0(sp)
        addi sp, sp, 16
        j putchar

# cut_fields(): the wanted fields of the line at s2, with delimiters between; the line itself when it has no delimiter
# s4 number of the field, s5 where it begins, s6 its end, s7 1: a field has been written
cut_fields:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s4, 32(sp)
        sd s5, 24(sp)
        sd s6, 16(sp)
        sd s7, 8(sp)
        mv s5, s2
        li s7, 0
        li s4, 1
        mv a0, s2
        ld a1, delimiter
        mv a2, s3
        call memchr
        bnez a0, 1f
        ld t0, only_cut
        bnez t0, 6f
        mv a0, s2
        li a1, 1
        mv a2, s3
        li a3, STDOUT_FILENO
        call fwrite
        j 5f
1:      add t0, s2, s3                  # the field's end
        mv a0, s5
        ld a1, delimiter
        sub a2, t0, s5
        call memchr
        mv s6, a0
        bnez a0, 2f
        add s6, s2, s3
2:      mv a0, s4
        call is_wanted
        beqz a0, 4f
        beqz s7, 3f
        ld a0, delimiter
        call putchar
3:      li s7, 1
        mv a0, s5
        li a1, 1
        sub a2, s6, s5
        li a3, STDOUT_FILENO
        call fwrite
4:      addi s4, s4, 1
        addi s5, s6, 1
        add t0, s2, s3
        bltu s6, t0, 1b
5:      li a0, '\n'
        call putchar
6:      ld ra, 40(sp)
        ld s4, 32(sp)
        ld s5, 24(sp)
        ld s6, 16(sp)
        ld s7, 8(sp)
        addi sp, sp, 48
        ret

        .section .rodata
.Lletters:      .asciz "b:c:d:f:s"
.Lusage:        .asciz "cut -b LIST | -c LIST | -f LIST [-d C] [-s] [FILE...]"
.Linvalid:      .asciz "invalid list"
.Lone_character:        .asciz "the delimiter must be one character"
