# ln: gives a file another name.
#
# usage: ln [-fsv] TARGET [NAME]        ln [-fsv] TARGET... DIRECTORY
#   -s  a symbolic link: a file that holds the text TARGET    -f  replaces what has the name    -v  says what it makes
# exit status: 0; 1 when a link could not be made
        .include "abi.s"

        .bss
        .balign 8
symbolic:       .zero 8
force:          .zero 8
verbose:        .zero 8

        .text
        .globl main
main:
        addi sp, sp, -64
        sd ra, 56(sp)
        sd s0, 48(sp)                   # next target
        sd s1, 40(sp)                   # targets left
        sd s2, 32(sp)                   # where the links go
        sd s3, 24(sp)                   # status
        sd a0, 16(sp)
        sd a1, 8(sp)
1:      ld a0, 16(sp)
        ld a1, 8(sp)
        la a2, .Lletters
        la a3, .Lusage
        li a4, 1
        call option
        bltz a0, 3f
        la t1, symbolic
        li t0, 's'
        beq a0, t0, 2f
        la t1, verbose
        li t0, 'v'
        beq a0, t0, 2f
        la t1, force
2:      li t0, 1
        sd t0, 0(t1)
        j 1b
3:      ld t0, optind
        ld s1, 16(sp)
        sub s1, s1, t0
        slli t0, t0, 3
        ld s0, 8(sp)
        add s0, s0, t0
        li s3, 0
        blez s1, 7f
        la s2, .Lhere                   # one operand: into the working directory
        addi s1, s1, -1
        bnez s1, 8f
        li s1, 1
        j 4f
8:      slli t0, s1, 3
        add t0, t0, s0
        ld s2, 0(t0)
        li t0, 1
        beq s1, t0, 4f
        mv a0, s2                       # several: the last must be a directory
        call is_directory
        beqz a0, 6f
4:      beqz s1, 5f
        ld a0, 0(s0)
        mv a1, s2
        call make
        or s3, s3, a0
        addi s0, s0, 8
        addi s1, s1, -1
        j 4b
5:      mv a0, s3
        ld ra, 56(sp)
        ld s0, 48(sp)
        ld s1, 40(sp)
        ld s2, 32(sp)
        ld s3, 24(sp)
        addi sp, sp, 64
        ret
6:      mv a0, s2
        li a1, ENOTDIR
        li a2, 1
        call die
7:      la a0, .Lusage
        li a1, 1
        call usage

# make(target: a0, name: a1) -> a0 = 0 or 1
make:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s4, 16(sp)                   # target
        sd s5, 8(sp)                    # name
        mv s4, a0
        call destination
        mv s5, a0
        ld t0, force
        beqz t0, 1f
        mv a0, s5
        call unlink                     # what is not there need not go
1:      mv a0, s4
        mv a1, s5
        ld t0, symbolic
        beqz t0, 2f
        call symlink
        j 3f
2:      call link
3:      beqz a0, 4f
        mv a1, a0
        mv a0, s5
        call warn
        li a0, 1
        j 5f
4:      ld t0, verbose
        beqz t0, 5f
        la a0, .Lmade
        mv a1, s5
        mv a2, s4
        call printf
        li a0, 0
5:      mv s4, a0
        mv a0, s5
        call free
        mv a0, s4
        ld ra, 24(sp)
        ld s4, 16(sp)
        ld s5, 8(sp)
        addi sp, sp, 32
        ret

        .section .rodata
.Lletters:      .asciz "fsv"
.Lusage:        .asciz "ln [-fsv] TARGET [NAME] | TARGET... DIRECTORY"
.Lhere:         .asciz "."
.Lmade:         .asciz "'%s' => '%s'\n"
