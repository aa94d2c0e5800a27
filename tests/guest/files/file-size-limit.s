# RLIMIT_FSIZE: a write is cut at the limit, the next one fails with EFBIG and sends SIGXFSZ.
#: stdout write across the limit: 10
#: stdout the next write, SIGXFSZ ignored: EFBIG
#: stdout ftruncate beyond it: EFBIG
#: stdout size: 10
#: signal SIGXFSZ
        .include "../show.s"
        .include "../files.s"
        string name, "limit.tmp"
        string text, "twelve bytes"
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        create s0, name
        la a0, name
        call unlink
        li a0, 0
        li a1, RLIMIT_FSIZE
        la a2, limit
        li a3, 0
        call prlimit64
        li a0, SIGXFSZ
        li a1, SIG_IGN
        call signal
        text_to s0, text, 12
        mv s2, a0
        text_to s0, text, 12
        mv s3, a0
        mv a0, s0
        li a1, 11
        call ftruncate
        mv s4, a0
        li a0, 0
        li a1, RLIMIT_FSIZE
        la a2, no_limit                 # output may be a file, too
        li a3, 0
        call prlimit64
        mv a0, s2
        show "write across the limit"
        mv a0, s3
        show "the next write, SIGXFSZ ignored"
        mv a0, s4
        show "ftruncate beyond it"
        size_of s0
        show "size"
        li a0, SIGXFSZ
        li a1, SIG_DFL
        call signal
        li a0, 0
        li a1, RLIMIT_FSIZE
        la a2, limit
        li a3, 0
        call prlimit64
        text_to s0, text, 1
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

        .data
        .balign 8
limit:  .dword 10, -1                   # struct rlimit: soft, hard
no_limit: .dword -1, -1
        .text
