# What stands before an entry: with -i its inode number, with -s the room that it takes; each as wide as the widest.
        .include "abi.s"
        .include "library.s"
        .include "frame.s"
        .include "ls-entry.s"
        .equ TEXT_SIZE, 32

        .bss
        .balign 8
inode_width:    .zero 8
room_width:     .zero 8

        .text

# measure_prefix(vector: a0): the widths for these entries
# s0 next entry, s1 entries left
        .globl measure_prefix
measure_prefix:
        enter 2, TEXT_SIZE
        ld   s0, vector_data(a0)
        ld   s1, vector_count(a0)
        la   t0, inode_width
        sd   zero, 0(t0)
        la   t0, room_width
        sd   zero, 0(t0)
1:      beqz s1, 4f
        ld   t0, 0(s0)
        mv   a0, sp
        li   a1, TEXT_SIZE
        la   a2, decimal_text
        ld   a3, entry_stat+stat_st_ino(t0)
        call snprintf
        la   t0, inode_width
        ld   t1, 0(t0)
        bgeu t1, a0, 2f
        sd   a0, 0(t0)
2:      ld   a0, 0(s0)
        call room_of
        call strlen
        la   t0, room_width
        ld   t1, 0(t0)
        bgeu t1, a0, 3f
        sd   a0, 0(t0)
3:      addi s0, s0, 8
        addi s1, s1, -1
        j    1b
4:      leave 2, TEXT_SIZE

# prefix_width() -> a0 = characters before each entry
        .globl prefix_width
prefix_width:
        li   a0, 0
        ld   t0, options+INODES
        beqz t0, 1f
        ld   t0, inode_width
        addi a0, t0, 1
1:      ld   t0, options+ROOM
        beqz t0, 2f
        ld   t0, room_width
        add  a0, a0, t0
        addi a0, a0, 1
2:      ret

# show_prefix(entry: a0)
        .globl show_prefix
show_prefix:
        enter 1
        mv   s0, a0
        ld   t0, options+INODES
        beqz t0, 1f
        la   a0, inode_column
        ld   a1, inode_width
        ld   a2, entry_stat+stat_st_ino(s0)
        call printf
1:      ld   t0, options+ROOM
        beqz t0, 2f
        mv   a0, s0
        call room_of
        mv   a2, a0
        la   a0, room_column
        ld   a1, room_width
        call printf
2:      leave 1

# room_of(entry: a0) -> a0 = text, until the next call: what it takes on the disk, in KiB
room_of:
        ld   a0, entry_stat+stat_st_blocks(a0)
        # fall through

# room_text(blocks of 512 bytes: a0) -> a0 = text, until the next call
        .globl room_text
room_text:
        ld   t0, options+HUMAN
        bnez t0, 1f
        enter 0
        addi a3, a0, 1
        srli a3, a3, 1
        la   a0, text
        li   a1, TEXT_SIZE
        la   a2, decimal_text
        call snprintf
        la   a0, text
        leave 0
1:      slli a0, a0, 9
        li   a1, 1024
        j    human

        .bss
text:           .zero TEXT_SIZE

        .section .rodata
decimal_text:   .asciz "%lu"
inode_column:   .asciz "%*lu "
room_column:    .asciz "%*s "
