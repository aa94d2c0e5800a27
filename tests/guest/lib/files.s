# Paths, modes, sizes, dates, owners, lines of mounts, and the map of files.
#: stdout 51 checks passed
        .include "check.s"
        .include "abi.s"
        .include "library.s"

        .bss
        .balign 8
moment: .zero SIZEOF_timespec
end:    .zero 8
user:   .zero 8
group:  .zero 8
map:    .zero SIZEOF_file_map
status: .zero SIZEOF_stat

        .text
        .globl main
main:
# -- realpath
        string a0, "/"
        li a1, REAL_ALL
        call realpath
        text "realpath /", "/"
        string a0, "/..//tmp/./../tmp/none/"
        li a1, REAL_BUT_LAST
        call realpath
        text "the last part may be missing", "/tmp/none"
        string a0, "/tmp/none"
        li a1, REAL_ALL
        call realpath
        equal "here it may not", -ENOENT
        string a0, "/none/a/../b"
        li a1, REAL_NONE
        call realpath
        text "none need be there", "/none/b"
        string a0, "/none/a"
        li a1, REAL_BUT_LAST
        call realpath
        equal "two are missing", -ENOENT
        string a0, ""
        li a1, REAL_NONE
        call realpath
        equal "the empty path", -ENOENT
        string a0, "/etc/passwd/x"
        li a1, REAL_BUT_LAST
        call realpath
        equal "below a file", -ENOTDIR
# -- change_mode
        string a0, "755"
        li a1, 0
        call change_mode
        equal "755", 0755
        string a0, "u+x,go-r"
        li a1, S_IFREG | 0644
        call change_mode
        equal "u+x,go-r", 0700
        string a0, "a=rX"
        li a1, S_IFDIR | 0700
        call change_mode
        equal "a=rX of a directory", 0555
        string a0, "u+s,+t"
        li a1, 0755
        call change_mode
        equal "u+s,+t", 05755
        string a0, "8"
        li a1, 0
        call change_mode
        equal "8", -EINVAL
        string a0, "u"
        li a1, 0
        call change_mode
        equal "u", -EINVAL
# -- parse_size
        .macro size text, value
        string a0, "\text"
        li a1, 0
        call parse_size
        equal "size \text", \value
        .endm
        .macro bad_size text, error
        string a0, "\text"
        li a1, 0
        call parse_size
        mv a0, a1
        equal "size \text", \error
        .endm
        size "12", 12
        size "4K", 4096
        size "4k", 4096
        size "2MB", 2000000
        size "2MiB", 2097152
        size "G", 1073741824
        bad_size "", -EINVAL
        bad_size "x", -EINVAL
        bad_size "5x", -EINVAL
        bad_size "9E", -ERANGE
        bad_size "99999999999999999999", -ERANGE
        string a0, "3Kx"
        la a1, end
        call parse_size
        equal "the number before the rest", 3072
        ld t0, end
        lbu a0, 0(t0)
        equal "the rest", 'x'
# -- human
        li a0, 1023
        li a1, 1024
        call human
        text "1023", "1023"
        li a0, 1025
        li a1, 1024
        call human
        text "rounded up", "1.1K"
        li a0, 10189
        li a1, 1024
        call human
        text "just below ten", "10K"
        li a0, 1048575
        li a1, 1024
        call human
        text "the next unit", "1.0M"
        li a0, 999999
        li a1, 1000
        call human
        text "of 1000", "1.0M"
        li a0, 1500
        li a1, 1000
        call human
        text "a small k", "1.5k"
# -- dates
        .macro date text, value
        string a0, "\text"
        la a1, moment
        call parse_date
        ld a0, moment+timespec_tv_sec
        equal "date \text", \value
        .endm
        .macro bad_date text
        string a0, "\text"
        la a1, moment
        call parse_date
        equal "date \text", -EINVAL
        .endm
        date "@-5", -5
        date "2000-02-29", 951782400
        date "2000-02-29 00:00:10.5 +0100", 951778810
        ld a0, moment+timespec_tv_nsec
        equal "half a second", 500000000
        date "1970-01-02T00:00Z", 86400
        bad_date "2001-02-29"
        bad_date "2000-13-01"
        bad_date "2000-01-01 24:00"
        bad_date "soon"
# -- owners
        string a0, "root"
        call user_id
        equal "root", 0
        string a0, "4711"
        call user_id
        equal "4711", 4711
        string a0, "no-such-name"
        call group_id
        equal "no such name", -1
        string a0, "7:8"
        la a1, user
        la a2, group
        call parse_owner
        equal "7:8", 0
        ld a0, user
        ld a1, group
        slli a0, a0, 8
        or a0, a0, a1
        equal "user and group", 0x708
# -- words of lists
        string a0, "a,bc,d"
        string a1, "bc"
        call has_word
        equal "has a word", 1
        string a0, "a,bc,d"
        string a1, "b"
        call has_word
        equal "has no word", 0
        string a0, "proc"
        string a1, "nosysfs,proc"
        call type_wanted
        equal "all but these", 0
# -- the map of files
        li s0, 0                        # 1000 files, each once and once again
1:      la a1, status
        sd s0, stat_st_ino(a1)
        la a0, map
        call file_map_at
        beqz a1, 2f
        sd s0, 0(a0)
        addi s0, s0, 1
        li t0, 1000
        bltu s0, t0, 1b
2:      mv a0, s0
        equal "new files", 1000
        li s1, 0
3:      la a1, status
        addi s0, s0, -1
        sd s0, stat_st_ino(a1)
        la a0, map
        call file_map_at
        ld t0, 0(a0)
        bne t0, s0, 4f
        add s1, s1, a1
        bnez s0, 3b
4:      or a0, s0, s1
        equal "known files", 0
        finish
