# sigaltstack: a handler with a stack of its own, as who has overflown the normal one needs it.
#: stdout too small: ENOMEM
#: stdout unknown flags: EINVAL
#: stdout flags before there is one: 2
#: stdout sigaltstack: 0
#: stdout handler: 10
#: stdout outside of its stack: 0
#: stdout flags in the handler: 1
#: stdout changing it now: EPERM
#: stdout flags after the handler: 0
#: stdout handler: 11
#: stdout outside of its stack: 0
#: stdout flags in the handler: 1
#: stdout changing it now: EPERM
#: exit 0
        .include "../show.s"
        .equ STACK_BYTES, 16384
        .equ FRAME, 65536
        .data
        .balign 8
action: .dword handler, SA_SIGINFO | SA_ONSTACK, 0
small:  .dword stack, 0, 64
wrong:  .dword stack, 99, STACK_BYTES
ours:   .dword stack, 0, STACK_BYTES
none:   .dword 0, SS_DISABLE, 0
        .bss
        .balign 16
stack:  .zero STACK_BYTES
old:    .zero SIZEOF_sigaltstack
limit:  .zero SIZEOF_rlimit
        .text
        .globl main
main:
        la   a0, small
        li   a1, 0
        call sigaltstack
        show "too small"
        la   a0, wrong
        li   a1, 0
        call sigaltstack
        show "unknown flags"
        li   a0, 0
        la   a1, old
        call sigaltstack
        lw   a0, old + sigaltstack_ss_flags
        show "flags before there is one"
        la   a0, ours
        li   a1, 0
        call sigaltstack
        show "sigaltstack"
        li   a0, SIGUSR1
        la   a1, action
        li   a2, 0
        call sigaction
        li   a0, SIGSEGV
        la   a1, action
        li   a2, 0
        call sigaction
        li   a0, SIGUSR1
        call raise
        li   a0, 0
        la   a1, old
        call sigaltstack
        lw   a0, old + sigaltstack_ss_flags
        show "flags after the handler"
deeper:                                 # uses up the stack
        li   t0, FRAME
        sub  sp, sp, t0
        sd   zero, 0(sp)
        j    deeper

handler:
        mv   s0, a0
        addi sp, sp, -32
        sd   ra, 24(sp)
        show "handler"
        la   t0, stack
        sltu a0, sp, t0
        li   t1, STACK_BYTES
        add  t0, t0, t1
        sltu t0, t0, sp
        or   a0, a0, t0
        show "outside of its stack"
        li   a0, 0
        la   a1, old
        call sigaltstack
        lw   a0, old + sigaltstack_ss_flags
        show "flags in the handler"
        la   a0, none
        li   a1, 0
        call sigaltstack
        show "changing it now"
        li   t0, SIGSEGV
        beq  s0, t0, 1f
        ld   ra, 24(sp)
        addi sp, sp, 32
        ret
1:      li   a0, 0
        call exit
