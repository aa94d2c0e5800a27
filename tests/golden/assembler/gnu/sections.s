# Sections, subsections, the section stack, common and local symbols.
        .attribute arch, "rv64i2p1"
        .attribute stack_align, 16
        .globl _start
_start: la a0, shared
        la a1, private
        .text 2
        li a1, 3
        .text 1
        li a1, 2
        .text
        li a1, 1
        .data 1
        .byte 2
        .data 0
        .byte 1
        .subsection 1
        .byte 3
        .previous
        .byte 1
        .pushsection .rodata
        .word 7
        .pushsection .rodata.more, "a"
        .word 8
        .popsection
        .word 9
        .popsection
        .byte 1
        .section .custom, "aw", @progbits
        .word 1
        .section .custom
        .word 2
        .section .zeros, "aw", @nobits
        .space 100
        .section .rodata.str1.1, "aMS", @progbits, 1
        .string "hello"
        .string "lo"
        .section .init_array, "aw"
        .dword _start
        .bss
        .balign 4
        .space 5
        .comm shared, 24, 8
        .comm tiny, 1
        .lcomm private, 12
        .local hidden_one
        .comm hidden_one, 4, 4
        .weak maybe
        .data
        .balign 8
        .dword maybe, hidden_one, tiny, private
        .type _start, @function
first:
        .ident "golden"
        .option push
        .option norvc
        .option pop
        .cfi_sections .debug_frame
        .file "sections.s"
