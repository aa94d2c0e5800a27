# Data of every width, strings and their escapes, floating point, LEB128.
        .globl _start
_start: nop
        .data
first:  .byte 1, -1, 255, -128, 'A', '\n', '\'', 'a, ' ', ';'
        .half 0x1234, -2
        .hword 010
        .short 0b101
        .2byte 65535
        .word 0xdeadbeef, -1, first
        .long 1
        .int 2
        .4byte 3
        .dword 0x123456789abcdef0, -1, first + 4
        .quad 0xffffffffffffffff, 1 << 63
        .8byte second - first
        .octa 0x0123456789abcdeffedcba9876543210, -2
second: .ascii "plain", " and ", "\"quoted\" \\ \t\r\n\b\f"
        .ascii "one" "string"
        .asciz "octal \101\7\0123 hex \x41\x4142"
        .string "a;b#c//d/*e*/f", ""
        .float 1.5, -2.5e3, .5, 3., 0f3.25, 7, inf, -inf, nan
        .single 1e-3
        .double 1e308, -0.0, 2.2250738585072014e-308, 3.141592653589793
        .uleb128 0
        .uleb128 127
        .uleb128 128
        .uleb128 300
        .uleb128 1 << 40
        .sleb128 0
        .sleb128 63
        .sleb128 64
        .sleb128 -64
        .sleb128 -65
        .sleb128 -129
        .sleb128 1 << 40
        .byte second - first, . - second
        .fill 3
        .fill 2, 2, 0x1234
        .fill 2, 8, 0x123456789a
        .fill 2, 3, -1
        .skip 3, 0xab
        .zero 2
        .space 2
        .section .rodata
        .asciz "constant"
