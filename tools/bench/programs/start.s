# The start of every workload: NAME UNITS [ARG...]. Writes "begin", calls work() UNITS times, and writes
#
#       CHECKSUM INSTRUCTIONS       in hexadecimal: the result of work(), and the instructions of all units
#
# What is timed from outside is the time between the two lines. Each unit must have the same result: status 1 where one
# differs. With 0 units nothing is done at all. The workload defines:
#
#       prepare()                   what comes before "begin"
#       work() -> checksum          one unit; the same instructions each time
#
# Only write and exit_group are called here, so that virt.s can answer them where there is no kernel.

        .include "abi.s"
        .globl  _start, arguments, die

# s0 units left, s1 instructions, s2 checksum, s3 instret before the unit, s4 whether there is a checksum
_start: ld      a1, 16(sp)              # argv[1]
        addi    t0, sp, 8
        la      t1, arguments
        sd      t0, (t1)
        andi    sp, sp, -16
        li      s0, 0
1:      lbu     t0, (a1)
        beqz    t0, 2f
        addi    t0, t0, -'0'
        li      t1, 10
        mul     s0, s0, t1
        add     s0, s0, t0
        addi    a1, a1, 1
        j       1b
2:      beqz    s0, .Lend
        call    prepare
        la      a1, .Lbegin
        li      a2, 6
        call    .Lwrite
        li      s1, 0
        li      s4, 0
3:      rdinstret s3
        call    work
        rdinstret t0
        sub     t0, t0, s3
        add     s1, s1, t0
        beqz    s4, 4f
        bne     a0, s2, die
4:      mv      s2, a0
        li      s4, 1
        addi    s0, s0, -1
        bnez    s0, 3b
        mv      a0, s2
        la      a1, .Lline
        call    .Lhex
        mv      a0, s1
        la      a1, .Lline + 17
        call    .Lhex
        la      a1, .Lline
        li      a2, 34
        call    .Lwrite
.Lend:  li      a0, 0
        li      a7, SYS_exit_group
        ecall

# die(): what a workload does whose system call failed
die:    li      a0, 1
        li      a7, SYS_exit_group
        ecall

# (a1 text, a2 length): on standard output
.Lwrite:
        li      a0, 1
        li      a7, SYS_write
        ecall
        bne     a0, a2, die
        ret

# (a0 number, a1 to): its 16 hexadecimal digits
.Lhex:  li      t0, 60
1:      srl     t1, a0, t0
        andi    t1, t1, 15
        li      t2, 10
        blt     t1, t2, 2f
        addi    t1, t1, 'a' - '0' - 10
2:      addi    t1, t1, '0'
        sb      t1, (a1)
        addi    a1, a1, 1
        addi    t0, t0, -4
        bgez    t0, 1b
        ret

        .section .rodata
.Lbegin:
        .ascii  "begin\n"
        .data
.Lline: .ascii  "0123456789abcdef 0123456789abcdef\n"
        .balign 8
arguments:                              # argv
        .dword  0
