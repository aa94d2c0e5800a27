# A pool of huge pages: what a program is promised it gets, and what is left over goes to who comes first.
#
# The computer has set 4 pages of 2 MiB aside. A private mapping of 3 is made: they are promised to it (reserved), but nobody has
# one yet. The first one is touched. After a fork parent and child have that page in common, without the right to write. The parent
# writes: the one page that nobody was promised is its copy's. Now the child touches a page of its own: the promise was made to the
# parent alone, nothing is left over, and the child gets SIGBUS, though two pages are free. The parent has its pages without fail.
#
# See it happen: quire run --hugepages 4 --stats huge-page-pool.s      and with --hugepages 5
#
#: machine --hugepages 4
#: only how large the pool is, is a machine's own affair
#: stdout a pool:                    4 pages, 4 free, 0 of them reserved
#: stdout a mapping of 3 pages:      4 pages, 4 free, 3 of them reserved
#: stdout the first is touched:      4 pages, 3 free, 2 of them reserved
#: stdout fork, the parent writes:   4 pages, 2 free, 2 of them reserved
#: stdout the child touches another: signal 7 (SIGBUS is 7, none 0)
#: stdout the child is gone:         4 pages, 3 free, 2 of them reserved
#: stdout the parent touches all:    4 pages, 1 free, 0 of them reserved
#: exit 0
        .include "abi.s"
        .include "frame.s"
        .equ HUGE, 2 << 20

        .text
        .globl main
# s0 the mapping, s1 the child
main:
        enter 2
        la   a0, pool
        call tell
        li   a0, 0
        li   a1, 3 * HUGE
        li   a2, PROT_READ | PROT_WRITE
        li   a3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB
        li   a4, -1
        li   a5, 0
        call mmap
        bltz a0, failed
        mv   s0, a0
        la   a0, mapped
        call tell
        sb   s0, 0(s0)
        la   a0, touched
        call tell

        la   a0, pipe_ends
        call pipe
        call fork
        mv   s1, a0
        beqz a0, child
        sb   s0, 1(s0)
        la   a0, forked
        call tell
        lw   a0, pipe_ends + 4          # now the child may go on
        la   a1, pool
        li   a2, 1
        call write_all
        mv   a0, s1
        la   a1, status
        li   a2, 0
        call waitpid
        lw   a1, status
        andi a1, a1, 127
        la   a0, killed
        call printf
        la   a0, gone
        call tell
        li   t0, HUGE
        add  t1, s0, t0
        sb   s0, 0(t1)
        add  t1, t1, t0
        sb   s0, 0(t1)
        la   a0, all
        call tell
        li   a0, 0
        leave 2

child:  lw   a0, pipe_ends
        la   a1, status
        li   a2, 1
        call read_full
        li   t0, HUGE
        add  t1, s0, t0
        sb   s0, 0(t1)
        li   a0, 0
        call exit

failed: mv   a1, a0
        la   a0, needs
        li   a2, 1
        call die

# tell(what: a0): prints what the pool is like. s0 what, s1 the text, s2 pages, s3 free
tell:
        enter 4
        mv   s0, a0
        la   a0, meminfo
        call read_file
        bltz a0, failed
        mv   s1, a0
        la   a1, label_total
        call labelled
        mv   s2, a0
        mv   a0, s1
        la   a1, label_free
        call labelled
        mv   s3, a0
        mv   a0, s1
        la   a1, label_reserved
        call labelled
        mv   a4, a0
        la   a0, line
        mv   a1, s0
        mv   a2, s2
        mv   a3, s3
        call printf
        call flush_all
        mv   a0, s1
        call free
        leave 4

        .bss
        .balign 8
pipe_ends:      .zero 8
status:         .zero 8

        .section .rodata
meminfo:        .asciz "/proc/meminfo"
label_total:    .asciz "HugePages_Total:"
label_free:     .asciz "HugePages_Free:"
label_reserved: .asciz "HugePages_Rsvd:"
pool:           .asciz "a pool:"
mapped:         .asciz "a mapping of 3 pages:"
touched:        .asciz "the first is touched:"
forked:         .asciz "fork, the parent writes:"
gone:           .asciz "the child is gone:"
all:            .asciz "the parent touches all:"
line:           .asciz "%-26s %ld pages, %ld free, %ld of them reserved\n"
killed:         .asciz "the child touches another: signal %ld (SIGBUS is 7, none 0)\n"
needs:          .asciz "no huge pages to be had"
