# pipe: a byte goes to a child through one pipe and comes back through another: 2,000 round trips.
# work() -> how many bytes came back

        .include "abi.s"
        .globl  prepare, work
        .equ    COUNT, 2000

# The child sends back what it gets, until there is no parent any more.
prepare:
        la      a0, there
        li      a1, 0
        li      a7, SYS_pipe2
        ecall
        bnez    a0, die
        la      a0, back
        li      a1, 0
        li      a7, SYS_pipe2
        ecall
        bnez    a0, die
        li      a0, SIGCHLD             # fork
        li      a1, 0
        li      a2, 0
        li      a3, 0
        li      a4, 0
        li      a7, SYS_clone
        ecall
        bltz    a0, die
        beqz    a0, child
        ret

child:  lw      a0, there + 4           # its own end to write to: else it would wait for itself
        li      a7, SYS_close
        ecall
1:      lw      a0, there
        la      a1, byte
        li      a2, 1
        li      a7, SYS_read
        ecall
        li      t0, 1
        bne     a0, t0, 2f
        lw      a0, back + 4
        la      a1, byte
        li      a2, 1
        li      a7, SYS_write
        ecall
        j       1b
2:      li      a0, 0
        li      a7, SYS_exit_group
        ecall

# s0 trips left, s1 bytes
work:   addi    sp, sp, -16
        sd      s0, 8(sp)
        sd      s1, (sp)
        li      s0, COUNT
        li      s1, 0
1:      la      a1, byte
        sb      s0, (a1)
        lw      a0, there + 4
        li      a2, 1
        li      a7, SYS_write
        ecall
        li      t0, 1
        bne     a0, t0, die
        lw      a0, back
        la      a1, byte
        sb      zero, (a1)
        li      a2, 1
        li      a7, SYS_read
        ecall
        li      t0, 1
        bne     a0, t0, die
        lbu     t0, byte
        andi    t1, s0, 255
        bne     t0, t1, die
        addi    s1, s1, 1
        addi    s0, s0, -1
        bnez    s0, 1b
        mv      a0, s1
        ld      s1, (sp)
        ld      s0, 8(sp)
        addi    sp, sp, 16
        ret

        .bss
        .balign 8
there:  .zero   8
back:   .zero   8
byte:   .zero   8
