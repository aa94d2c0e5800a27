# getopt: clusters, arguments, operands in between, --, +, bad options.
#: stdout a b c=x c=y a . one two -
#: stdout ? ? .
#: stdout a . -b x
#: stdout a . one -b
#: stdout a . -- -a
#: stdout help .
#: stdout .
#: stderr options: invalid option -- 'q'
#: stderr options: option requires an argument -- 'c'
        .include "library.s"

        .globl main
main:
        la s0, lines
1:      ld a0, 0(s0)
        beqz a0, 2f
        ld a1, 8(s0)
        call try
        addi s0, s0, 16
        j 1b
2:      li a0, 0
        call exit

# try(letters: a0, argv: a1): prints what getopt finds, a period, and the operands
try:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s0, 32(sp)
        sd s1, 24(sp)
        sd s2, 16(sp)
        mv s0, a0
        mv s1, a1
        la t0, optind
        sd zero, 0(t0)                  # begin anew
        li s2, 0
1:      slli t0, s2, 3
        add t0, t0, s1
        ld t0, 0(t0)
        beqz t0, 2f
        addi s2, s2, 1
        j 1b
2:      mv a0, s2
        mv a1, s1
        mv a2, s0
        call getopt
        bltz a0, 4f
        mv a1, a0
        la a0, letter
        ld a2, optarg
        li t0, OPTION_HELP
        bne a1, t0, 3f
        la a0, help
3:      beqz a2, 5f
        la a0, argument
5:      call printf
        j 2b
4:      la a0, period
        call printf
        ld t0, optind
        slli t0, t0, 3
        add s1, s1, t0
6:      ld a1, 0(s1)
        beqz a1, 7f
        la a0, operand
        call printf
        addi s1, s1, 8
        j 6b
7:      li a0, '\n'
        call putchar
        ld ra, 40(sp)
        ld s0, 32(sp)
        ld s1, 24(sp)
        ld s2, 16(sp)
        addi sp, sp, 48
        ret

        .macro arguments list:vararg
        .irp word, \list
        .section .rodata.words, "a"
9:      .asciz "\word"
        .data
        .dword 9b
        .endr
        .dword 0
        .endm

        .data
        .balign 8
lines:  .dword letters, 21f, letters, 22f, letters, 23f, posix, 24f, letters, 25f, letters, 26f, letters, 27f, 0
21:     arguments p, -ab, one, -cx, two, -c, y, -a, -
22:     arguments p, -q, -c
23:     arguments p, -a, --, -b, x
24:     arguments p, -a, one, -b
25:     arguments p, -a, --, --, -a
26:     arguments p, --help
27:     arguments p
letters:        .asciz "abc:"
posix:          .asciz "+abc:"
letter:         .asciz "%c "
argument:       .asciz "%c=%s "
help:           .asciz "help "
period:         .asciz "."
operand:        .asciz " %s"
