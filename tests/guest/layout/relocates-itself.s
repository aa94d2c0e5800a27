# A position-independent program: addresses in data, in read-only data and in a table of functions are right, wherever it lies.
#: pie
#: stdout first second third
#: exit 6
        .globl main
main:
        addi sp, sp, -32
        sd   ra, 24(sp)
        sd   s0, 16(sp)
        sd   s1, 8(sp)
        ld   s0, names_at
        li   s1, 3
1:      ld   a0, 0(s0)                  # a word of read-only data that holds an address
        call print
        addi s0, s0, 8
        addi s1, s1, -1
        bnez s1, 1b
        lla  s0, steps
        li   a0, 1
        li   s1, 2
2:      ld   t0, 0(s0)
        jalr t0
        addi s0, s0, 8
        addi s1, s1, -1
        bnez s1, 2b
        ld   ra, 24(sp)
        ld   s0, 16(sp)
        ld   s1, 8(sp)
        addi sp, sp, 32
        ret                             # (1 + 1) * 3
add_one:
        addi a0, a0, 1
        ret
triple:
        slli t0, a0, 1
        add  a0, a0, t0
        ret
print:
        addi sp, sp, -16
        sd   ra, 8(sp)
        mv   a1, a0
        lla  a0, format
        call printf
        ld   ra, 8(sp)
        addi sp, sp, 16
        ret

        .data
        .balign 8
names_at: .dword names                  # an address in data, of addresses in read-only data
steps:  .dword add_one, triple

        .section .rodata
        .balign 8
names:  .dword first, second, third
format: .asciz "%s"
first:  .asciz "first "
second: .asciz "second "
third:  .asciz "third\n"
