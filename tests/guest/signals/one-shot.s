# SA_RESETHAND: the handler serves once, then the default action is back.
#: under bare: fail there is no fork
#: stdout handler: 10
#: stdout handler now: 0
#: stdout the child was ended by signal: 10
#: exit 0
        .include "../show.s"
        .data
        .balign 8
action: .dword handler, SA_RESETHAND, 0
        .bss
        .balign 8
old:    .zero SIZEOF_sigaction
status: .zero 8
        .text
        .globl main
main:
        call fork
        bnez a0, 1f
        li   a0, SIGUSR1
        la   a1, action
        li   a2, 0
        call sigaction
        li   a0, SIGUSR1
        call raise
        li   a0, SIGUSR1
        li   a1, 0
        la   a2, old
        call sigaction
        ld   a0, old + sigaction_sa_handler
        show "handler now"
        li   a0, SIGUSR1
        call raise
        say "not reached"
        li   a0, 0
        call exit
1:      la   a0, status
        call wait
        lw   a0, status
        show "the child was ended by signal"
        li   a0, 0
        call exit

handler:
        addi sp, sp, -16
        sd   ra, 8(sp)
        show "handler"
        ld   ra, 8(sp)
        addi sp, sp, 16
        ret
