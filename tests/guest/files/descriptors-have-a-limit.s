# RLIMIT_NOFILE is one more than the highest descriptor; a pipe for which only one is left makes none. The lowest free one is
# taken.
#: stdout dup until: EMFILE
#: stdout open: EMFILE
#: stdout pipe, one descriptor left: EMFILE
#: stdout dup, one descriptor left: 60
#: stdout dup after closing 50: 50
#: stdout dup3 to the limit: EBADF
        .include "../show.s"
        .include "../files.s"
        .equ LIMIT, 61
        string slash, "/"
        value ends
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        li a0, 0
        li a1, RLIMIT_NOFILE
        la a2, limit
        li a3, 0
        call prlimit64
1:      li a0, 0
        call dup
        bgez a0, 1b
        show "dup until"
        la a0, slash
        li a1, O_RDONLY
        li a2, 0
        call open
        show "open"
        li a0, LIMIT - 1
        call close
        la a0, ends
        call pipe
        show "pipe, one descriptor left"
        li a0, 0
        call dup
        show "dup, one descriptor left"
        li a0, 50
        call close
        li a0, 0
        call dup
        show "dup after closing 50"
        li a0, 0
        li a1, LIMIT
        li a2, 0
        call dup3
        show "dup3 to the limit"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

        .data
        .balign 8
limit:  .dword LIMIT, LIMIT             # struct rlimit: soft, hard
        .text
