# du: how much room files and what is below directories take.
#
# usage: du [-abcDhHkLlmsSx] [-B SIZE] [-d DEPTH] [--apparent-size] [--si] [FILE...]      no FILE is the working directory
#   -a  files, too, not directories alone    -s  what is named alone    -d N  down to N directories below it    -c  the total
#   -h  sizes as 1.5K    -k -m -B SIZE  in KiB (the default), MiB, SIZE    -b  bytes in files, as --apparent-size -B 1
#   -S  directories without those below    -l  files with several names each time; otherwise once
#   -x  this file system only    -L  what symbolic links name    -D, -H  likewise, of those that are named
# exit status: 0; 1 when something could not be read
        .include "abi.s"
        .include "library.s"
        .include "frame.s"
        .include "option-table.s"
        .equ SECTOR, 512                # unit of st_blocks
        .equ NO_LIMIT, -1
        .equ SIZEOF_level, 16           # of one depth: bytes so far, and with those of the directories below
        .equ level_sum, 0
        .equ level_below, 8

        option_table table, usage_text, 1
        flag 'a', "all", all, 1
        flag 'c', "total", grand_total, 1
        flag 's', "summarize", summarize, 1
        flag 'l', "count-links", each_link, 1
        flag 'S', "separate-dirs", separate, 1
        flag 'x', "one-file-system", walk_flags, WALK_ONE_DEVICE
        flag 'L', "dereference", walk_flags, WALK_FOLLOW
        flag 'D', "dereference-args", walk_flags, WALK_FOLLOW_NAMED
        flag 'H', "", walk_flags, WALK_FOLLOW_NAMED
        flag 0, "apparent-size", apparent, 1
        call_for 'b', "bytes", in_bytes
        choice 'k', "", unit, 1024
        choice 'm', "", unit, 1024 * 1024
        call_for 'h', "human-readable", in_units
        call_for 0, "si", in_decimal_units
        action 'B', "block-size", block_size
        action 'd', "max-depth", max_depth
        option_end

        .data
        .balign 8
all:            .dword 0
grand_total:    .dword 0
summarize:      .dword 0
each_link:      .dword 0
separate:       .dword 0
apparent:       .dword 0
walk_flags:     .dword WALK_BELOW
unit:           .dword 1024             # bytes that a figure counts; 0: each in its own
suffix:         .dword nothing          # behind a figure: of -B M, without a number
base:           .dword 1024             # of human
depth_limit:    .dword NO_LIMIT
every_file:     .dword 0                # 1: files with one name could come by twice, too

        .bss
        .balign 8
met:            .zero SIZEOF_file_map
levels:         .zero 8                 # address of the levels, one a depth
level_count:    .zero 8
total:          .zero 8

        .text
# s0 next name, s1 exit status
        .globl main
main:
        enter 2
        la   a2, table
        call parse_options
        mv   s0, a0
        sltiu t0, a1, 2
        xori t0, t0, 1
        ld   t1, walk_flags
        andi t1, t1, WALK_FOLLOW
        or   t0, t0, t1
        la   t1, every_file
        sd   t0, 0(t1)
        ld   t0, summarize
        beqz t0, 1f
        ld   t0, all
        bnez t0, 5f
        la   t0, depth_limit
        ld   t1, 0(t0)
        bgtz t1, 5f
        sd   zero, 0(t0)
1:      bnez a1, 2f
        la   s0, here
2:      li   s1, 0
3:      ld   a0, 0(s0)
        beqz a0, 4f
        ld   a1, walk_flags
        la   a2, visit
        call walk_tree
        or   s1, s1, a0
        addi s0, s0, 8
        j    3b
4:      ld   t0, grand_total
        beqz t0, 6f
        ld   a0, total
        la   a1, total_word
        call show
6:      mv   a0, s1
        leave 2
5:      la   a0, usage_text
        li   a1, 1
        call usage

# -- options
in_bytes:
        li   t0, 1
        la   t1, apparent
        sd   t0, 0(t1)
        la   t1, unit
        sd   t0, 0(t1)
        ret
in_decimal_units:
        li   t0, 1000
        j    1f
in_units:
        li   t0, 1024
1:      la   t1, base
        sd   t0, 0(t1)
        la   t1, unit
        sd   zero, 0(t1)
        ret

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
        leave 1
1:      mv   a0, s0
        la   a1, bad_size
        li   a2, 1
        call fail

# max_depth(text: a0)
max_depth:
        enter 1
        mv   s0, a0
        call parse_number
        bnez a1, 1f
        bltz a0, 1f
        la   t0, depth_limit
        sd   a0, 0(t0)
        leave 1
1:      mv   a0, s0
        la   a1, bad_depth
        li   a2, 1
        call fail

# -- the walk

