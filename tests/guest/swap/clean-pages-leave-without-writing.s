# A page that came back from swap and was only read keeps its slot: it can leave memory again without a transfer. One that
# was written to must be written out again.
#: only it takes a disk to swap to
#: under bare segments: fail there is no madvise
#: machine --ram 4M --swap 4M
#: stdout pages written: 8
#: stdout pages that changed: 0
#: stdout pages written again, only read: 0
#: stdout pages that changed: 0
#: stdout pages written again, written to: 8
        .include "../show.s"
        .include "../map.s"
        .include "../proc.s"
        .include "../numbered.s"
        .macro out label
        figure "/proc/vmstat", "pswpout "
        mv s4, a0
        page_out s0, 8
        figure "/proc/vmstat", "pswpout "
        sub a0, a0, s4
        show "\label"
        .endm
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        map 0, 8 * PAGE, RW, MAP_PRIVATE
        mv s0, a0
        number s0, 8
        out "pages written"
        changed s0, 8
        show "pages that changed"
        out "pages written again, only read"
        changed s0, 8
        show "pages that changed"
        number s0, 8
        out "pages written again, written to"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
