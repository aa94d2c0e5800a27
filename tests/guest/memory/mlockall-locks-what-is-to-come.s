# mlockall: MCL_CURRENT what is mapped, MCL_FUTURE what will be, with MCL_ONFAULT each page only once it is touched. Locks
# do not nest, a child does not inherit them.
#: only qemu-riscv64 does not keep account of locks
#: under bare: fail there is no fork
#: under segments: fail there is no mlock
#: stdout future: 0
#: stdout mapped then: 1111
#: stdout locked, KiB: 16
#: stdout on fault: 0
#: stdout mapped then: 0000
#: stdout locked, KiB: 32
#: stdout locked twice: 0
#: stdout unlocked once: 0
#: stdout locked, KiB: 16
#: stdout the child's, KiB: 0
#: stdout all unlocked: 0
#: stdout locked, KiB: 0
#: stdout mapped then: 0000
#: stdout no flag: EINVAL
#: stdout on fault alone: EINVAL
#: stdout unknown flag: EINVAL
        .include "../show.s"
        .include "../map.s"
        .include "../resident.s"
        .include "../proc.s"
        .macro locked label
        figure "/proc/self/status", "VmLck:"
        show "\label"
        .endm
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        li a0, 64 << 10                 # so that malloc maps nothing later
        call malloc
        call free
        figure "/proc/self/status", "VmLck:"
        li a0, MCL_FUTURE
        call mlockall
        show "future"
        map 0, 4 * PAGE, RW, MAP_PRIVATE
        mv s0, a0
        show_resident "mapped then", s0, 4
        locked "locked, KiB"
        li a0, MCL_FUTURE | MCL_ONFAULT
        call mlockall
        show "on fault"
        map 0, 4 * PAGE, PROT_READ, MAP_PRIVATE
        mv s1, a0
        show_resident "mapped then", s1, 4
        locked "locked, KiB"
        mv a0, s0
        li a1, 4 * PAGE
        call mlock
        show "locked twice"
        mv a0, s0
        li a1, 4 * PAGE
        call munlock
        show "unlocked once"
        locked "locked, KiB"
        child tell
        call munlockall
        show "all unlocked"
        locked "locked, KiB"
        map 0, 4 * PAGE, RW, MAP_PRIVATE
        mv s1, a0
        show_resident "mapped then", s1, 4
        li a0, 0
        call mlockall
        show "no flag"
        li a0, MCL_ONFAULT
        call mlockall
        show "on fault alone"
        li a0, 8
        call mlockall
        show "unknown flag"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

tell:
        addi sp, sp, -16
        sd ra, 8(sp)
        locked "the child's, KiB"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
