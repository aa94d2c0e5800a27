# change_mode: permissions as a command line has them: octal, or changes such as u+x,go-w,o=g.
        .include "abi.s"

        .equ USER, 04700                # the bits that "who" stands for
        .equ GROUP, 02070
        .equ OTHERS, 01007
        .equ ALL, 07777

        .text

# change_mode(text: a0, mode: a1, with its type) -> a0 = the permissions after the changes, or -EINVAL
# s3 rest of the text, s4 mode, s5 mask of who, s6 operator, s7 bits of what, s8 bits that = takes away first
        .globl change_mode
change_mode:
        addi sp, sp, -64
        sd ra, 56(sp)
        sd s3, 48(sp)
        sd s4, 40(sp)
        sd s5, 32(sp)
        sd s6, 24(sp)
        sd s7, 16(sp)
        sd s8, 0(sp)
        mv s3, a0
        mv s4, a1
        lbu a0, 0(s3)
        call isdigit
        beqz a0, .Lclause
        mv a0, s3
        addi a1, sp, 8
        li a2, 8
        call strtoul
        ld t0, 8(sp)
        lbu t0, 0(t0)
        bnez t0, .Lbad
        li t0, ALL
        bleu a0, t0, .Lend
        j .Lbad

.Lclause:                               # who
        li s5, 0
1:      lbu t0, 0(s3)
        la t1, .Lwho
2:      lw t2, 0(t1)
        beqz t2, 3f
        lw t3, 4(t1)
        addi t1, t1, 8
        bne t2, t0, 2b
        or s5, s5, t3
        addi s3, s3, 1
        j 1b
3:      mv s8, s5
        bnez s5, .Loperator
        li s8, ALL
        li a0, 0                        # nobody named: all, less the umask
        call umask
        sd a0, 8(sp)
        call umask
        ld t0, 8(sp)
        li s5, ALL
        not t0, t0
        and s5, s5, t0

.Loperator:
        lbu s6, 0(s3)
        li t0, '+'
        beq s6, t0, 4f
        li t0, '-'
        beq s6, t0, 4f
        li t0, '='
        bne s6, t0, .Lbad
4:      addi s3, s3, 1
        lbu t0, 0(s3)                   # what others have, as in g=u
        mv s7, s4
        li t1, 'o'
        beq t0, t1, .Lcopy
        srli s7, s4, 3
        li t1, 'g'
        beq t0, t1, .Lcopy
        srli s7, s4, 6
        li t1, 'u'
        beq t0, t1, .Lcopy
        li s7, 0
5:      lbu t0, 0(s3)                   # what
        la t1, .Lwhat
6:      lw t2, 0(t1)
        beqz t2, 9f
        lw t3, 4(t1)
        addi t1, t1, 8
        bne t2, t0, 6b
        addi s3, s3, 1
        li t1, 'X'
        bne t0, t1, 7f
        andi t1, s4, 0111
        bnez t1, 7f
        li t1, S_IFMT
        and t1, s4, t1
        li t2, S_IFDIR
        bne t1, t2, 5b
7:      or s7, s7, t3
        j 5b
.Lcopy: andi s7, s7, 07
        li t0, 0111
        mul s7, s7, t0
        addi s3, s3, 1
9:      and s7, s7, s5
        li t0, '+'
        beq s6, t0, 10f
        li t0, '-'
        beq s6, t0, 11f
        not t0, s8                      # =
        and s4, s4, t0
10:     or s4, s4, s7
        j 12f
11:     not t0, s7
        and s4, s4, t0
12:     lbu t0, 0(s3)
        beqz t0, 13f
        li t1, ','
        bne t0, t1, .Loperator          # u+r-w
        addi s3, s3, 1
        j .Lclause
13:     li t0, ALL
        and a0, s4, t0
        j .Lend
.Lbad:  li a0, -EINVAL
.Lend:  ld ra, 56(sp)
        ld s3, 48(sp)
        ld s4, 40(sp)
        ld s5, 32(sp)
        ld s6, 24(sp)
        ld s7, 16(sp)
        ld s8, 0(sp)
        addi sp, sp, 64
        ret

        .section .rodata
        .balign 4
.Lwho:  .word 'u', USER, 'g', GROUP, 'o', OTHERS, 'a', ALL, 0
.Lwhat: .word 'r', 0444, 'w', 0222, 'x', 0111, 'X', 0111, 's', 06000, 't', 01000, 0
