# Merged pages and fork, mremap, mprotect, exit: who counts, who copies. The figures are Linux 6.1's, but for the child's own
# ksm_merging_pages: 6.1 lets it begin with its parent's 8, later Linux with 0.
#: only qemu-riscv64 has the merging of its host
#: under segments: skip there are no pages to be merged, for which it would wait
#: under bare: fail a mapping cannot be at any address
#: stdout merged: shared 1, sharing 7, unshared 0, volatile 0
#: stdout child, at once: 0
#: stdout child, scanned: 8
#: stdout with a child: shared 1, sharing 15, unshared 0, volatile 0
#: stdout child, copies at writes: 2
#: stdout exit: 0
#: stdout without it: shared 1, sharing 7, unshared 0, volatile 0
#: stdout copies at mremap: 4
#: stdout moved: shared 1, sharing 7, unshared 0, volatile 0
#: stdout copies at mprotect: 0
#: stdout copies at the write that it allows: 1
#: stdout bytes that changed: 0
#: stdout MADV_DONTNEED of three: 0
#: stdout afterwards: shared 1, sharing 3, unshared 1, volatile 0
        .include "../show.s"
        .include "../map.s"
        .include "../proc.s"
        .include "../resident.s"
        .include "../merge.s"
        .equ PAGES, 8
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        map 0x400000000, PAGES * PAGE, RW, MAP_PRIVATE | MAP_FIXED
        mv s0, a0
        mergeable s0, PAGES * PAGE
        fill s0, PAGES, 0x66
        merging
        scans
        tell "merged"
        child shares
        show "exit"
        scans
        tell "without it"
        call copies
        mv s3, a0
        at a0, 4, s0
        li a1, 4 * PAGE
        li a2, 4 * PAGE
        li a3, MREMAP_MAYMOVE | MREMAP_FIXED
        li a4, 0x410000000
        call mremap
        mv s1, a0
        call copies
        sub a0, a0, s3
        show "copies at mremap"
        scans
        tell "moved"
        call copies
        mv s3, a0
        mv a0, s0
        li a1, PAGE
        li a2, PROT_READ
        call mprotect
        mv a0, s0
        li a1, PAGE
        li a2, RW
        call mprotect
        call copies
        sub a0, a0, s3
        show "copies at mprotect"
        li t0, 1
        sb t0, 0(s0)
        call copies
        sub a0, a0, s3
        show "copies at the write that it allows"
        spoilt s1, 4, 0x66
        show "bytes that changed"
        at s2, 1, s0
        advise s2, 3 * PAGE, MADV_DONTNEED
        show "MADV_DONTNEED of three"
        scans
        tell "afterwards"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

copies:
        addi sp, sp, -16
        sd ra, 8(sp)
        figure "/proc/vmstat", "cow_ksm"
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

shares:
        addi sp, sp, -16
        sd ra, 8(sp)
        get "/proc/self/ksm_merging_pages"
        show_string "child, at once"
        scans
        get "/proc/self/ksm_merging_pages"
        show_string "child, scanned"
        tell "with a child"
        call copies
        mv s3, a0
        li t0, 1
        sb t0, 0(s0)
        li t1, PAGE
        add t1, t1, s0
        sb t0, 0(t1)
        call copies
        sub a0, a0, s3
        show "child, copies at writes"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
