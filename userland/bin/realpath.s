# realpath: prints where files really are: the path from the root, without symbolic links, "." and "..".
#
# usage: realpath [-emqz] FILE...
#   all parts of a path but the last must exist    -e  all    -m  none need to    -q  no messages    -z  ends with NUL, not newline
# exit status: 0; 1 when a path could not be found out
        .include "abi.s"
        .include "library.s"
        .include "frame.s"
        .include "option-table.s"

        option_table table, usage_text, 1
        choice 'e', "canonicalize-existing", mode, REAL_ALL
        choice 'm', "canonicalize-missing", mode, REAL_NONE
        flag 'q', "quiet", quiet, 1
        choice 'z', "zero", line_end, 0
        option_end

        .data
        .balign 8
mode:           .dword REAL_BUT_LAST
quiet:          .dword 0
line_end:       .dword '\n'

        .text
# s0 next name, s1 exit status
        .globl main
main:
        enter 3
        la   a2, table
        call parse_options
        beqz a1, 4f
        mv   s0, a0
        li   s1, 0
1:      ld   a0, 0(s0)
        beqz a0, 3f
        ld   a1, mode
        call realpath
        bltz a0, 2f
        mv   s2, a0
        li   a1, STDOUT_FILENO
        call fputs
        ld   a0, line_end
        call putchar
        mv   a0, s2
        call free
        addi s0, s0, 8
        j    1b
2:      li   s1, 1
        mv   a1, a0
        ld   a0, 0(s0)
        addi s0, s0, 8
        ld   t0, quiet
        bnez t0, 1b
        call warn
        j    1b
3:      mv   a0, s1
        leave 3
4:      la   a0, usage_text
        li   a1, 1
        call usage

        .section .rodata
usage_text:     .asciz "realpath [-emqz] FILE..."
