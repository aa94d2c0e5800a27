# What a TLB is good for, and when it is too small.
#
# A program reads one byte of one of 256 pages, 40,000 times. Which page is drawn at random, low ones much more often than
# high ones, as programs are: most accesses go to few pages. How many of them the TLB knows depends on how many entries
# it has, how they are arranged (sets and ways), and which one gives way to a new one.
#
# See it happen: quire memory tlb --tlb 1x8,1x16,1x32,1x64,1x128,1x256 tlb-misses.s
#
#: stdout read 40000 bytes of 256 pages
#: exit 0
        .equ PAGE, 4096
        .equ PAGES, 256
        .equ READS, 40000

        .bss
        .balign PAGE
pages:  .zero PAGES * PAGE

        .text
# s0 the pages, s1 reads to go, s2 the generator's state
        .globl main
main:
        addi sp, sp, -16
        sd   ra, 8(sp)
        la   s0, pages
        li   s1, READS
        li   s2, 1
        li   s3, 6364136223846793005    # Knuth's MMIX generator
        li   s4, 1442695040888963407
1:      mul  s2, s2, s3
        add  s2, s2, s4
        srli t0, s2, 40                 # two draws of 8 bits, and the bits that both have: low pages are likely
        srli t1, s2, 52
        and  t0, t0, t1
        andi t0, t0, PAGES - 1
        slli t0, t0, 12
        add  t0, t0, s0
        lbu  t1, (t0)
        addi s1, s1, -1
        bnez s1, 1b
        la   a0, done
        li   a1, READS
        li   a2, PAGES
        call printf
        li   a0, 0
        ld   ra, 8(sp)
        addi sp, sp, 16
        ret

        .section .rodata
done:   .asciz "read %ld bytes of %ld pages\n"
