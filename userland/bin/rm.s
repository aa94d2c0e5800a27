# rm: removes files.
#
# usage: rm [-dfrRv] FILE...
#   -r, -R  directories with all that is below them    -d  empty directories, too    -f  no complaint about what is not there
#   -v  says what it removes (with -r: the names given)
# exit status: 0; 1 when something could not be removed
        .include "abi.s"

        .bss
        .balign 8
recursive:      .zero 8
force:          .zero 8
empty:          .zero 8
verbose:        .zero 8

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
        bltz a0, 3f
        la t1, force
        li t0, 'f'
        beq a0, t0, 2f
        la t1, empty
        li t0, 'd'
        beq a0, t0, 2f
        la t1, verbose
        li t0, 'v'
        beq a0, t0, 2f
        la t1, recursive
2:      li t0, 1
        sd t0, 0(t1)
        j 1b
3:      ld t0, optind
        slli t0, t0, 3
        ld s0, 8(sp)
        add s0, s0, t0
        li s1, 0
        ld t0, 0(s0)
        ld t1, force
        or t0, t0, t1
        beqz t0, 6f                     # no name, no -f
4:      ld a0, 0(s0)
        beqz a0, 5f
        call remove
        or s1, s1, a0
        addi s0, s0, 8
        j 4b
5:      mv a0, s1
        ld ra, 40(sp)
        ld s0, 32(sp)
        ld s1, 24(sp)
        addi sp, sp, 48
        ret
6:      la a0, .Lusage
        li a1, 1
        call usage

# remove(path: a0) -> a0 = 0 or 1
remove:
        addi sp, sp, -32 - SIZEOF_stat
        sd ra, SIZEOF_stat+24(sp)
        sd s0, SIZEOF_stat+16(sp)
        mv s0, a0
        mv a1, sp
        call lstat
        beqz a0, 1f
        li t0, -ENOENT
        bne a0, t0, 6f
        ld t0, force
        beqz t0, 6f
        li a0, 0
        j 8f
1:      mv a0, s0
        call is_dot
        la a1, .Ldot
        bnez a0, 7f
        ld t0, recursive
        bnez t0, 4f
        lw t0, stat_st_mode(sp)
        li t1, S_IFMT
        and t0, t0, t1
        li t1, S_IFDIR
        beq t0, t1, 2f
        mv a0, s0
        call unlink
        j 3f
2:      ld t0, empty
        li a0, -EISDIR
        beqz t0, 6f
        mv a0, s0
        call rmdir
3:      bnez a0, 6f
        j 5f
4:      mv a0, s0
        call remove_tree
        bnez a0, 8f
5:      ld t0, verbose
        li a0, 0
        beqz t0, 8f
        la a0, .Lremoved
        mv a1, s0
        call printf
        li a0, 0
        j 8f
6:      mv a1, a0
        mv a0, s0
        call warn
        li a0, 1
        j 8f
7:      mv a0, s0
        call complain
        li a0, 1
8:      ld ra, SIZEOF_stat+24(sp)
        ld s0, SIZEOF_stat+16(sp)
        addi sp, sp, 32 + SIZEOF_stat
        ret

# is_dot(path: a0) -> a0 = 1 when its last part is ".", ".." or "/": these are not removed
is_dot:
        addi sp, sp, -16
        sd ra, 8(sp)
        call basename
        lbu t0, 0(a0)
        li t1, '/'
        beq t0, t1, 1f
        li t1, '.'
        bne t0, t1, 2f
        li t2, 1
        beq a1, t2, 1f
        lbu t0, 1(a0)
        bne t0, t1, 2f
        li t2, 2
        beq a1, t2, 1f
2:      li a0, 0
        j 3f
1:      li a0, 1
3:      ld ra, 8(sp)
        addi sp, sp, 16
        ret

        .section .rodata
.Lletters:      .asciz "dfrRv"
.Lusage:        .asciz "rm [-dfrRv] FILE..."
.Lremoved:      .asciz "removed '%s'\n"
.Ldot:          .asciz "refusing to remove '.', '..' or '/'"
