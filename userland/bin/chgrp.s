# chgrp: gives files to another group.
#
# usage: chgrp [-cfhRv] [-H|-L|-P] GROUP FILE...      chgrp [-cfhRv] --reference=FILE FILE...
#   GROUP  a name of /etc/group, or a number
#   -R  directories with all that is below them; -H enters links that are named, -L all, -P none (the default)
#   -h  symbolic links themselves    -v  says what it does    -c  says what it changes    -f  no messages
# exit status: 0; 1 when a group could not be changed
        .include "frame.s"

        .text
        .globl main
main:
        la   a2, usage_text
        la   a3, parse_group
        tail change_owner

# parse_group(text: a0, user: a1, group: a2) -> a0 = 0, or a message
parse_group:
        enter 1
        mv   s0, a2
        li   t0, -1
        sd   t0, 0(a1)
        call group_id
        sd   a0, 0(s0)
        bltz a0, 1f
        li   a0, 0
        leave 1
1:      la   a0, bad_group
        leave 1

        .section .rodata
bad_group:      .asciz "invalid group"
usage_text:     .asciz "chgrp [-cfhRv] [-H|-L|-P] GROUP | --reference=FILE FILE..."
