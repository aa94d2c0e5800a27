# rt_sigtimedwait takes a signal out without a handler; ignored SIGCHLD leaves no zombies.
#: under bare: fail there is no fork
#: stdout nothing comes: EAGAIN
#: stdout a bad time: EINVAL
#: stdout pending already: 10
#: stdout si_signo: 10
#: stdout sent by the child: 10
#: stdout waiting while SIGCHLD is ignored: ECHILD
#: exit 0
        .include "../show.s"
        .data
        .balign 8
usr1:   .dword 1 << (SIGUSR1 - 1)
short:  .dword 0, 5000000
bad:    .dword 0, -1
        .bss
        .balign 8
info:   .zero SIZEOF_siginfo
        .text
        .globl main
main:
        li   a0, SIG_BLOCK
        la   a1, usr1
        li   a2, 0
        call sigprocmask
        la   s0, short
        call await
        show "nothing comes"
        la   s0, bad
        call await
        show "a bad time"
        li   a0, SIGUSR1
        call raise
        la   s0, short
        call await
        show "pending already"
        lw   a0, info + siginfo_si_signo
        show "si_signo"
        call getpid
        mv   s1, a0
        call fork
        bnez a0, 1f
        li   a0, 10000
        call usleep
        mv   a0, s1
        li   a1, SIGUSR1
        call kill
        li   a0, 0
        call exit
1:      li   s0, 0                      # for as long as it takes
        call await
        show "sent by the child"
        li   a0, 0
        call wait

        li   a0, SIGCHLD
        li   a1, SIG_IGN
        call signal
        call fork
        bnez a0, 2f
        li   a0, 0
        call exit
2:      li   a0, 0
        call wait
        show "waiting while SIGCHLD is ignored"
        li   a0, 0
        call exit

# await(time: s0) -> a0 = a signal of the set
await:
        la   a0, usr1
        la   a1, info
        mv   a2, s0
        li   a3, 8
        tail rt_sigtimedwait
