# mountpoint: says whether a directory is a mount point.
#
# usage: mountpoint [-dqx] PATH
#   -q  by the exit status alone    -d  shows the device number of its file system    -x  that of the block device PATH
# exit status: 0; 1 when it cannot be looked at; 32 when it is none
        .include "abi.s"
        .include "library.s"
        .include "frame.s"
        .include "option-table.s"
        .equ NO, 32

        option_table table, usage_text, 1
        flag 'q', "quiet", quiet, 1
        flag 'd', "fs-devno", number, 1
        flag 'x', "devno", device, 1
        option_end

        .data
        .balign 8
quiet:          .dword 0
number:         .dword 0
device:         .dword 0

        .bss
        .balign 8
mounted:        .zero SIZEOF_vector

        .text
# s0 path, s1 index of an entry, s2 the path from the root
        .globl main
main:
        enter 3, SIZEOF_stat
        la   a2, table
        call parse_options
        li   t0, 1
        bne  a1, t0, 6f
        ld   s0, 0(a0)
        mv   a0, s0
        mv   a1, sp
        call stat
        bnez a0, 5f
        ld   t0, device
        bnez t0, 7f
        mv   a0, s0
        li   a1, REAL_ALL
        call realpath
        bltz a0, 5f
        mv   s2, a0
        la   a0, proc_mounts
        la   a1, mounted
        call read_mounts
        ld   s1, mounted+vector_count
1:      beqz s1, 3f
        addi s1, s1, -1
        ld   t0, mounted+vector_data
        slli t1, s1, 3
        add  t0, t0, t1
        ld   t0, 0(t0)
        ld   a0, mount_directory(t0)
        mv   a1, s2
        call strcmp
        bnez a0, 1b
        ld   t0, number
        bnez t0, 2f
        la   a0, is_one
        call say
        leave 3, SIZEOF_stat
2:      ld   a0, stat_st_dev(sp)
        call show_device
        li   a0, 0
        leave 3, SIZEOF_stat
3:      la   a0, is_none
        call say
        li   a0, NO
        leave 3, SIZEOF_stat
5:      ld   t0, quiet
        mv   a1, a0
        bnez t0, 8f
        mv   a0, s0
        call warn
8:      li   a0, 1
        leave 3, SIZEOF_stat
7:      lw   t0, stat_st_mode(sp)
        li   t1, S_IFMT
        and  t0, t0, t1
        li   t1, S_IFBLK
        bne  t0, t1, 9f
        ld   a0, stat_st_rdev(sp)
        call show_device
        li   a0, 0
        leave 3, SIZEOF_stat
9:      ld   t0, quiet
        bnez t0, 10f
        mv   a0, s0
        la   a1, no_device
        call complain
10:     li   a0, NO
        leave 3, SIZEOF_stat
6:      la   a0, usage_text
        li   a1, 1
        call usage

# say(format: a0) -> a0 = 0: the path put into it, unless -q
say:
        ld   t0, quiet
        bnez t0, 1f
        enter 0
        mv   a1, s0
        call printf
        li   a0, 0
        leave 0
1:      li   a0, 0
        ret

# show_device(device: a0)
show_device:
        enter 2
        mv   s0, a0
        call minor
        mv   s1, a0
        mv   a0, s0
        call major
        mv   a1, a0
        mv   a2, s1
        la   a0, device_line
        call printf
        leave 2

        .section .rodata
proc_mounts:    .asciz "/proc/self/mounts"
is_one:         .asciz "%s is a mountpoint\n"
is_none:        .asciz "%s is not a mountpoint\n"
no_device:      .asciz "not a block device"
device_line:    .asciz "%lu:%lu\n"
usage_text:     .asciz "mountpoint [-dqx] PATH"
