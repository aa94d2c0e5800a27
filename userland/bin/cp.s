# cp: copies files.
#
# usage: cp [-afprRv] SOURCE TARGET        cp [-afprRv] SOURCE... DIRECTORY
#   -r, -R  directories with all that is below them; symbolic links as links    -p  keeps permissions, owner and times
#   -a  both    -f  removes a target that cannot be written, and tries again    -v  says what it copies
# exit status: 0; 1 when something could not be copied
        .include "abi.s"
        .include "library.s"

        .bss
        .balign 8
flags:          .zero 8
verbose:        .zero 8

        .text
        .globl main
main:
        addi sp, sp, -64
        sd ra, 56(sp)
        sd s0, 48(sp)                   # next source
        sd s1, 40(sp)                   # sources left
        sd s2, 32(sp)                   # target
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
        la t1, flags
        li t2, COPY_FORCE
        li t0, 'f'
        beq a0, t0, 2f
        li t2, COPY_PRESERVE
        li t0, 'p'
        beq a0, t0, 2f
        li t2, COPY_PRESERVE | COPY_RECURSIVE
        li t0, 'a'
        beq a0, t0, 2f
        li t2, COPY_RECURSIVE
        li t0, 'v'
        bne a0, t0, 2f
        la t1, verbose
2:      ld t0, 0(t1)
        or t0, t0, t2
        sd t0, 0(t1)
        j 1b
3:      ld t0, optind
        ld s1, 16(sp)
        sub s1, s1, t0
        slli t0, t0, 3
        ld s0, 8(sp)
        add s0, s0, t0
        addi s1, s1, -1                 # all but the target
        blez s1, 7f
        slli t0, s1, 3
        add t0, t0, s0
        ld s2, 0(t0)
        li s3, 0
        li t0, 1
        beq s1, t0, 4f
        mv a0, s2                       # several sources: the target must be a directory
        call is_directory
        beqz a0, 6f
4:      beqz s1, 5f
        ld a0, 0(s0)
        mv a1, s2
        call copy
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

# copy(source: a0, target: a1) -> a0 = 0 or 1
copy:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd a0, 16(sp)
        call destination
        sd a0, 8(sp)
        ld t0, verbose
        beqz t0, 1f
        la a0, .Lcopied
        ld a1, 16(sp)
        ld a2, 8(sp)
        call printf
1:      ld a0, 16(sp)
        ld a1, 8(sp)
        ld a2, flags
        call copy_tree
        mv t0, a0
        ld a0, 8(sp)
        sd t0, 8(sp)
        call free
        ld a0, 8(sp)
        ld ra, 24(sp)
        addi sp, sp, 32
        ret

        .section .rodata
.Lletters:      .asciz "afprRv"
.Lusage:        .asciz "cp [-afprRv] SOURCE TARGET | SOURCE... DIRECTORY"
.Lcopied:       .asciz "'%s' -> '%s'\n"
