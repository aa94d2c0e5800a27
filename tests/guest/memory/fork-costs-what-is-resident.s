# A process that has mapped 1 GiB and touched four pages of it forks: its child gets page tables for what is resident, not
# for what is mapped, and as much of it as is private.
#: only page tables are a kernel's own affair
#: under bare segments: fail all memory that is mapped must be there at once
#: stdout child, mapped at least 1 GiB: 1
#: stdout child's page tables take less than 64 KiB: 1
#: stdout child finds: 1 2 3 4
        .include "../show.s"
        .include "../map.s"
        .include "../proc.s"
        .equ SIZE, 1 << 30
        .equ STEP, SIZE / 4
        string four, "child finds: %d %d %d %d\n"
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        map 0, SIZE, RW, MAP_PRIVATE | MAP_NORESERVE
        mv s0, a0
        li t0, STEP
        li t1, 1
        sb t1, 0(a0)
        add a0, a0, t0
        li t1, 2
        sb t1, 0(a0)
        add a0, a0, t0
        li t1, 3
        sb t1, 0(a0)
        add a0, a0, t0
        li t1, 4
        sb t1, 0(a0)
        child look
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

look:
        addi sp, sp, -16
        sd ra, 8(sp)
        figure "/proc/self/status", "VmSize:"
        srli a0, a0, 20
        show "child, mapped at least 1 GiB"
        figure "/proc/self/status", "VmPTE:"
        sltiu a0, a0, 64
        show "child's page tables take less than 64 KiB"
        li t0, STEP
        lbu a1, 0(s0)
        add s0, s0, t0
        lbu a2, 0(s0)
        add s0, s0, t0
        lbu a3, 0(s0)
        add s0, s0, t0
        lbu a4, 0(s0)
        la a0, four
        call printf
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
