# The table of df: lines of texts, shown when all are known, each column as wide as its widest text.
        .include "abi.s"
        .include "library.s"
        .include "frame.s"
        .include "df-table.s"
        .equ ROOM, 32                   # of a figure

        .bss
        .balign 8
lines:          .zero SIZEOF_vector

        .text

# line_count() -> a0, the header among them
        .globl line_count
line_count:
        ld   a0, lines+vector_count
        ret

# new_line() -> a0 = a line without texts, the last one now
new_line:
        enter 1
        li   a0, SIZEOF_line
        call xmalloc
        mv   s0, a0
        la   a0, lines
        mv   a1, s0
        call vector_push
        mv   a0, s0
        leave 1

# add_header()
# s0 line
        .globl add_header
add_header:
        enter 1, ROOM
        call new_line
        mv   s0, a0
        la   t0, filesystem_word
        sd   t0, 8*SOURCE(s0)
        la   t0, type_word
        sd   t0, 8*TYPE(s0)
        la   t0, mounted_word
        sd   t0, 8*TARGET(s0)
        ld   t0, inodes
        la   t1, inode_words
        bnez t0, 1f
        la   t1, posix_words
        ld   t0, portable
        bnez t0, 1f
        la   t1, block_words
        ld   t0, base
        beqz t0, 1f
        la   t1, human_words
1:      ld   t0, 0(t1)
        sd   t0, 8*SIZE(s0)
        ld   t0, 8(t1)
        sd   t0, 8*USED(s0)
        ld   t0, 16(t1)
        sd   t0, 8*AVAILABLE(s0)
        ld   t0, 24(t1)
        sd   t0, 8*PERCENT(s0)
        ld   t0, 8*SIZE(s0)
        bnez t0, 2f
        mv   a0, sp                     # "1K-blocks"
        call unit_heading
        mv   a0, sp
        call xstrdup
        sd   a0, 8*SIZE(s0)
2:      leave 1, ROOM

# unit_heading(to: a0): "1K-blocks", "1024-blocks" with -P, "1MB-blocks" of 10^6
unit_heading:
        ld   a2, unit
        ld   t0, portable
        la   a1, plain_heading
        bnez t0, 4f
        la   a3, letters
        li   t1, 1024
        la   a1, binary_heading
        remu t2, a2, t1
        beqz t2, 1f
        li   t1, 1000
        la   a1, decimal_heading
        la   a3, small_letters
        remu t2, a2, t1
        beqz t2, 1f
        la   a1, byte_heading
        j    4f
1:      divu a2, a2, t1
        remu t2, a2, t1
        bnez t2, 2f
        beqz a2, 2f
        addi a3, a3, 1
        j    1b
2:      lbu  a3, 0(a3)
4:      tail sprintf

# add_line(entry: a0, struct statfs: a1)
# s0 entry, s1 statfs, s2 line, s3 all, s4 free, s5 available to users
        .globl add_line
add_line:
        enter 7
        mv   s0, a0
        mv   s1, a1
        call new_line
        mv   s2, a0
        ld   t0, mount_source(s0)
        sd   t0, 8*SOURCE(s2)
        ld   t0, mount_type(s0)
        sd   t0, 8*TYPE(s2)
        ld   t0, mount_directory(s0)
        sd   t0, 8*TARGET(s2)
        ld   s3, statfs_f_blocks(s1)
        ld   s4, statfs_f_bfree(s1)
        ld   s5, statfs_f_bavail(s1)
        ld   t0, inodes
        beqz t0, 1f
        ld   s3, statfs_f_files(s1)
        ld   s4, statfs_f_ffree(s1)
        mv   s5, s4
1:      mv   a0, s3
        call figure
        sd   a0, 8*SIZE(s2)
        sub  a0, s3, s4
        call figure
        sd   a0, 8*USED(s2)
        mv   a0, s5
        call figure
        sd   a0, 8*AVAILABLE(s2)
        la   a0, dash
        sub  t0, s3, s4                 # used, of what users could use, rounded up
        add  t1, t0, s5
        beqz t1, 2f
        li   t2, 100
        mul  t0, t0, t2
        add  t0, t0, t1
        addi t0, t0, -1
        divu a2, t0, t1
        la   a1, percentage
        call text_of
2:      sd   a0, 8*PERCENT(s2)
        leave 7

