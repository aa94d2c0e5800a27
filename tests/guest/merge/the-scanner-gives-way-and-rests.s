# The scanner leaves others time, however much it is told to do; and on an idle computer it comes to rest when there is
# nothing new to find: Linux's goes on, and counts full_scans.
#: only Quire's scanner rests
#: under segments: skip there are no pages to be merged, for which it would wait
#: under bare: skip there are no pages to be merged, for which it would wait
#: stdout it works: 1
#: stdout merged: shared 1, sharing 63, unshared 0, volatile 0
#: stdout less than 10 full scans in 1000 idle seconds: 1
#: stdout and wakes again: 1
        .include "../show.s"
        .include "../map.s"
        .include "../proc.s"
        .include "../merge.s"
        .equ PAGES, 64
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        map 0, PAGES * PAGE, RW, MAP_PRIVATE
        mv s0, a0
        mergeable s0, PAGES * PAGE
        fill s0, PAGES, 0x55
        set pages_to_scan, "4000000000"
        set sleep_millisecs, "0"
        set run, "1"
        li t0, 3000000                  # all of it between its steps
1:      addi t0, t0, -1
        bnez t0, 1b
        ksm full_scans
        sgtz a0, a0
        show "it works"
        tell "merged"
        ksm full_scans
        mv s1, a0
        li a0, 1000
        call sleep
        ksm full_scans
        sub a0, a0, s1
        sltiu a0, a0, 10
        show "less than 10 full scans in 1000 idle seconds"
        li t0, 1
        sb t0, 0(s0)
        scans
        ksm pages_unshared
        show "and wakes again"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
