# yes: prints its arguments, or "y", line after line until it cannot any more.
# usage: yes [STRING...]
# exit status: 1, when the output fails; usually SIGPIPE ends it
        .include "abi.s"
        .include "library.s"
        .equ BLOCK, 4096

        .bss
        .balign 8
line:   .zero SIZEOF_buffer
block:  .zero SIZEOF_buffer             # the line, as often as it fits a block

        .text
        .globl main
main:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)                   # next argument
        addi s0, a1, 8
        ld t0, 0(s0)
        bnez t0, 1f
        la s0, .Ldefault
1:      ld a1, 0(s0)
        la a0, line
        call buffer_append_string
        addi s0, s0, 8
        ld t0, 0(s0)
        li a1, ' '
        bnez t0, 2f
        li a1, '\n'
2:      la a0, line
        call buffer_put
        ld t0, 0(s0)
        bnez t0, 1b
3:      la a0, block
        ld a1, line+buffer_data
        ld a2, line+buffer_length
        call buffer_append
        ld t0, block+buffer_length
        li t1, BLOCK
        bltu t0, t1, 3b
4:      li a0, STDOUT_FILENO
        ld a1, block+buffer_data
        ld a2, block+buffer_length
        call write_all
        beqz a0, 4b
        mv a1, a0
        la a0, .Lstandard_output
        li a2, 1
        call die

        .section .rodata
        .balign 8
.Ldefault:      .dword .Ly, 0
.Ly:            .asciz "y"
.Lstandard_output:      .asciz "standard output"
