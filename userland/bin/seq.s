# seq: prints a sequence of whole numbers.
#
# usage: seq [-w] [-s SEPARATOR] [FIRST [INCREMENT]] LAST
#   -w  equal widths, by leading zeros    -s  what stands between the numbers, instead of a newline
# exit status: 0; 1 for bad arguments
        .include "abi.s"
        .text

# s0 number, s1 increment, s2 last, s3 separator, s4 format, s5 width
        .globl main
main:
        addi sp, sp, -80
        sd ra, 72(sp)
        sd s0, 64(sp)
        sd s1, 56(sp)
        sd s2, 48(sp)
        sd s3, 40(sp)
        sd s4, 32(sp)
        sd s5, 24(sp)
        sd a0, 16(sp)
        sd a1, 8(sp)
        la s3, .Lnewline
        li s5, 0
1:      ld a0, 16(sp)
        ld a1, 8(sp)
        ld t0, optind
        slli t1, t0, 3
        add t1, t1, a1
        ld t1, 0(t1)
        beqz t1, 2f
        lbu t0, 1(t1)
        addi t0, t0, -'0'
        sltiu t0, t0, 10
        bnez t0, 2f
        la a2, .Lletters
        la a3, .Lusage
        li a4, 1
        call option
        bltz a0, 2f
        li t0, 'w'
        bne a0, t0, 3f
        li s5, 1
        j 1b
3:      ld s3, optarg
        j 1b

2:      ld t0, optind
        ld t1, 16(sp)
        sub t1, t1, t0                  # how many operands
        slli t0, t0, 3
        ld t2, 8(sp)
        add t0, t0, t2
        sd t0, 8(sp)                    # their vector
        addi t3, t1, -1
        li t4, 3
        bgeu t3, t4, .Lbad_usage
        sd t1, 16(sp)
        li s0, 1
        li s1, 1
        ld a0, 0(t0)
        call number                     # one operand: LAST; two: FIRST LAST; three: FIRST INCREMENT LAST
        mv s2, a0
        ld t1, 16(sp)
        li t0, 1
        beq t1, t0, 5f
        mv s0, a0
        ld t0, 8(sp)
        ld a0, 8(t0)
        call number
        mv s2, a0
        ld t1, 16(sp)
        li t0, 2
        beq t1, t0, 5f
        mv s1, a0
        ld t0, 8(sp)
        ld a0, 16(t0)
        call number
        mv s2, a0
        beqz s1, .Lzero_increment
5:      la s4, .Lplain
        beqz s5, 6f
        la s4, .Lzeros
        call width

6:      call more                       # the first number, then separator and number
        beqz a0, 9f
7:      mv a0, s4
        mv a1, s5
        mv a2, s0
        call printf
        add t0, s0, s1
        slt t1, t0, s0                  # overflow: the sum went the wrong way
        slt t2, s1, zero
        bne t1, t2, 8f
        mv s0, t0
        call more
        beqz a0, 8f
        mv a0, s3
        li a1, STDOUT_FILENO
        call fputs
        beqz a0, 7b
8:      li a0, '\n'
        call putchar
9:      li a0, 0
        ld ra, 72(sp)
        ld s0, 64(sp)
        ld s1, 56(sp)
        ld s2, 48(sp)
        ld s3, 40(sp)
        ld s4, 32(sp)
        ld s5, 24(sp)
        addi sp, sp, 80
        ret
.Lbad_usage:
        la a0, .Lusage
        li a1, 1
        call usage
.Lzero_increment:
        la a0, .Lzero
        la a1, .Linvalid_increment
        li a2, 1
        call fail

# more() -> a0 = 1 while the number s0 has not passed the last
more:
        bltz s1, 1f
        slt a0, s2, s0
        xori a0, a0, 1
        ret
1:      slt a0, s0, s2
        xori a0, a0, 1
        ret

# width(): s5 = width of the wider one of the first number and LAST
width:
        addi sp, sp, -16
        sd ra, 8(sp)
        mv a4, s0
        call .Llength
        mv s5, a0
        mv a4, s2
        call .Llength
        bleu a0, s5, 1f
        mv s5, a0
1:      ld ra, 8(sp)
        addi sp, sp, 16
        ret

# length(number: a4) -> a0 = how many characters it has
.Llength:
        li a0, 0
        li a1, 0                        # nothing is written
        la a2, .Lplain
        li a3, 0
        j snprintf

# number(text: a0) -> a0 = its value; a bad one ends the program
number:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd a0, 0(sp)
        call parse_number
        bnez a1, 1f
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
1:      ld a0, 0(sp)
        la a1, .Linvalid
        li a2, 1
        call fail

        .section .rodata
.Lletters:      .asciz "+ws:"
.Lusage:        .asciz "seq [-w] [-s SEPARATOR] [FIRST [INCREMENT]] LAST"
.Lnewline:      .asciz "\n"
.Lplain:        .asciz "%*ld"
.Lzeros:        .asciz "%0*ld"
.Linvalid:      .asciz "invalid whole number"
.Lzero:         .asciz "0"
.Linvalid_increment:    .asciz "invalid increment"
