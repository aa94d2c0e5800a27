# A handler's address has 64 bits: it is told as it was set, and where nothing is, the signal ends in SIGSEGV.
#: under bare: fail there is no fork
#: stdout set: 0x10000000003
#: stdout ended by signal: 11
#: stdout set: 0x1fffffffffffff
#: stdout ended by signal: 11
#: stdout set: 0x20000000000001
#: stdout ended by signal: 11
#: stdout set: 0x8000000000000001
#: stdout ended by signal: 11
#: stdout set: 0xfffffffffffffffe
#: stdout ended by signal: 11
#: stdout set: 0x1
#: stdout ended by signal: 0
#: stdout set: 0x0
#: stdout ended by signal: 10
#: exit 0
        .include "../show.s"
        .data
        .balign 8
handlers: .dword (1 << 40) + 3, (1 << 53) - 1, (1 << 53) + 1, (1 << 63) + 1, -2, SIG_IGN, SIG_DFL
handlers_end:
action: .dword 0, 0, 0
        .bss
        .balign 8
old:    .zero SIZEOF_sigaction
status: .zero 8
        .text
        .globl main
main:
        la   s0, handlers
1:      ld   t0, (s0)
        la   a1, action
        sd   t0, sigaction_sa_handler(a1)
        li   a0, SIGUSR1
        li   a2, 0
        call sigaction
        li   a0, SIGUSR1
        li   a1, 0
        la   a2, old
        call sigaction
        ld   a0, old + sigaction_sa_handler
        show_hex "set"
        call fork
        bnez a0, 2f
        call getpid
        li   a1, SIGUSR1
        call kill
        li   a0, 0
        call exit
2:      la   a1, status
        li   a2, 0
        call waitpid
        lw   a0, status
        andi a0, a0, 0x7f
        show "ended by signal"
        addi s0, s0, 8
        la   t0, handlers_end
        bltu s0, t0, 1b
        li   a0, 0
        call exit
