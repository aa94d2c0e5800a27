# df: how full file systems are.
#
# usage: df [-ahHiklmPT] [-B SIZE] [-t TYPE] [-x TYPE] [--total] [FILE...]    FILE: those that files are in; none: all
#   -k -m -B SIZE  in KiB (the default), MiB, SIZE    -h -H  sizes as 1.5G, of 1024 or of 1000    -i  inodes, not blocks
#   -T  types, too    -t -x  that type only, all but that type    -P  as POSIX has it    --total  a line with the sums
#   -a  those that hold nothing, too    -l  accepted: all are local
# exit status: 0; 1 when something could not be found out
        .include "abi.s"
        .include "library.s"
        .include "frame.s"
        .include "option-table.s"
        .include "df-table.s"

        option_table table, usage_text, 1
        flag 'a', "all", all, 1
        choice 'h', "human-readable", base, 1024
        choice 'H', "si", base, 1000
        flag 'i', "inodes", inodes, 1
        call_for 'k', "", in_kibibytes
        call_for 'm', "", in_mebibytes
        flag 'l', "local", nothing, 1
        flag 'P', "portability", portable, 1
        flag 'T', "print-type", types, 1
        flag 0, "sync", synchronize, 1
        flag 0, "total", grand_total, 1
        action 'B', "block-size", block_size
        action 't', "type", want
        action 'x', "exclude-type", unwant
        option_end

        .data
        .balign 8
        .globl base, unit, inodes, portable, types
all:            .dword 0
base:           .dword 0                # of -h and -H; 0: figures count `unit` bytes
unit:           .dword 1024
inodes:         .dword 0
portable:       .dword 0
types:          .dword 0
nothing:        .dword 0
synchronize:    .dword 0
grand_total:    .dword 0
        .globl suffix
suffix:         .dword nothing_text     # behind a figure: of -B M, without a number

        .bss
        .balign 8
wanted:         .zero SIZEOF_buffer     # types, each with a comma behind it
unwanted:       .zero SIZEOF_buffer
mounted:        .zero SIZEOF_vector
status:         .zero 8
sums:           .zero SIZEOF_statfs     # with blocks of one byte

        .text
# s0 next name or index, s1 entry
        .globl main
main:
        enter 2
        la   a2, table
        call parse_options
        mv   s0, a0
        ld   t0, synchronize
        beqz t0, 1f
        call sync
1:      la   a0, proc_mounts
        la   a1, mounted
        call read_mounts
        mv   a1, a0
        la   a0, proc_mounts
        bnez a1, 7f
        call add_header
        ld   t0, 0(s0)
        bnez t0, 4f
        li   s0, 0                      # from here on an index
3:      ld   t0, mounted+vector_count
        bgeu s0, t0, 5f
        mv   a0, s0
        call is_listed
        mv   s1, a0
        addi s0, s0, 1
        beqz a0, 3b
        call add
        j    3b
4:      ld   a0, 0(s0)
        beqz a0, 5f
        call add_file
        addi s0, s0, 8
        j    4b
5:      call line_count
        li   t0, 1
        beq  a0, t0, 8f
        ld   t0, grand_total
        beqz t0, 6f
        la   t0, sums
        li   t1, 1
        sd   t1, statfs_f_frsize(t0)
        la   a0, total_entry
        la   a1, sums
        call add_line
6:      call show_lines
        ld   a0, status
        leave 2
7:      li   a2, 1
        call die
8:      ld   t0, status                 # nothing to show: why, unless messages have said it
        bnez t0, 9f
        li   a0, 0
        la   a1, none_processed
        li   a2, 1
        call fail
9:      li   a0, 1
        leave 2

# -- options
in_kibibytes:
        li   t0, 1024
        j    1f
in_mebibytes:
        li   t0, 1024 * 1024
1:      la   t1, unit
        sd   t0, 0(t1)
        la   t1, base
        sd   zero, 0(t1)
        ret

want:   mv   a1, a0
        la   a0, wanted
        j    1f
unwant: mv   a1, a0
        la   a0, unwanted
1:      enter 1
        mv   s0, a0
        call buffer_append_string
        mv   a0, s0
        li   a1, ','
        call buffer_put
        leave 1

# block_size(text: a0)
block_size:
        enter 1
        mv   s0, a0
        lbu  t0, 0(a0)
        addi t0, t0, -'0'
        sltiu t0, t0, 10
        bnez t0, 2f
        la   t1, suffix
        sd   a0, 0(t1)
2:
        li   a1, 0
        call parse_size
        bnez a1, 1f
        beqz a0, 1f
        la   t0, unit
        sd   a0, 0(t0)
        la   t0, base
        sd   zero, 0(t0)
        leave 1
1:      mv   a0, s0
        la   a1, bad_size
        li   a2, 1
        call fail

# -- what is shown

# is_listed(index: a0) -> a0 = its entry, or 0: of a type that is not wanted, or at a directory that has been shown. The last
# mount at a directory is the one that is seen.
# s0 entry, s1 index, s2 another one, s3 its entry
is_listed:
        enter 4
        mv   s1, a0
        call entry_at
        mv   s0, a0
        ld   t0, all
        bnez t0, 3f
        li   s2, 0
