# What huge pages are good for: the same scan with pages of 4 KiB and of 2 MiB.
#
# Two areas of 16 MiB are filled, and one byte of each 4 KiB of them is read, again and again. For the first area the program
# says MADV_NOHUGEPAGE, for the second MADV_HUGEPAGE. Of the second each 2 MiB are one entry of the page tables: filling them
# takes one page fault, not 512, and the TLB, which has 256 entries, knows all of the area by 8 of them. Of the first it would
# need 4096, so each read walks through the page tables.
#
# An instruction takes one cycle here; what a read takes beyond that it waits for the page tables: cycles (rdcycle) less
# instructions (rdinstret).
#
# See it happen: quire run --thp madvise --stats huge-pages.s     and with --tlb 8x2, --tlb 512x8, --paging sv39
#
#: machine --thp madvise
#: only how long a walk through page tables takes is a machine's own affair
#: stdout 4 KiB pages: 4096 page faults to fill 16 MiB, 80 cycles of walks a read
#: stdout 2 MiB pages:    8 page faults to fill 16 MiB,  0 cycles of walks a read
#: stdout in huge pages: 16384 KiB
#: under segmented-paging: stdout 4 KiB pages: 4096 page faults to fill 16 MiB, 60 cycles of walks a read
#: under segmented-paging: stdout 2 MiB pages:    8 page faults to fill 16 MiB,  0 cycles of walks a read
#: under segmented-paging: stdout in huge pages: 16384 KiB
#: exit 0
        .include "abi.s"
        .include "frame.s"
        .equ PAGE, 4096
        .equ HUGE, 2 << 20
        .equ BYTES, 16 << 20
        .equ ROUNDS, 8
        .equ READS, ROUNDS * BYTES / PAGE

        .bss
        .balign 8
resources:      .zero SIZEOF_rusage

        .text
        .globl main
main:
        enter 0
        li   a0, MADV_NOHUGEPAGE
        la   a1, small
        call measure
        li   a0, MADV_HUGEPAGE
        la   a1, large
        call measure
        call huge_kib
        mv   a1, a0
        la   a0, total
        call printf
        li   a0, 0
        leave 0

# measure(advice: a0, format: a1). s0 the area, s1 format, s2 page faults, s3 cycles beyond instructions
measure:
        enter 4
        mv   s0, a0
        mv   s1, a1
        call map
        mv   a2, s0
        mv   s0, a0
        li   a1, BYTES
        call madvise
        bltz a0, failed
        call faults
        mv   s2, a0
        li   t0, BYTES
        add  t0, s0, t0
        li   t1, PAGE
        mv   t2, s0
1:      sb   t1, 0(t2)
        add  t2, t2, t1
        bltu t2, t0, 1b
        call faults
        sub  s2, a0, s2

        mv   a0, s0
        call scan                       # once for the code itself
        mv   a0, s0
        call scan
        mv   s3, a0
        mv   a0, s1
        mv   a1, s2
        li   a2, BYTES >> 20
        li   t0, READS
        divu a3, s3, t0
        call printf
        leave 4

# scan(area: a0) -> a0 = cycles beyond instructions of READS reads
scan:
        li   t0, BYTES
        add  t0, a0, t0
        li   t1, PAGE
        li   t3, ROUNDS
        rdcycle   t4
        rdinstret t5
1:      mv   t2, a0
2:      lbu  t6, 0(t2)
        add  t2, t2, t1
        bltu t2, t0, 2b
        addi t3, t3, -1
        bnez t3, 1b
        rdcycle   t0
        rdinstret t1
        sub  t0, t0, t4
        sub  t1, t1, t5
        sub  a0, t0, t1
        ret

# map() -> a0 = private memory of BYTES that begins at a multiple of HUGE
map:
        enter 0
        li   a0, 0
        li   a1, BYTES + HUGE
        li   a2, PROT_READ | PROT_WRITE
        li   a3, MAP_PRIVATE | MAP_ANONYMOUS
        li   a4, -1
        li   a5, 0
        call mmap
        bltz a0, failed
        li   t0, HUGE - 1
        add  a0, a0, t0
        not  t0, t0
        and  a0, a0, t0
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
        leave 0

# huge_kib() -> a0 = KiB of huge pages in the whole computer
huge_kib:
        enter 2
        la   a0, meminfo
        call read_file
        bltz a0, failed
        mv   s1, a0
        la   a1, label
        call labelled
        mv   s0, a0
        mv   a0, s1
        call free
        mv   a0, s0
        leave 2

        .section .rodata
meminfo:        .asciz "/proc/meminfo"
label:          .asciz "AnonHugePages:"
small:          .asciz "4 KiB pages: %4ld page faults to fill %ld MiB, %2ld cycles of walks a read\n"
large:          .asciz "2 MiB pages: %4ld page faults to fill %ld MiB, %2ld cycles of walks a read\n"
total:          .asciz "in huge pages: %ld KiB\n"
needs:          .asciz "no huge pages to be had"
