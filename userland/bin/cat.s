# cat: writes files, one behind the other, to standard output.
#
# usage: cat [-bEnsu] [FILE...]       no FILE, or -, is standard input
#   -n  number the lines    -b  number those that are not empty    -E  a $ at each line's end    -s  one empty line of many
#   -u  accepted: output is not held back anyway
# exit status: 0; 1 when a file could not be read
        .include "abi.s"
        .equ BLOCK, 0x8000

        .bss
        .balign 8
number_all:     .zero 8                 # options
number_filled:  .zero 8
show_ends:      .zero 8
squeeze:        .zero 8
number:         .zero 8                 # of the last line
in_line:        .zero 8                 # 1: what is written next continues a line (the last file had no newline)
was_empty:      .zero 8                 # 1: the last line was empty
block:          .zero BLOCK

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
        la t1, number_all
        li t0, 'n'
        beq a0, t0, 2f
        la t1, number_filled
        li t0, 'b'
        beq a0, t0, 2f
        la t1, show_ends
        li t0, 'E'
        beq a0, t0, 2f
        la t1, squeeze
        li t0, 's'
        beq a0, t0, 2f
        bgez a0, 1b
        j 3f
2:      li t0, 1
        sd t0, 0(t1)
        la t2, by_line
        la t3, function
        sd t2, 0(t3)
        j 1b
3:      ld t0, optind
        slli t0, t0, 3
        ld a0, 8(sp)
        add a0, a0, t0
        ld a1, function
        call for_each_input
        ld ra, 24(sp)
        addi sp, sp, 32
        ret

        .data
        .balign 8
function:       .dword by_block

        .text
# by_block(fd: a0, name: a1) -> a0 = 0 or 1: copies a file as it is
by_block:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)
        sd s1, 8(sp)
        mv s0, a0
        mv s1, a1
1:      mv a0, s0
        la a1, block
        li a2, BLOCK
        call read
        beqz a0, 3f
        bltz a0, 2f
        mv a2, a0
        la a1, block
        li a0, STDOUT_FILENO
        call write_all
        beqz a0, 1b
        la s1, .Lwrite_error
2:      mv a1, a0
        mv a0, s1
        call warn
        li a0, 1
3:      ld ra, 24(sp)
        ld s0, 16(sp)
        ld s1, 8(sp)
        addi sp, sp, 32
        ret

# by_line(fd: a0, name: a1) -> a0 = 0 or 1: copies a file as the options say
by_line:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s0, 32(sp)                   # reader
        sd s1, 24(sp)                   # name
        sd s2, 16(sp)                   # line
        sd s3, 8(sp)                    # its length
        mv s1, a1
        call reader_open
        mv s0, a0
1:      mv a0, s0
        call read_line
        beqz a0, 3f
        mv s2, a0
        mv s3, a1
        call put_line
        j 1b
3:      mv a0, s0
        mv s2, a1
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

# put_line(): writes the line at s2 of length s3
put_line:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s4, 16(sp)                   # 1: the line is empty
        ld t0, in_line
        bnez t0, 2f
        lbu t0, 0(s2)
        addi t0, t0, -'\n'
        seqz s4, t0
        ld t0, squeeze
        ld t1, was_empty
        and t0, t0, t1
        and t0, t0, s4
        bnez t0, 4f
        la t1, was_empty
        sd s4, 0(t1)
        ld t0, number_filled
        beqz t0, 1f
        bnez s4, 2f                     # -b overrules -n
        j 5f
1:      ld t0, number_all
        beqz t0, 2f
5:      la t0, number
        ld a1, 0(t0)
        addi a1, a1, 1
        sd a1, 0(t0)
        la a0, .Lnumber
        call printf
2:      add t0, s2, s3
        lbu t0, -1(t0)
        addi t0, t0, -'\n'
        snez t1, t0
        la t2, in_line
        sd t1, 0(t2)
        bnez t0, 3f
        ld t0, show_ends
        beqz t0, 3f
        mv a0, s2                       # the line, $ and the newline
        li a1, 1
        addi a2, s3, -1
        li a3, STDOUT_FILENO
        call fwrite
        la a0, .Lend
        call puts
        j 4f
3:      mv a0, s2
        li a1, 1
        mv a2, s3
        li a3, STDOUT_FILENO
        call fwrite
4:      ld ra, 24(sp)
        ld s4, 16(sp)
        addi sp, sp, 32
        ret

        .section .rodata
.Lletters:      .asciz "bEnsu"
.Lusage:        .asciz "cat [-bEnsu] [FILE...]"
.Lnumber:       .asciz "%6ld\t"
.Lend:          .asciz "$"
.Lwrite_error:  .asciz "write error"
