# mv: renames files, or moves them into a directory.
#
# usage: mv [-fnTuv] SOURCE TARGET      mv [-fnuv] SOURCE... DIRECTORY      mv [-fnuv] -t DIRECTORY SOURCE...
#   -n  keeps what is there    -u  replaces what is older    -f  replaces all (it does so anyway)    -v  says what it does
#   -T  TARGET is no directory to move into
# exit status: 0; 1 when something could not be moved
        .include "abi.s"
        .include "library.s"
        .include "frame.s"
        .include "option-table.s"

        option_table table, usage_text, 1
        choice 'n', "no-clobber", keep, 1       # the later of -f and -n counts
        choice 'f', "force", keep, 0
        flag 'u', "update", update, 1
        flag 'v', "verbose", verbose, 1
        argument 't', "target-directory", directory
        flag 'T', "no-target-directory", into, INTO_NO_DIRECTORY
        option_end

        .data
        .balign 8
keep:           .dword 0
update:         .dword 0
verbose:        .dword 0
directory:      .dword 0
into:           .dword 0

        .text
        .globl main
main:
        enter 0
        la   a2, table
        call parse_options
        ld   a2, directory
        ld   a3, into
        la   a4, move
        call each_source
        bltz a0, 1f
        leave 0
1:      la   a0, usage_text
        li   a1, 1
        call usage

# move(source: a0, path of the target: a1) -> a0 = 0 or 1
# s0 source, s1 target; the status of both lies at sp
move:
        addi sp, sp, -2 * SIZEOF_stat - 32
        sd ra, 2*SIZEOF_stat+24(sp)
        sd s0, 2*SIZEOF_stat+16(sp)
        sd s1, 2*SIZEOF_stat+8(sp)
        mv s0, a0
        mv s1, a1
        mv a1, sp
        call lstat
        bnez a0, .Lsource_error
        mv a0, s1
        addi a1, sp, SIZEOF_stat
        call lstat
        bnez a0, 1f                     # nothing there
        ld t0, keep
        bnez t0, .Ldone
        ld t0, update
        beqz t0, 5f
        mv a0, sp
        addi a1, sp, SIZEOF_stat
        call is_newer
        mv t0, a0
        li a0, 0
        beqz t0, .Ldone
5:
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
3:      lw t0, stat_st_mode(sp)         # another file system: copy, then remove
        li t1, S_IFMT
        and t0, t0, t1
        li t1, S_IFDIR
        mv a0, s1                       # as with rename, what is there goes, and not what a link there leads to,
        beq t0, t1, 6f                  # nor is a directory filled up
        call unlink
        j 7f
6:      call rmdir
7:      beqz a0, 8f
        li t0, -ENOENT
        bne a0, t0, .Ltarget_error
8:      mv a0, s0
        mv a1, s1
        li a2, COPY_RECURSIVE | COPY_PRESERVE | COPY_FORCE | COPY_LINKS | COPY_HARD_LINKS
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
        ld ra, 2*SIZEOF_stat+24(sp)
        ld s0, 2*SIZEOF_stat+16(sp)
        ld s1, 2*SIZEOF_stat+8(sp)
        addi sp, sp, 2 * SIZEOF_stat + 32
        ret

        .section .rodata
usage_text:     .asciz "mv [-fnTuv] [-t DIRECTORY] SOURCE TARGET | SOURCE... DIRECTORY"
.Lsame:         .asciz "source and target are the same file"
.Lrenamed:      .asciz "renamed '%s' -> '%s'\n"
