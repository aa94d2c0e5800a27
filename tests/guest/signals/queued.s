# Signals that wait: a standard signal waits once, real-time signals each time, in their order, with their values.
#: only qemu-riscv64 delivers in another order; what is here is what Linux 6.1 itself does
#: stdout all are sent
#: stdout signal: 40
#: stdout value: 11
#: stdout signal: 40
#: stdout value: 12
#: stdout signal: 40
#: stdout value: 13
#: stdout signal: 10
#: stdout value: 11
#: stdout all have come
#: exit 0
        .include "../show.s"
        .equ REAL_TIME, 40
        .data
        .balign 8
action: .dword handler, SA_SIGINFO, 0
all:    .dword -1
        .bss
        .balign 8
info:   .zero SIZEOF_siginfo
        .text
        .globl main
main:
        li   a0, SIGUSR1
        la   a1, action
        li   a2, 0
        call sigaction
        li   a0, REAL_TIME
        la   a1, action
        li   a2, 0
        call sigaction
        li   a0, SIG_SETMASK
        la   a1, all
        li   a2, 0
        call sigprocmask
        li   s0, 11
1:      li   s1, REAL_TIME
        call send
        li   s1, SIGUSR1
        call send
        addi s0, s0, 1
        li   t0, 14
        blt  s0, t0, 1b
        say "all are sent"
        li   a0, SIG_UNBLOCK
        la   a1, all
        li   a2, 0
        call sigprocmask
        say "all have come"
        li   a0, 0
        call exit

# send(value: s0, signal: s1) to myself
send:
        addi sp, sp, -16
        sd   ra, 8(sp)
        la   t0, info
        sw   s1, siginfo_si_signo(t0)
        li   t1, SI_QUEUE
        sw   t1, siginfo_si_code(t0)
        sd   s0, siginfo_si_value(t0)
        call getpid
        mv   a1, s1
        la   a2, info
        call rt_sigqueueinfo
        ld   ra, 8(sp)
        addi sp, sp, 16
        ret

handler:
        addi sp, sp, -16
        sd   ra, 8(sp)
        sd   s0, 0(sp)
        mv   s0, a1
        show "signal"
        ld   a0, siginfo_si_value(s0)
        show "value"
        ld   ra, 8(sp)
        ld   s0, 0(sp)
        addi sp, sp, 16
        ret
