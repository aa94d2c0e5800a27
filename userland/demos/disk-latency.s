# What a page fault costs that has to wait for a disk.
#
# The same load three times: from a page that is in memory; from one that is not mapped yet but needs no disk (a minor
# fault); and from one that lies in swap (a major fault). rdcycle counts cycles, which are nanoseconds here. A load takes
# one; a disk has to move its head first.
#
#: machine --swap 8M
#: only the times of Quire's own model
#: under bare segments: fail there is no madvise
#: stdout~ from memory:                * ns
#: stdout~ first touch (minor fault):  * ns
#: stdout~ from the disk (major fault): * ns
#: stdout the disk is more than 100,000 times slower than memory: yes
#: exit 0
        .include "abi.s"
        .include "frame.s"
        .equ PAGE, 4096
        .equ PATIENCE, 10000            # looks at whether the page has left; some hundred are enough

        .text
# s0 the memory, s1 to s3 the three times
        .globl main
main:
        enter 4
        li   a0, 0
        li   a1, 2 * PAGE
        li   a2, PROT_READ | PROT_WRITE
        li   a3, MAP_PRIVATE | MAP_ANONYMOUS
        li   a4, -1
        li   a5, 0
        call mmap
        bltz a0, failed
        mv   s0, a0
        sd   s0, 0(s0)
        mv   a0, s0
        call load                       # once in vain: everything that loading needs is in memory then
        mv   a0, s0
        call load
        mv   s1, a0
        li   a0, PAGE
        add  a0, s0, a0
        call load
        mv   s2, a0
        mv   a0, s0
        li   a1, PAGE
        li   a2, MADV_PAGEOUT           # to swap with it
        call madvise
        bltz a0, failed
        li   s3, PATIENCE
1:      addi s3, s3, -1
        beqz s3, stays
        mv   a0, s0
        call frame_of
        bgtz a0, 1b                     # writing takes a while as well
        li   a0, 1                      # until the transfer has ended: its frame could be had back
        call sleep
        mv   a0, s0
        call load
        mv   s3, a0

        la   a0, memory
        mv   a1, s1
        call printf
        la   a0, minor
        mv   a1, s2
        call printf
        la   a0, major
        mv   a1, s3
        call printf
        li   t0, 100000
        mul  t0, s1, t0
        la   a1, yes
        bltu t0, s3, 2f
        la   a1, no
2:      la   a0, verdict
        call printf
        li   a0, 0
        leave 4
stays:  li   a0, 0
        la   a1, no_swap
        li   a2, 1
        call fail
failed: mv   a1, a0
        li   a0, 0
        li   a2, 1
        call die

# load(address: a0) -> a0 = cycles that one load from there takes: what lies between two looks, less one look
load:
        rdcycle t0
        rdcycle t1
        ld   t2, 0(a0)
        rdcycle t3
        sub  t0, t1, t0
        sub  t3, t3, t1
        sub  a0, t3, t0
        ret

        .section .rodata
no_swap:        .asciz "the page stays in memory: there is no swap (quire run --swap 8M)"
memory:         .asciz "from memory:                %8ld ns\n"
minor:          .asciz "first touch (minor fault):  %8ld ns\n"
major:          .asciz "from the disk (major fault): %7ld ns\n"
verdict:        .asciz "the disk is more than 100,000 times slower than memory: %s\n"
yes:            .asciz "yes"
no:             .asciz "no"
