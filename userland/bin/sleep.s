# sleep: waits.
#
# usage: sleep NUMBER[smhd]...      seconds, minutes, hours or days, with a fraction if wanted; several are added up
# exit status: 0; 1 when NUMBER is none
        .include "abi.s"
        .include "frame.s"
        .equ NANOSECONDS, 1000000000    # in a second

        .text
        .globl main
main:
        enter 3, SIZEOF_timespec
        mv   s0, a1                     # next argument
        li   s1, 0                      # seconds
        li   s2, 0                      # nanoseconds
        la   a2, letters
        la   a3, usage_text
        li   a4, 1
        call option
        ld   t0, optind
        slli t0, t0, 3
        add  s0, s0, t0
        ld   t0, 0(s0)
        bnez t0, 1f
        la   a0, usage_text
        li   a1, 1
        call usage
1:      ld   a0, 0(s0)
        beqz a0, 2f
        call interval
        add  s1, s1, a0
        add  s2, s2, a1
        addi s0, s0, 8
        j    1b
2:      li   t0, NANOSECONDS
        divu t1, s2, t0
        add  s1, s1, t1
        remu s2, s2, t0
        sd   s1, timespec_tv_sec(sp)
        sd   s2, timespec_tv_nsec(sp)
3:      mv   a0, sp
        mv   a1, sp                     # interrupted: what is left comes back into the same place
        call nanosleep
        li   t0, -EINTR
        beq  a0, t0, 3b
        li   a0, 0
        leave 3, SIZEOF_timespec

# interval(text: a0) -> a0 = seconds, a1 = nanoseconds; ends the program when the text is no interval
interval:
        enter 3
        mv   s0, a0
        li   t3, 0                      # digits seen
        li   s1, 0                      # seconds
        li   s2, 0                      # nanoseconds
        li   t4, NANOSECONDS / 10       # what the next digit of the fraction counts
        li   t5, 10
1:      lbu  t0, 0(a0)
        addi t1, t0, -'0'
        bgeu t1, t5, 2f
        mul  s1, s1, t5
        add  s1, s1, t1
        addi t3, t3, 1
        addi a0, a0, 1
        j    1b
2:      li   t1, '.'
        bne  t0, t1, 4f
3:      addi a0, a0, 1
        lbu  t0, 0(a0)
        addi t1, t0, -'0'
        bgeu t1, t5, 4f
        mul  t1, t1, t4
        add  s2, s2, t1
        divu t4, t4, t5                 # digits beyond the ninth count nothing
        addi t3, t3, 1
        j    3b
4:      beqz t3, bad_interval
        la   t1, units
5:      lbu  t2, 0(t1)                  # the unit; a NUL is one too: seconds
        lw   t3, 4(t1)
        beq  t2, t0, 6f
        addi t1, t1, 8
        bnez t2, 5b
        j    bad_interval
6:      beqz t0, 7f
        lbu  t0, 1(a0)
        bnez t0, bad_interval           # something follows the unit
7:      mul  a0, s1, t3
        mul  a1, s2, t3
        leave 3
bad_interval:
        mv   a0, s0
        la   a1, invalid
        li   a2, 1
        call fail

        .section .rodata
        .balign 8
units:          .word 's', 1, 'm', 60, 'h', 3600, 'd', 86400, 0, 1
letters:        .asciz "+"
usage_text:     .asciz "sleep NUMBER[smhd]..."
invalid:        .asciz "invalid time interval"
