# readlink: prints what a symbolic link names; with -f, -e, -m where a file really is.
#
# usage: readlink [-efmnqvz] FILE...
#   -f  the path from the root without links, "." and ".."; its last part may be missing    -e  no part may    -m  all may
#   -n  no newline at the end    -v  messages    -q  none (the default)    -z  ends with NUL, not newline
# exit status: 0; 1 when a FILE is no link, or a path could not be found out
        .include "abi.s"
        .include "library.s"
        .include "frame.s"
        .include "option-table.s"
        .equ LINK, -1

        option_table table, usage_text, 1
        choice 'f', "canonicalize", mode, REAL_BUT_LAST
        choice 'e', "canonicalize-existing", mode, REAL_ALL
        choice 'm', "canonicalize-missing", mode, REAL_NONE
        flag 'n', "no-newline", no_newline, 1
        choice 'q', "quiet", verbose, 0
        choice 's', "silent", verbose, 0
        choice 'v', "verbose", verbose, 1
        choice 'z', "zero", line_end, 0
        option_end

        .data
        .balign 8
mode:           .dword LINK
no_newline:     .dword 0
verbose:        .dword 0
line_end:       .dword '\n'

        .bss
target:         .zero PATH_MAX + 1

        .text
# s0 next name, s1 exit status
        .globl main
main:
        enter 2
        la   a2, table
        call parse_options
        beqz a1, 5f
        li   t0, 1
        beq  a1, t0, 1f
        la   t1, no_newline             # for one name only
        sd   zero, 0(t1)
1:      mv   s0, a0
        li   s1, 0
2:      ld   a0, 0(s0)
        beqz a0, 4f
        call resolve
        bltz a0, 3f
        li   a1, STDOUT_FILENO
        call fputs
        addi s0, s0, 8
        ld   t0, no_newline
        bnez t0, 2b
        ld   a0, line_end
        call putchar
        j    2b
3:      li   s1, 1
        mv   a1, a0
        ld   a0, 0(s0)
        addi s0, s0, 8
        ld   t0, verbose
        beqz t0, 2b
        call warn
        j    2b
4:      mv   a0, s1
        leave 2
5:      la   a0, usage_text
        li   a1, 1
        call usage

# resolve(path: a0) -> a0 = text or -errno
resolve:
        ld   a1, mode
        bgez a1, realpath
        enter 0
        la   a1, target
        li   a2, PATH_MAX
        call readlink
        bltz a0, 1f
        la   t0, target
        add  t1, t0, a0
        sb   zero, 0(t1)
        mv   a0, t0
1:      leave 0

        .section .rodata
usage_text:     .asciz "readlink [-efmnqvz] FILE..."
