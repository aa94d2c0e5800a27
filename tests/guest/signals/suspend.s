# rt_sigsuspend: waits with another mask, and has put the old one back when it returns.
#: under segments: fail a program can read and write near address 0
#: stdout both are pending
#: stdout handler: 10
#: stdout rt_sigsuspend: EINTR
#: stdout mask: 0xa00
#: stdout pending: 0x800
#: stdout handler: 12
#: stdout mask: 0x0
#: stdout with a set of 4 bytes: EINVAL
#: stdout with a bad address: EFAULT
#: exit 0
        .include "../show.s"
        .equ USR1_AND_2, (1 << (SIGUSR1 - 1)) | (1 << (SIGUSR2 - 1))
        .equ USR2_ONLY, 1 << (SIGUSR2 - 1)
        .data
        .balign 8
both:   .dword USR1_AND_2
second: .dword USR2_ONLY
        .bss
        .balign 8
mask:   .zero 8
        .text
        .globl main
main:
        li   a0, SIGUSR1
        la   a1, handler
        call signal
        li   a0, SIGUSR2
        la   a1, handler
        call signal
        li   a0, SIG_BLOCK
        la   a1, both
        li   a2, 0
        call sigprocmask
        li   a0, SIGUSR1
        call raise
        li   a0, SIGUSR2
        call raise
        say "both are pending"
        la   a0, second                 # only USR2 stays blocked while it waits
        li   a1, 8
        call rt_sigsuspend
        show "rt_sigsuspend"
        call show_mask
        la   a0, mask
        li   a1, 8
        call rt_sigpending
        ld   a0, mask
        show_hex "pending"
        li   a0, SIG_UNBLOCK
        la   a1, both
        li   a2, 0
        call sigprocmask
        call show_mask
        la   a0, second
        li   a1, 4
        call rt_sigsuspend
        show "with a set of 4 bytes"
        li   a0, 8
        li   a1, 8
        call rt_sigsuspend
        show "with a bad address"
        li   a0, 0
        call exit

show_mask:
        addi sp, sp, -16
        sd   ra, 8(sp)
        li   a0, SIG_BLOCK
        li   a1, 0
        la   a2, mask
        call sigprocmask
        ld   a0, mask
        show_hex "mask"
        ld   ra, 8(sp)
        addi sp, sp, 16
        ret

handler:
        addi sp, sp, -16
        sd   ra, 8(sp)
        show "handler"
        ld   ra, 8(sp)
        addi sp, sp, 16
        ret
