# kill: to a process, to a group, to nobody, with signal 0.
#: under bare: fail there is no fork
#: stdout signal 0 to myself: 0
#: stdout signal 0 to nobody: ESRCH
#: stdout signal 65: EINVAL
#: stdout signal -1: EINVAL
#: stdout signal 65 to nobody: ESRCH
#: stdout signal 65 to a group that does not exist: ESRCH
#: stdout signal 65 to the own group: EINVAL
#: stdout signal 65 to the thread of nobody: ESRCH
#: stdout to a group that does not exist: ESRCH
#: stdout a new group: 0
#: stdout another member: 0
#: stdout SIGTERM to the group: 0
#: stdout the first was ended by signal: 15
#: stdout the second was ended by signal: 15
#: stdout the group exists no more: ESRCH
#: stdout signal 0 to a zombie: 0
#: stdout tgkill of a zombie: 0
#: stdout it was ended by signal: 10
#: stdout tgkill with a thread of nobody: ESRCH
#: stdout tgkill with a negative thread: EINVAL
#: exit 0
        .include "../show.s"
        .equ NOBODY, 4000000
        .bss
        .balign 8
status: .zero 8
        .text
        .globl main
main:
        call getpid
        mv   s0, a0
        li   a1, 0
        call kill
        show "signal 0 to myself"
        li   a0, NOBODY
        li   a1, 0
        call kill
        show "signal 0 to nobody"
        mv   a0, s0
        li   a1, 65
        call kill
        show "signal 65"
        mv   a0, s0
        li   a1, -1
        call kill
        show "signal -1"
        li   a0, NOBODY
        li   a1, 65
        call kill
        show "signal 65 to nobody"
        li   a0, -NOBODY
        li   a1, 65
        call kill
        show "signal 65 to a group that does not exist"
        li   a0, 0
        li   a1, 65
        call kill
        show "signal 65 to the own group"
        li   a0, NOBODY
        li   a1, 65
        call tkill
        show "signal 65 to the thread of nobody"
        li   a0, -NOBODY
        li   a1, SIGTERM
        call kill
        show "to a group that does not exist"

        call sleeper                    # two children in one new group
        mv   s1, a0
        mv   a1, a0
        call setpgid
        show "a new group"
        call sleeper
        mv   s2, a0
        mv   a1, s1
        call setpgid
        show "another member"
        neg  a0, s1
        li   a1, SIGTERM
        call kill
        show "SIGTERM to the group"
        mv   a0, s1
        call ended_by
        show "the first was ended by signal"
        mv   a0, s2
        call ended_by
        show "the second was ended by signal"
        neg  a0, s1
        li   a1, 0
        call kill
        show "the group exists no more"

        call sleeper
        mv   s1, a0
        li   a1, SIGUSR1
        call kill
        mv   a0, s1
        li   a1, 0
        call kill
        show "signal 0 to a zombie"
        mv   a0, s1
        mv   a1, s1
        li   a2, 0
        call tgkill
        show "tgkill of a zombie"
        mv   a0, s1
        call ended_by
        show "it was ended by signal"
        mv   a0, s0
        mv   a1, s1
        li   a2, SIGTERM
        call tgkill
        show "tgkill with a thread of nobody"
        mv   a0, s0
        li   a1, -1
        li   a2, SIGTERM
        call tgkill
        show "tgkill with a negative thread"
        li   a0, 0
        call exit

# sleeper() -> a0 = pid of a child that sleeps
sleeper:
        addi sp, sp, -16
        sd   ra, 8(sp)
        call fork
        bnez a0, 1f
        li   a0, 100
        call sleep
        li   a0, 0
        call exit
1:      ld   ra, 8(sp)
        addi sp, sp, 16
        ret

# ended_by(pid: a0) -> a0 = the signal that ended it
ended_by:
        addi sp, sp, -16
        sd   ra, 8(sp)
        la   a1, status
        li   a2, 0
        li   a3, 0
        call wait4
        lw   a0, status
        andi a0, a0, 0x7f
        ld   ra, 8(sp)
        addi sp, sp, 16
        ret
