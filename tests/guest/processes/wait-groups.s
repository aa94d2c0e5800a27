# wait4 by process group: 0 is the caller's own, -N is group N, -1 is any.
#: under bare: fail there is no fork
#: stdout setpgid of a child: 0
#: stdout status of the child in my group: 11
#: stdout nobody else in my group: ECHILD
#: stdout status of the child in its own group: 22
#: stdout nobody else in that group: ECHILD
#: stdout status of any child: 33
#: exit 0
        .include "../show.s"
        .bss
        .balign 8
status: .zero 8
        .text
        .globl main
main:
        li   s2, 11
        call child                      # stays in my group
        mv   s0, a0
        li   s2, 22
        call child
        mv   s1, a0
        li   a1, 0
        call setpgid                    # a group of its own
        show "setpgid of a child"
        li   a0, 0
        call wait_for
        show "status of the child in my group"
        li   a0, 0
        call wait_for
        show "nobody else in my group"
        neg  a0, s1
        call wait_for
        show "status of the child in its own group"
        neg  a0, s1
        call wait_for
        show "nobody else in that group"
        li   s2, 33
        call child
        li   a0, -1
        call wait_for
        show "status of any child"
        li   a0, 0
        call exit

# child(status: s2) -> a0 = its pid. It ends with that status after a while.
child:
        addi sp, sp, -16
        sd   ra, 8(sp)
        call fork
        bnez a0, 1f
        li   a0, 20000
        call usleep
        mv   a0, s2
        call exit
1:      ld   ra, 8(sp)
        addi sp, sp, 16
        ret

# wait_for(who: a0) -> a0 = exit status, or -errno
wait_for:
        addi sp, sp, -16
        sd   ra, 8(sp)
        la   a1, status
        li   a2, 0
        li   a3, 0
        call wait4
        bltz a0, 1f
        lw   a0, status
        srli a0, a0, 8
1:      ld   ra, 8(sp)
        addi sp, sp, 16
        ret
