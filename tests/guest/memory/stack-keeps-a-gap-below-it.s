# A stack does not grow into its neighbour: 256 pages between them stay free. Nor does a mapping without MAP_FIXED come
# nearer. MAP_GROWSDOWN makes such a stack anywhere.
#: only qemu-riscv64 grows no mapping
#: under bare segments: fail a mapping cannot be at any address
#: stdout one page below: 0
#: stdout ten pages below: 0
#: stdout 256 pages above the neighbour: 0
#: stdout 255 pages above the neighbour: SIGSEGV MAPERR
#: stdout the neighbour: 9
#: stdout with the neighbour gone: 0
#: stdout what does not grow, one page below: SIGSEGV MAPERR
        .include "../show.s"
        .include "../access.s"
        .include "../map.s"
        .include "../resident.s"
        .equ BASE, 0x200000000
        .equ TOP, BASE + 512 * PAGE
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        map BASE, PAGE, RW, MAP_PRIVATE | MAP_FIXED
        li t0, 9
        sb t0, 0(a0)
        map TOP, PAGE, RW, MAP_PRIVATE | MAP_FIXED | MAP_GROWSDOWN | MAP_STACK
        sb zero, 0(a0)
        li a0, TOP - PAGE
        call try_store
        show_access "one page below"
        li a0, TOP - 10 * PAGE
        call try_store
        show_access "ten pages below"
        li a0, BASE + PAGE + 256 * PAGE
        call try_store
        show_access "256 pages above the neighbour"
        li a0, BASE + PAGE + 255 * PAGE
        call try_store
        show_access "255 pages above the neighbour"
        li a0, BASE
        call try_load
        show_access "the neighbour"
        li a0, BASE
        li a1, PAGE
        call munmap
        li a0, BASE + PAGE + 255 * PAGE
        call try_store
        show_access "with the neighbour gone"
        map TOP + (1 << 30), PAGE, RW, MAP_PRIVATE | MAP_FIXED
        li a0, TOP + (1 << 30) - PAGE
        call try_store
        show_access "what does not grow, one page below"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
