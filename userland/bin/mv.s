# mv: renames files, or moves them into a directory.
#
# usage: mv [-fnv] SOURCE TARGET        mv [-fnv] SOURCE... DIRECTORY
#   -n  keeps what is there    -f  replaces it (it does so anyway)    -v  says what it does
# exit status: 0; 1 when something could not be moved
        .include "abi.s"
        .include "library.s"

        .bss
        .balign 8
keep:           .zero 8
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
        la t1, verbose
        li t0, 'v'
        beq a0, t0, 2f
        la t1, keep
        addi t2, a0, -'n'
        seqz t2, t2                     # the later of -f and -n counts
        sd t2, 0(t1)
        j 1b
2:      li t0, 1
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
        call move
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

# move(source: a0, target: a1) -> a0 = 0 or 1
# s0 source, s1 destination; the status of both lies at sp
move:
        addi sp, sp, -2 * SIZEOF_stat - 32
        sd ra, 2*SIZEOF_stat+24(sp)
        sd s0, 2*SIZEOF_stat+16(sp)
        sd s1, 2*SIZEOF_stat+8(sp)
        mv s0, a0
        call destination
        mv s1, a0
        mv a0, s0
        mv a1, sp
        call lstat
        bnez a0, .Lsource_error
        mv a0, s1
        addi a1, sp, SIZEOF_stat
        call lstat
        bnez a0, 1f                     # nothing there
        ld t0, keep
        bnez t0, .Ldone
        ld t0, stat_st_ino(sp)
        ld t1, SIZEOF_stat+stat_st_ino(sp)
        bne t0, t1, 1f
        ld t0, stat_st_dev(sp)
        ld t1, SIZEOF_stat+stat_st_dev(sp)
        la a1, .Lsame
        beq t0, t1, .Lcomplain
1:      mv a0, s0
        mv a1, s1
        call rename
        li t0, -EXDEV
        beq a0, t0, 3f
        bnez a0, .Ltarget_error
2:      ld t0, verbose
        beqz t0, 4f
        la a0, .Lrenamed
        mv a1, s0
        mv a2, s1
        call printf
4:      li a0, 0
        j .Ldone
3:      mv a0, s0                       # another file system: copy, then remove
        mv a1, s1
        li a2, COPY_RECURSIVE | COPY_PRESERVE | COPY_FORCE
        call copy_tree
        bnez a0, .Ldone
        mv a0, s0
        call remove_tree
        beqz a0, 2b
        j .Ldone
.Lsource_error:
        mv a1, a0
        mv a0, s0
        j .Lwarn
.Ltarget_error:
        mv a1, a0
        mv a0, s1
.Lwarn: call warn
        li a0, 1
        j .Ldone
.Lcomplain:
        mv a0, s0
        call complain
        li a0, 1
.Ldone:
        mv t0, a0
        mv a0, s1
        mv s1, t0
        call free
        mv a0, s1
        ld ra, 2*SIZEOF_stat+24(sp)
        ld s0, 2*SIZEOF_stat+16(sp)
        ld s1, 2*SIZEOF_stat+8(sp)
        addi sp, sp, 2 * SIZEOF_stat + 32
        ret

        .section .rodata
.Lletters:      .asciz "fnv"
.Lusage:        .asciz "mv [-fnv] SOURCE TARGET | SOURCE... DIRECTORY"
.Lsame:         .asciz "source and target are the same file"
.Lrenamed:      .asciz "renamed '%s' -> '%s'\n"
