# A first program: main, printf, exit.
#: stdout hello, world
        .globl main
main:   la a0, text
        call printf
        li a0, 0
        call exit
        .section .rodata
text:   .asciz "hello, world\n"
