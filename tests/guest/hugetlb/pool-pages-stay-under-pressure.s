# Pages of the pool never leave RAM: four of them keep their content while three times as much memory is used as there is, and
# touching them again is no page fault (of the program's other pages one or two may come back).
#
#: machine --ram 12M --hugepages 4 --swap 48M
#: only how large the pool is, is a machine's own affair
#: stdout fewer than four faults: 1
#: stdout sum: 10
#: exit 0
        .include "abi.s"
        .include "frame.s"
        .equ HUGE, 2 << 20
        .equ AREA, 4 * HUGE
        .equ HOG, 36 << 20
        .equ PAGE, 4096

        .bss
        .balign 8
resources:      .zero SIZEOF_rusage

        .text
        .globl main
# s0 the huge pages, s1 their end
main:
        enter 3
        li   a1, AREA
        li   a3, MAP_SHARED | MAP_ANONYMOUS | MAP_HUGETLB
        call map
        mv   s0, a0
        li   t0, AREA
        add  s1, s0, t0
        li   t2, 1
        li   t1, HUGE
        mv   t3, s0
1:      sb   t2, 100(t3)
        addi t2, t2, 1
        add  t3, t3, t1
        bltu t3, s1, 1b

        li   a1, HOG
        li   a3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
        call map
        li   t0, HOG
        add  t0, a0, t0
        li   t1, PAGE
2:      sb   t1, 0(a0)
        sd   a0, 8(a0)
        add  a0, a0, t1
        bltu a0, t0, 2b

        call faults
        mv   s2, a0
        li   t1, HUGE
        li   t2, 0
3:      lbu  t3, 100(s0)
        add  t2, t2, t3
        add  s0, s0, t1
        bltu s0, s1, 3b
        mv   s0, t2
        call faults
        sub  a1, a0, s2
        sltiu a1, a1, 4
        la   a0, told
        mv   a2, s0
        call printf
        li   a0, 0
        leave 3

# map(bytes: a1, flags: a3) -> a0 = new memory
map:
        enter 0
        li   a0, 0
        li   a2, PROT_READ | PROT_WRITE
        li   a4, -1
        li   a5, 0
        call mmap
        bltz a0, failed
        leave 0
failed: mv   a1, a0
        la   a0, needs
        li   a2, 1
        call die

# faults() -> a0 = page faults of this process so far
faults:
        enter 0
        li   a0, RUSAGE_SELF
        la   a1, resources
        call getrusage
        ld   a0, resources + rusage_ru_minflt
        ld   t0, resources + rusage_ru_majflt
        add  a0, a0, t0
        leave 0

        .section .rodata
told:   .asciz "fewer than four faults: %ld\nsum: %ld\n"
needs:  .asciz "no memory to be had"
