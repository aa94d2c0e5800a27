# MREMAP_DONTUNMAP: the pages go, the mapping stays, and begins as zeroes again.
#: only qemu-riscv64 does not know MREMAP_DONTUNMAP; Linux 6.1 does as this says
#: under bare segments: fail mremap moves nothing
#: stdout at the new place: 65
#: stdout at the old one: 0
#: stdout written there: 66
#: stdout with another size: EINVAL
#: stdout without leave to move: EINVAL
        .include "../show.s"
        .include "../access.s"
        .include "../map.s"
        .equ FIRST, 0x30000000
        .equ SECOND, FIRST + 0x100000

.macro leave new, flags
        li a0, FIRST
        li a1, PAGE
        li a2, \new
        li a3, \flags
        li a4, SECOND
        call mremap
.endm

        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        map FIRST, PAGE, RW, MAP_PRIVATE | MAP_FIXED
        li t0, 'A'
        sb t0, 0(a0)
        leave PAGE, MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP
        call try_load
        show_access "at the new place"
        li a0, FIRST
        call try_load
        show_access "at the old one"
        li t1, FIRST
        li t0, 'B'
        sb t0, 0(t1)
        mv a0, t1
        call try_load
        show_access "written there"
        leave 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP
        show "with another size"
        leave PAGE, MREMAP_DONTUNMAP
        show "without leave to move"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
