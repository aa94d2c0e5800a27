# A frame has max_page_sharing sharers at most; the others get a duplicate, in a chain. A page of zeroes needs none, when
# use_zero_pages says so. The figures are Linux 6.1's.
#: only qemu-riscv64 has the merging of its host
#: under segments: skip there are no pages to be merged, for which it would wait
#: under bare: fail a mapping cannot be at any address
#: stdout merged: shared 3, sharing 7, unshared 0, volatile 0
#: stdout chains: 1
#: stdout duplicates: 3
#: stdout ten pages are kpageflags KSM, of so many frames: 3
#: stdout with zeroes: shared 3, sharing 7, unshared 0, volatile 0
#: stdout KiB resident: 40
#: stdout bytes that are no zero: 0
#: stdout written to: shared 3, sharing 7, unshared 1, volatile 0
#: stdout KiB resident: 44
        .include "../show.s"
        .include "../map.s"
        .include "../proc.s"
        .include "../resident.s"
        .include "../smaps.s"
        .include "../merge.s"
        .equ MANY, 10
        .equ ZEROES, 4
        .equ KSM_BIT, 21
        .equ FRAME_BITS, 55
        string pagemap, "/proc/self/pagemap"
        string kpageflags, "/proc/kpageflags"
        value frames, 8 * MANY
        value flags, 8
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        set max_page_sharing, "4"
        map 0x400000000, (MANY + ZEROES) * PAGE, RW, MAP_PRIVATE | MAP_FIXED
        mv s0, a0
        mergeable s0, (MANY + ZEROES) * PAGE
        fill s0, MANY, 0x44
        merging
        scans
        scans
        scans
        tell "merged"
        ksm stable_node_chains
        show "chains"
        ksm stable_node_dups
        show "duplicates"
        call count_frames
        show "ten pages are kpageflags KSM, of so many frames"
        set use_zero_pages, "1"
        at s1, MANY, s0
        fill s1, ZEROES, 0
        scans
        scans
        tell "with zeroes"
        smaps s0, "Rss:"
        show "KiB resident"
        spoilt s1, ZEROES, 0
        show "bytes that are no zero"
        li t0, 1
        sb t0, 0(s1)
        scans
        tell "written to"
        smaps s0, "Rss:"
        show "KiB resident"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# how many different frames the first MANY pages have; -1 when one of them is not merged
count_frames:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s2, 32(sp)
        sd s3, 24(sp)
        sd s4, 16(sp)
        la a0, pagemap
        li a1, O_RDONLY
        call open
        la a1, frames
        li a2, 8 * MANY
        srli a3, s0, 9
        call pread64
        la a0, kpageflags
        li a1, O_RDONLY
        call open
        mv s2, a0
        li s3, 0                        # page
        li s4, 0                        # different ones
1:      la t0, frames
        slli t1, s3, 3
        add t0, t0, t1
        ld t2, 0(t0)
        slli t2, t2, 64 - FRAME_BITS
        srli t2, t2, 64 - FRAME_BITS
        sd t2, 0(t0)
        mv a0, s2
        la a1, flags
        li a2, 8
        slli a3, t2, 3
        call pread64
        ld t0, flags
        srli t0, t0, KSM_BIT
        andi t0, t0, 1
        beqz t0, 5f
        la t0, frames                   # met before?
        slli t1, s3, 3
        add t1, t0, t1
        ld t2, 0(t1)
2:      beq t0, t1, 3f
        ld t3, 0(t0)
        beq t3, t2, 4f
        addi t0, t0, 8
        j 2b
3:      addi s4, s4, 1
4:      addi s3, s3, 1
        li t0, MANY
        blt s3, t0, 1b
        mv a0, s4
        j 6f
5:      li a0, -1
6:      ld ra, 40(sp)
        ld s2, 32(sp)
        ld s3, 24(sp)
        ld s4, 16(sp)
        addi sp, sp, 48
        ret
