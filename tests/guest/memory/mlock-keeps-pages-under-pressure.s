# With 1 MiB of RAM: pages that are locked stay where they are while four times RAM is written beside them, most of which
# must go to swap; nothing is lost.
#: only it takes a machine with little memory
#: under bare segments: fail all memory that is mapped must be there at once
#: machine --ram 1M --swap 8M
#: stdout locked: 0
#: stdout locked pages in RAM: 11111111
#: stdout most of the others are not: 1
#: stdout locked pages that changed: 0
#: stdout others that changed: 0
        .include "../show.s"
        .include "../map.s"
        .include "../resident.s"
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        map 0, 8 * PAGE, RW, MAP_PRIVATE
        mv s0, a0
        mv a0, s0
        li a1, 8 * PAGE
        call mlock
        show "locked"
        mv a0, s0
        li a1, 8
        call number_pages
        map 0, COUNTED * PAGE, RW, MAP_PRIVATE
        mv s1, a0
        li a1, COUNTED
        call number_pages
        show_resident "locked pages in RAM", s0, 8
        counts s1
        sltiu a0, a0, 256
        show "most of the others are not"
        mv a0, s0
        li a1, 8
        call count_changed
        show "locked pages that changed"
        mv a0, s1
        li a1, COUNTED
        call count_changed
        show "others that changed"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# number_pages(base: a0, pages: a1): each page begins with its own address
number_pages:
        li t0, PAGE
1:      sd a0, 0(a0)
        add a0, a0, t0
        addi a1, a1, -1
        bnez a1, 1b
        ret

# count_changed(base: a0, pages: a1) -> a0 = pages that do not
count_changed:
        li t0, PAGE
        li t3, 0
1:      ld t1, 0(a0)
        xor t1, t1, a0
        snez t1, t1
        add t3, t3, t1
        add a0, a0, t0
        addi a1, a1, -1
        bnez a1, 1b
        mv a0, t3
        ret
