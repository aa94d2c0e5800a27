# rmdir: removes empty directories.
#
# usage: rmdir [-p] DIRECTORY...
#   -p  and then its parents: "rmdir -p a/b/c" removes a/b/c, a/b and a
# exit status: 0; 1 when one could not be removed
        .include "abi.s"

        .bss
        .balign 8
parents:        .zero 8

        .text
        .globl main
main:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s0, 32(sp)                   # next name
        sd s1, 24(sp)                   # status
        sd a0, 16(sp)
        sd a1, 8(sp)
1:      ld a0, 16(sp)
        ld a1, 8(sp)
        la a2, .Lletters
        la a3, .Lusage
        li a4, 1
        call option
        bltz a0, 2f
        la t0, parents
        li t1, 1
        sd t1, 0(t0)
        j 1b
2:      ld t0, optind
        slli t0, t0, 3
        ld s0, 8(sp)
        add s0, s0, t0
        li s1, 0
        ld t0, 0(s0)
        beqz t0, 5f
3:      ld a0, 0(s0)
        beqz a0, 4f
        call remove
        or s1, s1, a0
        addi s0, s0, 8
        j 3b
4:      mv a0, s1
        ld ra, 40(sp)
        ld s0, 32(sp)
        ld s1, 24(sp)
        addi sp, sp, 48
        ret
5:      la a0, .Lusage
        li a1, 1
        call usage

# remove(path: a0) -> a0 = 0 or 1. With -p the path is cut at its last slash, again and again.
remove:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd s0, 0(sp)
        mv s0, a0
1:      mv a0, s0
        call rmdir
        bnez a0, 3f
        ld t0, parents
        beqz t0, 4f
        mv a0, s0
        call basename
        bleu a0, s0, 2f                 # the first part
        sb zero, 0(a0)
        mv a0, s0                       # and the slash before it
        call basename
        add a0, a0, a1
        sb zero, 0(a0)
        j 1b
2:      li a0, 0
        j 4f
3:      mv a1, a0
        mv a0, s0
        call warn
        li a0, 1
4:      ld ra, 8(sp)
        ld s0, 0(sp)
        addi sp, sp, 16
        ret

        .section .rodata
.Lletters:      .asciz "p"
.Lusage:        .asciz "rmdir [-p] DIRECTORY..."
