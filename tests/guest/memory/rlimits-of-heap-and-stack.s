# RLIMIT_DATA bounds the heap: brk stays where it was. RLIMIT_STACK bounds how far the stack grows, also after it was
# lowered.
#: only qemu-riscv64 takes its own memory out of the limits
#: under bare: fail a stack does not grow
#: stdout heap by 64 KiB: 65536
#: stdout then by 16 MiB under a limit of 4 MiB: 0
#: stdout stack, 200 KiB below: 0
#: stdout limit of the stack 256 KiB, 300 KiB below: SIGSEGV MAPERR
#: stdout 100 KiB below: 0
#: stdout limit above the hard one: EINVAL
#: stdout a user raises the hard one: EPERM
        .include "../show.s"
        .include "../access.s"
        .include "../map.s"
        .macro limit resource, soft, hard
        la a1, pair
        li t0, \soft
        sd t0, 0(a1)
        li t0, \hard
        sd t0, 8(a1)
        li a0, \resource
        call setrlimit
        .endm
        value pair, SIZEOF_rlimit
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        li a0, 0
        call brk
        mv s0, a0
        li t0, 64 << 10
        add a0, a0, t0
        call brk
        sub a0, a0, s0
        show "heap by 64 KiB"
        limit RLIMIT_DATA, 4 << 20, 4 << 20
        li a0, 0
        call brk
        mv s0, a0
        li t0, 16 << 20
        add a0, a0, t0
        call brk
        sub a0, a0, s0
        show "then by 16 MiB under a limit of 4 MiB"
        li t0, 200 << 10
        sub a0, sp, t0
        call try_load
        show_access "stack, 200 KiB below"
        limit RLIMIT_STACK, 256 << 10, 8 << 20
        li t0, 300 << 10
        sub a0, sp, t0
        call try_load
        show_access "limit of the stack 256 KiB, 300 KiB below"
        li t0, 100 << 10
        sub a0, sp, t0
        call try_load
        show_access "100 KiB below"
        limit RLIMIT_STACK, 2 << 20, 1 << 20
        show "limit above the hard one"
        li a0, 1000
        call setuid
        limit RLIMIT_DATA, 4 << 20, 8 << 20
        show "a user raises the hard one"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
