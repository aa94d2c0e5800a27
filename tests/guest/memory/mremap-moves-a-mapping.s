# mremap moves a mapping with what it holds; where it lay is nothing then, and what lay at the new place is gone.
#: only qemu-riscv64 moves in its own way; Linux 6.1 does as this says
#: under bare segments: fail mremap moves nothing
#: stdout moved by: 1048576
#: stdout first page: 65
#: stdout untouched page: 0
#: stdout last page: 67
#: stdout where it was: SIGSEGV MAPERR
#: stdout grown in place by: 0
#: stdout new page: 0
#: stdout grown over a neighbour: ENOMEM
#: stdout across two mappings: EFAULT
#: stdout onto itself: EINVAL
        .include "../show.s"
        .include "../access.s"
        .include "../map.s"
        .equ FIRST, 0x30000000
        .equ SECOND, FIRST + 0x100000

.macro remap from, old, new, flags, to=0
        li a0, \from
        li a1, \old
        li a2, \new
        li a3, \flags
        li a4, \to
        call mremap
.endm
.macro look where, label
        li a0, \where
        call try_load
        show_access "\label"
.endm

        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        map SECOND, PAGE, RW, MAP_PRIVATE | MAP_FIXED
        li t0, 'Z'
        sb t0, 0(a0)
        map FIRST, 3 * PAGE, RW, MAP_PRIVATE | MAP_FIXED
        li t0, 'A'
        sb t0, 0(a0)
        li t1, 2 * PAGE
        add t1, t1, a0
        li t0, 'C'
        sb t0, 0(t1)
        remap FIRST, 3 * PAGE, 3 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, SECOND
        li t0, FIRST
        sub a0, a0, t0
        show "moved by"
        look SECOND, "first page"
        look SECOND + PAGE, "untouched page"
        look SECOND + 2 * PAGE, "last page"
        look FIRST, "where it was"
        remap SECOND, 3 * PAGE, 4 * PAGE, 0
        li t0, SECOND
        sub a0, a0, t0
        show "grown in place by"
        look SECOND + 3 * PAGE, "new page"
        map SECOND + 5 * PAGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_FIXED
        remap SECOND, 4 * PAGE, 6 * PAGE, 0
        show "grown over a neighbour"
        remap SECOND, 6 * PAGE, 8 * PAGE, MREMAP_MAYMOVE
        show "across two mappings"
        remap SECOND, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, SECOND + PAGE
        show "onto itself"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
