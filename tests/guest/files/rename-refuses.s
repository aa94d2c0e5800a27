# What rename does not do: move a directory into itself, replace a directory that is not empty, or one kind by the other.
#: stdout a directory into itself: EINVAL
#: stdout a file over a directory: EISDIR
#: stdout a directory over a file: ENOTDIR
#: stdout over a directory that is not empty: ENOTEMPTY
#: stdout over an empty directory: 0
#: stdout not there: ENOENT
#: stdout RENAME_NOREPLACE over a file: EEXIST
#: stdout RENAME_EXCHANGE: 0
#: stdout the directory is now a file: 0
#: stdout unknown flags: EINVAL
        .include "../show.s"
        .include "../files.s"
        string a, "refuse.a"
        string b, "refuse.b"
        string a_b, "refuse.a/b"
        string b_c, "refuse.b/c"
        string b_c_d, "refuse.b/c/d"
        string file, "refuse.file"
        string none, "refuse.none"
        .macro try from:req, to:req, label:req, flags=0
        li a0, AT_FDCWD
        la a1, \from
        li a2, AT_FDCWD
        la a3, \to
        li a4, \flags
        call renameat2
        show "\label"
        .endm
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        la a0, a
        li a1, 0755
        call mkdir
        la a0, b
        li a1, 0755
        call mkdir
        la a0, b_c
        li a1, 0755
        call mkdir
        create s0, file
        try a, a_b, "a directory into itself"
        try file, a, "a file over a directory"
        try a, file, "a directory over a file"
        try a, b, "over a directory that is not empty"
        try a, b_c, "over an empty directory"
        try none, a, "not there"
        la a0, a
        li a1, O_CREAT | O_WRONLY
        li a2, 0600
        call open
        try file, a, "RENAME_NOREPLACE over a file", RENAME_NOREPLACE
        try b_c, file, "RENAME_EXCHANGE", RENAME_EXCHANGE
        la a0, b_c
        call unlink                     # works on what is no directory only
        show "the directory is now a file"
        try a, file, "unknown flags", 0x100
        la a0, a
        call unlink
        la a0, file
        call rmdir
        la a0, b
        call rmdir
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
