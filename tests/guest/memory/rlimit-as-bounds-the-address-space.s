# RLIMIT_AS bounds what a process maps, not what it touches; RLIMIT_DATA bounds what is private and writable.
#: only qemu-riscv64 takes its own memory out of the limits; Linux 6.1 does as this says
#: under bare segments: fail all memory that is mapped must be there at once
#: machine --ram 128M
#: stdout 64 MiB under a limit of 32: ENOMEM
#: stdout 64 MiB without one: 0
#: stdout once more under a limit of 128: 0
#: stdout a third time: ENOMEM
#: stdout readable, under a limit of data of 4 MiB: 0
#: stdout writable: ENOMEM
#: stdout shared: 0
#: stdout made writable: ENOMEM
        .include "../show.s"
        .include "../map.s"
        .equ MIB, 1 << 20
        .equ SIZE, 64 * MIB

.macro limit resource, bytes
        li t0, \bytes
        la a1, pair
        sd t0, 0(a1)
        li a0, \resource
        call setrlimit
.endm
# The address is the kernel's choice: 0 stands for any.
.macro got label
        li t0, -4096
        bgtu a0, t0, 8f
        mv s0, a0
        li a0, 0
8:      show "\label"
.endm

        value pair, 16
        .text
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        li t0, -1                       # no hard limit
        la a1, pair
        sd t0, 8(a1)
        limit RLIMIT_AS, 32 * MIB
        map 0, SIZE, PROT_READ, MAP_PRIVATE
        got "64 MiB under a limit of 32"
        limit RLIMIT_AS, -1
        map 0, SIZE, PROT_READ, MAP_PRIVATE
        got "64 MiB without one"
        limit RLIMIT_AS, 2 * SIZE + 8 * MIB
        map 0, SIZE, PROT_READ, MAP_PRIVATE
        got "once more under a limit of 128"
        map 0, SIZE, PROT_READ, MAP_PRIVATE
        got "a third time"
        limit RLIMIT_AS, -1
        limit RLIMIT_DATA, 4 * MIB
        map 0, 8 * MIB, PROT_READ, MAP_PRIVATE
        got "readable, under a limit of data of 4 MiB"
        mv s1, s0
        map 0, 8 * MIB, RW, MAP_PRIVATE
        got "writable"
        map 0, 8 * MIB, RW, MAP_SHARED
        got "shared"
        mv a0, s1
        li a1, 8 * MIB
        li a2, RW
        call mprotect
        show "made writable"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
