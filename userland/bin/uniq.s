# uniq: of equal lines in a row, one.
#
# usage: uniq [-cdiu] [INPUT [OUTPUT]]       no INPUT, or -, is standard input
#   -c  how many there were, before each    -d  only lines that are repeated    -u  only those that are not    -i  regardless of case
# exit status: 0; 1 in trouble
        .include "abi.s"
        .include "library.s"

        .bss
        .balign 8
with_count:     .zero 8
only_repeated:  .zero 8
only_single:    .zero 8
compare:        .zero 8                 # the function that compares
output:         .zero 8

        .text
# s0 reader, s1 line, s2 the first of the row, s3 how many
        .globl main
main:
        addi sp, sp, -64
        sd ra, 56(sp)
        sd s0, 48(sp)
        sd s1, 40(sp)
        sd s2, 32(sp)
        sd s3, 24(sp)
        sd a0, 16(sp)
        sd a1, 8(sp)
        la t0, compare
        la t1, strcmp
        sd t1, 0(t0)
1:      ld a0, 16(sp)
        ld a1, 8(sp)
        la a2, .Lletters
        la a3, .Lusage
        li a4, 1
        call option
        bltz a0, 4f
        la t1, with_count
        li t0, 'c'
        beq a0, t0, 2f
        la t1, only_repeated
        li t0, 'd'
        beq a0, t0, 2f
        la t1, only_single
        li t0, 'u'
        beq a0, t0, 2f
        la t1, compare
        la t0, strcasecmp
        j 3f
2:      li t0, 1
3:      sd t0, 0(t1)
        j 1b
4:      call open_files
        call reader_open
        mv s0, a0
        li s2, 0
5:      mv a0, s0
        call read_line
        beqz a0, 8f
        mv s1, a0
        call chomp
        beqz s2, 6f
        mv a0, s2
        mv a1, s1
        ld t0, compare
        jalr t0
        bnez a0, 6f
        addi s3, s3, 1
        j 5b
6:      call show                       # the row has ended
        mv a0, s1
        call xstrdup
        mv s2, a0
        li s3, 1
        j 5b
8:      sd a1, 8(sp)
        call show
        ld a1, 8(sp)
        li a0, 0
        li a2, 1
        bnez a1, .Ldie
        ld ra, 56(sp)
        ld s0, 48(sp)
        ld s1, 40(sp)
        ld s2, 32(sp)
        ld s3, 24(sp)
        addi sp, sp, 64
        ret
.Ldie:  call die

# open_files() -> a0 = descriptor of the input; the caller's frame holds argc and argv
open_files:
        ld t0, optind
        ld t1, 16(sp)
        ld t2, 8(sp)
        slli t3, t0, 3
        add t2, t2, t3                  # operands
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s4, 16(sp)
        mv s4, t2
        sub t1, t1, t0
        li t0, 2
        bgtu t1, t0, 4f
        li t0, STDOUT_FILENO
        la t2, output
        sd t0, 0(t2)
        li a0, STDIN_FILENO
        beqz t1, 3f
        sd t1, 8(sp)
        ld a0, 0(s4)
        lbu t0, 0(a0)                   # "-"
        addi t0, t0, -'-'
        lbu t1, 1(a0)
        or t0, t0, t1
        li a0, STDIN_FILENO
        beqz t0, 1f
        ld a0, 0(s4)
        li a1, O_RDONLY
        li a2, 0
        call open
        bltz a0, 5f
1:      ld t1, 8(sp)
        li t0, 1
        beq t1, t0, 3f
        sd a0, 8(sp)
        addi s4, s4, 8
        ld a0, 0(s4)
        li a1, 0666
        call creat
        bltz a0, 5f
        la t0, output
        sd a0, 0(t0)
        ld a0, 8(sp)
3:      ld ra, 24(sp)
        ld s4, 16(sp)
        addi sp, sp, 32
        ret
4:      la a0, .Lusage
        li a1, 1
        call usage
5:      mv a1, a0
        ld a0, 0(s4)
        li a2, 1
        call die

# show(): the row whose first line is s2 (0: there is none), and which is no longer needed
show:
        beqz s2, 5f
        addi sp, sp, -16
        sd ra, 8(sp)
        addi t0, s3, -1
        seqz t0, t0                     # 1: a single line
        ld t1, only_repeated
        and t1, t1, t0
        bnez t1, 4f
        ld t1, only_single
        beqz t1, 1f
        beqz t0, 4f
1:      ld t0, with_count
        beqz t0, 2f
        ld a0, output
        la a1, .Lcounted
        mv a2, s3
        call fprintf
2:      ld a0, output
        la a1, .Lline
        mv a2, s2
        call fprintf
4:      mv a0, s2
        li s2, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        j free
5:      ret

        .section .rodata
.Lletters:      .asciz "cdiu"
.Lusage:        .asciz "uniq [-cdiu] [INPUT [OUTPUT]]"
.Lcounted:      .asciz "%7ld "
.Lline:         .asciz "%s\n"
