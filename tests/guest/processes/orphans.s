# A process whose parent has ended gets another parent, who will wait for it.
#: under bare: fail there is no fork
#: stdout parent minus its number, while it lives: 0
#: stdout the parent has ended and is my parent no more
#: stdout a signal to the new parent: 0
#: stdout bytes from the grandchild: 1
#: stdout and then its end: 0
#: stdout it is not my child: ECHILD
#: exit 0
        .include "../show.s"
        .bss
        .balign 8
ends:   .zero 8
byte:   .zero 8
        .text
        .globl main
main:
        la   a0, ends
        call pipe
        call fork
        bnez a0, grandparent
        call getpid
        mv   s0, a0
        call fork
        bnez a0, 2f

        call getppid                    # the grandchild
        sub  a0, a0, s0
        show "parent minus its number, while it lives"
1:      call getppid
        bne  a0, s0, orphan
        call sched_yield
        j    1b
orphan: say "the parent has ended and is my parent no more"
        call getppid
        li   a1, 0                      # the new parent exists
        call kill
        li   t0, -EPERM                 # (on Linux it may be somebody else's)
        beq  a0, t0, 3f
        show "a signal to the new parent"
        j    4f
3:      li   a0, 0
        show "a signal to the new parent"
4:      lw   a0, ends + 4
        la   a1, byte
        li   a2, 1
        call write
        li   a0, 0
        call exit

2:      li   a0, 50000                  # let the grandchild look first
        call usleep
        li   a0, 0
        call exit

grandparent:
        li   a0, 0
        call wait
        lw   a0, ends + 4
        call close
        lw   a0, ends
        la   a1, byte
        li   a2, 1
        call read
        show "bytes from the grandchild"
        lw   a0, ends
        la   a1, byte
        li   a2, 1
        call read
        show "and then its end"
        li   a0, 0
        call wait
        show "it is not my child"
        li   a0, 0
        call exit
