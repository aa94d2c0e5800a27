# wc: counts lines, words and bytes.
#
# usage: wc [-clmw] [FILE...]       no FILE, or -, is standard input
#   -l  lines (newlines)    -w  words    -c, -m  bytes    (none: all three)
# exit status: 0; 1 when a file could not be read
#
# The columns are as wide as the sum of the files' sizes, so that all numbers have room; as 7 where a size is not known.
        .include "abi.s"
        .include "library.s"
        .equ BLOCK, 0x4000

        .equ LINES, 1                   # what to show, as bits
        .equ WORDS, 2
        .equ BYTES, 4
        .equ UNKNOWN_WIDTH, 7

        .bss
        .balign 8
wanted:         .zero 8
width:          .zero 8
files:          .zero 8                 # how many are named
counts:         .zero 24                # of one file: lines, words, bytes
totals:         .zero 24
status_buffer:  .zero SIZEOF_stat
block:          .zero BLOCK

        .text
        .globl main
main:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s0, 32(sp)                   # the files' names
        sd s1, 24(sp)                   # status
        sd a0, 16(sp)
        sd a1, 8(sp)
1:      ld a0, 16(sp)
        ld a1, 8(sp)
        la a2, .Lletters
        la a3, .Lusage
        li a4, 1
        call option
        bltz a0, 3f
        li t1, LINES
        li t0, 'l'
        beq a0, t0, 2f
        li t1, WORDS
        li t0, 'w'
        beq a0, t0, 2f
        li t1, BYTES
2:      la t0, wanted
        ld t2, 0(t0)
        or t2, t2, t1
        sd t2, 0(t0)
        j 1b
3:      la t0, wanted
        ld t1, 0(t0)
        bnez t1, 4f
        li t1, LINES | WORDS | BYTES
        sd t1, 0(t0)
4:      ld t0, optind
        ld t1, 16(sp)
        sub t1, t1, t0
        la t2, files
        sd t1, 0(t2)
        slli t0, t0, 3
        ld s0, 8(sp)
        add s0, s0, t0
        mv a0, s0
        call choose_width
        mv a0, s0
        la a1, count
        call for_each_input
        mv s1, a0
        ld t0, files
        li t1, 2
        bltu t0, t1, 5f
        la a0, totals
        la a1, .Ltotal
        call show
5:      mv a0, s1
        ld ra, 40(sp)
        ld s0, 32(sp)
        ld s1, 24(sp)
        addi sp, sp, 48
        ret

# choose_width(names: a0)
choose_width:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s0, 32(sp)                   # next name
        sd s1, 24(sp)                   # sum of the sizes
        sd s2, 16(sp)                   # least width
        mv s0, a0
        li s1, 0
        li s2, 1
        ld t0, files
        li t1, 1
        bgtu t0, t1, 1f
        ld t0, wanted                   # one file and one number: no columns
        addi t1, t0, -1
        and t1, t1, t0
        beqz t1, 5f
        ld t0, files
        bnez t0, 1f
        li a0, STDIN_FILENO
        j 6f
1:      ld a0, 0(s0)
        beqz a0, 5f
        addi s0, s0, 8
        lbu t0, 0(a0)                   # "-"
        addi t0, t0, -'-'
        lbu t1, 1(a0)
        or t0, t0, t1
        beqz t0, 6f
        la a1, status_buffer
        call stat
        j 2f
6:      li a0, STDIN_FILENO
        la a1, status_buffer
        call fstat
2:      bltz a0, 4f
        la t0, status_buffer
        lw t1, stat_st_mode(t0)
        li t2, S_IFMT
        and t1, t1, t2
        li t2, S_IFREG
        bne t1, t2, 3f
        ld t1, stat_st_size(t0)
        add s1, s1, t1
        j 4f
3:      li s2, UNKNOWN_WIDTH
4:      ld t0, files
        bnez t0, 1b
5:      li t0, 10                       # digits of the sum
        li t1, 1
7:      divu s1, s1, t0
        beqz s1, 8f
        addi t1, t1, 1
        j 7b
