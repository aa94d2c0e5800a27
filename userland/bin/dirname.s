# dirname: a path without its last part.
# usage: dirname PATH...
# exit status: 0; 1 for bad usage
        .include "abi.s"
        .text
# s0 next path
        .globl main
main:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)
        sd a1, 8(sp)
        la a2, .Lletters
        la a3, .Lusage
        li a4, 1
        call option
        ld t0, optind
        slli t0, t0, 3
        ld s0, 8(sp)
        add s0, s0, t0
        ld t0, 0(s0)
        beqz t0, 3f
1:      ld a0, 0(s0)
        beqz a0, 2f
        call show
        addi s0, s0, 8
        j 1b
2:      li a0, 0
        ld ra, 24(sp)
        ld s0, 16(sp)
        addi sp, sp, 32
        ret
3:      la a0, .Lusage
        li a1, 1
        call usage

# show(path: a0): what stands before the last part and the slashes there; "." when nothing does, "/" for slashes alone
show:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd s1, 0(sp)
        mv s1, a0
        call basename
        li t1, '/'
        lbu t0, 0(s1)
        li t2, 0                        # 1: the path begins at the root
        bne t0, t1, 1f
        li t2, 1
1:      beq a0, s1, 2f                  # slashes before the part
        lbu t0, -1(a0)
        bne t0, t1, 2f
        addi a0, a0, -1
        j 1b
2:      sub a2, a0, s1                  # length
        bnez a2, 3f
        la s1, .Ldot
        li a2, 1
        beqz t2, 3f
        la s1, .Lroot
3:      mv a0, s1
        li a1, 1
        li a3, STDOUT_FILENO
        call fwrite
        li a0, '\n'
        ld ra, 8(sp)
        ld s1, 0(sp)
        addi sp, sp, 16
        j putchar

        .section .rodata
.Lletters:      .asciz "+"
.Lusage:        .asciz "dirname PATH..."
.Ldot:          .asciz "."
.Lroot:         .asciz "/"
