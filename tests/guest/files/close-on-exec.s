# execve closes the descriptors that were opened with O_CLOEXEC, and no other. The program executes itself; it knows by its
# second argument which time it is.
#: only qemu-riscv64 does not execute riscv64 programs by itself; Linux 6.1 does as this says
#: stdout open, kept: 3
#: stdout open with O_CLOEXEC: 4
#: stdout duplicate of it, without: 5
#: stdout pipe2 with O_CLOEXEC: 0
#: stdout after exec, 3: 0
#: stdout after exec, 4: EBADF
#: stdout after exec, 5: 0
#: stdout after exec, 6: EBADF
#: stdout after exec, 7: EBADF
        .include "../show.s"
        string null, "/dev/null"
        string self, "/proc/self/exe"
        string again, "again"
        value ends

        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        li t0, 1
        bne a0, t0, after_exec
        la a0, null
        li a1, O_RDONLY
        li a2, 0
        call open
        show "open, kept"
        la a0, null
        li a1, O_RDONLY | O_CLOEXEC
        li a2, 0
        call open
        show "open with O_CLOEXEC"
        call dup
        show "duplicate of it, without"
        la a0, ends
        li a1, O_CLOEXEC
        call pipe2
        show "pipe2 with O_CLOEXEC"
        la a0, self
        la a1, arguments
        ld a2, environ
        call execve
        show "execve"
        li a0, 1
        tail exit

        .macro ask descriptor:req
        li a0, \descriptor
        li a1, F_GETFD
        call fcntl
        show "after exec, \descriptor"
        .endm

after_exec:
        ask 3
        ask 4
        ask 5
        ask 6
        ask 7
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

        .data
        .balign 8
arguments: .dword self, again, 0
