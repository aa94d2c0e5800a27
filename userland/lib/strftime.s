# strftime: a date as text, after a format such as "%a %b %e %H:%M:%S %Z %Y" (English names, UTC).
        .include "library.s"

        .text

# strftime(to: a0, size: a1, format: a2, date: a3) -> a0 = length of the text; 0 when it does not fit with its NUL
# s0 where the next byte goes, s1 the end of the space, s2 format, s3 date, s4 to, s5 padding: '0', ' ' or 0 (none)
        .globl strftime
strftime:
        addi sp, sp, -64
        sd ra, 56(sp)
        sd s0, 48(sp)
        sd s1, 40(sp)
        sd s2, 32(sp)
        sd s3, 24(sp)
        sd s4, 16(sp)
        sd s5, 8(sp)
        li t0, 0
        beqz a1, 2f
        mv s0, a0
        mv s4, a0
        add s1, a0, a1
        mv s3, a3
        mv a0, a2
        call .Lexpand
        li t0, 0
        beq s0, s1, 1f                  # full: no room for the NUL
        sub t0, s0, s4
        sb zero, 0(s0)
        j 2f
1:      sb zero, -1(s0)
2:      mv a0, t0
        ld ra, 56(sp)
        ld s0, 48(sp)
        ld s1, 40(sp)
        ld s2, 32(sp)
        ld s3, 24(sp)
        ld s4, 16(sp)
        ld s5, 8(sp)
        addi sp, sp, 64
        ret

# expand(format: a0): the text of a format; also of one that stands for a directive, such as %T
.Lexpand:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd s2, 0(sp)
        mv s2, a0
1:      lbu a0, 0(s2)
        beqz a0, 6f
        addi s2, s2, 1
        li t0, '%'
        beq a0, t0, 3f
2:      call .Lput
        j 1b
3:      li s5, '0'
        lbu a0, 0(s2)
        li t0, '-'                      # GNU's flags: %-d no padding, %_d blanks
        beq a0, t0, 7f
        li t0, '_'
        bne a0, t0, 4f
        li s5, ' '
        j 8f
7:      li s5, 0
8:      addi s2, s2, 1
        lbu a0, 0(s2)
4:      beqz a0, 6f
        addi s2, s2, 1
        la t1, .Ldirectives
5:      lbu t2, 0(t1)
        beqz t2, 9f
        addi t1, t1, 8
        bne t2, a0, 5b
        lw t2, -4(t1)
        la t1, .Ldirectives
        add t1, t1, t2
        jalr t1
        j 1b
9:                                      # unknown: as it stands
        li a0, '%'
        call .Lput
        lbu a0, -1(s2)
        j 2b
6:      ld ra, 8(sp)
        ld s2, 0(sp)
        addi sp, sp, 16
        ret

# put(c: a0), dropped when there is no room
.Lput:
        beq s0, s1, 1f
        sb a0, 0(s0)
        addi s0, s0, 1
1:      ret

# string(s: a0)
.Lstring:
        mv t2, ra
        mv t1, a0
1:      lbu a0, 0(t1)
        beqz a0, 2f
        addi t1, t1, 1
        call .Lput
        j 1b
2:      jr t2

# number(value: a0, width: a1): padded to width with s5. By recursion: the digits before the last, then the last.
.Lnumber:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd a0, 0(sp)
        bgez a0, 1f
        li a0, '-'
        call .Lput
        ld a0, 0(sp)
        neg a0, a0
        sd a0, 0(sp)
        addi a1, a1, -1
1:      addi a1, a1, -1
        li t0, 10
        divu a0, a0, t0
        bnez a0, 2f
        blez a1, 3f
        mv t0, a1                       # padding: a1 times
        mv a0, s5
        beqz s5, 3f
4:      call .Lput
        addi t0, t0, -1
        bnez t0, 4b
        j 3f
2:      call .Lnumber
3:      ld a0, 0(sp)
        li t0, 10
        remu a0, a0, t0
        addi a0, a0, '0'
        ld ra, 8(sp)
        addi sp, sp, 16
        j .Lput

# name(table: a0, index: a1): the index-th of a row of strings
.Lname:
        beqz a1, .Lstring
1:      lbu t0, 0(a0)
        addi a0, a0, 1
        bnez t0, 1b
        addi a1, a1, -1
        j .Lname

# short(table: a0, index: a1): its first three letters
.Lshort:
        mv t6, s1                       # by making the space end there
        addi t5, s0, 3
        bgeu t5, s1, 1f
        mv s1, t5
1:      mv t4, ra
        call .Lname
        mv s1, t6
        jr t4

# -- directives ------------------------------------------------------------------------------------------------------

        .macro number_of field, width, add=0
        ld a0, \field(s3)
        .if \add
        addi a0, a0, \add
        .endif
        li a1, \width
        j .Lnumber
        .endm

        .macro name_of field, table, how
        la a0, \table
        ld a1, \field(s3)
        j \how
        .endm

        .macro stands_for format
        la a0, \format
        j .Lexpand
        .endm

