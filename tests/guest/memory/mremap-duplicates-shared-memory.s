# mremap with an old size of 0 shows shared memory at a second place; private memory cannot be duplicated.
#: only qemu-riscv64 moves in its own way; Linux 6.1 does as this says
#: under bare segments: fail mremap moves nothing
#: stdout second place less the first: 1048576
#: stdout what was written at the first, at the second: 65
#: stdout what was written at the second, at the first: 66
#: stdout after the first was unmapped: 66
#: stdout private memory: EINVAL
        .include "../show.s"
        .include "../access.s"
        .include "../map.s"
        .equ FIRST, 0x30000000
        .equ SECOND, FIRST + 0x100000
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        map FIRST, 2 * PAGE, RW, MAP_SHARED | MAP_FIXED
        li t0, 'A'
        sb t0, 0(a0)
        li a0, FIRST
        call duplicate
        li t0, FIRST
        sub a0, a0, t0
        show "second place less the first"
        li a0, SECOND
        call try_load
        show_access "what was written at the first, at the second"
        li t1, SECOND
        li t0, 'B'
        sb t0, 0(t1)
        li a0, FIRST
        call try_load
        show_access "what was written at the second, at the first"
        li a0, FIRST
        li a1, 2 * PAGE
        call munmap
        li a0, SECOND
        call try_load
        show_access "after the first was unmapped"
        map FIRST, 2 * PAGE, RW, MAP_PRIVATE | MAP_FIXED
        call duplicate
        show "private memory"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# duplicate(address) -> a0 = where two pages of it are shown a second time
duplicate:
        li a1, 0
        li a2, 2 * PAGE
        li a3, MREMAP_MAYMOVE | MREMAP_FIXED
        li a4, SECOND
        tail mremap
