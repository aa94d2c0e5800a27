# A computer with 1 MiB of memory runs a program that uses ten: private memory, and shared memory as well.
#: only it takes a machine with little memory
#: under bare segments: fail all memory that is mapped must be there at once
#: machine --ram 1M --swap 16M
#: stdout MemTotal, KiB: 1024
#: stdout private pages that changed: 0
#: stdout shared pages that changed: 0
#: stdout most is in swap: 1
        .include "../show.s"
        .include "../map.s"
        .include "../proc.s"
        .include "../numbered.s"
        .equ PRIVATE, 2048
        .equ SHARED, 512
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        figure "/proc/meminfo", "MemTotal:"
        show "MemTotal, KiB"
        map 0, PRIVATE * PAGE, RW, MAP_PRIVATE
        mv s0, a0
        map 0, SHARED * PAGE, RW, MAP_SHARED
        mv s1, a0
        number s0, PRIVATE
        number s1, SHARED
        changed s0, PRIVATE
        show "private pages that changed"
        changed s1, SHARED
        show "shared pages that changed"
        figure "/proc/meminfo", "SwapTotal:"
        mv s4, a0
        figure "/proc/meminfo", "SwapFree:"
        sub a0, s4, a0
        li t0, 8 << 10
        sgtu a0, a0, t0
        show "most is in swap"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
