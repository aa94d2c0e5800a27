# mprotect that meets a hole fails, but has changed the mappings before the hole by then.
#: only qemu-riscv64 loops at the first store; Linux 6.1 does as this says
#: under bare segments: fail a mapping cannot be at any address
#: stdout length 0: 0
#: stdout across a hole: ENOMEM
#: stdout store before the hole: SIGSEGV ACCERR
#: stdout store behind the hole: 0
        .include "../show.s"
        .include "../access.s"
        .include "../map.s"
        .equ BASE, 0x30000000
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        map BASE, PAGE, RW, MAP_PRIVATE | MAP_FIXED
        map BASE + 2 * PAGE, PAGE, RW, MAP_PRIVATE | MAP_FIXED
        li a0, BASE
        li a1, 0
        li a2, PROT_READ
        call mprotect
        show "length 0"
        li a0, BASE
        li a1, 3 * PAGE
        li a2, PROT_READ
        call mprotect
        show "across a hole"
        li a0, BASE
        call try_store
        show_access "store before the hole"
        li a0, BASE + 2 * PAGE
        call try_store
        show_access "store behind the hole"

        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
