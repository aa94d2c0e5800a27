# One munmap may cover several mappings, with holes between them, and parts of others at both ends.
#: under bare segments: fail a mapping cannot be at any address
#: stdout munmap from page 1 to page 6: 0
#: stdout page 0: 10
#: stdout page 1: SIGSEGV MAPERR
#: stdout page 3: SIGSEGV MAPERR
#: stdout page 6: SIGSEGV MAPERR
#: stdout page 7: 17
        .include "../show.s"
        .include "../access.s"
        .include "../map.s"
        .equ BASE, 0x30000000
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        map BASE, 2 * PAGE, RW, MAP_PRIVATE | MAP_FIXED                 # pages 0 and 1; 2 is a hole
        map BASE + 3 * PAGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_FIXED   # page 3; 4 and 5 are holes
        map BASE + 6 * PAGE, 2 * PAGE, RW, MAP_SHARED | MAP_FIXED       # pages 6 and 7
        li t0, BASE
        li t1, 10
        sb t1, 0(t0)
        li t0, BASE + 7 * PAGE
        li t1, 17
        sb t1, 0(t0)
        li a0, BASE + PAGE
        li a1, 6 * PAGE
        call munmap
        show "munmap from page 1 to page 6"
        li a0, BASE
        call try_load
        show_access "page 0"
        li a0, BASE + PAGE
        call try_load
        show_access "page 1"
        li a0, BASE + 3 * PAGE
        call try_load
        show_access "page 3"
        li a0, BASE + 6 * PAGE
        call try_load
        show_access "page 6"
        li a0, BASE + 7 * PAGE
        call try_load
        show_access "page 7"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
