# Collapsing in the background: pages of 4 KiB, touched before there could be a huge page, become one while the program sleeps.
#: only on Linux it depends on what else there is to scan
#: machine --thp madvise
#: stdout before: 0
#: stdout after a while: 2048
#: stdout content: 9
#: stdout pages_collapsed: 1
        .include "../show.s"
        .include "../map.s"
        .include "../smaps.s"
        .equ HUGE, 2 << 20
        string sleeping, "/sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs"
        string collapsed, "/sys/kernel/mm/transparent_hugepage/khugepaged/pages_collapsed"
        string hundred, "100"
        .globl main
main:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)
        la a0, sleeping
        li a1, O_WRONLY
        call open
        la a1, hundred
        li a2, 3
        call write
        map 0, 2 * HUGE, RW, MAP_PRIVATE
        li t0, HUGE - 1
        add s0, a0, t0
        not t0, t0
        and s0, s0, t0
        li t0, 9
        li t1, 100 << 12
        add t1, s0, t1
        sb t0, 0(t1)
        smaps s0, "AnonHugePages:"
        show "before"
        mv a0, s0
        li a1, HUGE
        li a2, MADV_HUGEPAGE
        call madvise
        li a0, 1
        call sleep
        smaps s0, "AnonHugePages:"
        show "after a while"
        li t1, 100 << 12
        add t1, s0, t1
        lbu a0, 0(t1)
        show "content"
        la a0, collapsed
        call read_file
        lbu a0, 0(a0)
        addi a0, a0, -48
        show "pages_collapsed"
        li a0, 0
        ld s0, 16(sp)
        ld ra, 24(sp)
        addi sp, sp, 32
        ret
