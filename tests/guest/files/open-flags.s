# openat's flags: which ones create, refuse or empty a file.
#: stdout not there: ENOENT
#: stdout O_CREAT: 3
#: stdout O_CREAT of what is there: 3
#: stdout O_CREAT | O_EXCL of what is there: EEXIST
#: stdout O_DIRECTORY of a file: ENOTDIR
#: stdout O_DIRECTORY of a directory: 3
#: stdout a directory for writing: EISDIR
#: stdout O_CREAT of a directory: EISDIR
#: stdout O_NOFOLLOW of a symbolic link: ELOOP
#: stdout O_EXCL of a symbolic link to nothing: EEXIST
#: stdout size before O_TRUNC: 5
#: stdout size after O_TRUNC: 0
#: stdout read from O_WRONLY: EBADF
#: stdout write to O_RDONLY: EBADF
#: stdout in a directory that is not there: ENOENT
#: stdout below a file: ENOTDIR
#: stdout an empty path: ENOENT
        .include "../show.s"
        string name, "open-flags.tmp"
        string link_name, "open-flags.link"
        string missing, "open-flags.none/x"
        string below, "open-flags.tmp/x"
        string here, "."
        string empty
        string hello, "hello"
        value status, SIZEOF_stat

        .macro try path:req, flags:req, label:req
        la a0, \path
        li a1, \flags
        call try_open
        show "\label"
        .endm

        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        try name, O_RDONLY, "not there"
        try name, O_RDONLY | O_CREAT, "O_CREAT"
        try name, O_RDONLY | O_CREAT, "O_CREAT of what is there"
        try name, O_RDONLY | O_CREAT | O_EXCL, "O_CREAT | O_EXCL of what is there"
        try name, O_RDONLY | O_DIRECTORY, "O_DIRECTORY of a file"
        try here, O_RDONLY | O_DIRECTORY, "O_DIRECTORY of a directory"
        try here, O_RDWR, "a directory for writing"
        try here, O_RDONLY | O_CREAT, "O_CREAT of a directory"
        la a0, empty_target
        la a1, link_name
        call symlink
        try link_name, O_RDONLY | O_NOFOLLOW, "O_NOFOLLOW of a symbolic link"
        try link_name, O_WRONLY | O_CREAT | O_EXCL, "O_EXCL of a symbolic link to nothing"
        la a0, link_name
        call unlink

        la a0, name
        li a1, O_WRONLY
        li a2, 0
        call open
        mv s0, a0
        la a1, hello
        li a2, 5
        call write
        call size
        show "size before O_TRUNC"
        try name, O_WRONLY | O_TRUNC, "size after O_TRUNC"
        mv a0, s0
        la a1, status
        li a2, 1
        call read
        show "read from O_WRONLY"
        mv a0, s0
        call close
        la a0, name
        li a1, O_RDONLY
        call open
        mv s0, a0
        la a1, hello
        li a2, 1
        call write
        show "write to O_RDONLY"
        mv a0, s0
        call close
        try missing, O_WRONLY | O_CREAT, "in a directory that is not there"
        try below, O_WRONLY | O_CREAT, "below a file"
        try empty, O_RDONLY, "an empty path"
        la a0, name
        call unlink
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# try_open(path: a0, flags: a1) -> a0 = the descriptor, closed again, or -errno; with O_TRUNC the size instead
try_open:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s1, 16(sp)
        sd s2, 8(sp)
        mv s2, a1
        li a2, 0600
        call open
        mv s1, a0
        bltz a0, 1f
        call close
        li t0, O_TRUNC
        and t0, t0, s2
        beqz t0, 1f
        call size
        mv s1, a0
1:      mv a0, s1
        ld s2, 8(sp)
        ld s1, 16(sp)
        ld ra, 24(sp)
        addi sp, sp, 32
        ret

# size() -> a0 = the size of the file at descriptor s0
size:
        addi sp, sp, -16
        sd ra, 8(sp)
        mv a0, s0
        la a1, status
        call fstat
        la t0, status
        ld a0, stat_st_size(t0)
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

        string empty_target, "open-flags.none"
