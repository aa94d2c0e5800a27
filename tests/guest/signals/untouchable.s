# What rt_sigaction and rt_sigprocmask refuse: SIGKILL and SIGSTOP cannot be caught, ignored or blocked.
#: under bare: fail there is no fork
#: under segments: fail a program can read and write near address 0
#: stdout SIGKILL: EINVAL
#: stdout SIGSTOP: EINVAL
#: stdout signal 0: EINVAL
#: stdout signal 65: EINVAL
#: stdout SIGUSR1: 0
#: stdout bad address: EFAULT
#: stdout set of 16 bytes: EINVAL
#: stdout unknown way to change the mask: EINVAL
#: stdout SIGKILL is blocked: 0
#: stdout SIGSTOP is blocked: 0
#: stdout SIGTERM is blocked: 1
#: stdout the child was ended by signal: 9
#: exit 0
        .include "../show.s"
        .data
        .balign 8
action: .dword SIG_IGN, 0, 0
all:    .dword -1
        .bss
        .balign 8
mask:   .zero 8
status: .zero 8
        .text
        .globl main
main:
        li   s0, SIGKILL
        call try
        show "SIGKILL"
        li   s0, SIGSTOP
        call try
        show "SIGSTOP"
        li   s0, 0
        call try
        show "signal 0"
        li   s0, 65
        call try
        show "signal 65"
        li   s0, SIGUSR1
        call try
        show "SIGUSR1"
        li   a0, SIGUSR1
        li   a1, 8
        li   a2, 0
        li   a3, 8
        call rt_sigaction
        show "bad address"
        li   a0, SIGUSR1
        la   a1, action
        li   a2, 0
        li   a3, 16
        call rt_sigaction
        show "set of 16 bytes"
        li   a0, 9
        la   a1, all
        li   a2, 0
        call sigprocmask
        show "unknown way to change the mask"

        li   a0, SIG_SETMASK
        la   a1, all
        li   a2, 0
        call sigprocmask
        li   a0, SIG_SETMASK
        li   a1, 0
        la   a2, mask
        call sigprocmask
        ld   a0, mask
        srli a0, a0, SIGKILL - 1
        andi a0, a0, 1
        show "SIGKILL is blocked"
        ld   a0, mask
        srli a0, a0, SIGSTOP - 1
        andi a0, a0, 1
        show "SIGSTOP is blocked"
        ld   a0, mask
        srli a0, a0, SIGTERM - 1
        andi a0, a0, 1
        show "SIGTERM is blocked"
        call fork
        bnez a0, 1f
        call getpid                     # the child has inherited the mask
        li   a1, SIGKILL
        call kill
        say "not reached"
        li   a0, 0
        call exit
1:      la   a0, status
        call wait
        lw   a0, status
        show "the child was ended by signal"
        li   a0, 0
        call exit

# try(signal: s0) -> a0
try:
        mv   a0, s0
        la   a1, action
        li   a2, 0
        tail sigaction
