# Two programs at one address, one memory.
#
# The program executes itself a second time, as its own child, and has a number in its data that both change. Without translation
# both are loaded to the address that they were linked to, and that is one place in RAM: the second program overwrites the first,
# and then its store is what the first one finds. With translation each has a memory of its own behind the address.
#
#     npx quire run --translation bare --text-base 0x80400000 userland/demos/collision.s
#     npx quire run userland/demos/collision.s
#
# A stray store through a pointer that nobody gave to the program does the same to any other program: see stray-store.s.
#
#: only it executes itself, which an emulator of programs alone cannot do
#: stdout first:  the number at my address is 1
#: stdout second: the number at my address is 2
#: stdout first:  the number at my address is 1 again: nobody else was there
        .include "abi.s"
        .include "frame.s"

        .data
        .balign 8
number:         .dword 0

        .text
        .globl main
main:
        enter 3
        mv   s0, a0
        mv   s1, a1
        li   t0, 2
        bge  s0, t0, second
        la   s2, number
        li   t0, 1
        sd   t0, 0(s2)
        la   a0, first_word
        li   a1, 1
        call printf
        call flush_all
        # Not fork: without translation no memory can be doubled. The child borrows this memory until it executes a program.
        li   a0, CLONE_VM | CLONE_VFORK | SIGCHLD
        li   a1, 0
        li   a2, 0
        li   a3, 0
        li   a4, 0
        call clone
        bltz a0, failed
        bnez a0, parent
        ld   t0, 0(s1)
        la   a1, arguments
        sd   t0, 0(a1)
        ld   a0, 0(s1)
        la   a2, nothing
        call execve
        call _exit
parent:
        li   a0, 0
        call wait
        ld   a1, 0(s2)
        li   t0, 1
        la   a0, again_word
        beq  a1, t0, 1f
        la   a0, other_word
1:      call printf
        li   a0, 0
        leave 3

# The second program: the same file, with an argument.
second:
        la   t0, number
        li   t1, 2
        sd   t1, 0(t0)
        la   a0, second_word
        li   a1, 2
        call printf
        li   a0, 0
        leave 3

failed:
        mv   a1, a0
        la   a0, clone_word
        call warn
        li   a0, 1
        leave 3

        .data
        .balign 8
arguments:      .dword 0, again, 0
nothing:        .dword 0
again:          .string "again"
first_word:     .string "first:  the number at my address is %d\n"
second_word:    .string "second: the number at my address is %d\n"
again_word:     .string "first:  the number at my address is %d again: nobody else was there\n"
other_word:     .string "first:  the number at my address is %d: the second program lies where I lay\n"
clone_word:     .string "collision"
