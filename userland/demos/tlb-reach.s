# How far a TLB reaches: the same reads with pages of 4 KiB and of 2 MiB, in more and more memory.
#
# One byte of a page of 4 KiB is read, of a page drawn at random, again and again. As long as the TLB has an entry for all of the
# memory, no read waits. With twice as much memory every second read finds no entry, and the hardware walks through the page
# tables, which takes 20 cycles a level. The reach is the number of entries times the size of a page: so with pages of 2 MiB
# the same few entries reach 512 times as far, and the walk is one level shorter.
#
# An instruction takes one cycle here; what a read takes beyond that it waits for the page tables: cycles (rdcycle) less
# instructions (rdinstret).
#
# See it happen: quire run --ram 256M --thp madvise --tlb 1x8 tlb-reach.s      and with other shapes, such as --tlb 64x4
# As curves:     quire run --ram 256M --thp madvise --tlb 1x8 tlb-reach.s | quire chart --log2 --y 4-KiB-pages,2-MiB-pages
#
#: machine --ram 256M --thp madvise --tlb 1x8
#: only how long a walk through page tables takes is a machine's own affair
#: stdout   KiB  4-KiB-pages  2-MiB-pages
#: stdout     4            0            0
#: stdout     8            0            0
#: stdout    16            0            0
#: stdout    32            0            0
#: stdout    64           41            0
#: stdout   128           60            0
#: stdout   256           70            0
#: stdout   512           75            0
#: stdout  1024           78            0
#: stdout  2048           79            0
#: stdout  4096           79            0
#: stdout  8192           80            0
#: stdout 16384           80            0
#: stdout 32768           80           30
#: stdout 65536           80           45
#: under segmented-paging: stdout   KiB  4-KiB-pages  2-MiB-pages
#: under segmented-paging: stdout     4            0            0
#: under segmented-paging: stdout     8            0            0
#: under segmented-paging: stdout    16            0            0
#: under segmented-paging: stdout    32            0            0
#: under segmented-paging: stdout    64           31            0
#: under segmented-paging: stdout   128           45            0
#: under segmented-paging: stdout   256           52            0
#: under segmented-paging: stdout   512           56            0
#: under segmented-paging: stdout  1024           58            0
#: under segmented-paging: stdout  2048           59            0
#: under segmented-paging: stdout  4096           60            0
#: under segmented-paging: stdout  8192           60            0
#: under segmented-paging: stdout 16384           60            0
#: under segmented-paging: stdout 32768           60           20
#: under segmented-paging: stdout 65536           60           30
#: exit 0
        .include "abi.s"
        .include "frame.s"
        .equ PAGE, 4096
        .equ HUGE, 2 << 20
        .equ BYTES, 64 << 20            # the most memory
        .equ READS, 16384

        .text
# s0 the area of small pages, s1 that of huge ones, s2 how many pages of 4 KiB are read, s3 cycles with small pages
        .globl main
main:
        enter 4
        li   a0, MADV_NOHUGEPAGE
        call map
        mv   s0, a0
        li   a0, MADV_HUGEPAGE
        call map
        mv   s1, a0
        la   a0, heading
        call puts
        li   s2, 1
1:      mv   a0, s0
        call measure
        mv   s3, a0
        mv   a0, s1
        call measure
        mv   a3, a0
        mv   a2, s3
        slli a1, s2, 2
        la   a0, row
        call printf
        slli s2, s2, 1
        li   t0, BYTES / PAGE
        bleu s2, t0, 1b
        li   a0, 0
        leave 4

# measure(area: a0) -> a0 = cycles of walks a read, to the nearest; s2 how many pages of the area. The first round is not counted
measure:
        addi t0, s2, -1                 # a mask: s2 is a power of two
        li   t1, 2
        li   t2, 1
        li   t3, 6364136223846793005    # Knuth's MMIX generator
        li   t4, 1442695040888963407
        j    1f
        .balign 128                     # in one page: what is fetched needs no entry of its own on the way
1:      rdcycle   a2
        rdinstret a3
        li   a1, READS
2:      mul  t2, t2, t3
        add  t2, t2, t4
        srli t5, t2, 33
        and  t5, t5, t0
        slli t5, t5, 12
        add  t5, t5, a0
        lbu  t6, 0(t5)
        addi a1, a1, -1
        bnez a1, 2b
        rdcycle   a4
        rdinstret a5
        addi t1, t1, -1
        bnez t1, 1b
        sub  a4, a4, a2
        sub  a5, a5, a3
        sub  a0, a4, a5
        li   t0, READS
        srli t1, t0, 1
        add  a0, a0, t1
        divu a0, a0, t0
        ret

# map(advice: a0) -> a0 = private memory of BYTES that begins at a multiple of HUGE, all of it filled
map:
        enter 2
        mv   s0, a0
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
        and  s1, a0, t0
        mv   a0, s1
        li   a1, BYTES
        mv   a2, s0
        call madvise
        bltz a0, failed
        mv   a0, s1
        li   t0, BYTES
        add  t0, a0, t0
        li   t1, PAGE
        mv   t2, a0
1:      sb   t1, 0(t2)
        add  t2, t2, t1
        bltu t2, t0, 1b
        leave 2
failed: mv   a1, a0
        la   a0, needs
        li   a2, 1
        call die

        .section .rodata
heading:        .asciz "  KiB  4-KiB-pages  2-MiB-pages"
row:            .asciz "%5ld  %11ld  %11ld\n"
needs:          .asciz "no huge pages to be had"
