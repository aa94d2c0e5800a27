# A bad pointer handed to a system call is the call's error EFAULT, never a signal, and the call has done nothing: no byte
# of a pipe is lost.
#: under segments: fail a program can read and write near address 0
#: under bare: fail there is no fork
#: stdout write from nowhere: EFAULT
#: stdout read into nowhere: EFAULT
#: stdout read into constants: EFAULT
#: stdout the byte is still in the pipe: 1
#: stdout path nowhere: EFAULT
#: stdout path that runs out of its page: EFAULT
#: stdout stat with its result nowhere: EFAULT
#: stdout uname above user space: EFAULT
#: stdout getcwd into constants: EFAULT
#: stdout write to a pipe that only begins well: EFAULT
#: stdout sigaction into constants: EFAULT
        .include "../show.s"
        .include "../map.s"
        .equ NOWHERE, 0x1000
        string slash, "/"
        string constant, "constant"
        value ends
        value room, 256
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        la a0, ends
        call pipe
        lw s0, ends                     # its reading end
        lw s1, ends + 4
        mv a0, s1
        li a1, NOWHERE
        li a2, 4
        call write
        show "write from nowhere"
        mv a0, s1
        la a1, slash
        li a2, 1
        call write
        mv a0, s0
        li a1, NOWHERE
        li a2, 1
        call read
        show "read into nowhere"
        mv a0, s0
        la a1, constant
        li a2, 1
        call read
        show "read into constants"
        mv a0, s0
        la a1, room
        li a2, 1
        call read
        show "the byte is still in the pipe"

        li a0, NOWHERE
        li a1, O_RDONLY
        call open
        show "path nowhere"
        map 0, 2 * PAGE, RW, MAP_PRIVATE
        mv s3, a0
        li t0, PAGE
        add a0, s3, t0
        li a1, PAGE
        call munmap
        li t0, PAGE - 4
        add s3, s3, t0                  # four bytes before the hole, without a NUL
        li t0, 0x61616161
        sw t0, 0(s3)
        mv a0, s3
        li a1, O_RDONLY
        call open
        show "path that runs out of its page"
        la a0, slash
        li a1, NOWHERE
        call stat
        show "stat with its result nowhere"
        li a0, -4096
        call uname
        show "uname above user space"
        la a0, constant
        li a1, 4096
        call getcwd
        show "getcwd into constants"
        mv a0, s1
        mv a1, s3
        li a2, 100
        call write
        show "write to a pipe that only begins well"
        li a0, SIGUSR1
        li a1, 0
        la a2, constant
        call sigaction
        show "sigaction into constants"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
