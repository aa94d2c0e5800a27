# Reading memory that nobody wrote shows one page of zeroes, the same for all; the first write makes a page of one's own.
#: only frames are told to user 0; qemu-riscv64 tells those of its host
#: under bare segments: fail memory is there from the start
#: stdout resident before: 000
#: stdout two pages that were read are one frame: 1
#: stdout a written one is another: 1
#: stdout it counts for Rss: 4
#: stdout it holds: 0 7
        .include "../show.s"
        .include "../map.s"
        .include "../resident.s"
        .include "../proc.s"
        string two, "it holds: %d %d\n"
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        figure "/proc/self/status", "RssAnon:"  # once in vain: what reading it needs is there then
        map 0, 3 * PAGE, RW, MAP_PRIVATE
        mv s0, a0
        at s1, 1, s0
        at s2, 2, s0
        show_resident "resident before", s0, 3
        figure "/proc/self/status", "RssAnon:"
        mv s4, a0
        lbu t0, 0(s0)
        lbu t0, 0(s1)
        li t0, 7
        sb t0, 1(s2)
        figure "/proc/self/status", "RssAnon:"
        sub s4, a0, s4
        mv a0, s0
        call frame_of
        mv s3, a0
        mv a0, s1
        call frame_of
        sub a0, a0, s3
        seqz a0, a0
        show "two pages that were read are one frame"
        mv a0, s2
        call frame_of
        sub a0, a0, s3
        snez a0, a0
        show "a written one is another"
        mv a0, s4
        show "it counts for Rss"
        lbu a2, 0(s2)
        lbu a3, 1(s2)
        la a0, two
        mv a1, a2
        mv a2, a3
        call printf
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
