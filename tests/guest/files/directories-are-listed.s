# getdents64 gives every entry of a directory once, `.` and `..` too, also when it has to be asked several times.
#: stdout entries in one go: 22
#: stdout entries, a few at a time: 22
#: stdout at the end: 0
#: stdout after seeking back to 0: 22
#: stdout room for no entry: EINVAL
#: stdout of a file: ENOTDIR
#: stdout read of a directory: EISDIR
        .include "../show.s"
        .include "../files.s"
        .equ FILES, 20
        string directory, "listed.tmp"
        string format, "listed.tmp/file-%d"
        value path, 64
        value room, 4096
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        la a0, directory
        li a1, 0755
        call mkdir
        li s1, FILES
1:      la a0, path
        la a1, format
        mv a2, s1
        call sprintf
        create s2, path
        mv a0, s2
        call close
        addi s1, s1, -1
        bnez s1, 1b

        la a0, directory
        li a1, O_RDONLY | O_DIRECTORY
        li a2, 0
        call open
        mv s0, a0
        li s3, 4096
        call count
        show "entries in one go"
        call rewind
        li s3, 100
        call count
        show "entries, a few at a time"
        mv a0, s0
        la a1, room
        li a2, 4096
        call getdents64
        show "at the end"
        call rewind
        li s3, 512
        call count
        show "after seeking back to 0"
        call rewind
        mv a0, s0
        la a1, room
        li a2, 20
        call getdents64
        show "room for no entry"
        la a0, path
        li a1, O_RDONLY
        li a2, 0
        call open
        la a1, room
        li a2, 4096
        call getdents64
        show "of a file"
        mv a0, s0
        la a1, room
        li a2, 1
        call read
        show "read of a directory"

        li s1, FILES
1:      la a0, path
        la a1, format
        mv a2, s1
        call sprintf
        la a0, path
        call unlink
        addi s1, s1, -1
        bnez s1, 1b
        la a0, directory
        call rmdir
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# count() -> a0 = entries of the directory from here to its end, s3 bytes at a time
count:
        addi sp, sp, -16
        sd ra, 8(sp)
        li s4, 0
1:      mv a0, s0
        la a1, room
        mv a2, s3
        call getdents64
        blez a0, 3f
        la t0, room
        add t1, t0, a0
2:      addi s4, s4, 1                  # an entry says how long it is
        lhu t2, dirent64_d_reclen(t0)
        add t0, t0, t2
        bltu t0, t1, 2b
        j 1b
3:      bltz a0, 4f
        mv a0, s4
4:      ld ra, 8(sp)
        addi sp, sp, 16
        ret

rewind:
        mv a0, s0
        li a1, 0
        li a2, SEEK_SET
        tail lseek
