# A store through a pointer that nobody gave to the program.
#
# The program has a child, which borrows its memory until it executes the same file again. The new program is told, in an argument,
# where its parent has a secret, and stores to that address. Without translation it is the parent's memory, wherever the programs
# lie; with translation the address is the child's own affair: it has nothing there, and dies, or changes something of its own.
#
#     npx quire run --translation bare userland/demos/stray-store.s
#     npx quire run userland/demos/stray-store.s
#
#: stdout my secret is 42; another program is given its address, and stores 666 there
#: stdout my secret is 42
#: under bare: stdout my secret is 42; another program is given its address, and stores 666 there
#: under bare: stdout my secret is 666
        .include "abi.s"
        .include "frame.s"

        .data
        .balign 8
secret:         .dword 42

        .text
        .globl main
main:
        enter 2
        mv   s1, a1
        li   t0, 2
        bge  a0, t0, neighbour
        la   a0, before
        call puts
        la   a0, address
        li   a1, 32
        la   a2, number
        la   a3, secret
        call snprintf
        li   a0, CLONE_VM | CLONE_VFORK | SIGCHLD
        li   a1, 0
        li   a2, 0
        li   a3, 0
        li   a4, 0
        call clone
        bltz a0, failed
        bnez a0, parent
        ld   a0, 0(s1)
        la   a1, arguments
        sd   a0, 0(a1)
        la   t0, address
        sd   t0, 8(a1)
        la   a2, nothing
        call execve
        call _exit
parent:
        li   a0, 0
        call wait
        la   t0, secret
        ld   a1, 0(t0)
        la   a0, is_word
        call printf
        li   a0, 0
        leave 2

neighbour:
        ld   a0, 8(s1)
        li   a1, 0
        li   a2, 10
        call strtoul
        li   t0, 666
        sd   t0, 0(a0)
        li   a0, 0
        leave 2

failed:
        mv   a1, a0
        la   a0, clone_word
        call warn
        li   a0, 1
        leave 2

        .data
        .balign 8
arguments:      .dword 0, 0, 0
nothing:        .dword 0
address:        .zero 32
number:         .string "%lu"
before:         .string "my secret is 42; another program is given its address, and stores 666 there"
is_word:        .string "my secret is %d\n"
clone_word:     .string "stray-store"
