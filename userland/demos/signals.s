# Signals: a call that nobody makes.
#
# A signal interrupts a process between two of its instructions: the kernel saves all registers on the process's stack and
# continues it in the handler that it has named for this signal. When the handler returns, the registers are put back, and
# the program goes on as if nothing had happened. A blocked signal waits ("is pending") until it is unblocked; sent twice
# meanwhile, it is still one. Without a handler most signals end the process, and SIGKILL always does.
#
#: under bare: fail there is no fork
#: stdout sending myself USR1
#: stdout   handler: User defined signal 1
#: stdout back again; all registers are as they were: 1234
#: stdout blocking USR1, then sending it twice
#: stdout pending: 1, handled so far: 1
#: stdout unblocking
#: stdout   handler: User defined signal 1
#: stdout handled so far: 2
#: stdout a child without a handler was ended by: Terminated
#: exit 0
        .include "abi.s"
        .equ SET_OF_USR1, 1 << (SIGUSR1 - 1)    # in a set of signals, bit n - 1 stands for signal n

        .bss
        .balign 8
handled:        .zero 8                 # counted by the handler
set:            .zero 8
status:         .zero 8

        .text
        .globl main
main:
        li   a0, SIGUSR1
        la   a1, handler
        call signal

        la   a0, sending
        call puts
        call getpid
        mv   s0, a0
        li   s1, 1234
        mv   a0, s0
        li   a1, SIGUSR1
        call kill                       # the handler runs before this call returns
        la   a0, back
        mv   a1, s1
        call printf

        la   a0, blocking
        call puts
        li   s2, SIG_BLOCK
        call change_mask
        mv   a0, s0
        li   a1, SIGUSR1
        call kill
        mv   a0, s0
        li   a1, SIGUSR1
        call kill
        la   a0, set
        li   a1, 8                      # bytes of a set
        call rt_sigpending
        la   a0, pending
        ld   a1, set
        srli a1, a1, SIGUSR1 - 1
        andi a1, a1, 1
        ld   a2, handled
        call printf
        la   a0, unblocking
        call puts
        li   s2, SIG_UNBLOCK
        call change_mask                # the handler runs before this call returns
        la   a0, so_far
        ld   a1, handled
        call printf

        call flush_all
        call fork
        bnez a0, parent
1:      call pause_for_signal           # the child waits for a signal
        j    1b
parent: mv   s0, a0
        li   a1, SIGTERM
        call kill
        la   a0, status
        call wait
        lw   a0, status
        andi a0, a0, 0x7f               # wait(2): the signal that ended it
        call strsignal
        mv   a1, a0
        la   a0, ended
        call printf
        li   a0, 0
        call exit

# handler(signal: a0). It prints: safe here, because main prints nothing while a signal can come.
handler:
        addi sp, sp, -16
        sd   ra, 8(sp)
        la   t0, handled
        ld   t1, 0(t0)
        addi t1, t1, 1
        sd   t1, 0(t0)
        call strsignal
        mv   a1, a0
        la   a0, in_handler
        call printf
        li   s1, 0                      # a handler may use every register: main's are saved
        ld   ra, 8(sp)
        addi sp, sp, 16
        ret

# change_mask(how: s2): blocks or unblocks USR1
change_mask:
        la   a1, set
        li   t0, SET_OF_USR1
        sd   t0, 0(a1)
        mv   a0, s2
        li   a2, 0
        tail sigprocmask

# pause_for_signal(): sleeps until a signal comes; none is blocked meanwhile
pause_for_signal:
        la   a0, set
        sd   zero, 0(a0)
        li   a1, 8
        tail rt_sigsuspend

        .section .rodata
sending:        .asciz "sending myself USR1"
in_handler:     .asciz "  handler: %s\n"
back:           .asciz "back again; all registers are as they were: %ld\n"
blocking:       .asciz "blocking USR1, then sending it twice"
pending:        .asciz "pending: %ld, handled so far: %ld\n"
unblocking:     .asciz "unblocking"
so_far:         .asciz "handled so far: %ld\n"
ended:          .asciz "a child without a handler was ended by: %s\n"