8:      bgeu t1, s2, 9f
        mv t1, s2
9:      la t0, width
        sd t1, 0(t0)
        ld ra, 40(sp)
        ld s0, 32(sp)
        ld s1, 24(sp)
        ld s2, 16(sp)
        addi sp, sp, 48
        ret

# count(fd: a0, name: a1) -> a0 = 0 or 1: counts a file, shows the numbers, adds them to the totals
# s0 fd, s1 name, s2 lines, s3 words, s4 bytes, s5 1: in a word
count:
        addi sp, sp, -64
        sd ra, 56(sp)
        sd s0, 48(sp)
        sd s1, 40(sp)
        sd s2, 32(sp)
        sd s3, 24(sp)
        sd s4, 16(sp)
        sd s5, 8(sp)
        mv s0, a0
        mv s1, a1
        li s2, 0
        li s3, 0
        li s4, 0
        li s5, 0
1:      mv a0, s0
        la a1, block
        li a2, BLOCK
        call read
        blez a0, 5f
        add s4, s4, a0
        la t0, block
        add t1, t0, a0
        li t3, '\n'
        li t4, 5                        # characters from \t to \r
        li t5, ' '
2:      lbu t2, 0(t0)
        addi t0, t0, 1
        bne t2, t3, 3f
        addi s2, s2, 1
3:      addi t6, t2, -'\t'
        bltu t6, t4, 4f
        beq t2, t5, 4f
        xori t6, s5, 1                  # a word begins, unless we are in one
        add s3, s3, t6
        li s5, 1
        bltu t0, t1, 2b
        j 1b
4:      li s5, 0
        bltu t0, t1, 2b
        j 1b
5:      sd a0, 0(sp)
        beqz a0, 6f
        mv a1, a0
        mv a0, s1
        call warn
6:      la a0, counts
        sd s2, 0(a0)
        sd s3, 8(a0)
        sd s4, 16(a0)
        la t0, totals
        ld t1, 0(t0)
        add t1, t1, s2
        sd t1, 0(t0)
        ld t1, 8(t0)
        add t1, t1, s3
        sd t1, 8(t0)
        ld t1, 16(t0)
        add t1, t1, s4
        sd t1, 16(t0)
        mv a1, s1
        call show
        ld a0, 0(sp)
        snez a0, a0
        ld ra, 56(sp)
        ld s0, 48(sp)
        ld s1, 40(sp)
        ld s2, 32(sp)
        ld s3, 24(sp)
        ld s4, 16(sp)
        ld s5, 8(sp)
        addi sp, sp, 64
        ret

# show(counts: a0, name: a1): one line
show:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s0, 32(sp)                   # next count
        sd s1, 24(sp)                   # name
        sd s2, 16(sp)                   # bits of wanted not yet seen
        sd s3, 8(sp)                    # what stands before the next number
        mv s0, a0
        mv s1, a1
        ld s2, wanted
        la s3, .Lempty
1:      beqz s2, 3f
        andi t0, s2, 1
        beqz t0, 2f
        la a0, .Lnumber
        mv a1, s3
        ld a2, width
        ld a3, 0(s0)
        call printf
        la s3, .Lblank
2:      addi s0, s0, 8
        srli s2, s2, 1
        j 1b
3:      ld t0, files
        beqz t0, 4f                     # standard input without a name has none
        li a0, ' '
        call putchar
        mv a0, s1
        call puts
        j 5f
4:      li a0, '\n'
        call putchar
5:      ld ra, 40(sp)
        ld s0, 32(sp)
        ld s1, 24(sp)
        ld s2, 16(sp)
        ld s3, 8(sp)
        addi sp, sp, 48
        ret

        .section .rodata
.Lletters:      .asciz "clmw"
.Lusage:        .asciz "wc [-clmw] [FILE...]"
.Ltotal:        .asciz "total"
.Lnumber:       .asciz "%s%*lu"
.Lempty:        .asciz ""
.Lblank:        .asciz " "
