# mkfifo: makes FIFOs, pipes that have a name.
#
# usage: mkfifo [-m MODE] NAME...
#   -m  permissions, as chmod has them; without it rw for all less the umask
# exit status: 0; 1 when one could not be made
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
# s0 next name, s1 exit status
        .globl main
main:
        enter 2
        la   a2, table
        call parse_options
        mv   s0, a0
        beqz a1, 3f
        li   s1, 0
1:      ld   a0, 0(s0)
        beqz a0, 2f
        li   a1, S_IFIFO
        li   a2, 0
        ld   a3, mode_text
        call make_node
        or   s1, s1, a0
        addi s0, s0, 8
        j    1b
2:      mv   a0, s1
        leave 2
3:      la   a0, usage_text
        li   a1, 1
        call usage

        .section .rodata
usage_text:     .asciz "mkfifo [-m MODE] NAME..."
