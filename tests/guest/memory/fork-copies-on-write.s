# After fork each side has memory of its own: what one writes, the other does not see, whoever writes first.
#: under bare: fail there is no fork
#: stdout child sees: 1 2 3
#: stdout child wrote: 1 20 30
#: stdout parent sees: 1 2 3
#: stdout parent wrote: 100 2 3
#: stdout grandchild sees: 100 2 3
        .include "../show.s"
        .include "../map.s"
        string three, "%s: %d %d %d\n"
        .macro show_three who
        string who\@, "\who"
        la a1, who\@
        call print_three
        .endm
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        map 0, 3 * PAGE, RW, MAP_PRIVATE
        mv s0, a0
        li t0, PAGE
        add s1, s0, t0
        add s2, s1, t0
        li t0, 1
        sw t0, 0(s0)
        li t0, 2
        sw t0, 0(s1)
        li t0, 3
        sw t0, 0(s2)

        call fork
        bnez a0, 1f
        show_three "child sees"
        li t0, 20
        sw t0, 0(s1)
        li t0, 30
        sw t0, 0(s2)
        show_three "child wrote"
        li a0, 0
        call _exit
1:      li a0, 0
        call wait
        show_three "parent sees"
        li t0, 100
        sw t0, 0(s0)
        show_three "parent wrote"
        call fork
        bnez a0, 2f
        show_three "grandchild sees"
        li a0, 0
        call _exit
2:      li a0, 0
        call wait
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

print_three:
        addi sp, sp, -16
        sd ra, 8(sp)
        la a0, three
        lw a2, 0(s0)
        lw a3, 0(s1)
        lw a4, 0(s2)
        call printf
        li a0, 1
        call fflush
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
