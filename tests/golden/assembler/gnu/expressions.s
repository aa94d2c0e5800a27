# Operators, their precedence, symbols and distances.
        .globl _start
        .set ten, 10
        .set four, 4
_start: li a0, ten
        li a1, four * 100
        .data
        .set ten, 10
        .equ four, 4
        .equiv five, four + 1
six = five + 1
seven == 7
        .quad 1 + 2 * 3, (1 + 2) * 3, 1 | 2 + 4, 2 * 3 | 1, 1 + 2 << 1, 5 & 3 == 3, 10 - 4 - 3
        .quad 7 / 2, -7 / 2, 7 % 3, -7 % 3, 1 << 63, -8 >> 1, ~1, !1, !0, -(-5), +3, - - 3
        .quad 1 == 1, 1 == 2, 1 != 2, 1 <> 1, 1 < 2, 2 <= 2, 3 > 4, 4 >= 4, -1 < 0
        .quad 1 && 2, 0 && 1, 0 || 2, 0 || 0, 6 ! 1, 6 ^ 3, 0x7fffffffffffffff + 1, 0x8000000000000000
        .quad ten, four, five, six, seven, ten * five - six
        .quad early, late - early, (late - early) * 2, late - 4, early + ten
        .word . - early, late - .
early:  .space 12
late:
        .set counter, 0
        .rept 4
        .set counter, counter + 1
        .byte counter
        .endr
        .set alias, late + 2
        .dword alias, alias - early
        .set moving, early
        .byte late - moving
        .set moving, late
        .byte moving - early
        .eqv lazy, counter + 1
        .byte lazy
        .set counter, 50
        .byte lazy
        .if late - early == 12
        .byte 0xaa
        .else
        .byte 0xbb
        .endif
        .dword far - _start
        .section .rodata
        .byte 1, 2
far:    .word 3
        .hword far - 1f
1:
