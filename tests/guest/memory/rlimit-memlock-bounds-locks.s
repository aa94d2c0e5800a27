# RLIMIT_MEMLOCK bounds what a user may lock: in mlock, in a mapping with MAP_LOCKED, in mlockall. User 0 may lock anything.
#: only qemu-riscv64 does not keep account of locks
#: under bare segments: fail there is no mlock
#: stdout user 0, beyond the limit: 0
#: stdout a user, within it: 0
#: stdout beyond it: ENOMEM
#: stdout the same pages again: 0
#: stdout MAP_LOCKED: EAGAIN
#: stdout all that is mapped: ENOMEM
#: stdout limit 0: EPERM
#: stdout unlocking is free: 0
        .include "../show.s"
        .include "../map.s"
        .include "../resident.s"
        .macro limit pages:req
        la a1, pair
        li t0, \pages * PAGE
        sd t0, 0(a1)
        li a0, RLIMIT_MEMLOCK
        call setrlimit
        .endm
        .macro lock pages:req
        mv a0, s0
        li a1, \pages * PAGE
        call mlock
        .endm
        .data
        .balign 8
pair:   .dword 0, 64 * PAGE
        .text
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        map 0, 8 * PAGE, RW, MAP_PRIVATE
        mv s0, a0
        limit 4
        lock 8
        show "user 0, beyond the limit"
        mv a0, s0
        li a1, 8 * PAGE
        call munlock
        li a0, 1000
        call setuid
        lock 3
        show "a user, within it"
        lock 5
        show "beyond it"
        lock 4
        show "the same pages again"
        map 0, PAGE, RW, MAP_PRIVATE | MAP_LOCKED
        show "MAP_LOCKED"
        li a0, MCL_CURRENT
        call mlockall
        show "all that is mapped"
        limit 0
        lock 1
        show "limit 0"
        mv a0, s0
        li a1, 8 * PAGE
        call munlock
        show "unlocking is free"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
