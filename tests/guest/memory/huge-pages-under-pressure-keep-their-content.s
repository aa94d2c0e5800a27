# With huge pages everywhere and less RAM than the program fills: they are split on their way to swap, and each page comes back
# with what was written. A child of fork sees the same, and what it writes is its own.
#: only it takes a machine with little memory
#: machine --thp always --ram 4M --swap 32M
#: stdout wrong: 0
#: stdout child, wrong: 0
#: stdout wrong after the child wrote: 0
#: stdout huge pages were split for swap: 1
        .include "../show.s"
        .include "../map.s"
        .equ BYTES, 8 << 20
        string vmstat, "/proc/vmstat"
        string fallback, "thp_swpout_fallback"
        .globl main
main:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)
        map 0, BYTES, RW, MAP_PRIVATE
        mv s0, a0
        li a1, 0
        call fill
        call wrong
        show "wrong"
        call fork
        bnez a0, 1f
        call wrong
        show "child, wrong"
        li a1, 1
        call fill
        li a0, 0
        call _exit
1:      li a0, -1
        li a1, 0
        li a2, 0
        call waitpid
        call wrong
        show "wrong after the child wrote"
        la a0, vmstat
        call read_file
        la a1, fallback
        call labelled
        snez a0, a0
        show "huge pages were split for swap"
        li a0, 0
        ld s0, 16(sp)
        ld ra, 24(sp)
        addi sp, sp, 32
        ret

# fill(difference: a1): the number of each page, and the difference, into the page
fill:   li t0, BYTES
        add t0, s0, t0
        li t1, PAGE
        mv t2, s0
1:      add t3, t2, a1
        sd t3, 8(t2)
        add t2, t2, t1
        bltu t2, t0, 1b
        ret

# wrong() -> a0 = pages that hold something else
wrong:  li t0, BYTES
        add t0, s0, t0
        li t1, PAGE
        mv t2, s0
        li a0, 0
1:      ld t3, 8(t2)
        xor t3, t3, t2
        snez t3, t3
        add a0, a0, t3
        add t2, t2, t1
        bltu t2, t0, 1b
        ret
