# Without translation a heap is as large as there is room for, but for what the stack needs, which is placed after it.
#: only translation schemes are a kernel's own affair
#: machine --translation bare --ram 1M --swap 0
#: stdout a heap of a page at least: 1
#: stdout and less than the usual 256 KiB: 1
        .include "../show.s"
        .globl main
main:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)
        li a0, 0
        call brk
        mv s0, a0
        li t0, 4096
        add a0, s0, t0
        call brk
        sub a0, a0, s0
        snez a0, a0
        show "a heap of a page at least"
        li t0, 256 << 10
        add a0, s0, t0
        call brk
        sub a0, a0, s0
        li t0, 256 << 10
        slt a0, a0, t0
        show "and less than the usual 256 KiB"
        li a0, 0
        ld ra, 24(sp)
        ld s0, 16(sp)
        addi sp, sp, 32
        ret
