# Pages that are in swap when a process forks are not written again for the child: both name the same slots, until one of
# them brings a page back and writes to it.
#: only it takes a disk to swap to
#: under bare: fail there is no fork
#: under segments: fail there is no madvise
#: machine --ram 4M --swap 4M
#: stdout swap in use, KiB: 32
#: stdout the child has in swap, KiB: 32
#: stdout swap in use, KiB: 32
#: stdout pages of the child that changed: 0
#: stdout the child has in swap, KiB: 0
#: stdout pages written by the child: 8
#: stdout parent has in swap, KiB: 32
#: stdout pages of the parent that changed: 0
        .include "../show.s"
        .include "../map.s"
        .include "../proc.s"
        .include "../numbered.s"
        .macro in_use
        figure "/proc/meminfo", "SwapTotal:"
        mv s4, a0
        figure "/proc/meminfo", "SwapFree:"
        sub a0, s4, a0
        show "swap in use, KiB"
        .endm
        .macro mine label
        figure "/proc/self/status", "VmSwap:"
        show "\label"
        .endm
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        map 0, 8 * PAGE, RW, MAP_PRIVATE
        mv s0, a0
        number s0, 8
        page_out s0, 8
        in_use
        child look
        mine "parent has in swap, KiB"
        changed s0, 8
        show "pages of the parent that changed"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

look:
        addi sp, sp, -16
        sd ra, 8(sp)
        mine "the child has in swap, KiB"
        in_use
        changed s0, 8
        show "pages of the child that changed"
        mine "the child has in swap, KiB"
        mv t0, s0
        li t1, 8
        li t2, PAGE
1:      sd zero, 0(t0)
        add t0, t0, t2
        addi t1, t1, -1
        bnez t1, 1b
        changed s0, 8
        show "pages written by the child"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
