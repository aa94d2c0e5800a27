# System calls: how a program asks the kernel for something.
#
# A program cannot reach a file, another process or a device by itself: the hardware lets only the kernel do that.
# The instruction `ecall` enters the kernel. By convention a7 holds the number of the call and a0 ... a5 its arguments;
# the result comes back in a0, and everything else is as it was. A result from -4095 to -1 is an error number, negated.
# The functions of the library (write, getpid, ...) are these few instructions and nothing more.
#
# See it happen: quire run --trace syscalls system-calls.s
#
#: stdout Hello by an ecall.
#: stdout write returned 19: as many bytes as it wrote
#: stdout~ getpid returned *: the number of this process
#: stdout write to descriptor 99 returned -9: Bad file descriptor
#: stdout write from address -8 returned -14: Bad address
#: stdout call number 9999 returned -38: Function not implemented
#: exit 0
        .include "abi.s"                # SYS_write and the other numbers, as the kernel defines them
        .equ NO_DESCRIPTOR, 99
        .equ NO_CALL, 9999

        .section .rodata
hello:          .ascii "Hello by an ecall.\n"
        .equ hello_length, . - hello

        .text
        .globl main
main:
        li   a7, SYS_write
        li   a0, STDOUT_FILENO          # where to
        la   a1, hello                  # from which address
        li   a2, hello_length           # how many bytes
        ecall
        mv   a1, a0
        la   a0, wrote
        call printf

        li   a7, SYS_getpid
        ecall
        mv   a1, a0
        la   a0, my_number
        call printf

        # Whatever a program passes, the kernel checks it. A mistake is answered by an error number.
        li   a7, SYS_write
        li   a0, NO_DESCRIPTOR
        la   a1, hello
        li   a2, hello_length
        ecall
        la   s0, bad_descriptor
        call show_error

        li   a7, SYS_write
        li   a0, STDOUT_FILENO
        li   a1, -8                     # nothing of ours lies there
        li   a2, hello_length
        ecall
        la   s0, bad_address
        call show_error

        li   a7, NO_CALL
        ecall
        la   s0, bad_number
        call show_error

        li   a0, 0
        call exit                       # which ends in the call exit_group

# show_error(result: a0, format: s0): prints the number and what it means
show_error:
        addi sp, sp, -16
        sd   ra, 8(sp)
        sd   a0, 0(sp)
        call strerror
        mv   a2, a0
        ld   a1, 0(sp)
        mv   a0, s0
        call printf
        ld   ra, 8(sp)
        addi sp, sp, 16
        ret

        .section .rodata
wrote:          .asciz "write returned %ld: as many bytes as it wrote\n"
my_number:      .asciz "getpid returned %ld: the number of this process\n"
bad_descriptor: .asciz "write to descriptor 99 returned %ld: %s\n"
bad_address:    .asciz "write from address -8 returned %ld: %s\n"
bad_number:     .asciz "call number 9999 returned %ld: %s\n"
