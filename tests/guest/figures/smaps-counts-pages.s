# /proc/self/smaps: of a mapping how much is resident, and how much of that is shared and dirty; a shared page is divided
# among its sharers (Pss).
#: only qemu-riscv64 does not tell
#: under bare segments: fail there is no smaps
#: stdout Size: 32
#: stdout Rss: 0
#: stdout after writing four pages, Rss: 16
#: stdout Private_Dirty: 16
#: stdout Anonymous: 16
#: stdout Pss: 16
#: stdout child, Rss: 16
#: stdout child, Shared_Dirty: 16
#: stdout child, Pss: 8
#: stdout child wrote to one page, Private_Dirty: 4
#: stdout child, Shared_Dirty: 12
#: stdout child, Pss: 10
#: stdout locked: 32
#: stdout locked, Rss: 32
#: stdout locked, Private_Dirty: 32
        .include "../show.s"
        .include "../map.s"
        .include "../proc.s"
        .include "../smaps.s"
        .macro says label, figure
        smaps s0, "\figure:"
        show "\label"
        .endm
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        map 0x400000000, 8 * PAGE, RW, MAP_PRIVATE | MAP_FIXED
        mv s0, a0
        says "Size", "Size"
        says "Rss", "Rss"
        li t0, PAGE
        li t1, 4
        mv t2, s0
1:      sb t1, 0(t2)
        add t2, t2, t0
        addi t1, t1, -1
        bnez t1, 1b
        says "after writing four pages, Rss", "Rss"
        says "Private_Dirty", "Private_Dirty"
        says "Anonymous", "Anonymous"
        says "Pss", "Pss"
        child look
        mv a0, s0
        li a1, 8 * PAGE
        call mlock
        says "locked", "Locked"
        says "locked, Rss", "Rss"
        says "locked, Private_Dirty", "Private_Dirty"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

look:
        addi sp, sp, -16
        sd ra, 8(sp)
        says "child, Rss", "Rss"
        says "child, Shared_Dirty", "Shared_Dirty"
        says "child, Pss", "Pss"
        sb zero, 0(s0)
        says "child wrote to one page, Private_Dirty", "Private_Dirty"
        says "child, Shared_Dirty", "Shared_Dirty"
        says "child, Pss", "Pss"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
