# setitimer: one signal, repeated signals, what is left, processor time.
#: stdout unknown timer: EINVAL
#: stdout a million microseconds: EINVAL
#: stdout once: 0
#: stdout alarms: 1
#: stdout microseconds left after it: 0
#: stdout alarms: 4
#: stdout old interval: 5000
#: stdout whole seconds left of an hour: 3599
#: stdout and when it is off: 0
#: stdout time spent computing
#: exit 0
        .include "../show.s"
        .data
        .balign 8
once:           .dword 0, 0, 0, 5000            # in 5 ms
often:          .dword 0, 5000, 0, 5000         # every 5 ms
hour:           .dword 0, 0, 3600, 0
off:            .dword 0, 0, 0, 0
bad:            .dword 0, 0, 0, 1000000
        .bss
        .balign 8
alarms:         .zero 8
old:            .zero SIZEOF_itimerval
mask:           .zero 8
        .text
        .globl main
main:
        li   a0, SIGALRM
        la   a1, handler
        call signal
        li   a0, SIGVTALRM
        la   a1, handler
        call signal
        li   a0, 7
        la   a1, once
        li   a2, 0
        call setitimer
        show "unknown timer"
        li   a0, ITIMER_REAL
        la   a1, bad
        li   a2, 0
        call setitimer
        show "a million microseconds"
        li   a0, ITIMER_REAL
        la   a1, once
        li   a2, 0
        call setitimer
        show "once"
        li   s0, 1
        call await
        show "alarms"
        li   a0, ITIMER_REAL
        la   a1, old
        call getitimer
        ld   a0, old + itimerval_value_usec
        show "microseconds left after it"

        li   a0, ITIMER_REAL
        la   a1, often
        li   a2, 0
        call setitimer
        li   s0, 4
        call await
        show "alarms"
        li   a0, ITIMER_REAL
        la   a1, hour
        la   a2, old
        call setitimer
        ld   a0, old + itimerval_interval_usec
        show "old interval"
        li   a0, ITIMER_REAL
        la   a1, off
        la   a2, old
        call setitimer
        ld   a0, old + itimerval_value_sec
        show "whole seconds left of an hour"
        li   a0, ITIMER_REAL
        la   a1, old
        call getitimer
        ld   a0, old + itimerval_value_sec
        show "and when it is off"

        li   a0, ITIMER_VIRTUAL
        la   a1, once
        li   a2, 0
        call setitimer
        ld   s0, alarms
1:      ld   t0, alarms                 # it counts only while this loop runs
        beq  t0, s0, 1b
        say "time spent computing"
        li   a0, 0
        call exit

# await(count: s0) -> a0 = number of alarms, at least so many
await:
        addi sp, sp, -16
        sd   ra, 8(sp)
1:      ld   a0, alarms
        bge  a0, s0, 2f
        li   a0, 1000
        call usleep
        j    1b
2:      mv   a0, s0
        ld   ra, 8(sp)
        addi sp, sp, 16
        ret

handler:
        la   t0, alarms
        ld   t1, 0(t0)
        addi t1, t1, 1
        sd   t1, 0(t0)
        ret
