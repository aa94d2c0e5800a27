# Process groups and sessions: setpgid, getpgid, setsid, getsid and what they refuse.
#: under bare: fail there is no fork
#: stdout setpgid to a negative group: EINVAL
#: stdout setpgid of nobody: ESRCH
#: stdout getpgid of nobody: ESRCH
#: stdout getsid of nobody: ESRCH
#: stdout the child's group minus the parent's: 0
#: stdout setpgid(0, 0): 0
#: stdout my group minus my number: 0
#: stdout setsid of a group's leader: EPERM
#: stdout setsid's result minus my number: 0
#: stdout my session minus my number: 0
#: stdout my group minus my number, in a new session: 0
#: stdout setpgid of a session's leader: EPERM
#: stdout into a group of another session: EPERM
#: stdout setpgid of my parent: ESRCH
#: stdout into a group that does not exist: EPERM
#: exit 0
        .include "../show.s"
        .equ NOBODY, 4000000
        .text
        .globl main
main:
        li   a0, 0
        li   a1, -1
        call setpgid
        show "setpgid to a negative group"
        li   a0, NOBODY
        li   a1, 0
        call setpgid
        show "setpgid of nobody"
        li   a0, NOBODY
        call getpgid
        show "getpgid of nobody"
        li   a0, NOBODY
        call getsid
        show "getsid of nobody"
        call fork
        bnez a0, parent

        li   a0, 0
        call getpgid
        mv   s0, a0
        call getppid
        call getpgid
        sub  a0, a0, s0
        show "the child's group minus the parent's"
        call getpid
        mv   s0, a0
        li   a0, 0
        li   a1, 0
        call setpgid
        show "setpgid(0, 0)"
        li   a0, 0
        call getpgid
        sub  a0, a0, s0
        show "my group minus my number"
        call setsid
        show "setsid of a group's leader"
        call fork
        bnez a0, wait_and_end

        call setsid
        mv   s0, a0
        call getpid
        sub  a0, a0, s0
        show "setsid's result minus my number"
        li   a0, 0
        call getsid
        sub  a0, a0, s0
        show "my session minus my number"
        li   a0, 0
        call getpgid
        sub  a0, a0, s0
        show "my group minus my number, in a new session"
        li   a0, 0
        li   a1, 0
        call setpgid
        show "setpgid of a session's leader"
        call getppid
        mv   a1, a0
        li   a0, 0
        call setpgid
        show "into a group of another session"
        call getppid
        li   a1, 0
        call setpgid
        show "setpgid of my parent"
        li   a0, 0
        call exit

parent: li   a0, 0
        call wait
        li   a0, 0
        call getpgid
        mv   s0, a0
        call fork
        bnez a0, 1f
        li   a0, 0
        li   a1, NOBODY
        call setpgid
        show "into a group that does not exist"
        li   a0, 0
        call exit
1:
wait_and_end:
        li   a0, 0
        call wait
        li   a0, 0
        call exit
