# A blocking write of more than a pipe holds waits for the reader, as often as it must, and returns only when all is in. The
# bytes come out in order.
#: under bare: fail there is no fork
#: stdout written: 200000
#: stdout read in all: 200000
#: stdout out of order: 0
#: stdout child: 0
        .include "../show.s"
        .include "../files.s"
        .equ MUCH, 200000
        value ends
        value status
        value room, MUCH
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        la a0, ends
        call pipe
        lw s0, ends
        lw s1, ends + 4
        call fork
        bnez a0, 2f
        la t0, room                     # bytes that tell their place: modulo 251, a prime
        li t1, MUCH
        li t2, 251
        li t3, 0
1:      remu t4, t3, t2
        add t5, t0, t3
        sb t4, 0(t5)
        addi t3, t3, 1
        bltu t3, t1, 1b
        text_to s1, room, MUCH
        show "written"
        li a0, 0
        call _exit

2:      mv a0, s1
        call close
        la a0, status
        call wait_later
        mv a0, s0
        la a1, room
        li a2, MUCH
        call read_full
        mv s2, a0
        la a0, status
        call wait
        mv a0, s2
        show "read in all"
        la t0, room
        li t1, MUCH
        li t2, 251
        li t3, 0
        li a0, 0
3:      remu t4, t3, t2
        add t5, t0, t3
        lbu t5, 0(t5)
        xor t4, t4, t5
        snez t4, t4
        add a0, a0, t4
        addi t3, t3, 1
        bltu t3, t1, 3b
        show "out of order"
        lw a0, status
        show "child"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# lets the writer fill the pipe first
wait_later:
        li a0, 20000
        tail usleep
