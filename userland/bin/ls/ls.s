# ls: lists files and directories.
#
# usage: ls [-1aACdFhilnrRsStU] [FILE...]       no FILE is the working directory
#   -l  long: type and permissions, links, owner, group, size, time, name    -n  likewise, owner and group as numbers
#   -a  names that begin with a period, too    -A  those, without . and ..    -d  directories like files
#   -i  inode numbers    -s  the room that files take    -h  sizes as 1.5K    -F  a mark behind the name: / directory, * program, @ link, | pipe
#   -R  directories below, too    -t  newest first    -S  largest first    -r  the other way round    -U  unsorted
#   -1  one a line    -C  in columns; as on a terminal
# exit status: 0; 1 when something below could not be read; 2 when a FILE could not
        .include "abi.s"
        .include "library.s"
        .include "ls-entry.s"

        .bss
        .balign 8
        .globl options, status
options:        .zero SIZEOF_options
status:         .zero 8                 # exit status so far
files:          .zero SIZEOF_vector     # entries of the command line that are no directories, or with -d
directories:    .zero SIZEOF_vector     # and those that are

        .text
# s0 next name
        .globl main
main:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)
        sd a0, 8(sp)
        sd a1, 0(sp)
        call output_is_terminal
        la t0, options
        sd a0, COLUMNS(t0)
1:      ld a0, 8(sp)
        ld a1, 0(sp)
        la a2, .Lletters
        la a3, .Lusage
        li a4, 2
        call option
        bltz a0, 2f
        call apply
        j 1b
2:      ld t0, optind
        slli t0, t0, 3
        ld s0, 0(sp)
        add s0, s0, t0
        ld t0, 0(s0)
        bnez t0, 3f
        la s0, .Lhere
3:      ld a0, 0(s0)
        beqz a0, 4f
        call sort_out
        addi s0, s0, 8
        j 3b
4:      la a0, files
        call show_files
        la a0, directories
        call show_directories
        ld a0, status
        ld ra, 24(sp)
        ld s0, 16(sp)
        addi sp, sp, 32
        ret

# output_is_terminal() -> a0 = 1 or 0
output_is_terminal:
        li a0, STDOUT_FILENO
        j isatty

# apply(letter: a0): sets the option's word, and those it overrules to 0
apply:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd a0, 0(sp)
        mv a1, a0
        la a0, .Lorder
        call strchr
        la t0, .Lorder
        sub a0, a0, t0
        slli a0, a0, 3
        la t1, options
        add t2, t1, a0
        li t3, 1
        sd t3, 0(t2)
        ld t0, 0(sp)
        li t2, 'n'
        beq t0, t2, 1f
        li t2, 'l'
        beq t0, t2, 2f
        li t2, 'C'
        beq t0, t2, 3f
        li t2, '1'
        beq t0, t2, 4f
        li t2, 't'
        beq t0, t2, 5f
        li t2, 'S'
        beq t0, t2, 6f
        j 7f
1:      sd t3, LONG(t1)
2:      sd zero, COLUMNS(t1)
        j 7f
3:      sd zero, LONG(t1)
        sd zero, SINGLE(t1)
        j 7f
4:      sd zero, COLUMNS(t1)
        j 7f
5:      sd zero, BY_SIZE(t1)
        j 7f
6:      sd zero, BY_TIME(t1)
7:      ld ra, 8(sp)
        addi sp, sp, 16
        ret

# sort_out(name: a0): a name of the command line goes to one of the two vectors. A symbolic link to a directory is one,
# unless -l or -F shall show the link.
sort_out:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)                   # name
        sd s1, 8(sp)                    # entry
        mv s0, a0
        mv a1, a0
        call new_entry
        mv s1, a0
        beqz a0, 4f
        la t1, options
        la a0, files
        ld t0, DIRECTORY(t1)
        bnez t0, 3f
        lw t0, entry_stat+stat_st_mode(s1)
        li t2, S_IFMT
        and t0, t0, t2
        li t2, S_IFDIR
        beq t0, t2, 2f
        ld t2, LONG(t1)
        bnez t2, 3f
        ld t2, CLASSIFY(t1)
        bnez t2, 3f
        li t2, S_IFLNK
        bne t0, t2, 3f
        mv a0, s0
        call is_directory
        mv t0, a0
        la a0, files
        beqz t0, 3f
2:      la a0, directories
3:      mv a1, s1
        call vector_push
        j 5f
4:      la t0, status
        li t1, 2
        sd t1, 0(t0)
5:      ld ra, 24(sp)
        ld s0, 16(sp)
        ld s1, 8(sp)
        addi sp, sp, 32
        ret

# show_files(files: a0)
show_files:
        ld t0, vector_count(a0)
        beqz t0, 1f
        addi sp, sp, -16
        sd ra, 8(sp)
        sd a0, 0(sp)
        call sort_entries
        ld a0, 0(sp)
        call show_entries
        ld ra, 8(sp)
        addi sp, sp, 16
1:      ret

# show_directories(directories: a0): each with its name above, when there is more than one thing to show
# s0 vector, s1 index, s2 1: with names
show_directories:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)
        sd s1, 8(sp)
        sd s2, 0(sp)
        mv s0, a0
        call sort_entries
        ld t0, files+vector_count
        ld t1, vector_count(s0)
        add t0, t0, t1
        sltiu s2, t0, 2
        xori s2, s2, 1
        ld t0, options+RECURSIVE
        or s2, s2, t0
        ld t0, status                   # a name that was wrong counts, too
        or s2, s2, t0
        ld t0, files+vector_count
        beqz t0, 1f
        beqz t1, 4f
        li a0, '\n'
        call putchar
1:      li s1, 0
2:      ld t0, vector_count(s0)
        bgeu s1, t0, 4f
        beqz s1, 3f
        li a0, '\n'
        call putchar
3:      ld t0, vector_data(s0)
        slli t1, s1, 3
        add t0, t0, t1
        ld t0, 0(t0)
        ld a0, entry_path(t0)
        mv a1, s2
        call list
        addi s1, s1, 1
        j 2b
4:      ld ra, 24(sp)
        ld s0, 16(sp)
        ld s1, 8(sp)
        ld s2, 0(sp)
        addi sp, sp, 32
        ret

        .section .rodata
        .balign 8
.Lhere:         .dword .Ldot, 0
.Ldot:          .asciz "."
.Lletters:      .asciz "1aACdFhilnrRsStU"
.Lorder:        .asciz "laAdi1CRtSrUhFns"       # in the order of the words of `options`
.Lusage:        .asciz "ls [-1aACdFhilnrRsStU] [FILE...]"
