# A handler that sends itself its own signal: blocked until it returns, or nested with SA_NODEFER.
#: stdout flags: 0x0
#: stdout handler begins at depth: 1
#: stdout handler ends at depth: 1
#: stdout handler begins at depth: 1
#: stdout handler ends at depth: 1
#: stdout handler begins at depth: 1
#: stdout handler ends at depth: 1
#: stdout flags: 0x40000000
#: stdout handler begins at depth: 1
#: stdout handler begins at depth: 2
#: stdout handler begins at depth: 3
#: stdout handler ends at depth: 3
#: stdout handler ends at depth: 2
#: stdout handler ends at depth: 1
#: exit 0
        .include "../show.s"
        .bss
        .balign 8
action: .zero SIZEOF_sigaction
depth:  .zero 8
left:   .zero 8
        .text
        .globl main
main:
        li   s0, 0
        call try
        li   s0, SA_NODEFER
        call try
        li   a0, 0
        call exit

# try(flags: s0)
try:
        addi sp, sp, -16
        sd   ra, 8(sp)
        mv   a0, s0
        show_hex "flags"
        la   t0, left
        li   t1, 3
        sd   t1, 0(t0)
        la   t0, action
        la   t1, handler
        sd   t1, sigaction_sa_handler(t0)
        sd   s0, sigaction_sa_flags(t0)
        li   a0, SIGUSR1
        la   a1, action
        li   a2, 0
        call sigaction
        li   a0, SIGUSR1
        call raise
        ld   ra, 8(sp)
        addi sp, sp, 16
        ret

handler:
        addi sp, sp, -16
        sd   ra, 8(sp)
        la   t0, depth
        ld   t1, 0(t0)
        addi t1, t1, 1
        sd   t1, 0(t0)
        mv   a0, t1
        show "handler begins at depth"
        la   t0, left
        ld   t1, 0(t0)
        addi t1, t1, -1
        sd   t1, 0(t0)
        beqz t1, 1f
        li   a0, SIGUSR1
        call raise
1:      ld   a0, depth
        show "handler ends at depth"
        la   t0, depth
        ld   t1, 0(t0)
        addi t1, t1, -1
        sd   t1, 0(t0)
        ld   ra, 8(sp)
        addi sp, sp, 16
        ret
