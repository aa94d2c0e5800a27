# Pages with equal content come to share a frame, and part again where somebody writes. The figures are Linux 6.1's.
#: only qemu-riscv64 has the merging of its host
#: under segments: skip there are no pages to be merged, for which it would wait
#: under bare: fail a mapping cannot be at any address
#: stdout madvise: 0
#: stdout merged: shared 2, sharing 46, unshared 16, volatile 0
#: stdout bytes that changed: 0
#: stdout KiB resident: 256
#: stdout of this process: 48
#: stdout ksm_rmap_items: 64
#: stdout copies at writes: 3
#: stdout after 3 writes: shared 2, sharing 43, unshared 19, volatile 0
#: stdout bytes of the others that changed: 0
#: stdout after munmap of half: shared 1, sharing 29, unshared 2, volatile 0
#: stdout madvise: 0
#: stdout after MADV_UNMERGEABLE: shared 0, sharing 0, unshared 0, volatile 0
#: stdout bytes that changed: 0
        .include "../show.s"
        .include "../map.s"
        .include "../proc.s"
        .include "../resident.s"
        .include "../smaps.s"
        .include "../merge.s"
        .equ EQUAL, 32
        .equ ALSO, 16
        .equ PAGES, 64
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        map 0x400000000, PAGES * PAGE, RW, MAP_PRIVATE | MAP_FIXED
        mv s0, a0
        at s1, EQUAL, s0
        at s2, EQUAL + ALSO, s0
        mergeable s0, PAGES * PAGE
        show "madvise"
        fill s0, EQUAL, 0x11
        fill s1, ALSO, 0x22
        li t0, PAGES - EQUAL - ALSO     # the last ones begin with their own address
        mv t1, s2
        li t2, PAGE
1:      sd t1, 0(t1)
        add t1, t1, t2
        addi t0, t0, -1
        bnez t0, 1b
        merging
        scans
        tell "merged"
        spoilt s0, EQUAL, 0x11
        show "bytes that changed"
        smaps s0, "Rss:"
        show "KiB resident"
        get "/proc/self/ksm_merging_pages"
        show_string "of this process"
        figure "/proc/self/ksm_stat", "ksm_rmap_items"
        show "ksm_rmap_items"
        figure "/proc/vmstat", "cow_ksm"
        mv s3, a0
        li t0, 1
        sd t0, 0(s0)
        li t1, PAGE
        add t1, t1, s0
        li t0, 2
        sd t0, 8(t1)
        li t0, 3
        sd t0, 16(s1)
        figure "/proc/vmstat", "cow_ksm"
        sub a0, a0, s3
        show "copies at writes"
        scans
        tell "after 3 writes"
        at t0, 2, s0
        spoilt t0, EQUAL - 2, 0x11
        show "bytes of the others that changed"
        mv a0, s1
        li a1, (PAGES - EQUAL) * PAGE
        call munmap
        scans
        tell "after munmap of half"
        advise s0, EQUAL * PAGE, MADV_UNMERGEABLE
        show "madvise"
        li a0, 100000                   # with nobody to visit there are no full scans to wait for
        call usleep
        tell "after MADV_UNMERGEABLE"
        at t0, 2, s0
        spoilt t0, EQUAL - 2, 0x11
        show "bytes that changed"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
