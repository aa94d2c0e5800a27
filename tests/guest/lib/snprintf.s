# snprintf: what is written never exceeds the size, the result is the whole length.
#: stdout 5 [hello]
#: stdout 5 [hell]
#: stdout 5 []
#: stdout 5 untouched
#: stdout 10 [0000000042]
#: stdout 13 [-1 abc 0xff z]
#: stdout 100000
        .text
        .globl main
main:
        la s0, sizes
1:      ld s1, 0(s0)
        bltz s1, 2f
        la a0, space
        li a1, '#'                      # what is there before
        li a2, 16
        call memset
        la a0, space
        mv a1, s1
        la a2, text
        la a3, hello
        call snprintf
        mv a1, a0
        la a0, result
        la a2, space
        call printf
        addi s0, s0, 8
        j 1b
2:      la a0, space                    # size 0 leaves the space alone: it still holds the '#' from here
        li a1, '#'
        li a2, 16
        call memset
        la a0, space
        li a1, 0
        la a2, text
        la a3, hello
        call snprintf
        mv a1, a0
        la t0, space
        lbu t0, 0(t0)
        li t1, '#'
        bne t0, t1, 3f
        la a0, untouched
        call printf
3:      la a0, space
        la a1, padded
        li a2, 42
        call sprintf
        mv a1, a0
        la a0, result
        la a2, space
        call printf
        la a0, space
        li a1, 64
        la a2, mixed
        li a3, -1
        la a4, abc
        li a5, 255
        li a6, 'z'
        call snprintf
        mv a1, a0
        la a0, result
        la a2, space
        call printf
        la a0, space
        li a1, 8
        la a2, wide
        li a3, 100000
        li a4, 1
        call snprintf
        mv a1, a0
        la a0, number
        call printf
        li a0, 0
        call exit

        .section .rodata
        .balign 8
sizes:          .dword 16, 5, 1, -1
text:           .asciz "%s"
hello:          .asciz "hello"
result:         .asciz "%d [%s]\n"
untouched:      .asciz "%d untouched\n"
padded:         .asciz "%010d"
mixed:          .asciz "%d %s %#x %c"
abc:            .asciz "abc"
wide:           .asciz "%*d"
number:         .asciz "%d\n"
        .bss
space:          .zero 64
