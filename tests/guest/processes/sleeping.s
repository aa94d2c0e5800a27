# nanosleep and clock_nanosleep: errors, duration, interruption and the time that is left.
#: under bare: fail there is no fork
#: stdout a second in nanoseconds: EINVAL
#: stdout negative: EINVAL
#: stdout unknown clock: EINVAL
#: stdout 20 ms: 0
#: stdout slept less: 0
#: stdout until the past: 0
#: stdout interrupted: EINTR
#: stdout seconds left: 9
#: exit 0
        .include "../show.s"
        .equ MILLISECOND, 1000000
        .data
        .balign 8
short:          .dword 0, 20 * MILLISECOND
long:           .dword 10, 0
too_many:       .dword 0, 1000000000
negative:       .dword -1, 0
        .bss
        .balign 8
left:           .zero SIZEOF_timespec
before:         .zero SIZEOF_timespec
after:          .zero SIZEOF_timespec
        .text
        .globl main
main:
        la   a0, too_many
        li   a1, 0
        call nanosleep
        show "a second in nanoseconds"
        la   a0, negative
        li   a1, 0
        call nanosleep
        show "negative"
        li   a0, 99
        li   a1, 0
        la   a2, short
        li   a3, 0
        call clock_nanosleep
        show "unknown clock"

        li   a0, CLOCK_MONOTONIC
        la   a1, before
        call clock_gettime
        la   a0, short
        li   a1, 0
        call nanosleep
        show "20 ms"
        li   a0, CLOCK_MONOTONIC
        la   a1, after
        call clock_gettime
        ld   t0, after
        ld   t1, before
        sub  t0, t0, t1
        li   t1, 1000 * MILLISECOND
        mul  t0, t0, t1
        ld   t1, after + 8
        ld   t2, before + 8
        sub  t1, t1, t2
        add  t0, t0, t1
        li   t1, 20 * MILLISECOND
        slt  a0, t0, t1
        show "slept less"

        li   a0, CLOCK_MONOTONIC        # a moment that is over
        li   a1, TIMER_ABSTIME
        la   a2, before
        li   a3, 0
        call clock_nanosleep
        show "until the past"

        li   a0, SIGUSR1
        la   a1, handler
        call signal
        call getpid
        mv   s0, a0
        call fork
        bnez a0, 1f
        la   a0, short
        li   a1, 0
        call nanosleep
        mv   a0, s0
        li   a1, SIGUSR1
        call kill
        li   a0, 0
        call exit
1:      la   a0, long
        la   a1, left
        call nanosleep
        show "interrupted"
        ld   a0, left + timespec_tv_sec
        show "seconds left"
        li   a0, 0
        call exit

handler:
        ret
