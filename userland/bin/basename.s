# basename: the last part of a path.
# usage: basename PATH [SUFFIX]         SUFFIX is taken away from its end, unless it is all of it
# exit status: 0; 1 for bad usage
        .include "abi.s"
        .text
# s0 the part, s1 its length, s2 SUFFIX
        .globl main
main:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s0, 32(sp)
        sd s1, 24(sp)
        sd s2, 16(sp)
        sd a0, 8(sp)
        sd a1, 0(sp)
        la a2, .Lletters
        la a3, .Lusage
        li a4, 1
        call option
        ld t0, optind
        ld t1, 8(sp)
        sub t1, t1, t0
        addi t2, t1, -1
        li t3, 2
        bgeu t2, t3, 3f                 # one or two operands
        slli t0, t0, 3
        ld t2, 0(sp)
        add t0, t0, t2
        ld a0, 0(t0)
        ld s2, 8(t0)                    # 0 when there is one
        call basename
        mv s0, a0
        mv s1, a1
        beqz s2, 2f
        mv a0, s2
        call strlen
        bgeu a0, s1, 2f
        mv a2, a0
        sub s1, s1, a0                  # compare the end
        add a0, s0, s1
        mv a1, s2
        mv s2, a2
        call memcmp
        beqz a0, 2f
        add s1, s1, s2                  # it ends with something else
2:      mv a0, s0
        li a1, 1
        mv a2, s1
        li a3, STDOUT_FILENO
        call fwrite
        li a0, '\n'
        call putchar
        li a0, 0
        ld ra, 40(sp)
        ld s0, 32(sp)
        ld s1, 24(sp)
        ld s2, 16(sp)
        addi sp, sp, 48
        ret
3:      la a0, .Lusage
        li a1, 1
        call usage

        .section .rodata
.Lletters:      .asciz "+"
.Lusage:        .asciz "basename PATH [SUFFIX]"
