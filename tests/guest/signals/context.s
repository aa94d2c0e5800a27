# The saved registers: a handler changes what it interrupted, and every other register is as it was.
#: stdout handler: 5
#: stdout sum of the others: 2246
#: stdout t3: 1234
#: exit 0
        .include "../show.s"
        .equ SAVED_T3, ucontext_uc_x1 + 8 * (28 - 1)    # t3 is x28
        .data
        .balign 8
action: .dword handler, SA_SIGINFO, 0
        .text
        .globl main
main:
        li   a0, SIGTRAP
        la   a1, action
        li   a2, 0
        call sigaction
        li   t0, 100
        li   t1, 101
        li   t2, 102
        li   t3, 103
        li   t4, 104
        li   t5, 105
        li   t6, 106
        li   a0, 200
        li   a1, 201
        li   a2, 202
        li   a3, 203
        li   a4, 204
        li   a5, 205
        li   a6, 206
        li   a7, 207
        ebreak
        mv   s0, t3                     # changed by the handler
        add  t0, t0, t1
        add  t0, t0, t2
        add  t0, t0, t4
        add  t0, t0, t5
        add  t0, t0, t6
        add  a0, a0, a1
        add  a0, a0, a2
        add  a0, a0, a3
        add  a0, a0, a4
        add  a0, a0, a5
        add  a0, a0, a6
        add  a0, a0, a7
        add  s1, a0, t0
        mv   a0, s1
        show "sum of the others"
        mv   a0, s0
        show "t3"
        li   a0, 0
        call exit

handler:
        addi sp, sp, -16
        sd   ra, 8(sp)
        sd   s0, 0(sp)
        mv   s0, a2
        show "handler"
        li   t0, 1234
        sd   t0, SAVED_T3(s0)
        ld   t0, ucontext_uc_pc(s0)
        addi t0, t0, 4
        sd   t0, ucontext_uc_pc(s0)
        li   t0, -1                     # all these are put back
        li   t1, -1
        li   t2, -1
        li   t3, -1
        li   t4, -1
        li   t5, -1
        li   t6, -1
        li   a0, -1
        li   a1, -1
        li   a2, -1
        li   a3, -1
        li   a4, -1
        li   a5, -1
        li   a6, -1
        li   a7, -1
        ld   ra, 8(sp)
        ld   s0, 0(sp)
        addi sp, sp, 16
        ret
