# Copy-on-write, seen from two sides.
#
# fork gives the child a copy of all memory, but copies nothing at first: both processes have the same frames of memory
# mapped, read-only. Reading costs nothing. The first write to such a page is a page fault; the kernel then copies that
# one page for the writer. getrusage counts the faults, so that one can see the copies happen. When only one of the two
# is left there is nobody to copy for: the fault just makes the page writable again.
#
# See it happen: quire run --trace faults copy-on-write.s
#
#: only counts of page faults are a kernel's own affair
#: under bare: fail there is no fork
#: under segments: fail fork copies at once
#: stdout parent  wrote to 8 new pages   pppppppp  page faults: 8
#: stdout child   reads them             pppppppp  page faults: 0
#: stdout child   wrote to the first 3   cccppppp  page faults: 3
#: stdout parent  reads the same place   pppppppp  page faults: 0
#: stdout parent  wrote to the last      pppppppP  page faults: 1
#: stdout child   reads again            cccppppp  page faults: 0
#: stdout parent  alone, wrote to all    qqqqqqqq  page faults: 7
#: exit 0
        .include "abi.s"
        .equ PAGE, 4096
        .equ PAGES, 8

        .bss
        .balign 8
to_child:       .zero 8                 # two pipes pass the turn: pipe writes the descriptors of both ends here
to_parent:      .zero 8
resources:      .zero SIZEOF_rusage
letters:        .zero PAGES + 1         # the first byte of each page, as text

        .text
        .globl main
main:
        li   a0, 0
        li   a1, PAGES * PAGE
        li   a2, PROT_READ | PROT_WRITE
        li   a3, MAP_PRIVATE | MAP_ANONYMOUS
        li   a4, -1
        li   a5, 0
        call mmap
        mv   s0, a0                     # where the pages are: the same address in both processes
        la   a0, to_child
        call pipe
        la   a0, to_parent
        call pipe

        la   a0, parent_new
        li   a1, 'p'
        li   a2, 0
        li   a3, PAGES
        call visit
        call flush_all                  # or fork would copy what printf has buffered, too
        call fork
        bltz a0, failed
        beqz a0, child

        lw   a0, to_parent
        call await
        la   a0, parent_reads
        li   a1, 0
        li   a2, 0
        li   a3, PAGES
        call visit
        la   a0, parent_last
        li   a1, 'P'
        li   a2, PAGES - 1
        li   a3, PAGES
        call visit
        call flush_all
        lw   a0, to_child + 4
        call pass
        li   a0, 0
        call wait
        la   a0, parent_alone
        li   a1, 'q'
        li   a2, 0
        li   a3, PAGES
        call visit
        li   a0, 0
        call exit

child:  la   a0, child_reads
        li   a1, 0
        li   a2, 0
        li   a3, PAGES
        call visit
        la   a0, child_first
        li   a1, 'c'
        li   a2, 0
        li   a3, 3
        call visit
        call flush_all
        lw   a0, to_parent + 4
        call pass
        lw   a0, to_child
        call await
        la   a0, child_again
        li   a1, 0
        li   a2, 0
        li   a3, PAGES
        call visit
        li   a0, 0
        call exit

failed: la   a0, no_fork
        call printf
        li   a0, 1
        call exit

# visit(format: a0, letter: a1, first: a2, end: a3): writes the letter to the pages first ... end - 1, or reads them when it
# is 0. Prints what all pages hold now and how many page faults the visit took.
visit:
        addi sp, sp, -48
        sd   ra, 40(sp)
        sd   s1, 32(sp)                 # page faults before
        sd   s2, 24(sp)                 # format
        sd   a1, 16(sp)
        sd   a2, 8(sp)
        sd   a3, 0(sp)
        mv   s2, a0
        call faults                     # counting touches pages itself:
        call faults                     # the second time all it needs is there
        mv   s1, a0
        ld   a1, 16(sp)
        ld   a2, 8(sp)
        ld   a3, 0(sp)
        li   t1, PAGE
1:      mul  t0, a2, t1
        add  t0, s0, t0
        bnez a1, 2f
        lbu  zero, 0(t0)
        j    3f
2:      sb   a1, 0(t0)
3:      addi a2, a2, 1
        blt  a2, a3, 1b
        call faults
        sub  s1, a0, s1

        la   t0, letters
        li   t1, PAGE
        li   t2, PAGES
        mv   t3, s0
4:      lbu  t4, 0(t3)
        sb   t4, 0(t0)
        add  t3, t3, t1
        addi t0, t0, 1
        addi t2, t2, -1
        bnez t2, 4b
        mv   a0, s2
        la   a1, letters
        mv   a2, s1
        call printf
        ld   ra, 40(sp)
        ld   s1, 32(sp)
        ld   s2, 24(sp)
        addi sp, sp, 48
        ret

# faults() -> a0 = page faults of this process so far, of the kind that needs no disk
faults:
        addi sp, sp, -16
        sd   ra, 8(sp)
        li   a0, RUSAGE_SELF
        la   a1, resources
        call getrusage
        ld   a0, resources + rusage_ru_minflt
        ld   ra, 8(sp)
        addi sp, sp, 16
        ret

# pass(descriptor: a0): gives the turn to the reader of that pipe. What the byte is does not matter.
pass:
        la   a1, parent_new
        li   a2, 1
        tail write

# await(descriptor: a0): sleeps until the turn comes through that pipe
await:
        addi sp, sp, -16
        sd   ra, 8(sp)
        mv   a1, sp
        li   a2, 1
        call read
        ld   ra, 8(sp)
        addi sp, sp, 16
        ret

        .section .rodata
no_fork:        .asciz "there is no fork without translation\n"
parent_new:     .asciz "parent  wrote to 8 new pages   %s  page faults: %ld\n"
child_reads:    .asciz "child   reads them             %s  page faults: %ld\n"
child_first:    .asciz "child   wrote to the first 3   %s  page faults: %ld\n"
parent_reads:   .asciz "parent  reads the same place   %s  page faults: %ld\n"
parent_last:    .asciz "parent  wrote to the last      %s  page faults: %ld\n"
child_again:    .asciz "child   reads again            %s  page faults: %ld\n"
parent_alone:   .asciz "parent  alone, wrote to all    %s  page faults: %ld\n"
