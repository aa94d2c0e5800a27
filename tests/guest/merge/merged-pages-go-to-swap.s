# A merged page that leaves RAM takes one slot, whoever shares it; what comes back is an ordinary page that all share until
# they write, and no longer a merged one.
#: only it takes a machine with little memory, which takes what has been there longest
#: under bare segments: fail all memory that is mapped must be there at once
#: machine --ram 1M --swap 16M --replacement fifo
#: stdout merged: shared 1, sharing 383, unshared 0, volatile 0
#: stdout in swap: 384
#: stdout less than 32 slots are taken: 1
#: stdout while it is in swap: shared 0, sharing 0, unshared 0, volatile 0
#: stdout bytes that changed: 0
#: stdout it is back, KiB resident: 1536
#: stdout it is back: shared 0, sharing 0, unshared 1, volatile 383
#: stdout after a write, bytes of the others that changed: 0
        .include "../show.s"
        .include "../map.s"
        .include "../proc.s"
        .include "../resident.s"
        .include "../smaps.s"
        .include "../numbered.s"
        .include "../merge.s"
        .equ PAGES, 384                # more than there are frames
        .equ BATCH, 64
        .equ OTHERS, 600               # for which everything else must go
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        map 0x400000000, PAGES * PAGE, RW, MAP_PRIVATE | MAP_FIXED
        mv s0, a0
        mergeable s0, PAGES * PAGE
        set max_page_sharing, "2000"
        merging
        li s1, 0                        # a batch at a time, so that all are merged before memory is full
1:      slli t0, s1, 12
        add t0, t0, s0
        fill t0, BATCH, 0x77
        scans
        addi s1, s1, BATCH
        li t0, PAGES
        blt s1, t0, 1b
        tell "merged"
        map 0, OTHERS * PAGE, RW, MAP_PRIVATE
        mv s3, a0
        number s3, OTHERS
        changed s3, OTHERS
        changed s3, OTHERS
        smaps s0, "Swap:"
        srli a0, a0, 2
        show "in swap"
        mv a0, s3
        li a1, OTHERS * PAGE
        call munmap
        figure "/proc/meminfo", "SwapTotal:"
        mv s2, a0
        figure "/proc/meminfo", "SwapFree:"
        sub a0, s2, a0
        sltiu a0, a0, 128
        show "less than 32 slots are taken"
        scans
        tell "while it is in swap"
        set run, "0"
        spoilt s0, PAGES, 0x77
        show "bytes that changed"
        smaps s0, "Rss:"
        show "it is back, KiB resident"
        set run, "1"
        scans
        tell "it is back"
        li t0, 1
        sb t0, 0(s0)
        at t0, 1, s0
        spoilt t0, PAGES - 1, 0x77
        show "after a write, bytes of the others that changed"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
