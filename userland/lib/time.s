# The date: seconds since 1970 (UTC) to a calendar date and back. Layout of a date: library.s.
#
# The calendar repeats every 400 years = 146097 days. Years are counted from March here, so that the leap day is the
# last day of a year and the months before it have a regular pattern: 153 days in five months from March on.
        .include "abi.s"
        .include "library.s"

        .equ DAY, 86400
        .equ ERA_DAYS, 146097           # 400 years
        .equ EPOCH_DAYS, 719468         # from 0000-03-01 to 1970-01-01

        .text

# time() -> a0 = seconds since 1970
        .globl time
time:
        addi sp, sp, -32
        sd ra, 24(sp)
        li a0, CLOCK_REALTIME
        mv a1, sp
        call clock_gettime
        ld a0, timespec_tv_sec(sp)
        ld ra, 24(sp)
        addi sp, sp, 32
        ret

# gmtime(seconds: a0, date: a1, SIZEOF_tm bytes) -> a0 = date
        .globl gmtime
gmtime:
        li t0, DAY
        div t1, a0, t0                  # days, rounded down
        rem t2, a0, t0                  # second of the day
        bgez t2, 1f
        addi t1, t1, -1
        add t2, t2, t0
1:      li t0, 60
        remu t3, t2, t0
        sd t3, tm_sec(a1)
        divu t2, t2, t0
        remu t3, t2, t0
        sd t3, tm_min(a1)
        divu t2, t2, t0
        sd t2, tm_hour(a1)

        addi t2, t1, 4                  # 1970-01-01 was a Thursday
        li t0, 7
        rem t2, t2, t0
        bgez t2, 2f
        add t2, t2, t0
2:      sd t2, tm_wday(a1)

        li t0, EPOCH_DAYS
        add t1, t1, t0                  # days since 0000-03-01
        li t0, ERA_DAYS
        div t2, t1, t0                  # era, rounded down
        rem t1, t1, t0                  # day of the era
        bgez t1, 3f
        addi t2, t2, -1
        add t1, t1, t0
3:      li t0, 1460                     # year of the era = (day - day/1460 + day/36524 - day/146096) / 365
        divu t3, t1, t0
        sub t4, t1, t3
        li t0, 36524
        divu t3, t1, t0
        add t4, t4, t3
        li t0, ERA_DAYS - 1
        divu t3, t1, t0
        sub t4, t4, t3
        li t0, 365
        divu t4, t4, t0
        mul t3, t4, t0                  # day of the year from March = day - (365 y + y/4 - y/100)
        sub t1, t1, t3
        srli t3, t4, 2
        sub t1, t1, t3
        li t0, 100
        divu t3, t4, t0
        add t1, t1, t3
        li t0, 400
        mul t2, t2, t0
        add t2, t2, t4                  # the year that began in March

        li t0, 5                        # month from March = (5 d + 2) / 153
        mul t3, t1, t0
        addi t3, t3, 2
        li t5, 153
        divu t3, t3, t5
        mul t4, t3, t5                  # its first day = (153 m + 2) / 5
        addi t4, t4, 2
        divu t4, t4, t0
        sub t4, t1, t4
        addi t4, t4, 1
        sd t4, tm_mday(a1)
        addi t3, t3, 2                  # 0 is January
        li t0, 12
        bltu t3, t0, 4f
        sub t3, t3, t0
        addi t2, t2, 1
4:      sd t3, tm_mon(a1)
        sd t2, tm_year(a1)
        mv a0, a1
        # fall through

# day_of_year(date: a0) -> a0 = date, whose tm_yday is set from year, month and day. Internal.
.Lday_of_year:
        ld t0, tm_mon(a0)
        slli t1, t0, 1
        la t2, .Ldays_before
        add t1, t1, t2
        lhu t1, 0(t1)
        ld t2, tm_mday(a0)
        add t1, t1, t2
        addi t1, t1, -1
        li t2, 2
        bltu t0, t2, 2f                 # January, February: the leap day is yet to come
        ld t0, tm_year(a0)
        andi t2, t0, 3
        bnez t2, 2f
        li t2, 100
        rem t3, t0, t2
        bnez t3, 1f
        li t2, 400
        rem t3, t0, t2
        bnez t3, 2f
1:      addi t1, t1, 1
2:      sd t1, tm_yday(a0)
        ret

# timegm(date: a0) -> a0 = its seconds since 1970, from year, month, day, hour, minute, second
        .globl timegm
timegm:
        ld t0, tm_year(a0)
        ld t1, tm_mon(a0)
        addi t1, t1, -2                 # the year that began in March
        bgez t1, 1f
        addi t1, t1, 12
        addi t0, t0, -1
1:      li t2, 153                      # (153 m + 2) / 5 + day - 1
        mul t1, t1, t2
        addi t1, t1, 2
        li t2, 5
        divu t1, t1, t2
        ld t2, tm_mday(a0)
        add t1, t1, t2
        addi t1, t1, -1
        li t2, 400                      # era, rounded down, and year of the era
        div t3, t0, t2
        rem t0, t0, t2
        bgez t0, 2f
        addi t3, t3, -1
        add t0, t0, t2
2:      li t2, 365
        mul t2, t0, t2
        add t1, t1, t2
        srli t2, t0, 2
        add t1, t1, t2
        li t2, 100
        divu t2, t0, t2
        sub t1, t1, t2
        li t2, ERA_DAYS
        mul t2, t3, t2
        add t1, t1, t2
        li t2, EPOCH_DAYS
        sub t1, t1, t2
        li t2, 24
        mul t1, t1, t2
        ld t2, tm_hour(a0)
        add t1, t1, t2
        li t3, 60
        mul t1, t1, t3
        ld t2, tm_min(a0)
        add t1, t1, t2
        mul t1, t1, t3
        ld t2, tm_sec(a0)
        add a0, t1, t2
        ret

        .section .rodata
        .balign 2
.Ldays_before:  .half 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334
