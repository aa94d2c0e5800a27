# MAP_FIXED_NOREPLACE: there, if all of it is free, or not at all.
#: only qemu-riscv64 does not know MAP_FIXED_NOREPLACE; Linux 6.1 does as this says
#: under bare segments: fail a mapping cannot be at any address
#: stdout where all is free, from there: 0
#: stdout half over a mapping: EEXIST
#: stdout the mapping is as it was: 65
#: stdout the half that was free: SIGSEGV MAPERR
        .include "../show.s"
        .include "../access.s"
        .include "../map.s"
        .equ BASE, 0x30000000
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        map BASE, PAGE, RW, MAP_PRIVATE | MAP_FIXED_NOREPLACE
        li s0, BASE
        sub a0, a0, s0
        show "where all is free, from there"
        li t0, 'A'
        sb t0, 0(s0)
        map BASE, 2 * PAGE, RW, MAP_PRIVATE | MAP_FIXED_NOREPLACE
        show "half over a mapping"
        mv a0, s0
        call try_load
        show_access "the mapping is as it was"
        li a0, BASE + PAGE
        call try_load
        show_access "the half that was free"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
