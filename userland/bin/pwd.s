# pwd: prints the path of the working directory.
# usage: pwd
# exit status: 0, 1 when it cannot be found
        .include "abi.s"
        .text
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        la a2, .Lletters
        la a3, .Lusage
        li a4, 1
        call option
        la a0, path
        li a1, PATH_MAX
        call getcwd
        bltz a0, 1f
        la a0, path
        call puts
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
1:      mv a1, a0
        li a0, 0
        li a2, 1
        call die

        .section .rodata
.Lletters:      .asciz ""
.Lusage:        .asciz "pwd"
        .bss
path:           .zero PATH_MAX
