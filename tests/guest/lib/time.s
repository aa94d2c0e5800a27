# Dates: gmtime, timegm and strftime at the calendar's corners.
#: stdout 0: 1970-01-01 00:00:00 Thu 001
#: stdout -1: 1969-12-31 23:59:59 Wed 365
#: stdout 951782400: 2000-02-29 00:00:00 Tue 060
#: stdout 4107542399: 2100-02-28 23:59:59 Sun 059
#: stdout 4107542400: 2100-03-01 00:00:00 Mon 060
#: stdout 253402300799: 9999-12-31 23:59:59 Fri 365
#: stdout -62135596800: 0001-01-01 00:00:00 Mon 001
#: stdout 1767225600: 2026-01-01 00:00:00 Thu 001
#: stdout 9 checks passed
        .include "library.s"
        .include "check.s"

        .bss
        .balign 8
date:   .zero SIZEOF_tm
space:  .zero 64

        .text
        .globl main
main:
        la s0, moments
        li s2, 0                        # moments that did not survive the way there and back
1:      ld a0, 0(s0)
        la a1, date
        call gmtime
        call timegm
        ld t0, 0(s0)
        sub t0, t0, a0
        snez t0, t0
        add s2, s2, t0
        la a0, space
        li a1, 64
        la a2, format
        la a3, date
        call strftime
        la a0, line
        ld a1, 0(s0)
        la a2, space
        call printf
        addi s0, s0, 8
        la t0, moments_end
        bltu s0, t0, 1b
        mv a0, s2
        equal "timegm(gmtime(t)) is t", 0

        # every day of 800 years: days are numbered one after the other, weekdays follow each other
        li s0, -12219292800             # 1582-10-15
        li s1, 292194
        li s2, 0                        # days that are wrong
        mv a0, s0
        la a1, date
        call gmtime
        la t0, date
        ld s3, tm_wday(t0)
        ld s4, tm_mday(t0)
2:      li t0, 86400
        add s0, s0, t0
        mv a0, s0
        la a1, date
        call gmtime
        ld t0, tm_wday(a0)
        addi s3, s3, 1
        li t1, 7
        rem s3, s3, t1
        sub t0, t0, s3
        snez t0, t0
        add s2, s2, t0
        ld t0, tm_mday(a0)
        addi s4, s4, 1
        beq t0, s4, 3f
        li t1, 1                        # or a month begins, behind one of 28 to 31 days
        xor t1, t0, t1
        snez t1, t1
        add s2, s2, t1
        addi s4, s4, -29
        sltiu t1, s4, 4
        xori t1, t1, 1
        add s2, s2, t1
        mv s4, t0
3:      addi s1, s1, -1
        bnez s1, 2b
        mv a0, s2
        equal "days of 800 years out of order", 0

        la a0, date
        li t0, 2024
        sd t0, tm_year(a0)
        li t0, 11
        sd t0, tm_mon(a0)
        li t0, 31
        sd t0, tm_mday(a0)
        sd zero, tm_hour(a0)
        sd zero, tm_min(a0)
        sd zero, tm_sec(a0)
        call timegm
        equal "timegm", 1735603200
        la a1, date
        call gmtime
        la t0, date
        ld a0, tm_yday(t0)
        equal "the last day of a leap year", 365

        la a0, space                    # sizes
        li a1, 5
        string a2, "%Y"
        la a3, date
        call strftime
        equal "strftime that just fits", 4
        la a0, space
        li a1, 4
        string a2, "%Y"
        la a3, date
        call strftime
        equal "strftime that does not", 0
        la a0, space
        li a1, 0
        string a2, "%Y"
        la a3, date
        call strftime
        equal "strftime into nothing", 0
        la a0, space
        li a1, 64
        string a2, "%B %b %q%% %-d %"
        la a3, date
        call strftime
        la a0, space
        text "strftime's odd ends", "December Dec %q% 31 "
        call time
        li t0, 1700000000
        sltu a0, t0, a0
        equal "now is later than 2023", 1
        finish

        .section .rodata
        .balign 8
moments:
        .dword 0, -1, 951782400, 4107542399, 4107542400, 253402300799, -62135596800, 1767225600
moments_end:
format: .asciz "%F %T %a %j"
line:   .asciz "%ld: %s\n"
