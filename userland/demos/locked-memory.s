# Memory that stays: mlock.
#
# Two areas of 16 pages, one of them locked. Then three times as much memory is used as the computer has, so that the kernel
# must take pages away wherever it can. mincore says afterwards which pages are in memory: all of the locked ones are, and
# touching them costs no page fault. Of the others hardly any is left (a few come back as neighbours of what is read from
# swap), and each one that is touched is a page fault.
#
#: machine --ram 8M --swap 64M --replacement two-lists
#: only which pages leave memory is a kernel's own affair
#: under bare segments: fail all memory that is mapped must be there at once
#: stdout locked:      16 of 16 pages in memory, 0 page faults to read them
#: stdout~ not locked:  * of 16 pages in memory, 16 page faults to read them
#: stdout unlocked, and under pressure again: 0 of 16 pages in memory
#: exit 0
        .include "abi.s"
        .include "frame.s"
        .equ PAGE_BITS, 12
        .equ PAGE, 1 << PAGE_BITS
        .equ AREA, 16 * PAGE
        .equ HOG, 24 << 20

        .bss
        .balign 8
resources:      .zero SIZEOF_rusage
vector:         .zero AREA / PAGE       # of mincore: a byte a page

        .text
# s0 the locked area, s1 the other, s2 a lot of memory
        .globl main
main:
        enter 3
        li   a0, AREA
        call map
        mv   s0, a0
        li   a0, AREA
        call map
        mv   s1, a0
        li   a0, HOG
        call map
        mv   s2, a0
        mv   a0, s0
        li   a1, AREA
        call fill
        mv   a0, s1
        li   a1, AREA
        call fill
        mv   a0, s0
        li   a1, AREA
        call mlock
        bltz a0, failed
        mv   a0, s2
        li   a1, HOG
        call fill

        mv   a0, s0
        la   a1, locked
        call report
        mv   a0, s1
        la   a1, unlocked
        call report

        mv   a0, s0
        li   a1, AREA
        call munlock
        mv   a0, s2
        li   a1, HOG
        call fill
        mv   a0, s2
        li   a1, HOG
        call fill
        mv   a0, s0
        call count
        mv   a1, a0
        la   a0, again
        li   a2, AREA / PAGE
        call printf
        li   a0, 0
        leave 3
failed: mv   a1, a0
        la   a0, needs
        li   a2, 1
        call die

# map(bytes: a0) -> a0 = private memory
map:
        enter 0
        mv   a1, a0
        li   a0, 0
        li   a2, PROT_READ | PROT_WRITE
        li   a3, MAP_PRIVATE | MAP_ANONYMOUS
        li   a4, -1
        li   a5, 0
        call mmap
        bltz a0, failed
        leave 0

# fill(area: a0, bytes: a1): a word into each page
fill:
        add  a1, a0, a1
        li   t0, PAGE
1:      sd   a0, 0(a0)
        add  a0, a0, t0
        bltu a0, a1, 1b
        ret

# count(area: a0) -> a0 = how many of its pages are in memory
count:
        enter 0
        li   a1, AREA
        la   a2, vector
        call mincore
        bltz a0, failed
        la   t0, vector
        li   t1, AREA / PAGE
        li   a0, 0
1:      lbu  t2, 0(t0)
        andi t2, t2, 1
        add  a0, a0, t2
        addi t0, t0, 1
        addi t1, t1, -1
        bnez t1, 1b
        leave 0

# report(area: a0, format: a1): pages in memory, then the faults of reading each. s0 area, s1 format, s2 pages, s3 faults
report:
        enter 4
        mv   s0, a0
        mv   s1, a1
        call count
        mv   s2, a0
        call faults
        mv   s3, a0
        li   t0, AREA
        add  t0, s0, t0
        li   t1, PAGE
        mv   t2, s0
1:      ld   t3, 0(t2)
        add  t2, t2, t1
        bltu t2, t0, 1b
        call faults
        sub  a3, a0, s3
        mv   a0, s1
        mv   a1, s2
        li   a2, AREA / PAGE
        call printf
        leave 4

# faults() -> a0 = page faults of this process so far, of both kinds
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
needs:          .asciz "memory for 24 MiB (quire run --ram 8M --swap 64M)"
locked:         .asciz "locked:      %ld of %ld pages in memory, %ld page faults to read them\n"
unlocked:       .asciz "not locked:  %ld of %ld pages in memory, %ld page faults to read them\n"
again:          .asciz "unlocked, and under pressure again: %ld of %ld pages in memory\n"
