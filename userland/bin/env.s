# env: prints the environment, or runs a program with a changed one.
#
# usage: env [-i] [-0] [-u NAME]... [NAME=VALUE]... [PROGRAM [ARGUMENT]...]
#   -i  begins with an empty environment    -u  takes a name out of it    -0  NULs instead of newlines
# exit status: that of PROGRAM; 125 for bad usage, 126 when PROGRAM cannot be run, 127 when it is not found
        .include "abi.s"

        .bss
        .balign 8
nothing:        .zero 8                 # an empty environment

        .text
        .globl main
main:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s0, 32(sp)                   # next argument
        sd s1, 24(sp)                   # the separator of lines
        sd a0, 16(sp)
        sd a1, 8(sp)
        li s1, '\n'
1:      ld a0, 16(sp)
        ld a1, 8(sp)
        la a2, .Lletters
        la a3, .Lusage
        li a4, 125
        call option
        bltz a0, 3f
        li t0, 'u'
        beq a0, t0, 2f
        li t0, '0'
        beq a0, t0, 9f
        la t0, environ
        la t1, nothing
        sd t1, 0(t0)
        j 1b
2:      ld a0, optarg
        call unsetenv
        j 1b
9:      li s1, 0
        j 1b
3:      ld t0, optind
        slli t0, t0, 3
        ld s0, 8(sp)
        add s0, s0, t0
4:      ld a0, 0(s0)                    # NAME=VALUE
        beqz a0, 6f
        li a1, '='
        call strchr
        beqz a0, 5f
        ld a0, 0(s0)
        call putenv
        addi s0, s0, 8
        j 4b
5:      ld a0, 0(s0)
        mv a1, s0
        call execvp
        mv a1, a0
        li a2, 126
        li t0, -ENOENT
        bne a1, t0, 8f
        li a2, 127
8:      ld a0, 0(s0)
        call die
6:      ld s0, environ
7:      ld a0, 0(s0)
        beqz a0, 10f
        li a1, STDOUT_FILENO
        call fputs
        mv a0, s1
        call putchar
        addi s0, s0, 8
        j 7b
10:     li a0, 0
        ld ra, 40(sp)
        ld s0, 32(sp)
        ld s1, 24(sp)
        addi sp, sp, 48
        ret

        .section .rodata
.Lletters:      .asciz "+i0u:"
.Lusage:        .asciz "env [-i] [-0] [-u NAME]... [NAME=VALUE]... [PROGRAM [ARGUMENT]...]"
