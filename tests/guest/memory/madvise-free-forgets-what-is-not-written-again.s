# With 1 MiB of RAM and no swap: memory under MADV_FREE can go when others need room, and is zero then; what was written
# after the advice stays. So the program may have twice RAM, a half at a time.
#: only it takes a machine with little memory
#: under bare segments: fail all memory that is mapped must be there at once
#: machine --ram 1M --swap 0
#: stdout free: 0
#: stdout written again after the advice: 5
#: stdout the others are zero now: 1
#: stdout a file's mapping: EINVAL
        .include "../show.s"
        .include "../map.s"
        .include "../resident.s"
        .equ PAGES, 120
        string name, "free.tmp"
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        map 0, PAGES * PAGE, RW, MAP_PRIVATE
        mv s0, a0
        call fill
        advise s0, PAGES * PAGE, MADV_FREE
        show "free"
        li t0, 5
        sb t0, 0(s0)
        map 0, PAGES * PAGE, RW, MAP_PRIVATE
        call fill
        lbu a0, 0(s0)
        show "written again after the advice"
        at t0, 1, s0
        li t1, PAGES - 1
        li t2, PAGE
        li a0, 0
1:      lbu t3, 0(t0)
        seqz t3, t3
        add a0, a0, t3
        add t0, t0, t2
        addi t1, t1, -1
        bnez t1, 1b
        snez a0, a0
        show "the others are zero now"

        la a0, name
        li a1, O_CREAT | O_TRUNC | O_RDWR
        li a2, 0600
        call open
        mv s1, a0
        map_file s1, PAGE, RW, MAP_PRIVATE
        mv s2, a0
        la a0, name
        call unlink
        advise s2, PAGE, MADV_FREE
        show "a file's mapping"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# fill(base: a0): 7 into every page
fill:   li t0, PAGES
        li t1, PAGE
        li t2, 7
1:      sb t2, 0(a0)
        add a0, a0, t1
        addi t0, t0, -1
        bnez t0, 1b
        ret
