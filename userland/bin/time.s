# time: runs a command and tells how long it took.
#
# usage: time [-p] COMMAND [ARGUMENT]...      -p  seconds only, as POSIX prints them
#   real  from start to end      user  in the command's own code     sys  in the kernel on its behalf
# exit status: the command's, 128 + n when signal n ended it; 126 when it cannot be run, 127 when it is not found
        .include "abi.s"
        .include "frame.s"
        .equ NANOSECONDS, 1000000000    # in a second
        .equ MILLION, 1000000
        .equ BY_SIGNAL, 128

        .bss
        .balign 8
started:        .zero SIZEOF_timespec
ended:          .zero SIZEOF_timespec
usage_of_child: .zero SIZEOF_rusage
wait_status:    .zero 8
portable:       .zero 8                 # -p

        .text
        .globl main
main:
        enter 3
        mv   s0, a0
        mv   s1, a1
1:      mv   a0, s0
        mv   a1, s1
        la   a2, letters
        la   a3, usage_text
        li   a4, 125
        call option
        la   t0, portable
        bltz a0, 2f
        sd   a0, 0(t0)
        j    1b
2:      ld   t0, optind
        slli t0, t0, 3
        add  s1, s1, t0                 # the command
        ld   t0, 0(s1)
        bnez t0, 3f
        la   a0, usage_text
        li   a1, 125
        call usage
3:      li   a0, CLOCK_MONOTONIC
        la   a1, started
        call clock_gettime
        call fork
        bltz a0, cannot_fork
        beqz a0, child
        mv   s0, a0
        li   a0, SIGINT                 # Ctrl-C is meant for the command
        li   a1, SIG_IGN
        call signal
4:      mv   a0, s0
        la   a1, wait_status
        li   a2, 0
        la   a3, usage_of_child         # what this one child used
        call wait4
        li   t0, -EINTR
        beq  a0, t0, 4b
        li   a0, CLOCK_MONOTONIC
        la   a1, ended
        call clock_gettime
        call report
        lw   t0, wait_status
        andi t1, t0, 0x7f
        srliw a0, t0, 8
        beqz t1, 5f
        addi a0, t1, BY_SIGNAL
5:      leave 3

child:  ld   a0, 0(s1)
        mv   a1, s1
        call execvp
        mv   a1, a0
        li   a2, 127
        li   t0, -ENOENT
        beq  a1, t0, 6f
        li   a2, 126
6:      ld   a0, 0(s1)
        call die
cannot_fork:
        mv   a1, a0
        la   a0, fork_word
        li   a2, 125
        call die

# report(): the three lines, on standard error
report:
        enter 0
        ld   a1, ended + timespec_tv_sec
        ld   t0, started + timespec_tv_sec
        sub  a1, a1, t0
        ld   a2, ended + timespec_tv_nsec
        ld   t0, started + timespec_tv_nsec
        sub  a2, a2, t0
        li   t0, NANOSECONDS
        mul  a1, a1, t0
        add  a1, a1, a2
        li   t0, MILLION
        div  a1, a1, t0
        la   a0, real_word
        call line
        ld   a1, usage_of_child + rusage_ru_utime
        ld   a2, usage_of_child + rusage_ru_utime_usec
        la   a0, user_word
        call milliseconds
        ld   a1, usage_of_child + rusage_ru_stime
        ld   a2, usage_of_child + rusage_ru_stime_usec
        la   a0, sys_word
        call milliseconds
        leave 0

# milliseconds(name: a0, seconds: a1, microseconds: a2): a line
milliseconds:
        li   t0, 1000
        mul  a1, a1, t0
        div  a2, a2, t0
        add  a1, a1, a2
        # fall through

# line(name: a0, milliseconds: a1): "real	0m1.234s", or with -p "real 1.23"
line:
        enter 0
        mv   a2, a0
        li   t1, 1000
        rem  a5, a1, t1
        div  a4, a1, t1
        ld   t0, portable
        bnez t0, 1f
        li   t1, 60
        div  a3, a4, t1
        rem  a4, a4, t1
        la   a1, minutes_format
        j    2f
1:      mv   a3, a4
        li   t1, 10
        div  a4, a5, t1
        la   a1, portable_format
2:      li   a0, STDERR_FILENO
        call fprintf
        leave 0

        .section .rodata
letters:        .asciz "+p"
usage_text:     .asciz "time [-p] COMMAND [ARGUMENT]..."
fork_word:      .asciz "fork"
minutes_format: .asciz "%s\t%ldm%ld.%03lds\n"
portable_format: .asciz "%s %ld.%02ld\n"
real_word:      .asciz "real"
user_word:      .asciz "user"
sys_word:       .asciz "sys"
