# vm.overcommit_memory 0, the default: one promise larger than memory and swap together is refused; MAP_NORESERVE is none.
#: only qemu-riscv64 promises what its host promises; Linux 6.1 does as this says
#: under bare segments: fail all memory that is mapped must be there at once
#: stdout 64 GiB: ENOMEM
#: stdout shared: ENOMEM
#: stdout without a reserve: 0
#: stdout readable: 0
#: stdout made writable: ENOMEM
#: stdout ten pages: 0
#: stdout grown to 64 GiB: ENOMEM
        .include "../show.s"
        .include "../map.s"
        .equ MUCH, 64 << 30

# The address is the kernel's choice: 0 stands for any.
.macro got label
        li t0, -4096
        bgtu a0, t0, 8f
        mv s0, a0
        li a0, 0
8:      show "\label"
.endm

        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        map 0, MUCH, RW, MAP_PRIVATE
        got "64 GiB"
        map 0, MUCH, RW, MAP_SHARED
        got "shared"
        map 0, MUCH, RW, MAP_PRIVATE | MAP_NORESERVE
        got "without a reserve"
        map 0, MUCH, PROT_READ, MAP_PRIVATE
        got "readable"
        mv a0, s0
        li a1, MUCH
        li a2, RW
        call mprotect
        show "made writable"
        map 0, 10 * PAGE, RW, MAP_PRIVATE
        got "ten pages"
        mv a0, s0
        li a1, 10 * PAGE
        li a2, MUCH
        li a3, MREMAP_MAYMOVE
        li a4, 0
        call mremap
        show "grown to 64 GiB"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
