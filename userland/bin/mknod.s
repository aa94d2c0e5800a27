# mknod: makes the file that stands for a device, or a FIFO.
#
# usage: mknod [-m MODE] NAME b|c|u MAJOR MINOR      mknod [-m MODE] NAME p
#   b  a block device    c, u  a character device    p  a FIFO    numbers may be hexadecimal (0x1f) or octal (017)
#   -m  permissions, as chmod has them; without it rw for all less the umask
# exit status: 0; 1 when it could not be made
        .include "abi.s"
        .include "frame.s"
        .include "option-table.s"

        option_table table, usage_text, 1
        argument 'm', "mode", mode_text
        option_end

        .data
        .balign 8
mode_text:      .dword 0

        .text
# s0 operands, s1 type
        .globl main
main:
        enter 4
        la   a2, table
        call parse_options
        mv   s0, a0
        li   t0, 2
        bltu a1, t0, bad_usage
        ld   t1, 8(s0)                  # only the first letter counts
        lbu  t1, 0(t1)
        li   s1, S_IFIFO
        li   s3, 0
        li   t2, 'p'
        beq  t1, t2, 2f
        li   t0, 4
        li   s1, S_IFBLK
        li   t2, 'b'
        beq  t1, t2, 1f
        li   s1, S_IFCHR
        li   t2, 'c'
        beq  t1, t2, 1f
        li   t2, 'u'
        beq  t1, t2, 1f
        ld   a0, 8(s0)
        la   a1, bad_type
        li   a2, 1
        call fail
1:      bne  a1, t0, bad_usage
        ld   a0, 16(s0)
        call number
        mv   s2, a0
        ld   a0, 24(s0)
        call number
        mv   a1, a0
        mv   a0, s2
        call device_number
        mv   s3, a0
        j    3f
2:      bne  a1, t0, bad_usage
3:      ld   a0, 0(s0)
        mv   a1, s1
        mv   a2, s3
        ld   a3, mode_text
        call make_node
        leave 4
bad_usage:
        la   a0, usage_text
        li   a1, 1
        call usage

# number(text: a0) -> a0: of a device
number:
        enter 1, 16
        mv   s0, a0
        lbu  t0, 0(a0)
        addi t0, t0, -'0'
        sltiu t0, t0, 10
        beqz t0, 1f
        mv   a1, sp
        li   a2, 0
        call strtoul
        ld   t0, 0(sp)
        lbu  t0, 0(t0)
        srli t1, a0, 32
        or   t0, t0, t1
        bnez t0, 1f
        leave 1, 16
1:      mv   a0, s0
        la   a1, bad_number
        li   a2, 1
        call fail

        .section .rodata
bad_type:       .asciz "invalid device type"
bad_number:     .asciz "invalid device number"
usage_text:     .asciz "mknod [-m MODE] NAME b|c|u MAJOR MINOR | NAME p"
