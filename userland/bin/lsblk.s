# lsblk: the disks, how large they are, and what they are used for.
#
# usage: lsblk [-bn]
#   -b  sizes in bytes, not as 1.5G    -n  no line with the names of the columns
# exit status: 0; 1 when /proc/partitions cannot be read
        .include "abi.s"
        .include "library.s"
        .include "frame.s"
        .include "option-table.s"
        .equ ROOM, 32                   # of a number as text
        .equ FIELDS, 4                  # of a line of /proc/partitions: major, minor, KiB, name
        .equ LOCALS, 8 * FIELDS + 2 * ROOM

        option_table table, usage_text, 1
        flag 'b', "bytes", in_bytes, 1
        flag 'n', "noheadings", no_heading, 1
        option_end

        .data
        .balign 8
in_bytes:       .dword 0
no_heading:     .dword 0

        .bss
        .balign 8
mounted:        .zero SIZEOF_vector
swaps:          .zero 8                 # text of /proc/swaps, or 0

        .text
# s0 rest of /proc/partitions
        .globl main
main:
        enter 1
        la   a2, table
        call parse_options
        bnez a1, 5f
        la   a0, proc_mounts
        la   a1, mounted
        call read_mounts                # without it no mount points are shown
        la   a0, proc_swaps
        call read_file
        bltz a0, 1f
        la   t0, swaps
        sd   a0, 0(t0)
1:      la   a0, proc_partitions
        call read_file
        mv   a1, a0
        bltz a0, 4f
        mv   s0, a0
        ld   t0, no_heading
        bnez t0, 2f
        la   a0, line
        la   a1, name_word
        la   a2, number_word
        la   a3, size_word
        la   a4, type_word
        la   a5, points_word
        call printf
2:      mv   a0, s0
        li   a1, '\n'
        call strchrnul
        lbu  t0, 0(a0)
        beqz t0, 3f
        sb   zero, 0(a0)
        mv   t1, s0
        addi s0, a0, 1
        mv   a0, t1
        call show
        j    2b
3:      li   a0, 0
        leave 1
4:      la   a0, proc_partitions
        li   a2, 1
        call die
5:      la   a0, usage_text
        li   a1, 1
        call usage

# show(line: a0): a disk; nothing for a line without a number at its beginning
# s0 next field, s1 its place, s2 size; the fields at 0(sp), then two texts
show:
        enter 4, LOCALS + 8
        mv   s1, sp
        addi a2, sp, LOCALS
        la   a1, blanks
        call strtok_r
1:      beqz a0, 4f
        sd   a0, 0(s1)
        addi s1, s1, 8
        addi t0, sp, 8 * FIELDS
        beq  s1, t0, 2f
        li   a0, 0
        la   a1, blanks
        addi a2, sp, LOCALS
        call strtok_r
        j    1b
2:      ld   a0, 0(sp)
        call parse_number
        bnez a1, 4f
        addi a0, sp, 8 * FIELDS
        la   a1, number_format
        ld   a2, 0(sp)
        ld   a3, 8(sp)
        call sprintf
        ld   a0, 16(sp)
        call atol
        slli s2, a0, 10
        ld   t0, in_bytes
        bnez t0, 3f
        mv   a0, s2
        call size_text
        mv   s2, a0
        j    5f
3:      addi a0, sp, 8 * FIELDS + ROOM
        la   a1, decimal
        mv   a2, s2
        call sprintf
        addi s2, sp, 8 * FIELDS + ROOM
5:      ld   a0, 24(sp)
        call use_of
        mv   a5, a0
        la   a0, line
        ld   a1, 24(sp)
        addi a2, sp, 8 * FIELDS
        mv   a3, s2
        la   a4, disk_word
        call printf
4:      leave 4, LOCALS + 8

# size_text(bytes: a0) -> a0 = "128M", "1.5G", until the next call
size_text:
        enter 1
        li   a1, 1024
        call human
        mv   s0, a0
        lbu  t0, 1(a0)                  # "4.0M" is 4M here
        li   t1, '.'
        bne  t0, t1, 1f
        lbu  t0, 2(a0)
        li   t1, '0'
        bne  t0, t1, 1f
        lbu  t0, 3(a0)
        sb   t0, 1(a0)
        sb   zero, 2(a0)
1:      mv   a0, s0
        leave 1

# use_of(name: a0) -> a0 = where it is mounted, "[SWAP]", or ""
# s0 path, s1 index, s2 entry
use_of:
        enter 3
        mv   a1, a0
        la   a0, dev
        call path_join
        mv   s0, a0
        ld   s1, mounted+vector_count
1:      beqz s1, 2f
        addi s1, s1, -1
        ld   t0, mounted+vector_data
        slli t1, s1, 3
        add  t0, t0, t1
        ld   s2, 0(t0)
        ld   a0, mount_source(s2)
        mv   a1, s0
        call strcmp
        bnez a0, 1b
        ld   a0, mount_directory(s2)
        leave 3
2:      ld   s1, swaps                  # lines that begin with the path and a blank
        beqz s1, 5f
3:      mv   a0, s0
        call strlen
        mv   s2, a0
        mv   a0, s1
        mv   a1, s0
        mv   a2, s2
        call strncmp
        bnez a0, 4f
        add  t0, s1, s2
        lbu  a0, 0(t0)
        call isspace
        beqz a0, 4f
        la   a0, swap_word
        leave 3
4:      mv   a0, s1
        li   a1, '\n'
        call strchrnul
        addi s1, a0, 1
        lbu  t0, 0(a0)
        bnez t0, 3b
5:      la   a0, nothing
        leave 3

        .section .rodata
proc_mounts:    .asciz "/proc/self/mounts"
proc_swaps:     .asciz "/proc/swaps"
proc_partitions: .asciz "/proc/partitions"
dev:            .asciz "/dev"
blanks:         .asciz " \t"
line:           .asciz "%-6s %7s %12s %s %s\n"
number_format:  .asciz "%s:%s"
decimal:        .asciz "%lu"
name_word:      .asciz "NAME"
number_word:    .asciz "MAJ:MIN"
size_word:      .asciz "SIZE"
type_word:      .asciz "TYPE"
points_word:    .asciz "MOUNTPOINTS"
disk_word:      .asciz "disk"
swap_word:      .asciz "[SWAP]"
nothing:        .asciz ""
usage_text:     .asciz "lsblk [-bn]"