# visit(path: a0, stat: a1, depth: a2, when: a3) -> a0 = 0 or WALK_SKIP. A level's sum is what was met at its depth since
# the directory above was entered.
# s0 path, s1 stat, s2 depth, s3 when, s4 bytes, s5 level
visit:
        enter 6
        mv   s0, a0
        mv   s1, a1
        mv   s2, a2
        mv   s3, a3
        call level_of
        mv   s5, a0
        li   t0, WALK_BEFORE
        beq  s3, t0, 5f
        li   t0, WALK_FILE
        bne  s3, t0, 2f
        call is_new
        beqz a0, 7f
        call room_of
        mv   s4, a0
        mv   t0, s4
        j    3f
2:      call room_of                    # a directory: its own, the files in it, the directories below
        ld   t0, SIZEOF_level+level_sum(s5)
        add  s4, a0, t0
        ld   t0, SIZEOF_level+level_below(s5)
        add  t0, t0, s4                 # with all below
        sd   zero, SIZEOF_level+level_sum(s5)
        sd   zero, SIZEOF_level+level_below(s5)
        ld   t1, level_below(s5)        # for the directory above this is "below"
        add  t1, t1, t0
        sd   t1, level_below(s5)
        ld   t1, separate
        bnez t1, 4f
        mv   s4, t0
        j    4f
3:      ld   t1, level_sum(s5)
        add  t1, t1, s4
        sd   t1, level_sum(s5)
4:      bnez s2, 6f
        la   t1, total
        ld   t2, 0(t1)
        add  t2, t2, t0
        sd   t2, 0(t1)
6:      ld   t0, depth_limit
        bgtu s2, t0, 7f                 # NO_LIMIT is the largest number
        beqz s2, 8f
        li   t0, WALK_FILE
        bne  s3, t0, 8f
        ld   t0, all
        beqz t0, 7f
8:      mv   a0, s4
        mv   a1, s0
        call show
7:      li   a0, 0
        leave 6
5:      call is_new                     # a directory is entered: nothing is below yet
        beqz a0, 9f
        sd   zero, SIZEOF_level+level_sum(s5)
        sd   zero, SIZEOF_level+level_below(s5)
        li   a0, 0
        leave 6
9:      li   a0, WALK_SKIP
        leave 6

# is_new() -> a0 = 1 unless the file s1 has been counted
is_new:
        ld   t0, each_link
        bnez t0, 1f
        ld   t0, every_file
        bnez t0, 2f
        li   t0, WALK_FILE
        bne  s3, t0, 1f
        lwu  t0, stat_st_nlink(s1)
        li   t1, 2
        bltu t0, t1, 1f
2:      enter 0
        la   a0, met
        mv   a1, s1
        call file_map_at
        mv   a0, a1
        leave 0
1:      li   a0, 1
        ret

# room_of() -> a0 = bytes that the file s1 takes. The length of a directory is no content.
room_of:
        ld   t0, apparent
        bnez t0, 1f
        ld   a0, stat_st_blocks(s1)
        li   t0, SECTOR
        mul  a0, a0, t0
        ret
1:      ld   a0, stat_st_size(s1)
        lw   t0, stat_st_mode(s1)
        li   t1, S_IFMT
        and  t0, t0, t1
        li   t1, S_IFREG
        beq  t0, t1, 2f
        li   t1, S_IFLNK
        beq  t0, t1, 2f
        li   t1, S_IFDIR
        beq  t0, t1, 2f
        li   a0, 0
2:      ret

# level_of() -> a0 = address of the level of depth s2; there is one below it, too
level_of:
        enter 1
        ld   t0, level_count
        addi t1, s2, 2
        bleu t1, t0, 1f
        slli t1, t1, 1
        la   t2, level_count
        sd   t1, 0(t2)
        mv   s0, t0
        ld   a0, levels
        li   t0, SIZEOF_level
        mul  a1, t1, t0
        call xrealloc
        la   t0, levels
        sd   a0, 0(t0)
        li   t0, SIZEOF_level
        mul  t1, s0, t0                 # the new ones are empty
        add  a0, a0, t1
        ld   a2, level_count
        mul  a2, a2, t0
        sub  a2, a2, t1
        li   a1, 0
        call memset
1:      ld   a0, levels
        li   t0, SIZEOF_level
        mul  t0, t0, s2
        add  a0, a0, t0
        leave 1

# show(bytes: a0, name: a1)
show:
        enter 1
        mv   s0, a1
        ld   t0, unit
        beqz t0, 1f
        add  a1, a0, t0
        addi a1, a1, -1
        divu a1, a1, t0
        la   a0, number_line
        ld   a2, suffix
        mv   a3, s0
        call printf
        leave 1
1:      ld   a1, base
        call human
        mv   a1, a0
        la   a0, text_line
        mv   a2, s0
        call printf
        leave 1

        .data
        .balign 8
here:           .dword dot, 0

        .section .rodata
dot:            .asciz "."
nothing:        .asciz ""
total_word:     .asciz "total"
number_line:    .asciz "%lu%s\t%s\n"
text_line:      .asciz "%s\t%s\n"
bad_size:       .asciz "invalid block size"
bad_depth:      .asciz "invalid depth"
usage_text:     .asciz "du [-abcDhHkLlmsSx] [-B SIZE] [-d DEPTH] [--apparent-size] [--si] [FILE...]"
