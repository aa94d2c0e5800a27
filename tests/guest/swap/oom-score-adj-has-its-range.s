# /proc/PID/oom_score_adj: from -1000 (never) to 1000 (first of all), inherited by children; everybody may offer himself,
# but only user 0 goes below what he last set.
#: only qemu-riscv64 shows the file of its own process
#: under bare: fail there is no fork
#: stdout at first: 0
#: stdout 500: 3
#: stdout it is: 500
#: stdout a child's: 500
#: stdout 1001: EINVAL
#: stdout -1001: EINVAL
#: stdout no number: EINVAL
#: stdout it still is: 500
#: stdout -1000: 5
#: stdout oom_score then: 0
#: stdout 100: 3
#: stdout a user, 700: 3
#: stdout a user, back to 100: 3
#: stdout a user, 99: EACCES
        .include "../show.s"
        .include "../map.s"
        .include "../proc.s"
        .macro set text
        put "/proc/self/oom_score_adj", "\text"
        .endm
        .macro look label
        get "/proc/self/oom_score_adj"
        show_string "\label"
        .endm
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        look "at first"
        set "500"
        show "500"
        look "it is"
        child tell
        set "1001"
        show "1001"
        set "-1001"
        show "-1001"
        set "much"
        show "no number"
        look "it still is"
        set "-1000"
        show "-1000"
        get "/proc/self/oom_score"
        show_string "oom_score then"
        set "100"
        show "100"
        li a0, 1000
        call setuid
        li a0, PR_SET_DUMPABLE          # who has changed its user is not to be looked at, its files are user 0's
        li a1, 1
        call prctl
        set "700"
        show "a user, 700"
        set "100"
        show "a user, back to 100"
        set "99"
        show "a user, 99"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

tell:
        addi sp, sp, -16
        sd ra, 8(sp)
        look "a child's"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
