# Without translation the heap lies behind the program, wherever that was placed, and can be written to.
#: machine --translation bare
#: stdout begins behind the program: 1
#: stdout grows by 64 KiB: 1
#: stdout holds: 42
        .include "../show.s"

        .text
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd s0, 0(sp)
        li a0, 0
        li a7, SYS_brk
        ecall
        mv s0, a0
        la a1, main
        sltu a0, a1, s0
        show "begins behind the program"
        li t0, 65536
        add a0, s0, t0
        li a7, SYS_brk
        ecall
        sub a0, a0, s0
        li t0, 65536
        xor a0, a0, t0
        seqz a0, a0
        show "grows by 64 KiB"
        li t0, 42
        li t1, 65528
        add t1, t1, s0
        sd t0, 0(t1)
        ld a0, 0(t1)
        show "holds"
        li a0, 0
        ld s0, 0(sp)
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
