# A descriptor made by dup, dup3 or fork shares its offset with the first; one made by open has its own. Close-on-exec belongs
# to the descriptor, O_NONBLOCK and the offset to what is open.
#: under bare: fail there is no fork
#: stdout read through the duplicate: 2
#: stdout offset of the first: 2
#: stdout offset of its own opening: 0
#: stdout the child moved it to: 5
#: stdout dup3 onto itself: EINVAL
#: stdout dup3 to 50: 50
#: stdout offset there: 5
#: stdout F_DUPFD from 40 on: 40
#: stdout F_GETFD of it: 0
#: stdout F_DUPFD_CLOEXEC from 40 on: 41
#: stdout F_GETFD of it: 1
#: stdout F_SETFL O_NONBLOCK shows at the duplicate: 1
#: stdout dup of what is closed: EBADF
#: stdout F_DUPFD beyond the limit: EINVAL
        .include "../show.s"
        .include "../files.s"
        string name, "duplicates.tmp"
        string hello, "hello, world"
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        create s0, name
        text_to s0, hello, 12
        mv a0, s0
        li a1, 0
        li a2, SEEK_SET
        call lseek
        mv a0, s0
        call dup
        mv s1, a0
        la a0, name
        li a1, O_RDONLY
        li a2, 0
        call open
        mv s2, a0
        la a0, name
        call unlink

        mv a0, s1
        la a1, file_room
        li a2, 2
        call read
        show "read through the duplicate"
        offset_of s0
        show "offset of the first"
        offset_of s2
        show "offset of its own opening"
        call fork
        bnez a0, 1f
        mv a0, s0
        li a1, 3
        li a2, SEEK_CUR
        call lseek
        li a0, 0
        call _exit
1:      li a0, 0
        call wait
        offset_of s1
        show "the child moved it to"

        mv a0, s0
        mv a1, s0
        li a2, 0
        call dup3
        show "dup3 onto itself"
        mv a0, s0
        li a1, 50
        li a2, 0
        call dup3
        show "dup3 to 50"
        li a0, 50
        li a1, 0
        li a2, SEEK_CUR
        call lseek
        show "offset there"
        li a1, F_DUPFD
        li a2, 40
        call control
        show "F_DUPFD from 40 on"
        li a1, F_GETFD
        call fcntl
        show "F_GETFD of it"
        li a1, F_DUPFD_CLOEXEC
        li a2, 40
        call control
        show "F_DUPFD_CLOEXEC from 40 on"
        li a1, F_GETFD
        call fcntl
        show "F_GETFD of it"
        li a1, F_SETFL
        li a2, O_NONBLOCK
        call control
        mv a0, s1
        li a1, F_GETFL
        call fcntl
        li t0, O_NONBLOCK
        and a0, a0, t0
        snez a0, a0
        show "F_SETFL O_NONBLOCK shows at the duplicate"
        li a0, 99
        call dup
        show "dup of what is closed"
        li a1, F_DUPFD
        li a2, 1 << 30
        call control
        show "F_DUPFD beyond the limit"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

control:
        mv a0, s0
        tail fcntl
