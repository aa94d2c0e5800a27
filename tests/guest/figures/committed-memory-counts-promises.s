# Committed_AS of /proc/meminfo: what has been promised. Private memory counts when it can be written, shared memory by its
# size, a mapping of a file never, and MAP_NORESERVE is no promise. A child's promises are its own.
#: only qemu-riscv64 tells what its host promised
#: under bare segments: fail parts of a mapping cannot be unmapped or protected
#: stdout private, KiB: 1024
#: stdout private, read-only: 0
#: stdout shared: 1024
#: stdout without reserve: 0
#: stdout read-only made writable: 1024
#: stdout and back: 0
#: stdout half unmapped: -512
#: stdout heap by 64 KiB: 64
#: stdout sized file in memory: 0
#: stdout one page of it written: 4
#: stdout private mapping of it: 1024
        .include "../show.s"
        .include "../map.s"
        .include "../proc.s"
        .equ SIZE, 1 << 20
        .macro promised label
        figure "/proc/meminfo", "Committed_AS:"
        mv t0, s4
        mv s4, a0
        sub a0, a0, t0
        show "\label"
        .endm
        string name, "promise"
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        figure "/proc/meminfo", "Committed_AS:" # once in vain: malloc gets what it needs
        figure "/proc/meminfo", "Committed_AS:"
        mv s4, a0
        map 0, SIZE, RW, MAP_PRIVATE
        mv s0, a0
        promised "private, KiB"
        map 0, SIZE, PROT_READ, MAP_PRIVATE
        mv s1, a0
        promised "private, read-only"
        map 0, SIZE, RW, MAP_SHARED
        promised "shared"
        map 0, SIZE, RW, MAP_PRIVATE | MAP_NORESERVE
        promised "without reserve"
        mv a0, s1
        li a1, SIZE
        li a2, RW
        call mprotect
        promised "read-only made writable"
        mv a0, s1
        li a1, SIZE
        li a2, PROT_READ
        call mprotect
        promised "and back"
        mv a0, s0
        li a1, SIZE / 2
        call munmap
        promised "half unmapped"
        li a0, 0
        call brk
        li t0, 64 << 10
        add a0, a0, t0
        call brk
        promised "heap by 64 KiB"
        la a0, name
        li a1, 0
        call memfd_create
        mv s2, a0
        li a1, SIZE
        call ftruncate
        promised "sized file in memory"
        mv a0, s2
        la a1, name
        li a2, 1
        call write
        promised "one page of it written"
        map_file s2, SIZE, RW, MAP_PRIVATE
        promised "private mapping of it"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
