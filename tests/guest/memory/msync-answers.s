# What msync says: its flags exclude each other, holes are found at the end, locked pages are not thrown away.
#: only qemu-riscv64 does not look at locks
#: under bare segments: fail there is no msync
#: stdout synchronous: 0
#: stdout asynchronous: 0
#: stdout both: EINVAL
#: stdout unknown flag: EINVAL
#: stdout not at a page: EINVAL
#: stdout private memory: 0
#: stdout over a hole: ENOMEM
#: stdout nothing, in a hole: 0
#: stdout around the end of addresses: ENOMEM
#: stdout locked, to be thrown away: EBUSY
#: stdout locked: 0
        .include "../show.s"
        .include "../map.s"
        .include "../resident.s"
        .macro sync base:req, length:req, flags:req
        mv a0, \base
        li a1, \length
        li a2, \flags
        call msync
        .endm
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        map 0, 3 * PAGE, RW, MAP_SHARED
        mv s0, a0
        at s1, 1, s0
        sb zero, 0(s0)
        sync s0, PAGE, MS_SYNC
        show "synchronous"
        sync s0, PAGE, MS_ASYNC
        show "asynchronous"
        sync s0, PAGE, MS_SYNC | MS_ASYNC
        show "both"
        sync s0, PAGE, 8
        show "unknown flag"
        addi t0, s0, 1
        sync t0, PAGE, MS_SYNC
        show "not at a page"
        map 0, PAGE, RW, MAP_PRIVATE
        sync a0, PAGE, MS_SYNC
        show "private memory"
        mv a0, s1
        li a1, PAGE
        call munmap
        sync s0, 3 * PAGE, MS_SYNC
        show "over a hole"
        sync s1, 0, MS_SYNC
        show "nothing, in a hole"
        li t0, -PAGE
        sync t0, 2 * PAGE, MS_SYNC
        show "around the end of addresses"
        mv a0, s0
        li a1, PAGE
        call mlock
        sync s0, PAGE, MS_SYNC | MS_INVALIDATE
        show "locked, to be thrown away"
        sync s0, PAGE, MS_SYNC
        show "locked"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
