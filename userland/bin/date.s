# date: the date and time of day, in UTC.
#
# usage: date [-u] [-d DATE | -r FILE] [+FORMAT]
#   -d  then instead of now: 2026-01-31, "2026-01-31 12:30:15", @SECONDS, yesterday    -r  when FILE was last written
#   -u  accepted: times are UTC anyway    FORMAT as strftime(3) has it: %Y-%m-%d %H:%M:%S and so on
# exit status: 0; 1 for bad arguments
        .include "abi.s"
        .include "library.s"
        .equ TEXT_SIZE, 4096

        .bss
        .balign 8
date:           .zero SIZEOF_tm
moment:         .zero SIZEOF_timespec
status:         .zero SIZEOF_stat
text:           .zero TEXT_SIZE

        .text
        .globl main
main:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s0, 32(sp)                   # seconds
        sd s1, 24(sp)                   # format
        sd a0, 16(sp)
        sd a1, 8(sp)
        call time
        mv s0, a0
        la s1, .Ldefault
1:      ld a0, 16(sp)
        ld a1, 8(sp)
        la a2, .Lletters
        la a3, .Lusage
        li a4, 1
        call option
        bltz a0, 4f
        li t0, 'd'
        beq a0, t0, 2f
        li t0, 'r'
        bne a0, t0, 1b
        ld a0, optarg
        la a1, status
        call stat
        bltz a0, 3f
        la t0, status
        ld s0, stat_st_mtime(t0)
        j 1b
2:      ld a0, optarg
        la a1, moment
        call parse_date
        bnez a0, 5f
        ld s0, moment+timespec_tv_sec
        j 1b
3:      mv a1, a0
        ld a0, optarg
        li a2, 1
        call die
5:      ld a0, optarg
6:      la a1, .Linvalid
        li a2, 1
        call fail

4:      ld t0, optind
        ld t1, 16(sp)
        bge t0, t1, 7f
        slli t0, t0, 3
        ld t1, 8(sp)
        add t0, t0, t1
        ld a0, 0(t0)
        lbu t1, 0(a0)
        li t2, '+'
        bne t1, t2, 6b                  # setting the clock is not done here
        addi s1, a0, 1
        ld a0, 8(t0)
        bnez a0, 8f                     # one format only
7:      mv a0, s0
        la a1, date
        call gmtime
        la a0, text
        li a1, TEXT_SIZE
        mv a2, s1
        la a3, date
        call strftime
        la a0, text
        call puts
        li a0, 0
        ld ra, 40(sp)
        ld s0, 32(sp)
        ld s1, 24(sp)
        addi sp, sp, 48
        ret
8:      la a0, .Lusage
        li a1, 1
        call usage

        .section .rodata
.Lletters:      .asciz "d:r:u"
.Lusage:        .asciz "date [-u] [-d DATE | -r FILE] [+FORMAT]"
.Ldefault:      .asciz "%a %b %e %H:%M:%S %Z %Y"
.Linvalid:      .asciz "invalid date"
