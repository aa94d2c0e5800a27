# A pipe takes 65536 bytes. Without blocking, a write of up to PIPE_BUF (4096) bytes then goes in whole or not at all, and a
# longer one as far as there is room.
#: stdout one write of 100000 bytes: 65536
#: stdout one byte more: EAGAIN
#: stdout bytes waiting (FIONREAD): 65536
#: stdout read: 4095
#: stdout a write of 4096 where 4095 fit: EAGAIN
#: stdout read: 1
#: stdout a write of 4096 where 4096 fit: 4096
#: stdout capacity: 65536
#: stdout a smaller pipe: EBUSY
        .include "../show.s"
        .include "../files.s"
        .equ MUCH, 100000
        value ends
        value count
        value room, MUCH
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        la a0, ends
        li a1, O_NONBLOCK
        call pipe2
        lw s0, ends
        lw s1, ends + 4
        text_to s1, room, MUCH
        show "one write of 100000 bytes"
        text_to s1, room, 1
        show "one byte more"
        mv a0, s0
        li a1, FIONREAD
        la a2, count
        call ioctl
        lw a0, count
        show "bytes waiting (FIONREAD)"
        li a2, 4095
        call take
        text_to s1, room, 4096
        show "a write of 4096 where 4095 fit"
        li a2, 1
        call take
        text_to s1, room, 4096
        show "a write of 4096 where 4096 fit"
        mv a0, s0
        li a1, F_GETPIPE_SZ
        call fcntl
        show "capacity"
        mv a0, s0
        li a1, F_SETPIPE_SZ
        li a2, 4096
        call fcntl
        show "a smaller pipe"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

take:   addi sp, sp, -16
        sd ra, 8(sp)
        mv a0, s0
        la a1, room
        call read
        show "read"
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
