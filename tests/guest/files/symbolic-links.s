# A symbolic link is a path that is followed; chains and dangling ones, and loops, which end in ELOOP.
#: stdout readlink: 8
#: stdout its text: sym.file
#: stdout readlink cut short: 3
#: stdout through two links: hello
#: stdout lstat says a link: 1
#: stdout its size: 8
#: stdout dangling, open: ENOENT
#: stdout dangling, created through the link: 0
#: stdout a loop: ELOOP
#: stdout readlink of a file: EINVAL
#: stdout with a slash behind it: ENOTDIR
#: stdout unlink takes the link: 0
#: stdout not the file: hello
        .include "../show.s"
        .include "../files.s"
        string file, "sym.file"
        string one, "sym.one"
        string two, "sym.two"
        string slash, "sym.one/"
        string dangling, "sym.dangling"
        string target, "sym.target"
        string loop, "sym.loop"
        string hello, "hello"
        value room, 64
        value status, SIZEOF_stat
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        create s0, file
        text_to s0, hello, 5
        la a0, file
        la a1, one
        call symlink
        la a0, one
        la a1, two
        call symlink
        la a0, one
        la a1, room
        li a2, 63
        call readlink
        show "readlink"
        show_text "its text", room
        la a0, one
        la a1, room
        li a2, 3
        call readlink
        show "readlink cut short"
        la a0, two
        li a1, O_RDONLY
        li a2, 0
        call open
        mv s1, a0
        contents_of s1, "through two links"
        la a0, one
        la a1, status
        call lstat
        la t0, status
        lwu a0, stat_st_mode(t0)
        li t1, S_IFMT
        and a0, a0, t1
        li t1, S_IFLNK
        xor a0, a0, t1
        seqz a0, a0
        show "lstat says a link"
        la t0, status
        ld a0, stat_st_size(t0)
        show "its size"

        la a0, target
        la a1, dangling
        call symlink
        la a0, dangling
        li a1, O_RDONLY
        li a2, 0
        call open
        show "dangling, open"
        la a0, dangling
        li a1, O_WRONLY | O_CREAT
        li a2, 0600
        call open
        la a0, target
        li a1, F_OK
        call access
        show "dangling, created through the link"
        la a0, loop
        la a1, loop
        call symlink
        la a0, loop
        li a1, O_RDONLY
        li a2, 0
        call open
        show "a loop"
        la a0, file
        la a1, room
        li a2, 63
        call readlink
        show "readlink of a file"
        la a0, slash
        li a1, O_RDONLY
        li a2, 0
        call open
        show "with a slash behind it"
        la a0, one
        call unlink
        show "unlink takes the link"
        contents_of s0, "not the file"
        la a0, file
        call unlink
        la a0, two
        call unlink
        la a0, dangling
        call unlink
        la a0, target
        call unlink
        la a0, loop
        call unlink
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
