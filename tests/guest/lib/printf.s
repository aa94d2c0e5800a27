# printf: every conversion, flag, width and precision, as printf(3) has them.
#: stdout plain
#: stdout [42] [-42] [0] [-2147483648] [4294967295]
#: stdout [   42] [42   ] [00042] [+42] [ 42] [-0042]
#: stdout [  042] [042  ] [] [+] [    ]
#: stdout [ff] [FF] [0xff] [0XFF] [0] [0x00ff] [  0xff]
#: stdout [17] [017] [0] [0] [00017] [-    1]
#: stdout [-1] [65535] [255] [-1] [4294967295]
#: stdout [9223372036854775807] [-9223372036854775808] [18446744073709551615] [ffffffffffffffff]
#: stdout [1777777777777777777777]
#: stdout [abc] [  abc] [abc  ] [ab] [   ab] [] [(null)]
#: stdout [x] [  x] [x  ] [%] [0x1234] [(nil)]
#: stdout [   7] [7   ] [007] [7]
#: stdout [+0042] [42   ] [ 042] [0x2a  ] [   (nil)]
#: stdout [-9223372036854775808] [-5] [5] [7] [8]
#: stdout [%y]
#: stdout [                                        wide]
#: stdout [0000000000000000000000000000000000000042]
#: stdout 1 2 3 4 5 6 7 8 9 10
#: stdout 21
#: stdout [0]
        .text
        .globl main
main:
        addi sp, sp, -48
        la s0, rows
1:      ld a0, 0(s0)                    # a row: a format and seven arguments
        beqz a0, 2f
        ld a1, 8(s0)
        ld a2, 16(s0)
        ld a3, 24(s0)
        ld a4, 32(s0)
        ld a5, 40(s0)
        ld a6, 48(s0)
        ld a7, 56(s0)
        call printf
        addi s0, s0, 64
        j 1b

2:      la a0, many                     # three arguments on the stack
        li a1, 1
        li a2, 2
        li a3, 3
        li a4, 4
        li a5, 5
        li a6, 6
        li a7, 7
        li t0, 8
        sd t0, 0(sp)
        li t0, 9
        sd t0, 8(sp)
        li t0, 10
        sd t0, 16(sp)
        call printf
        mv a1, a0                       # the result is the number of bytes
        la a0, number
        call printf
        la a0, empty
        call printf
        mv a1, a0
        la a0, bracketed
        call printf
        la a0, lonely                   # a % at the end of a format writes nothing
        call printf
        li a0, 0
        call exit

        .macro row text, v1=0, v2=0, v3=0, v4=0, v5=0, v6=0, v7=0
        .section .rodata.strings
9:      .asciz "\text\n"
        .section .rodata
        .dword 9b, \v1, \v2, \v3, \v4, \v5, \v6, \v7
        .endm

        .section .rodata.strings
abc:    .asciz "abc"
wide:   .asciz "wide"
        .section .rodata
        .balign 8
rows:
        row "plain"
        row "[%d] [%i] [%d] [%d] [%u]", 42, -42, 0, 0x80000000, -1
        row "[%5d] [%-5d] [%05d] [%+d] [% d] [%05d]", 42, 42, 42, 42, 42, -42
        row "[%5.3d] [%-5.3d] [%.0d] [%+.0d] [%4.0d]", 42, 42, 0, 0, 0
        row "[%x] [%X] [%#x] [%#X] [%#x] [%#06x] [%#6x]", 255, 255, 255, 255, 0, 255, 255
        row "[%o] [%#o] [%#o] [%#.0o] [%05o] [-%5u]", 15, 15, 0, 0, 15, 1
        row "[%hd] [%hu] [%hhu] [%hhd] [%u]", 0xffff, 0xffff, 0xfff, 0xff, 0xffffffff
        row "[%ld] [%lld] [%lu] [%lx]", 0x7fffffffffffffff, 0x8000000000000000, -1, -1
        row "[%lo]", -1
        row "[%s] [%5s] [%-5s] [%.2s] [%5.2s] [%.0s] [%s]", abc, abc, abc, abc, abc, abc, 0
        row "[%c] [%3c] [%-3c] [%%] [%p] [%p]", 'x', 'x', 'x', 0x1234, 0
        row "[%*d] [%*d] [%.*d] [7]", 4, 7, -4, 7, 3, 7
        row "[%+05d] [%-05d] [% 04d] [%-#6x] [%8p]", 42, 42, 42, 42, 0
        row "[%ld] [%.*d] [%zu] [%jd] [%td]", 0x8000000000000000, -3, -5, 5, 7, 8
        row "[%y]"
        row "[%44s]", wide
        row "[%040d]", 42
        .dword 0

many:           .asciz "%d %d %d %d %d %d %d %d %d %d\n"
number:         .asciz "%d\n"
bracketed:      .asciz "[%d]\n"
empty:          .asciz ""
lonely:         .asciz "%"
