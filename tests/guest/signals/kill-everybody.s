# kill(-1, 0): all that are there but process 1 and the caller. It fails when there is nobody, not when nobody may be sent to; a group does.
#: under bare: fail there is no fork
#: only it asks about all processes of the machine
#: stdout root, everybody: 0
#: stdout no signal, to everybody: EINVAL
#: stdout another user, everybody: 0
#: stdout another user, the parent: EPERM
#: stdout another user, the parent's group: EPERM
#: stdout another user, SIGUSR1 to everybody: 0
#: stdout the parent lives
#: exit 0
        .include "../show.s"
        .text
        .globl main
main:
        li   a0, 0
        li   a1, 0
        call setpgid                   # of two processes, the caller of kill not among them
        call fork
        bnez a0, parent

        li   a0, -1
        li   a1, 0
        call kill
        show "root, everybody"
        li   a0, -1
        li   a1, 99
        call kill
        show "no signal, to everybody"
        li   a0, 0
        call getpgid
        mv   s0, a0
        li   a0, 0
        li   a1, 0
        call setpgid
        li   a0, 1000
        call setuid
        bnez a0, failed
        li   a0, -1
        li   a1, 0
        call kill
        show "another user, everybody"
        call getppid
        li   a1, 0
        call kill
        show "another user, the parent"
        neg  a0, s0
        li   a1, 0
        call kill
        show "another user, the parent's group"
        li   a0, -1
        li   a1, SIGUSR1
        call kill
        show "another user, SIGUSR1 to everybody"
        li   a0, 0
        call exit

parent: li   a0, -1
        li   a1, 0
        li   a2, 0
        call waitpid
        lla  a0, lives
        call printf
        li   a0, 0
        call exit

failed: show "setuid"
        li   a0, 1
        call exit

        .rodata
lives:  .asciz "the parent lives\n"
