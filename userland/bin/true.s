# true: does nothing, successfully.
        .globl main
main:
        li a0, 0
        ret
