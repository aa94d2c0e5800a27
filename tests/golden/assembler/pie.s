# What a position-independent program can hold: words with addresses in every kind of section, and code that counts
# from itself. Exits with 42 once it has relocated itself.
        .option nopic
        .text
        .globl _start, foo
_start:
        lla a0, _DYNAMIC
        lla s0, __executable_start
        li s1, 0
1:      ld t0, 0(a0)
        ld t1, 8(a0)
        addi a0, a0, 16
        beqz t0, 2f
        addi t2, t0, -7                 # DT_RELA
        bnez t2, 3f
        add s1, s0, t1
3:      addi t2, t0, -8                 # DT_RELASZ
        bnez t2, 1b
        mv s2, t1
        j 1b
2:      add s2, s2, s1
4:      bgeu s1, s2, 5f
        ld t0, 0(s1)
        ld t1, 16(s1)
        add t0, t0, s0
        add t1, t1, s0
        sd t1, 0(t0)
        addi s1, s1, 24
        j 4b
5:      la t0, var
        ld t1, 0(t0)
        jalr t1
        lw t2, difference
        add a0, a0, t2
        call bar
        li a7, 93
        ecall
foo:    li a0, 40
        ret
bar:    lla t0, local
        ld t0, 0(t0)                    # address of var
        lla t1, var
        sub t0, t0, t1
        add a0, a0, t0
        ret
        .data
        .globl var
var:    .dword foo
        .dword local + 5
        .dword 17
        .dword var - _start
        .dword undefined
        .weak undefined
        .byte 1
difference:
        .word two - one
        .dword .Lbar
local:  .dword var
        .dword _end, __start_named, __stop_named
        .section named, "aw"
        .dword named_end
named_end:
        .section .data.rel.ro, "aw"
        .dword _start + 3
        .section .note.test, "a", @note
        .word 4, 0, 1
        .string "abc"
        .section .init_array, "aw"
        .dword foo
        .section .sdata, "aw"
        .dword .
        .section .rodata.str1.1, "aMS", @progbits, 1
        .string "a string"
.Lbar:  .string "another"
        .section .rodata
one:    .half 1
two:    .zero 4
        .bss
        .zero 24
        .comm common, 100, 16
