# MADV_HUGEPAGE makes 2 MiB resident at the first touch, as one entry; what changes a part of them splits it, and the content
# stays.
#: only on Linux it takes more than 512 MiB of memory
#: machine --thp madvise
#: stdout resident, huge KiB: 2048 2048
#: stdout a page unmapped: 2040 0
#: stdout content: 7
#: stdout VmFlags: rd wr mr mw me ac hg 
#: stdout not wanted: 4 0
#: stdout collapsed: 2048 2048
        .include "../show.s"
        .include "../map.s"
        .include "../smaps.s"
        .equ HUGE, 2 << 20
        string pair, "%s: %ld %ld\n"

# two "label", REGISTER: Rss and AnonHugePages of the mapping that begins there
.macro two label:req, base:req
        string two_label\@, "\label"
        smaps \base, "Rss:"
        mv s3, a0
        smaps \base, "AnonHugePages:"
        mv a3, a0
        mv a2, s3
        la a1, two_label\@
        la a0, pair
        call printf
.endm

        .globl main
main:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s0, 32(sp)
        sd s1, 24(sp)
        sd s3, 16(sp)
        map 0, 2 * HUGE, RW, MAP_PRIVATE
        li t0, HUGE - 1
        add s0, a0, t0
        not t0, t0
        and s0, s0, t0
        mv a0, s0
        li a1, HUGE
        li a2, MADV_HUGEPAGE
        call madvise
        li t0, 7
        li t1, 700 << 10
        add s1, s0, t1
        sb t0, 0(s1)
        two "resident, huge KiB", s0
        li t1, PAGE
        add a0, s0, t1
        li a1, PAGE
        call munmap
        li t1, 2 * PAGE
        add s1, s0, t1
        two "a page unmapped", s1
        li t1, 700 << 10
        add t1, s0, t1
        lbu a0, 0(t1)
        show "content"
        show_flags "VmFlags", s0

        mv a0, s0
        li a1, HUGE
        call munmap
        map_at s0, HUGE, RW, MAP_PRIVATE | MAP_FIXED
        mv a0, s0
        li a1, HUGE
        li a2, MADV_NOHUGEPAGE
        call madvise
        sb zero, 0(s0)
        two "not wanted", s0
        mv a0, s0
        li a1, HUGE
        li a2, MADV_HUGEPAGE
        call madvise
        mv a0, s0
        li a1, HUGE
        li a2, MADV_COLLAPSE
        call madvise
        two "collapsed", s0
        li a0, 0
        ld s3, 16(sp)
        ld s1, 24(sp)
        ld s0, 32(sp)
        ld ra, 40(sp)
        addi sp, sp, 48
        ret
