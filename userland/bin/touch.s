# touch: sets the times of files; makes those that are missing.
#
# usage: touch [-achm] [-d DATE | -r FILE | -t STAMP] FILE...
#   -a  the time of the last access only    -m  the time of the last change only    -c  makes no files
#   -d  not now, but then: 2026-01-31, "2026-01-31 12:30:15.5 +0100", @SECONDS, now, yesterday, ... (UTC without a zone)
#   -r  the times of that file    -t  [[CC]YY]MMDDhhmm[.ss]    -h  symbolic links themselves
# exit status: 0; 1 when a file could not be touched
        .include "abi.s"
        .include "library.s"
        .include "frame.s"
        .include "option-table.s"
        .equ ACCESS, 1
        .equ CHANGE, 2

        option_table table, usage_text, 1
        flag 'a', "", only, ACCESS
        flag 'm', "", only, CHANGE
        choice 'c', "no-create", create, 0
        choice 'h', "no-dereference", nofollow, AT_SYMLINK_NOFOLLOW
        flag 'f', "", ignored, 1
        action 'd', "date", from_date
        action 'r', "reference", from_file
        action 't', "", from_stamp
        option_end

        .data
        .balign 8
times:          .dword 0, UTIME_NOW, 0, UTIME_NOW       # last access, last change
only:           .dword 0
create:         .dword 1
nofollow:       .dword 0
ignored:        .dword 0                # -f, which does nothing

        .text
# s0 next name, s1 status
        .globl main
main:
        enter 2
        la   a2, table
        call parse_options
        mv   s0, a0
        beqz a1, 9f
        ld   t0, only                   # one alone leaves the other as it is
        la   t2, times
        li   t3, UTIME_OMIT
        li   t1, ACCESS
        bne  t0, t1, 1f
        sd   t3, 24(t2)
1:      li   t1, CHANGE
        bne  t0, t1, 2f
        sd   t3, 8(t2)
2:      li   s1, 0
3:      ld   a0, 0(s0)
        beqz a0, 4f
        call touch
        or   s1, s1, a0
        addi s0, s0, 8
        j    3b
4:      mv   a0, s1
        leave 2
9:      la   a0, usage_text
        li   a1, 1
        call usage

# from_date(text: a0)
from_date:
        enter 1
        mv   s0, a0
        la   a1, times
        call parse_date
        bnez a0, bad_date
        call both
        leave 1

# bad_date(): the text s0 is none
bad_date:
        mv   a0, s0
        la   a1, invalid
        li   a2, 1
        call fail

# both(): the second time becomes the first
both:   la   t0, times
        ld   t1, 0(t0)
        sd   t1, 16(t0)
        ld   t1, 8(t0)
        sd   t1, 24(t0)
        ret

# from_file(path: a0)
from_file:
        enter 1, SIZEOF_stat
        mv   s0, a0
        mv   a1, sp
        call stat
        bnez a0, 1f
        la   t0, times
        ld   t1, stat_st_atime(sp)
        sd   t1, 0(t0)
        ld   t1, stat_st_atime_nsec(sp)
        sd   t1, 8(t0)
        ld   t1, stat_st_mtime(sp)
        sd   t1, 16(t0)
        ld   t1, stat_st_mtime_nsec(sp)
        sd   t1, 24(t0)
        leave 1, SIZEOF_stat
1:      mv   a1, a0
        mv   a0, s0
        li   a2, 1
        call die

# from_stamp(text: a0): [[CC]YY]MMDDhhmm[.ss]
# s0 text, s1 where we are in it, s2 digits before the point; a struct tm at 0(sp)
from_stamp:
        enter 3, SIZEOF_tm
        mv   s0, a0
        mv   s1, a0
        la   a1, digits
        call strspn
        mv   s2, a0
        call time
        mv   a1, sp
        call gmtime
        li   t0, 8
        beq  s2, t0, 3f
        li   t0, 10
        beq  s2, t0, 1f
        li   t0, 12
        bne  s2, t0, bad_date
        call two_digits
        li   t0, 100
        mul  s2, a0, t0
        call two_digits
        add  a0, a0, s2
        j    2f
1:      call two_digits
        addi a0, a0, 1900               # 69 is 1969, 68 is 2068
        li   t0, 1969
        bgeu a0, t0, 2f
        addi a0, a0, 100
2:      sd   a0, tm_year(sp)
3:      call two_digits
        addi a0, a0, -1
        li   t0, 12
        bgeu a0, t0, bad_date
        sd   a0, tm_mon(sp)
        call two_digits
        sd   a0, tm_mday(sp)
        call two_digits
        li   t0, 24
        bgeu a0, t0, bad_date
        sd   a0, tm_hour(sp)
        call two_digits
        li   t0, 60
        bgeu a0, t0, bad_date
        sd   a0, tm_min(sp)
        sd   zero, tm_sec(sp)
        lbu  t0, 0(s1)
        beqz t0, 4f
        li   t1, '.'
        bne  t0, t1, bad_date
        addi s1, s1, 1
        mv   a0, s1
        la   a1, digits
        call strspn
        li   t0, 2
        bne  a0, t0, bad_date
        call two_digits
        lbu  t0, 0(s1)
        bnez t0, bad_date
        li   t0, 61
        bgeu a0, t0, bad_date
        sd   a0, tm_sec(sp)
4:      mv   a0, sp
        call moment_of
        bnez a1, bad_date
        la   t0, times
        sd   a0, 0(t0)
        sd   zero, 8(t0)
        call both
        leave 3, SIZEOF_tm

# two_digits() -> a0 = their number; s1 moves behind them
two_digits:
        lbu  a0, 0(s1)
        lbu  t0, 1(s1)
        addi s1, s1, 2
        addi a0, a0, -'0'
        addi t0, t0, -'0'
        li   t1, 10
        mul  a0, a0, t1
        add  a0, a0, t0
        ret

# touch(path: a0) -> a0 = 0 or 1
# s2 path
touch:
        enter 3
        mv   s2, a0
        call set_times
        beqz a0, 3f
        li   t0, -ENOENT
        bne  a0, t0, 2f
        ld   t0, create
        ld   t1, nofollow
        seqz t1, t1
        and  t0, t0, t1
        beqz t0, 1f
        mv   a0, s2
        li   a1, O_WRONLY | O_CREAT
        li   a2, 0666
        call open
        bltz a0, 2f
        call close
        call set_times
        beqz a0, 3f
2:      mv   a1, a0
        mv   a0, s2
        call warn
        li   a0, 1
3:      leave 3
1:      ld   t0, create                 # -c: no complaint
        bnez t0, 2b
        li   a0, 0
        leave 3

# set_times() -> a0 = 0 or -errno, of the file s2
set_times:
        li   a0, AT_FDCWD
        mv   a1, s2
        la   a2, times
        ld   a3, nofollow
        j    utimensat

        .section .rodata
digits:         .asciz "0123456789"
invalid:        .asciz "invalid date format"
usage_text:     .asciz "touch [-achm] [-d DATE | -r FILE | -t STAMP] FILE..."
