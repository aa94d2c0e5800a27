# sa_mask: signals that wait while a handler runs; the one that was sent meanwhile comes when it has returned.
#: only qemu-riscv64 takes sa_mask from elsewhere; what is here is what Linux 6.1 itself does
#: stdout first handler: 10
#: stdout mask in it: 0x4a00
#: stdout the first handler goes on
#: stdout other handler: 12
#: stdout mask afterwards: 0x0
#: exit 0
        .include "../show.s"
        .data
        .balign 8
first:  .dword first_handler, 0, (1 << (SIGUSR2 - 1)) | (1 << (SIGTERM - 1)) | (1 << (SIGKILL - 1))
        .bss
        .balign 8
mask:   .zero 8
        .text
        .globl main
main:
        li   a0, SIGUSR1
        la   a1, first
        li   a2, 0
        call sigaction
        li   a0, SIGUSR2
        la   a1, handler
        call signal
        li   a0, SIGTERM
        la   a1, handler
        call signal
        li   a0, SIGUSR1
        call raise
        li   a0, SIG_BLOCK
        li   a1, 0
        la   a2, mask
        call sigprocmask
        ld   a0, mask
        show_hex "mask afterwards"
        li   a0, 0
        call exit

first_handler:
        addi sp, sp, -16
        sd   ra, 8(sp)
        show "first handler"
        li   a0, SIG_BLOCK
        li   a1, 0
        la   a2, mask
        call sigprocmask
        ld   a0, mask
        show_hex "mask in it"
        li   a0, SIGUSR2
        call raise
        say "the first handler goes on"
        ld   ra, 8(sp)
        addi sp, sp, 16
        ret

handler:
        addi sp, sp, -16
        sd   ra, 8(sp)
        show "other handler"
        ld   ra, 8(sp)
        addi sp, sp, 16
        ret
