# A hard link is a second name of the same file, as good as the first.
#: stdout link: 0
#: stdout links: 2
#: stdout the same file: 1
#: stdout written through one, read through the other: hello
#: stdout after unlink of the first name: 1
#: stdout over an existing name: EEXIST
#: stdout of what is not there: ENOENT
#: stdout of a directory: EPERM
        .include "../show.s"
        .include "../files.s"
        string one, "hard.one"
        string two, "hard.two"
        string none, "hard.none"
        string here, "."
        string hello, "hello"
        value other, SIZEOF_stat
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        create s0, one
        la a0, one
        la a1, two
        call link
        show "link"
        size_of s0
        la t0, file_status
        lwu a0, stat_st_nlink(t0)
        show "links"
        la a0, two
        la a1, other
        call stat
        la t0, file_status
        ld t1, stat_st_ino(t0)
        la t0, other
        ld t0, stat_st_ino(t0)
        xor a0, t0, t1
        seqz a0, a0
        show "the same file"
        text_to s0, hello, 5
        la a0, two
        li a1, O_RDONLY
        li a2, 0
        call open
        mv s1, a0
        contents_of s1, "written through one, read through the other"
        la a0, one
        call unlink
        size_of s1
        la t0, file_status
        lwu a0, stat_st_nlink(t0)
        show "after unlink of the first name"
        la a0, two
        la a1, two
        call link
        show "over an existing name"
        la a0, none
        la a1, one
        call link
        show "of what is not there"
        la a0, here
        la a1, one
        call link
        show "of a directory"
        la a0, two
        call unlink
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
