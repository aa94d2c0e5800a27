# ppoll tells which of several descriptors can be read or written without waiting, or waits for one, or for a time.
#: under bare: fail there is no fork
#: stdout nothing to read, not waiting: 0
#: stdout the writing end: 1
#: stdout events: 4
#: stdout after a write: 1
#: stdout events: 1
#: stdout nobody writes any more: 1
#: stdout events: 16
#: stdout nobody reads any more: 1
#: stdout events: 12
#: stdout a closed descriptor: 1
#: stdout events: 32
#: stdout a descriptor of -1 is left out: 0
#: stdout a regular file, both ways: 1
#: stdout events: 5
#: stdout nothing for a millisecond: 0
#: stdout woken by the child: 1
#: stdout events: 1
        .include "../show.s"
        .include "../files.s"
        string name, "poll.tmp"
        string x, "x"
        value ends
        value one, SIZEOF_pollfd
        value room, 16
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        la a0, ends
        call pipe
        lw s0, ends
        lw s1, ends + 4
        mv a0, s0
        li a1, POLLIN
        la a2, at_once
        call poll_one
        show "nothing to read, not waiting"
        mv a0, s1
        li a1, POLLOUT
        call ask
        show "the writing end"
        call events
        text_to s1, x, 1
        mv a0, s0
        li a1, POLLIN
        call ask
        show "after a write"
        call events
        mv a0, s0
        la a1, room
        li a2, 1
        call read
        mv a0, s1
        call close
        mv a0, s0
        li a1, POLLIN
        call ask
        show "nobody writes any more"
        call events
        la a0, ends
        call pipe
        lw a0, ends
        call close
        lw a0, ends + 4
        li a1, POLLOUT
        call ask
        show "nobody reads any more"
        call events
        li a0, 99
        li a1, POLLIN
        call ask
        show "a closed descriptor"
        call events
        li a0, -1
        li a1, POLLIN
        call ask
        show "a descriptor of -1 is left out"
        create s2, name
        la a0, name
        call unlink
        mv a0, s2
        li a1, POLLIN | POLLOUT
        call ask
        show "a regular file, both ways"
        call events

        la a0, ends
        call pipe
        lw s0, ends
        lw s1, ends + 4
        mv a0, s0
        li a1, POLLIN
        la a2, a_millisecond
        call poll_one
        show "nothing for a millisecond"
        call fork
        bnez a0, 1f
        li a0, 20000
        call usleep
        text_to s1, x, 1
        li a0, 0
        call _exit
1:      mv a0, s0
        li a1, POLLIN
        li a2, 0                        # for ever
        call poll_one
        show "woken by the child"
        call events
        li a0, 0
        call wait
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# ask(fd: a0, events: a1) -> a0, without waiting
ask:    la a2, at_once
# poll_one(fd: a0, events: a1, timeout: a2) -> a0
poll_one:
        la t0, one
        sw a0, pollfd_fd(t0)
        sh a1, pollfd_events(t0)
        mv a0, t0
        li a1, 1
        li a3, 0
        li a4, 0
        tail ppoll

events: addi sp, sp, -16
        sd ra, 8(sp)
        la t0, one
        lhu a0, pollfd_revents(t0)
        show "events"
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

        .data
        .balign 8
at_once:        .dword 0, 0             # struct timespec
a_millisecond:  .dword 0, 1000000
        .text
