# uptime: the time of day, how long the computer has been on, and how many processes wanted to run lately.
#
# usage: uptime             " 14:02:51 up 1 day,  2:03,  load average: 0.12, 0.08, 0.01" (1, 5 and 15 minutes)
# exit status: 0
        .include "abi.s"
        .include "library.s"
        .include "frame.s"
        .equ MINUTE, 60
        .equ HOUR, 60 * MINUTE
        .equ DAY, 24 * HOUR
        .equ LOAD_BITS, 16              # sysinfo(2): loads are fixed-point numbers with so many binary places

        .bss
        .balign 8
info:           .zero SIZEOF_sysinfo
now:            .zero SIZEOF_tm

        .text
        .globl main
main:
        enter 2
        la   a2, letters
        la   a3, usage_text
        li   a4, 1
        call option
        la   a0, info
        call sysinfo
        call time
        la   a1, now
        call gmtime
        la   t0, now
        la   a0, clock
        ld   a1, tm_hour(t0)
        ld   a2, tm_min(t0)
        ld   a3, tm_sec(t0)
        call printf
        ld   s0, info + sysinfo_uptime
        li   t0, DAY
        div  a1, s0, t0
        rem  s0, s0, t0
        beqz a1, 1f
        la   a2, one
        li   t0, 1
        beq  a1, t0, 2f
        la   a2, several
2:      la   a0, days
        call printf
1:      li   t0, HOUR
        div  a1, s0, t0
        rem  a2, s0, t0
        li   t0, MINUTE
        div  a2, a2, t0
        la   a0, hours
        bnez a1, 3f
        la   a0, minutes
        mv   a1, a2
3:      call printf
        la   a0, loads
        call puts_plain
        la   s0, info + sysinfo_loads
        la   s1, separators
4:      ld   t0, 0(s0)
        li   t1, (1 << LOAD_BITS) / 200 # rounds to the second decimal place
        add  t0, t0, t1
        srli a1, t0, LOAD_BITS
        li   t1, (1 << LOAD_BITS) - 1
        and  t0, t0, t1
        li   t1, 100
        mul  t0, t0, t1
        srli a2, t0, LOAD_BITS
        lbu  a3, 0(s1)
        la   a0, load
        call printf
        lbu  t0, 0(s1)
        addi s0, s0, 8
        addi s1, s1, 1
        li   t1, '\n'
        beq  t0, t1, 5f
        li   a0, ' '
        call putchar
        j    4b
5:      li   a0, 0
        leave 2

# puts_plain(text: a0): writes it without a newline
puts_plain:
        li   a1, STDOUT_FILENO
        tail fputs

        .section .rodata
letters:        .asciz ""
usage_text:     .asciz "uptime"
clock:          .asciz " %02ld:%02ld:%02ld up "
days:           .asciz "%ld day%s, "
one:            .asciz ""
several:        .asciz "s"
hours:          .asciz "%2ld:%02ld,  "
minutes:        .asciz "%ld min,  "
loads:          .asciz "load average: "
load:           .asciz "%ld.%02ld%c"
separators:     .ascii ",,\n"