1:      mv   a0, s2
        call entry_at
        mv   s3, a0
        ld   a0, mount_directory(s0)
        ld   a1, mount_directory(s3)
        call strcmp
        bnez a0, 2f
        bltu s2, s1, 4f
        mv   s0, s3
2:      addi s2, s2, 1
        ld   t0, mounted+vector_count
        bltu s2, t0, 1b
3:      mv   a0, s0
        call is_wanted
        beqz a0, 5f
        mv   a0, s0
        j    5f
4:      li   a0, 0
5:      leave 4

# entry_at(index: a0) -> a0 = entry
entry_at:
        ld   t0, mounted+vector_data
        slli a0, a0, 3
        add  a0, a0, t0
        ld   a0, 0(a0)
        ret

# is_wanted(entry: a0) -> a0 = 1 or 0, by its type
is_wanted:
        enter 1
        mv   s0, a0
        ld   t0, wanted+buffer_length
        beqz t0, 1f
        la   a0, wanted
        call buffer_string
        ld   a1, mount_type(s0)
        call has_word
        beqz a0, 3f
1:      ld   t0, unwanted+buffer_length
        beqz t0, 2f
        la   a0, unwanted
        call buffer_string
        ld   a1, mount_type(s0)
        call has_word
        xori a0, a0, 1
        j    3f
2:      li   a0, 1
3:      leave 1

# add(entry: a0): a line, unless the file system holds nothing (/proc) and -a is not given
# s0 entry, the struct statfs at 0(sp)
add:
        enter 1, SIZEOF_statfs
        mv   s0, a0
        ld   a0, mount_directory(s0)
        mv   a1, sp
        call statfs
        bnez a0, 2f
        ld   t0, statfs_f_blocks(sp)
        ld   t1, all
        or   t0, t0, t1
        beqz t0, 1f
        mv   a0, s0
        mv   a1, sp
        call add_line
        mv   a0, sp
        call add_to_sums
1:      leave 1, SIZEOF_statfs
2:      mv   a1, a0
        ld   a0, mount_directory(s0)
        call trouble
        leave 1, SIZEOF_statfs

# trouble(name: a0, -errno: a1)
trouble:
        la   t0, status
        li   t1, 1
        sd   t1, 0(t0)
        j    warn

# add_to_sums(struct statfs: a0)
add_to_sums:
        la   t0, sums
        ld   t1, statfs_f_frsize(a0)
        la   t2, summed                 # offsets of its fields: blocks, then inodes
1:      lbu  t3, 0(t2)
        beqz t3, 3f
        addi t2, t2, 1
        add  t4, a0, t3
        ld   t4, 0(t4)
        li   t5, statfs_f_files
        bgeu t3, t5, 2f
        mul  t4, t4, t1
2:      add  t3, t3, t0
        ld   t5, 0(t3)
        add  t5, t5, t4
        sd   t5, 0(t3)
        j    1b
3:      ret

# add_file(name: a0): the file system that it is in; of a disk that is mounted, what is on it
# s0 name, s1 path from the root, s2 index, s3 entry
add_file:
        enter 4, SIZEOF_stat + SIZEOF_statfs
        mv   s0, a0
        li   a1, REAL_ALL
        call realpath
        bltz a0, 4f
        mv   s1, a0
        mv   a1, sp
        call stat
        bnez a0, 4f
        lw   t0, stat_st_mode(sp)
        li   t1, S_IFMT
        and  t0, t0, t1
        li   t1, S_IFBLK
        bne  t0, t1, 2f
        ld   s2, mounted+vector_count
1:      beqz s2, 2f
        addi s2, s2, -1
        mv   a0, s2
        call entry_at
        mv   s3, a0
        ld   a0, mount_source(s3)
        mv   a1, s1
        call strcmp
        bnez a0, 1b
        j    3f
2:      mv   a0, s1
        la   a1, mounted
        call mount_of
        mv   s3, a0
        beqz a0, 5f
3:      mv   a0, s3
        call is_wanted
        beqz a0, 5f
        ld   a0, mount_directory(s3)
        addi a1, sp, SIZEOF_stat
        call statfs
        bnez a0, 4f
        mv   a0, s3
        addi a1, sp, SIZEOF_stat
        call add_line
        addi a0, sp, SIZEOF_stat
        call add_to_sums
        j    5f
4:      mv   a1, a0
        mv   a0, s0
        call trouble
5:      leave 4, SIZEOF_stat + SIZEOF_statfs

        .data
        .balign 8
total_entry:    .dword total_word, dash, dash, dash

        .section .rodata
summed:         .byte statfs_f_blocks, statfs_f_bfree, statfs_f_bavail, statfs_f_files, statfs_f_ffree, 0
proc_mounts:    .asciz "/proc/self/mounts"
total_word:     .asciz "total"
dash:           .asciz "-"
nothing_text:   .asciz ""
bad_size:       .asciz "invalid block size"
none_processed: .asciz "no file systems processed"
usage_text:     .asciz "df [-ahHiklmPT] [-B SIZE] [-t TYPE] [-x TYPE] [--total] [FILE...]"