# figure(blocks or inodes: a0) -> a0 = text, malloc
figure:
        enter 0
        ld   t0, inodes
        ld   a1, base
        bnez t0, 2f
        ld   t1, statfs_f_frsize(s1)
        mul  a0, a0, t1
        bnez a1, 3f
        ld   t0, unit
        add  a0, a0, t0
        addi a0, a0, -1
        divu a0, a0, t0
        mv   a2, a0
        la   a1, scaled
        ld   a3, suffix
        call text_of
        leave 0
2:      bnez a1, 3f
        mv   a2, a0
        la   a1, number
        call text_of
        leave 0
3:      call human
        call xstrdup
        leave 0

# text_of(format: a1, number: a2, text: a3) -> a0 = text, malloc
text_of:
        enter 0, ROOM
        mv   a0, sp
        call sprintf
        mv   a0, sp
        call xstrdup
        leave 0, ROOM

# show_lines()
# s0 next line, s1 lines left, s2 column, s3 line; the widths at 0(sp)
        .globl show_lines
show_lines:
        enter 5, SIZEOF_line
        la   t0, least_widths
        li   s2, 0
1:      add  t1, t0, s2
        lbu  t1, 0(t1)
        slli t2, s2, 3
        add  t2, t2, sp
        sd   t1, 0(t2)
        addi s2, s2, 1
        li   t1, COLUMNS
        bltu s2, t1, 1b
        ld   s0, lines+vector_data
        ld   s1, lines+vector_count
2:      beqz s1, 4f
        ld   s3, 0(s0)
        li   s2, 0
3:      slli s4, s2, 3
        add  t0, s3, s4
        ld   a0, 0(t0)
        call strlen
        add  s4, s4, sp
        ld   t0, 0(s4)
        bleu a0, t0, 5f
        sd   a0, 0(s4)
5:      addi s2, s2, 1
        li   t0, COLUMNS
        bltu s2, t0, 3b
        addi s0, s0, 8
        addi s1, s1, -1
        j    2b
4:      ld   s0, lines+vector_data
        ld   s1, lines+vector_count
6:      beqz s1, 7f
        ld   s3, 0(s0)
        la   a0, left
        ld   a1, 8*SOURCE(sp)
        ld   a2, 8*SOURCE(s3)
        call printf
        ld   t0, types
        beqz t0, 8f
        la   a0, left
        ld   a1, 8*TYPE(sp)
        ld   a2, 8*TYPE(s3)
        call printf
8:      la   a0, right
        ld   a1, 8*SIZE(sp)
        ld   a2, 8*SIZE(s3)
        call printf
        la   a0, right
        ld   a1, 8*USED(sp)
        ld   a2, 8*USED(s3)
        call printf
        la   a0, right
        ld   a1, 8*AVAILABLE(sp)
        ld   a2, 8*AVAILABLE(s3)
        call printf
        la   a0, right
        ld   a1, 8*PERCENT(sp)
        ld   a2, 8*PERCENT(s3)
        call printf
        ld   a0, 8*TARGET(s3)
        call puts
        addi s0, s0, 8
        addi s1, s1, -1
        j    6b
7:      leave 5, SIZEOF_line

        .data
        .balign 8
block_words:    .dword 0, used_word, available_word, use_word
posix_words:    .dword 0, used_word, available_word, capacity_word
human_words:    .dword size_word, used_word, avail_word, use_word
inode_words:    .dword inodes_word, iused_word, ifree_word, iuse_word

        .section .rodata
least_widths:   .byte 14, 4, 5, 5, 5, 4, 0
filesystem_word: .asciz "Filesystem"
type_word:      .asciz "Type"
mounted_word:   .asciz "Mounted on"
used_word:      .asciz "Used"
available_word: .asciz "Available"
use_word:       .asciz "Use%"
capacity_word:  .asciz "Capacity"
size_word:      .asciz "Size"
avail_word:     .asciz "Avail"
inodes_word:    .asciz "Inodes"
iused_word:     .asciz "IUsed"
ifree_word:     .asciz "IFree"
iuse_word:      .asciz "IUse%"
letters:        .ascii "KMGTPE"
small_letters:  .ascii "kMGTPE"
plain_heading:  .asciz "%lu-blocks"
binary_heading: .asciz "%lu%c-blocks"
decimal_heading: .asciz "%lu%cB-blocks"
byte_heading:   .asciz "%luB-blocks"
percentage:     .asciz "%lu%%"
number:         .asciz "%lu"
scaled:         .asciz "%lu%s"
left:           .asciz "%-*s "
right:          .asciz "%*s "
dash:           .asciz "-"
