# pread64 and pwrite64 work at a place of their own and leave the offset alone; what has no places refuses them.
#: stdout pwrite64 at 10: 5
#: stdout size: 15
#: stdout pread64 at 12: 2
#: stdout read: ll
#: stdout pread64 at the end: 0
#: stdout pread64 at a negative place: EINVAL
#: stdout offset: 0
#: stdout pread64 of a pipe: ESPIPE
#: stdout lseek of a pipe: ESPIPE
        .include "../show.s"
        .include "../files.s"
        string name, "places.tmp"
        string hello, "hello"
        value ends
        value room, 16
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        create s0, name
        la a0, name
        call unlink
        mv a0, s0
        la a1, hello
        li a2, 5
        li a3, 10
        call pwrite64
        show "pwrite64 at 10"
        size_of s0
        show "size"
        li a2, 2
        li a3, 12
        call take
        show "pread64 at 12"
        show_text "read", room
        li a2, 5
        li a3, 15
        call take
        show "pread64 at the end"
        li a2, 5
        li a3, -1
        call take
        show "pread64 at a negative place"
        offset_of s0
        show "offset"
        la a0, ends
        call pipe
        lw s0, ends
        li a2, 1
        li a3, 0
        call take
        show "pread64 of a pipe"
        offset_of s0
        show "lseek of a pipe"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

take:   mv a0, s0
        la a1, room
        tail pread64
