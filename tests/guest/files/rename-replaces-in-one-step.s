# rename moves a name over another: the file that had the name is gone from it, but lives on for those who have it open.
#: stdout rename: 0
#: stdout the old name: ENOENT
#: stdout the new name: new
#: stdout who had it open: old
#: stdout links of what was replaced: 0
#: stdout rename to itself: 0
#: stdout rename to another link of the same file: 0
#: stdout both names are there: 2
        .include "../show.s"
        .include "../files.s"
        string from, "rename.from"
        string to, "rename.to"
        string new, "new"
        string old, "old"
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        create s0, to
        text_to s0, old, 3
        create s1, from
        text_to s1, new, 3
        la a0, from
        la a1, to
        call rename
        show "rename"
        la a0, from
        li a1, O_RDONLY
        li a2, 0
        call open
        show "the old name"
        la a0, to
        li a1, O_RDONLY
        call open
        mv s2, a0
        contents_of s2, "the new name"
        contents_of s0, "who had it open"
        size_of s0
        la t0, file_status
        lwu a0, stat_st_nlink(t0)
        show "links of what was replaced"
        la a0, to
        la a1, to
        call rename
        show "rename to itself"
        la a0, to
        la a1, from
        call link
        la a0, to
        la a1, from
        call rename
        show "rename to another link of the same file"
        size_of s2
        la t0, file_status
        lwu a0, stat_st_nlink(t0)
        show "both names are there"
        la a0, from
        call unlink
        la a0, to
        call unlink
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
