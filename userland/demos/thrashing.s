# Thrashing: more processes than memory has room for get less done than one.
#
# Each process goes round and round its own 64 pages, which are its working set, and rests a moment after each round, as one
# that waits for its user. So the more processes there are, the more rounds are made together; until their working sets
# do not fit into memory any longer. Then each page that one of them needs was just taken for another one, all wait for the
# disk, and hardly any round is finished: adding processes makes all of them stand still.
#
# The kernel sees it and says so on the console and in dmesg: who waits, how large they are, and how large memory is.
#
# See it happen: quire run --ram 2M --stats thrashing.s; quire run --ram 4M thrashing.s
# Other numbers of processes: quire run --ram 2M thrashing.s FIRST LAST
#
#: machine --ram 2M
#: only how much memory a kernel leaves to programs is its own affair
#: under bare: fail there is no fork
#: under segments: fail all memory that is mapped must be there at once
#: args 4 9
#: stdout processes  KiB-in-use  rounds/s  major-faults
#: stdout...
#: stdout more processes at last made less than half of the rounds: yes
#: stdout with 4 again as many as at first: yes
#: stdout the kernel saw thrashing: yes
#: under segmented-paging: stdout processes  KiB-in-use  rounds/s  major-faults
#: under segmented-paging: stdout...
#: under segmented-paging: stdout more processes at last made less than half of the rounds: no
#: under segmented-paging: stdout with 4 again as many as at first: yes
#: under segmented-paging: stdout the kernel saw thrashing: yes
#: stderr~ * Thrashing: in the last 100 ms everybody waited * % of the time for pages that had been taken too early*
#: stderr...
#: stderr~ * Thrashing is over, after * ms*
#: exit 0
        .include "abi.s"
        .include "frame.s"
        .equ PAGE, 4096
        .equ PAGES, 64                  # of each process
        .equ WORK, 50                   # turns of a loop at each page: two instructions each
        .equ REST, 1000                 # microseconds after each round
        .equ SPAN, 100000               # microseconds for each number of processes
        .equ FIRST, 1
        .equ LAST, 10

# What lies where in the page that all share
        .equ over, 0                    # time is over
        .equ rounds, 8                  # made by all together

        .bss
        .balign 8
resources:      .zero SIZEOF_rusage

        .text
# s0 the shared page, s1 how many processes, s2 up to how many, s3 at first, s4 the most rounds, s5 the last, s6 the first ones
        .globl main
main:
        enter 7
        li   s1, FIRST
        li   s2, LAST
        li   t0, 3
        bne  a0, t0, 1f
        mv   s3, a1
        ld   a0, 8(s3)
        call positive
        mv   s1, a0
        ld   a0, 16(s3)
        call positive
        mv   s2, a0
1:      li   a0, PAGE
        li   a1, MAP_SHARED | MAP_ANONYMOUS
        call pages
        mv   s0, a0
        la   a0, heading
        call puts
        mv   s3, s1
        li   s4, 0
        li   s6, 0
2:      mv   a0, s1
        call measure
        mv   s5, a0
        bnez s6, 3f
        mv   s6, a0
3:      bleu s5, s4, 4f
        mv   s4, s5
4:      addi s1, s1, 1
        ble  s1, s2, 2b
        mv   a0, s3                     # fewer again: once to let memory come back, and once to be counted
        call measure
        mv   a0, s3
        call measure
        mv   s1, a0

        slli a1, s5, 1
        sltu a1, a1, s4
        la   a0, collapse
        call answer
        mv   a1, s3
        la   a0, again
        call printf
        slli t0, s6, 3                  # nine tenths will do
        add  t0, t0, s6
        li   t1, 10
        mul  t1, t1, s1
        sltu a1, t1, t0
        xori a1, a1, 1
        la   a0, so
        call answer
        la   a0, report
        call read_file
        bltz a0, failed
        la   a1, episodes
        call labelled
        sgtz a1, a0
        la   a0, seen
        call answer
        li   a0, 0
        leave 7

# answer(text: a0, whether: a1): prints "text: yes" or "text: no"
answer:
        la   a2, yes
        bnez a1, 1f
        la   a2, no
1:      mv   a1, a0
        la   a0, yes_or_no
        tail printf

# measure(processes: a0) -> a0 = rounds; lets so many run for a while and prints a line of the table. s0 the shared page
measure:
        enter 6
        mv   s1, a0
        mv   s2, a0
        call flush_all
        sd   zero, over(s0)
        sd   zero, rounds(s0)
1:      call fork
        bltz a0, failed
        beqz a0, member
        addi s2, s2, -1
        bnez s2, 1b

        li   a0, SPAN
        call usleep
        ld   s3, rounds(s0)             # what is finished later does not count
        li   t0, 1
        sd   t0, over(s0)
        mv   s2, s1
        li   s4, 0                      # page faults of all that waited for the disk
2:      li   a0, -1
        li   a1, 0
        li   a2, 0
        la   a3, resources
        call wait4
        bltz a0, failed
        ld   t0, resources + rusage_ru_majflt
        add  s4, s4, t0
        addi s2, s2, -1
        bnez s2, 2b

        la   a0, row
        mv   a1, s1
        li   a2, PAGES * PAGE >> 10
        mul  a2, a2, s1
        li   t0, 1000000 / SPAN
        mul  a3, s3, t0
        mv   a4, s4
        call printf
        mv   a0, s3
        leave 6

# One of the processes: makes rounds until time is over. s0 the shared page
member:
        li   a0, PAGES * PAGE
        li   a1, MAP_PRIVATE | MAP_ANONYMOUS
        call pages
        mv   s1, a0
1:      mv   s2, s1                     # a round
        li   s3, PAGES
2:      ld   t0, over(s0)
        bnez t0, 4f
        ld   t0, 0(s2)
        addi t0, t0, 1
        sd   t0, 0(s2)
        li   t0, WORK
3:      addi t0, t0, -1
        bnez t0, 3b
        li   t0, PAGE
        add  s2, s2, t0
        addi s3, s3, -1
        bnez s3, 2b
        addi t0, s0, rounds
        li   t1, 1
        amoadd.d zero, t1, (t0)
        li   a0, REST
        call usleep
        j    1b
4:      li   a0, 0
        call _exit

# pages(bytes: a0, flags: a1) -> a0 = memory, readable and writable
pages:
        mv   a3, a1
        mv   a1, a0
        li   a0, 0
        li   a2, PROT_READ | PROT_WRITE
        li   a4, -1
        li   a5, 0
        addi sp, sp, -16
        sd   ra, 8(sp)
        call mmap
        bltz a0, failed
        ld   ra, 8(sp)
        addi sp, sp, 16
        ret

failed: mv   a1, a0
        li   a0, 0
        li   a2, 1
        call die

        .section .rodata
heading:        .asciz "processes  KiB-in-use  rounds/s  major-faults"
row:            .asciz "%9ld  %10ld  %8ld  %12ld\n"
yes_or_no:      .asciz "%s: %s\n"
yes:            .asciz "yes"
no:             .asciz "no"
collapse:       .asciz "more processes at last made less than half of the rounds"
again:          .asciz "with %ld "
so:             .asciz "again as many as at first"
report:         .asciz "/proc/quire/thrashing"
episodes:       .asciz "episodes "
seen:           .asciz "the kernel saw thrashing"
