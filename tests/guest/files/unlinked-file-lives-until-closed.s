# unlink takes the name, not the file: who has it open reads and writes on, and it has no links.
#: stdout unlink: 0
#: stdout the name: ENOENT
#: stdout write: 5
#: stdout contents: hello
#: stdout links: 0
#: stdout a new file of the same name: 0
        .include "../show.s"
        .include "../files.s"
        string name, "unlinked.tmp"
        string hello, "hello"
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        create s0, name
        la a0, name
        call unlink
        show "unlink"
        la a0, name
        li a1, O_RDONLY
        li a2, 0
        call open
        show "the name"
        text_to s0, hello, 5
        show "write"
        contents_of s0, "contents"
        size_of s0
        la t0, file_status
        lwu a0, stat_st_nlink(t0)
        show "links"
        create s1, name
        size_of s1
        show "a new file of the same name"
        la a0, name
        call unlink
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
