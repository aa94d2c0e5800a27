# personality(ADDR_NO_RANDOMIZE): from the next exec on, heap, mappings and stack are where they were; without it they move.
# Executes itself: first the run that asks, then one that looks and hands on what it saw, then one that compares.
#: only qemu-riscv64 does not execute riscv64 programs by itself; Linux 6.1 does as this says
#: under bare: fail where things lie is the choice of --segment-fit
#: args -
#: stdout heap, mapping and stack: the same
#: exit 0
        .include "abi.s"
        .bss
        .balign 8
seen:   .zero 24
        .balign 8
digits: .zero 96
vector: .zero 56

        .text
        .globl main
main:
        addi sp, sp, -16
        sd   ra, 8(sp)
        mv   s0, a0
        mv   s1, a1
        call look
        addi t0, s0, -2
        beqz t0, ask
        addi t0, s0, -3
        beqz t0, hand_on

        lla  s2, seen                   # argv: program, -, heap, mapping, stack page
        addi s3, s1, 16
        li   s4, 3
1:      ld   a0, 0(s3)
        li   a1, 0
        li   a2, 16
        call strtol
        ld   t0, 0(s2)
        bne  a0, t0, moved
        addi s2, s2, 8
        addi s3, s3, 8
        addi s4, s4, -1
        bnez s4, 1b
        lla  a0, same
        call puts
        li   a0, 0
        call exit
moved:  lla  a0, other
        call puts
        li   a0, 1
        call exit

ask:    li   a0, ADDR_NO_RANDOMIZE
        li   a7, SYS_personality
        ecall
        ld   t0, 0(s1)
        lla  t1, vector
        sd   t0, 0(t1)
        sd   t0, 8(t1)
        sd   t0, 16(t1)
        sd   zero, 24(t1)
        j    again

hand_on:
        lla  s2, seen
        lla  s3, digits
        lla  s4, vector
        ld   t0, 0(s1)
        sd   t0, 0(s4)
        sd   t0, 8(s4)
        addi s4, s4, 16
        li   s5, 3
1:      mv   a0, s3
        li   a1, 32
        lla  a2, hexadecimal
        ld   a3, 0(s2)
        call snprintf
        sd   s3, 0(s4)
        addi s2, s2, 8
        addi s3, s3, 32
        addi s4, s4, 8
        addi s5, s5, -1
        bnez s5, 1b
        sd   zero, 0(s4)
again:  ld   a0, 0(s1)
        lla  a1, vector
        li   a2, 0
        li   a7, SYS_execve
        ecall
        li   a0, 2
        call exit

# look(): where heap, the next mapping and the stack are
look:
        li   a0, 0
        li   a7, SYS_brk
        ecall
        lla  t0, seen
        sd   a0, 0(t0)
        li   a0, 0
        li   a1, 4096
        li   a2, PROT_READ
        li   a3, MAP_PRIVATE | MAP_ANONYMOUS
        li   a4, -1
        li   a5, 0
        li   a7, SYS_mmap
        ecall
        lla  t0, seen
        sd   a0, 8(t0)
        srli t1, sp, 12                 # what the program is given is not always as long
        sd   t1, 16(t0)
        ret

        .section .rodata
hexadecimal:    .asciz "%lx"
same:           .asciz "heap, mapping and stack: the same"
other:          .asciz "heap, mapping or stack is somewhere else"
