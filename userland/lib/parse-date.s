# parse_date: a moment from text, for touch and date: "@seconds", "2026-01-31 12:30:15.5 +0100", "now" and parts of that.
        .include "abi.s"
        .include "library.s"
        .include "frame.s"
        .equ LOCALS, SIZEOF_tm + 16
        .equ HOUR, 3600
        .equ DAY, 24 * HOUR

        .text

# parse_date(text: a0, moment: a1, a struct timespec) -> a0 = 0 or -EINVAL. What is left out of a date's end is 0; a time of
# day alone is today's; without a zone it is UTC.
# s0 rest of the text, s1 moment, s2 seconds; a struct tm at 0(sp), the rest of a number at SIZEOF_tm(sp)
        .globl parse_date
parse_date:
        enter 4, LOCALS
        mv   s0, a0
        mv   s1, a1
        sd   zero, timespec_tv_nsec(s1)
        call time
        mv   s2, a0
        mv   a0, s0
        la   a1, .Lnow
        call strcmp
        beqz a0, .Ldone
        lbu  t0, 0(s0)
        li   t1, '@'
        bne  t0, t1, 1f
        addi a0, s0, 1
        addi a1, sp, SIZEOF_tm
        li   a2, 10
        call strtol
        mv   s2, a0
        ld   t0, SIZEOF_tm(sp)
        addi t1, s0, 1
        beq  t0, t1, .Lbad
        mv   s0, t0
        call .Lfraction
        j    .Lend
1:      la   s3, .Lwords                # today and its neighbours: at this time of day
2:      ld   a1, 0(s3)
        beqz a1, 3f
        mv   a0, s0
        call strcmp
        ld   t0, 8(s3)
        addi s3, s3, 16
        bnez a0, 2b
        add  s2, s2, t0
        j    .Ldone
3:      mv   a0, s2                     # today at midnight
        mv   a1, sp
        call gmtime
        sd   zero, tm_hour(sp)
        sd   zero, tm_min(sp)
        sd   zero, tm_sec(sp)
        lbu  t0, 0(s0)
        beqz t0, .Lall
        mv   a0, s0                     # a date begins with a year and "-"
        li   a1, '-'
        call strchr
        beqz a0, .Ltime
        sub  t0, a0, s0
        li   t1, 4
        bne  t0, t1, .Ltime
        li   a1, 4
        call .Lnumber
        sd   a0, tm_year(sp)
        addi s0, s0, 1
        li   a1, 2
        call .Lnumber
        addi a0, a0, -1
        li   t0, 12
        bgeu a0, t0, .Lbad
        sd   a0, tm_mon(sp)
        lbu  t0, 0(s0)
        li   t1, '-'
        bne  t0, t1, .Lbad
        addi s0, s0, 1
        li   a1, 2
        call .Lnumber
        sd   a0, tm_mday(sp)
        lbu  t0, 0(s0)
        beqz t0, .Lall
        li   t1, ' '
        beq  t0, t1, 4f
        li   t1, 'T'
        bne  t0, t1, .Lbad
4:      addi s0, s0, 1
.Ltime: li   a1, 2
        call .Lnumber
        li   t0, 24
        bgeu a0, t0, .Lbad
        sd   a0, tm_hour(sp)
        lbu  t0, 0(s0)
        li   t1, ':'
        bne  t0, t1, .Lbad
        addi s0, s0, 1
        li   a1, 2
        call .Lnumber
        li   t0, 60
        bgeu a0, t0, .Lbad
        sd   a0, tm_min(sp)
        lbu  t0, 0(s0)
        li   t1, ':'
        bne  t0, t1, .Lall
        addi s0, s0, 1
        li   a1, 2
        call .Lnumber
        li   t0, 61
        bgeu a0, t0, .Lbad
        sd   a0, tm_sec(sp)
        call .Lfraction
.Lall:  mv   a0, sp
        call moment_of
        bnez a1, .Lbad
        mv   s2, a0
.Lend:  lbu  t0, 0(s0)                  # the zone
        li   t1, ' '
        bne  t0, t1, 5f
        addi s0, s0, 1
5:      mv   a0, s0
        la   s3, .Lutc
6:      ld   a1, 0(s3)
        beqz a1, 7f
        mv   a0, s0
        call strcmp
        addi s3, s3, 8
        bnez a0, 6b
        j    .Ldone
7:      lbu  t0, 0(s0)
        li   s3, -1                     # east of Greenwich it is later: less
        li   t1, '+'
        beq  t0, t1, 8f
        li   s3, 1
        li   t1, '-'
        bne  t0, t1, .Lbad
8:      addi s0, s0, 1
        li   a1, 2
        call .Lnumber
        li   t0, HOUR
        mul  a0, a0, t0
        mul  a0, a0, s3
        add  s2, s2, a0
        lbu  t0, 0(s0)
        beqz t0, .Ldone
        li   t1, ':'
        bne  t0, t1, 9f
        addi s0, s0, 1
9:      li   a1, 2
        call .Lnumber
        li   t0, 60
        mul  a0, a0, t0
        mul  a0, a0, s3
        add  s2, s2, a0
        lbu  t0, 0(s0)
        bnez t0, .Lbad
.Ldone: sd   s2, timespec_tv_sec(s1)
        li   a0, 0
        leave 4, LOCALS
.Lbad:  li   a0, -EINVAL
        leave 4, LOCALS

# number(digits: a1) -> a0 = the number of one to that many digits at s0, which moves behind them; -1, as a large one
.Lnumber:
        li   a0, 0
        li   t0, 10
        mv   t3, s0
1:      lbu  t1, 0(s0)
        addi t1, t1, -'0'
        bgeu t1, t0, 2f
        mul  a0, a0, t0
        add  a0, a0, t1
        addi s0, s0, 1
        addi a1, a1, -1
        bnez a1, 1b
2:      bne  s0, t3, 3f
        li   a0, -1
3:      ret

# fraction(): ".5" at s0 becomes nanoseconds of s1
.Lfraction:
        lbu  t0, 0(s0)
        li   t1, '.'
        bne  t0, t1, 3f
        li   t0, 100000000
        li   t1, 10
        li   t2, 0
1:      addi s0, s0, 1
        lbu  t3, 0(s0)
        addi t3, t3, -'0'
        bgeu t3, t1, 2f
        mul  t3, t3, t0
        add  t2, t2, t3
        divu t0, t0, t1
        j    1b
2:      sd   t2, timespec_tv_nsec(s1)
3:      ret

# moment_of(date: a0) -> a0 = its seconds since 1970, a1 = 0; or a1 = -EINVAL: there is no such day
        .globl moment_of
moment_of:
        enter 3
        mv   s0, a0
        ld   s1, tm_mday(s0)
        call timegm
        mv   s2, a0
        mv   a1, s0
        call gmtime                     # a day too many is one of the next month
        ld   t0, tm_mday(s0)
        mv   a0, s2
        li   a1, 0
        beq  t0, s1, 1f
        li   a1, -EINVAL
1:      leave 3

        .data
        .balign 8
.Lwords:        .dword .Ltoday, 0, .Lyesterday, -DAY, .Ltomorrow, DAY, 0
.Lutc:          .dword .Lnothing, .Lz, .Lutc_name, .Lgmt, 0

        .section .rodata
.Lnow:          .asciz "now"
.Ltoday:        .asciz "today"
.Lyesterday:    .asciz "yesterday"
.Ltomorrow:     .asciz "tomorrow"
.Lnothing:      .asciz ""
.Lz:            .asciz "Z"
.Lutc_name:     .asciz "UTC"
.Lgmt:          .asciz "GMT"
