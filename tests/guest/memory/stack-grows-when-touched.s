# The stack needs no asking: touching it far below where it ends makes it grow, down to its limit (RLIMIT_STACK, 8 MiB).
#: under bare: fail a stack does not grow
#: machine --ram 16M
#: stdout 4 MiB below: 0
#: stdout 1 MiB below, passed over before: 0
#: stdout what was written there: 99
        .include "../show.s"
        .include "../access.s"
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        li t0, 4 << 20
        sub a0, sp, t0
        li a1, 99
        call try_store
        show_access "4 MiB below"
        li t0, 1 << 20
        sub a0, sp, t0
        call try_load
        show_access "1 MiB below, passed over before"
        li t0, 4 << 20
        sub a0, sp, t0
        call try_load
        show_access "what was written there"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