.LY:    number_of tm_year, 4
.Lm:    number_of tm_mon, 2, 1
.Ld:    number_of tm_mday, 2
.LH:    number_of tm_hour, 2
.LM:    number_of tm_min, 2
.LS:    number_of tm_sec, 2
.Lj:    number_of tm_yday, 3, 1
.Lw:    number_of tm_wday, 1
.Lb:    name_of tm_mon, .Lmonths, .Lshort
.LB:    name_of tm_mon, .Lmonths, .Lname
.La:    name_of tm_wday, .Ldays, .Lshort
.LA:    name_of tm_wday, .Ldays, .Lname
.LF:    stands_for .Lformat_F
.LT:    stands_for .Lformat_T
.LR:    stands_for .Lformat_R
.LD:    stands_for .Lformat_D
.Lc:    stands_for .Lformat_c
.Lr:    stands_for .Lformat_r
.Lz:    stands_for .Lformat_z
.LZ:    stands_for .Lformat_Z

.Le:    li t0, '0'                      # blanks, unless %-e
        bne s5, t0, .Ld
        li s5, ' '
        j .Ld
.Lk:    li t0, '0'
        bne s5, t0, .LH
        li s5, ' '
        j .LH
.Ll:    li t0, '0'
        bne s5, t0, .LI
        li s5, ' '
.LI:    ld a0, tm_hour(s3)              # 12, 1, 2, ... 11
        li t0, 12
        remu a0, a0, t0
        bnez a0, 1f
        mv a0, t0
1:      li a1, 2
        j .Lnumber
.Lp:    ld a1, tm_hour(s3)
        li t0, 12
        sltu a1, a1, t0
        xori a1, a1, 1
        la a0, .Lhalves
        j .Lname
.Ly:    ld a0, tm_year(s3)
        li t0, 100
        rem a0, a0, t0
        li a1, 2
        j .Lnumber
.LC:    ld a0, tm_year(s3)
        li t0, 100
        div a0, a0, t0
        li a1, 2
        j .Lnumber
.Lu:    ld a0, tm_wday(s3)              # Sunday is 7
        bnez a0, 1f
        li a0, 7
1:      li a1, 1
        j .Lnumber
.LU:    ld a0, tm_wday(s3)              # week of the year, Sunday first
        j 1f
.LW:    ld a0, tm_wday(s3)              # Monday first
        addi a0, a0, 6
        li t0, 7
        remu a0, a0, t0
1:      ld t1, tm_yday(s3)
        addi t1, t1, 7
        sub a0, t1, a0
        li t0, 7
        divu a0, a0, t0
        li a1, 2
        j .Lnumber
.Ls:    addi sp, sp, -16
        sd ra, 8(sp)
        mv a0, s3
        call timegm
        ld ra, 8(sp)
        addi sp, sp, 16
        li a1, 1
        j .Lnumber
.Ln:    li a0, '\n'
        j .Lput
.Lt:    li a0, '\t'
        j .Lput
.Lpercent:
        li a0, '%'
        j .Lput

        .section .rodata
        .balign 4
        .macro directive letter, routine
        .word \letter
        .word \routine - .Ldirectives
        .endm
.Ldirectives:
        directive 'Y', .LY
        directive 'm', .Lm
        directive 'd', .Ld
        directive 'e', .Le
        directive 'H', .LH
        directive 'I', .LI
        directive 'k', .Lk
        directive 'l', .Ll
        directive 'M', .LM
        directive 'S', .LS
        directive 'p', .Lp
        directive 'b', .Lb
        directive 'h', .Lb
        directive 'B', .LB
        directive 'a', .La
        directive 'A', .LA
        directive 'j', .Lj
        directive 'y', .Ly
        directive 'C', .LC
        directive 'u', .Lu
        directive 'w', .Lw
        directive 'U', .LU
        directive 'W', .LW
        directive 's', .Ls
        directive 'F', .LF
        directive 'T', .LT
        directive 'X', .LT
        directive 'R', .LR
        directive 'D', .LD
        directive 'x', .LD
        directive 'c', .Lc
        directive 'r', .Lr
        directive 'z', .Lz
        directive 'Z', .LZ
        directive 'n', .Ln
        directive 't', .Lt
        directive '%', .Lpercent
        .word 0, 0

.Lmonths:
        .asciz "January", "February", "March", "April", "May", "June", "July", "August", "September", "October"
        .asciz "November", "December"
.Ldays: .asciz "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"
.Lhalves:       .asciz "AM", "PM"
.Lformat_F:     .asciz "%Y-%m-%d"
.Lformat_T:     .asciz "%H:%M:%S"
.Lformat_R:     .asciz "%H:%M"
.Lformat_D:     .asciz "%m/%d/%y"
.Lformat_c:     .asciz "%a %b %e %H:%M:%S %Y"
.Lformat_r:     .asciz "%I:%M:%S %p"
.Lformat_z:     .asciz "+0000"
.Lformat_Z:     .asciz "UTC"
