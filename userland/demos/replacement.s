# A workload that tells replacement policies apart: pages that are always in use, a loop over more pages than there are frames,
# and now and then a scan over pages that are used once and never again.
#
# First in, first out loses the pages in use with each round of the loop and each scan. Least recently used loses all of the
# loop if one page of it is too many. Two lists, which ask for a second use, keep a part of the loop.
#
# Compare them: quire run --record-references r.ref replacement.s
#               quire memory replay r.ref --frames 8..40 --svg faults.svg
#
#: machine --resident 24
#: only the limit is the machine's own
#: stdout every number is right
#: exit 0
        .include "abi.s"
        .include "frame.s"
        .equ PAGE_BITS, 12
        .equ PAGE, 1 << PAGE_BITS
        .equ HOT, 4
        .equ LOOP, 20
        .equ SCAN, 24
        .equ ROUNDS, 12
        .equ SCAN_EVERY, 4

        .text
# s0 the memory: hot pages, the loop, what is scanned; s1 round, s2 page, s3 next page to be scanned, s4 sum
        .globl main
main:
        enter 5
        li   a0, 0
        li   a1, (HOT + LOOP + SCAN * ROUNDS / SCAN_EVERY) << PAGE_BITS
        li   a2, PROT_READ | PROT_WRITE
        li   a3, MAP_PRIVATE | MAP_ANONYMOUS
        li   a4, -1
        li   a5, 0
        call mmap
        bltz a0, failed
        mv   s0, a0
        li   t0, (HOT + LOOP) << PAGE_BITS
        add  s3, s0, t0
        li   s1, 0
        li   s4, 0

round:  li   s2, 0
1:      li   t0, HOT << PAGE_BITS       # a page of the loop
        slli t1, s2, PAGE_BITS
        add  t0, t0, t1
        add  t0, t0, s0
        ld   t2, 0(t0)
        addi t2, t2, 1
        sd   t2, 0(t0)
        andi t1, s2, HOT - 1            # and one that is always in use
        slli t1, t1, PAGE_BITS
        add  t1, t1, s0
        ld   t2, 0(t1)
        addi t2, t2, 1
        sd   t2, 0(t1)
        addi s2, s2, 1
        li   t0, LOOP
        bltu s2, t0, 1b

        addi s1, s1, 1
        andi t0, s1, SCAN_EVERY - 1
        bnez t0, 3f
        li   s2, SCAN
2:      sd   s1, 0(s3)
        li   t0, PAGE
        add  s3, s3, t0
        addi s2, s2, -1
        bnez s2, 2b
3:      li   t0, ROUNDS
        bltu s1, t0, round

        li   s2, 0                      # the loop has counted each round in each page, the hot pages as often together
4:      slli t0, s2, PAGE_BITS
        add  t0, t0, s0
        ld   t0, 0(t0)
        add  s4, s4, t0
        addi s2, s2, 1
        li   t0, HOT + LOOP
        bltu s2, t0, 4b
        li   t0, 2 * LOOP * ROUNDS
        bne  s4, t0, failed
        la   a0, right
        call printf
        li   a0, 0
        leave 5

failed: li   a0, 1
        leave 5

        .section .rodata
right:  .asciz "every number is right\n"
