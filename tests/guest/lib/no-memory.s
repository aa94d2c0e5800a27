# malloc at the limit of the address space: it says no, and goes on with what it has.
#: only qemu-riscv64 does not hold a process to RLIMIT_AS (Linux does)
#: stdout 4 checks passed
        .include "abi.s"
        .include "check.s"

        .globl main
main:
        addi sp, sp, -16
        li t0, 1 << 22
        sd t0, 0(sp)
        sd t0, 8(sp)
        li a0, 0
        li a1, RLIMIT_AS
        mv a2, sp
        li a3, 0
        call prlimit64
        equal "prlimit64", 0
        li s0, 0                        # the blocks hang together by their first words
        li s1, 0
1:      li a0, 60000
        call malloc
        beqz a0, 2f
        sd s0, 0(a0)
        mv s0, a0
        addi s1, s1, 1
        li t0, 100
        bltu s1, t0, 1b
2:      li a0, 1 << 22
        call malloc
        equal "no large block beyond the limit", 0
        sltiu a0, s1, 100
        equal "no small block beyond the limit", 1
3:      beqz s0, 4f
        mv a0, s0
        ld s0, 0(s0)
        call free
        j 3b
4:      li a0, 60000
        call malloc
        snez a0, a0
        equal "what was freed can be had again", 1
        finish
