# The settings below /sys/kernel/mm/ksm: Linux 6.1's defaults, and what they refuse.
#: only qemu-riscv64 has the settings of its host
#: under segments: skip there are no pages to be merged, for which it would wait
#: under bare: skip there are no pages to be merged, for which it would wait
#: stdout run: 0
#: stdout pages_to_scan: 100
#: stdout sleep_millisecs: 20
#: stdout max_page_sharing: 256
#: stdout use_zero_pages: 0
#: stdout stable_node_chains_prune_millisecs: 2000
#: stdout run 3: EINVAL
#: stdout run "on": EINVAL
#: stdout run 0x1: EINVAL
#: stdout run 2: 1
#: stdout pages_to_scan -1: EINVAL
#: stdout pages_to_scan 4294967296: EINVAL
#: stdout max_page_sharing 1: EINVAL
#: stdout max_page_sharing 2147483648: ERANGE
#: stdout use_zero_pages 2: EINVAL
#: stdout use_zero_pages y: 1
#: stdout use_zero_pages: 1
#: stdout pages_shared is told: EACCES
#: stdout merged: shared 1, sharing 1, unshared 0, volatile 0
#: stdout max_page_sharing 3: EBUSY
#: stdout run 2: 1
#: stdout unmerged: shared 0, sharing 0, unshared 0, volatile 0
#: stdout full_scans: 0
#: stdout max_page_sharing 3: 1
#: stdout the pages again: shared 1, sharing 1, unshared 0, volatile 0
        .include "../show.s"
        .include "../map.s"
        .include "../proc.s"
        .include "../resident.s"
        .include "../merge.s"
        .macro tells name:req
        ksm \name
        show "\name"
        .endm
        .macro puts name:req, text:req
        set \name, "\text"
        show "\name \text"
        .endm
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        tells run
        tells pages_to_scan
        tells sleep_millisecs
        tells max_page_sharing
        tells use_zero_pages
        tells stable_node_chains_prune_millisecs
        puts run, "3"
        set run, "on"
        show "run \"on\""
        puts run, "0x1"
        puts run, "2"
        puts pages_to_scan, "-1"
        puts pages_to_scan, "4294967296"
        puts max_page_sharing, "1"
        puts max_page_sharing, "2147483648"
        puts use_zero_pages, "2"
        puts use_zero_pages, "y"
        tells use_zero_pages
        set pages_shared, "1"
        show "pages_shared is told"
        map 0, 2 * PAGE, RW, MAP_PRIVATE
        mv s0, a0
        mergeable s0, 2 * PAGE
        fill s0, 2, 0x33
        merging
        scans
        tell "merged"
        puts max_page_sharing, "3"
        puts run, "2"
        tell "unmerged"
        tells full_scans
        puts max_page_sharing, "3"
        merging
        scans
        tell "the pages again"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
