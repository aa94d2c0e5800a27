# signal: a process sends itself a signal, whose handler counts it and returns: 10,000 times.
# work() -> how many were handled

        .include "abi.s"
        .globl  prepare, work
        .equ    COUNT, 10000

prepare:
        la      t0, handler
        la      a1, action
        sd      t0, sigaction_sa_handler(a1)
        li      a0, SIGUSR1
        li      a2, 0
        li      a3, 8
        li      a7, SYS_rt_sigaction
        ecall
        bnez    a0, die
        ret

# s0 signals left, s1 this process
work:   addi    sp, sp, -16
        sd      s0, 8(sp)
        sd      s1, (sp)
        la      t0, handled
        sd      zero, (t0)
        li      a7, SYS_getpid
        ecall
        mv      s1, a0
        li      s0, COUNT
1:      mv      a0, s1
        li      a1, SIGUSR1
        li      a7, SYS_kill
        ecall
        bnez    a0, die
        addi    s0, s0, -1
        bnez    s0, 1b
        ld      a0, handled
        ld      s1, (sp)
        ld      s0, 8(sp)
        addi    sp, sp, 16
        ret

handler:
        la      t0, handled
        ld      t1, (t0)
        addi    t1, t1, 1
        sd      t1, (t0)
        ret

        .bss
        .balign 8
handled:
        .zero   8
action: .zero   24
