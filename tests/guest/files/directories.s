# mkdir, rmdir and what they refuse.
#: stdout mkdir: 0
#: stdout mkdir again: EEXIST
#: stdout mkdir below nothing: ENOENT
#: stdout mkdir with a slash behind the name: 0
#: stdout rmdir of one that is not empty: ENOTEMPTY
#: stdout rmdir of a file: ENOTDIR
#: stdout unlink of a directory: EISDIR
#: stdout rmdir of .: EINVAL
#: stdout rmdir: 0
#: stdout rmdir again: ENOENT
#: stdout create in a removed working directory: ENOENT
#: stdout mkdir of /: EEXIST
#: stdout unlink of /: EISDIR
        .include "../show.s"
        .include "../files.s"
        string one, "dirs.one"
        string two, "dirs.one/two/"
        string below, "dirs.none/x"
        string file, "dirs.one/file"
        string dot, "dirs.one/two/."
        string slash, "/"
        string up, ".."
        string x, "x"
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        la a0, one
        li a1, 0755
        call mkdir
        show "mkdir"
        la a0, one
        li a1, 0755
        call mkdir
        show "mkdir again"
        la a0, below
        li a1, 0755
        call mkdir
        show "mkdir below nothing"
        la a0, two
        li a1, 0755
        call mkdir
        show "mkdir with a slash behind the name"
        la a0, one
        call rmdir
        show "rmdir of one that is not empty"
        create s0, file
        la a0, file
        call rmdir
        show "rmdir of a file"
        la a0, one
        call unlink
        show "unlink of a directory"
        la a0, dot
        call rmdir
        show "rmdir of ."
        la a0, two
        call chdir
        li a0, AT_FDCWD
        la a1, up_two
        li a2, AT_REMOVEDIR
        call unlinkat
        show "rmdir"
        la a0, up_two
        call rmdir
        show "rmdir again"
        la a0, x
        li a1, O_CREAT | O_WRONLY
        li a2, 0600
        call open
        show "create in a removed working directory"
        la a0, up
        call chdir
        la a0, up
        call chdir
        la a0, file
        call unlink
        la a0, one
        call rmdir
        la a0, slash
        li a1, 0755
        call mkdir
        show "mkdir of /"
        la a0, slash
        call unlink
        show "unlink of /"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

        string up_two, "../two"
