# Memory that one process gives back is zero when another gets it: as private memory, shared memory, heap, stack and
# file. With 1 MiB of RAM there are hardly other frames than those that were just given back.
#: only it takes a machine with little memory
#: under bare segments: fail all memory that is mapped must be there at once
#: machine --ram 1M --swap 4M
#: stdout the child fills 128 pages, then ends: 0
#: stdout words that are not zero in private memory: 0
#: stdout in shared memory: 0
#: stdout in the heap: 0
#: stdout in a file that grew: 0
#: stdout below the stack: 0
        .include "../show.s"
        .include "../map.s"
        .include "../proc.s"
        .equ PAGES, 128
        string name, "grown"
        .macro refill
        child fill
        .endm
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        refill
        show "the child fills 128 pages, then ends"
        map 0, PAGES * PAGE, RW, MAP_PRIVATE
        mv s0, a0
        call count
        show "words that are not zero in private memory"
        mv a0, s0
        li a1, PAGES * PAGE
        call munmap
        refill
        map 0, PAGES * PAGE, RW, MAP_SHARED
        mv s0, a0
        call count
        show "in shared memory"
        mv a0, s0
        li a1, PAGES * PAGE
        call munmap
        refill
        li a0, 0
        call brk
        li t0, 2 * PAGE - 1
        add s0, a0, t0
        srli s0, s0, 12
        slli s0, s0, 12
        li t0, PAGES * PAGE
        add a0, s0, t0
        call brk
        mv a0, s0
        call count
        show "in the heap"
        mv a0, s0
        call brk
        refill
        la a0, name
        li a1, 0
        call memfd_create
        mv s0, a0
        li a1, PAGES * PAGE
        call ftruncate
        map_file s0, PAGES * PAGE, RW, MAP_SHARED
        call count
        show "in a file that grew"
        refill
        li t0, 2 * PAGES * PAGE
        sub a0, sp, t0
        call count
        show "below the stack"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# fill() -> a0 = 0: ones into all bits of memory of its own
fill:
        addi sp, sp, -16
        sd ra, 8(sp)
        map 0, PAGES * PAGE, RW, MAP_PRIVATE
        li a1, 0xff
        li a2, PAGES * PAGE
        call memset
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# count(area: a0) -> a0 = words of it that are not zero. One word of each page is written first, so that
# the page has a frame of its own.
count:
        li t1, PAGES * PAGE
        add t1, a0, t1
        li t3, 0
        li t4, PAGE
        mv t0, a0
1:      sd t1, 0(t0)
        add t0, t0, t4
        bltu t0, t1, 1b
        mv t0, a0
2:      ld t2, 0(t0)
        snez t2, t2
        add t3, t3, t2
        addi t0, t0, 8
        bltu t0, t1, 2b
        addi a0, t3, -PAGES             # those that were just written
        ret
