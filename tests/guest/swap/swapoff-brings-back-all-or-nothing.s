# swapoff must find room in memory for what the area holds. Where there is none it fails, and the area is used as before;
# once half of the memory is given back it succeeds. Nothing is lost either way.
#: only it takes a disk to swap to
#: under bare segments: fail all memory that is mapped must be there at once
#: machine --ram 1M --swap 4M
#: stdout too much is in swap: ENOMEM
#: stdout SwapTotal, KiB: 4092
#: stdout pages that changed: 0
#: stdout most is given back: 0
#: stdout off: 0
#: stdout SwapTotal, KiB: 0
#: stdout in swap, KiB: 0
#: stdout pages that changed: 0
        .include "../show.s"
        .include "../map.s"
        .include "../proc.s"
        .include "../numbered.s"
        .equ PAGES, 512
        .equ KEPT, 64
        string disk, "/dev/vdb"
        .macro off label:req
        la a0, disk
        call swapoff
        show "\label"
        figure "/proc/meminfo", "SwapTotal:"
        show "SwapTotal, KiB"
        .endm
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        map 0, PAGES * PAGE, RW, MAP_PRIVATE
        mv s0, a0
        number s0, PAGES
        off "too much is in swap"
        changed s0, PAGES
        show "pages that changed"
        li t0, KEPT * PAGE
        add a0, s0, t0
        li a1, (PAGES - KEPT) * PAGE
        call munmap
        show "most is given back"
        off "off"
        figure "/proc/self/status", "VmSwap:"
        show "in swap, KiB"
        changed s0, KEPT
        show "pages that changed"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
