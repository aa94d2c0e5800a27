# A signal during a read that sleeps: SA_RESTART begins the call again, otherwise it ends with EINTR.
#: under bare: fail there is no fork
#: stdout without SA_RESTART: EINTR
#: stdout with SA_RESTART: 1
#: stdout handled: 2
#: exit 0
        .include "../show.s"
        .equ WHILE, 20000               # microseconds, so that the other process sleeps by then
        .bss
        .balign 8
ends:   .zero 8
action: .zero SIZEOF_sigaction
byte:   .zero 8
count:  .zero 8
        .section .rodata
text:   .asciz "x"
        .text
        .globl main
main:
        la   a0, ends
        call pipe
        li   s1, 0
        call interrupted_read
        show "without SA_RESTART"
        lw   a0, ends                   # the byte that the child wrote afterwards
        la   a1, byte
        li   a2, 1
        call read
        li   s1, SA_RESTART
        call interrupted_read
        show "with SA_RESTART"
        ld   a0, count
        show "handled"
        li   a0, 0
        call exit

# interrupted_read(flags: s1) -> a0 = result of a read during which a signal comes, and data only after that
interrupted_read:
        addi sp, sp, -16
        sd   ra, 8(sp)
        la   t0, action
        la   t1, handler
        sd   t1, sigaction_sa_handler(t0)
        sd   s1, sigaction_sa_flags(t0)
        li   a0, SIGUSR1
        la   a1, action
        li   a2, 0
        call sigaction
        call getpid
        mv   s0, a0
        call fork
        bnez a0, 1f
        li   a0, WHILE
        call usleep
        mv   a0, s0
        li   a1, SIGUSR1
        call kill
        li   a0, WHILE
        call usleep
        lw   a0, ends + 4
        la   a1, text
        li   a2, 1
        call write
        li   a0, 0
        call exit
1:      lw   a0, ends
        la   a1, byte
        li   a2, 1
        call read
        mv   s2, a0
        li   a0, 0
        call wait
        mv   a0, s2
        ld   ra, 8(sp)
        addi sp, sp, 16
        ret

handler:
        la   t0, count
        ld   t1, 0(t0)
        addi t1, t1, 1
        sd   t1, 0(t0)
        ret
