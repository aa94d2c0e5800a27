# Signals: signal, sigaction, sigprocmask, raise, abort. Sets of signals are 8 bytes: bit n - 1 for signal n.
        .include "abi.s"
        .equ SIZEOF_sigset, SIGRTMAX / 8
        .text

# sigaction(number: a0, new: a1 or 0, old: a2 or 0) -> a0 = 0 or -errno
        .globl sigaction
sigaction:
        li a3, SIZEOF_sigset
        j rt_sigaction

# sigprocmask(how: a0, set: a1 or 0, old: a2 or 0) -> a0 = 0 or -errno
        .globl sigprocmask
sigprocmask:
        li a3, SIZEOF_sigset
        j rt_sigprocmask

# signal(number: a0, handler: a1, SIG_DFL or SIG_IGN) -> a0 = the old handler, or -errno. Interrupted calls start again.
        .globl signal
signal:
        addi sp, sp, -64
        sd ra, 56(sp)
        sd a1, sigaction_sa_handler(sp)
        li t0, SA_RESTART
        sd t0, sigaction_sa_flags(sp)
        sd zero, sigaction_sa_mask(sp)
        mv a1, sp
        addi a2, sp, SIZEOF_sigaction
        call sigaction
        bltz a0, 1f
        ld a0, SIZEOF_sigaction+sigaction_sa_handler(sp)
1:      ld ra, 56(sp)
        addi sp, sp, 64
        ret

# raise(number: a0) -> a0 = 0 or -errno: sends itself a signal
        .globl raise
raise:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd a0, 0(sp)
        call getpid
        ld a1, 0(sp)
        ld ra, 8(sp)
        addi sp, sp, 16
        j kill

# abort(): ends the process by SIGABRT, whatever it has set for it
        .globl abort
abort:
        addi sp, sp, -16
        li t0, 1 << (SIGABRT - 1)       # unblock it
        sd t0, 0(sp)
        li a0, SIG_UNBLOCK
        mv a1, sp
        li a2, 0
        call sigprocmask
        li a0, SIGABRT                  # a handler may return ...
        call raise
        li a0, SIGABRT
        li a1, SIG_DFL
        call signal
        li a0, SIGABRT                  # ... but not now
        call raise
        ebreak
