# Catching SIGSEGV: a program may repair its own page faults.
#
# When the kernel cannot resolve a page fault it sends SIGSEGV. A handler that was installed with SA_SIGINFO learns the
# address (si_addr) and the reason (si_code): SEGV_MAPERR, nothing is mapped there, or SEGV_ACCERR, the mapping does not
# allow that access. When the handler returns, the very same instruction is executed again. If the handler has changed
# the memory so that it can succeed now, the program goes on as if nothing had been. Garbage collectors, debuggers and
# virtual machines are built this way.
#
#: under bare: fail a mapping cannot be at any address
#: stdout storing to a place where nothing is mapped ...
#: stdout   handler: address 0x500000010, code 1: not mapped; I map a page there
#: stdout   handler: address 0x500000010, code 2: not allowed; I allow writing
#: stdout ... and the store has been made: the word there is 42
#: stdout storing there again needs no handler: 43
#: exit 0
        .include "abi.s"
        .equ PAGE, 4096
        .equ PLACE, 0x500000000

        .bss
        .balign 8
action:         .zero SIZEOF_sigaction

        .text
        .globl main
main:
        la   t0, action
        la   t1, handler
        sd   t1, sigaction_sa_handler(t0)
        li   t1, SA_SIGINFO             # tell the handler more than the signal's number
        sd   t1, sigaction_sa_flags(t0)
        li   a0, SIGSEGV
        la   a1, action
        li   a2, 0
        call sigaction

        la   a0, storing
        call printf
        li   s0, PLACE
        li   s1, 42
        sd   s1, 16(s0)                 # executed three times: the third time it succeeds
        ld   a1, 16(s0)
        la   a0, stored
        call printf
        li   s1, 43
        sd   s1, 16(s0)
        ld   a1, 16(s0)
        la   a0, again
        call printf
        li   a0, 0
        call exit

# handler(signal: a0, siginfo: a1, ucontext: a2). It prints: that is safe only because the signal cannot come in the middle
# of another printf, but comes from the one store above.
handler:
        addi sp, sp, -16
        sd   ra, 8(sp)
        sd   s0, 0(sp)
        mv   s0, a1
        lw   t0, siginfo_si_code(s0)
        li   t1, SEGV_ACCERR
        beq  t0, t1, 1f

        ld   a1, siginfo_si_addr(s0)
        lw   a2, siginfo_si_code(s0)
        la   a0, not_mapped
        call printf
        li   a0, PLACE
        li   a1, PAGE
        li   a2, PROT_READ              # readable only, so that the next fault is of the other kind
        li   a3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED
        li   a4, -1
        li   a5, 0
        call mmap
        j    2f

1:      ld   a1, siginfo_si_addr(s0)
        lw   a2, siginfo_si_code(s0)
        la   a0, not_allowed
        call printf
        li   a0, PLACE
        li   a1, PAGE
        li   a2, PROT_READ | PROT_WRITE
        call mprotect
2:      bltz a0, failed                 # to return would be to fault forever
        ld   ra, 8(sp)
        ld   s0, 0(sp)
        addi sp, sp, 16
        ret                             # to the kernel's trampoline, which calls rt_sigreturn

failed: mv   a1, a0
        la   a0, repair
        li   a2, 1
        call die

        .section .rodata
storing:        .asciz "storing to a place where nothing is mapped ...\n"
not_mapped:     .asciz "  handler: address %p, code %d: not mapped; I map a page there\n"
not_allowed:    .asciz "  handler: address %p, code %d: not allowed; I allow writing\n"
stored:         .asciz "... and the store has been made: the word there is %ld\n"
again:          .asciz "storing there again needs no handler: %ld\n"
repair:         .asciz "repair"
