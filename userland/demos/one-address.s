# Two processes, one address, different memory.
#
# Parent and child have a variable at the same virtual address. Each stores a number of its own there and both keep theirs:
# each process has page tables of its own, and in them the same address leads to another frame of physical memory.
# /proc/self/pagemap tells which.
#
#: only physical addresses are a kernel's own affair
#: under bare: fail there is no fork
#: under segments: fail there is no pagemap to tell frames
#: stdout~ before fork: address * is frame *, holds 1
#: stdout~ child:       address * is frame *, holds 2
#: stdout~ parent:      address * is frame *, holds 1
#: stdout same address: yes, same frame: no
#: exit 0
        .include "abi.s"
        .include "frame.s"

# What the child tells the parent
        .equ message_address, 0
        .equ message_frame, 8
        .equ SIZEOF_message, 16

        .data
        .balign 8
variable:       .dword 1

        .bss
        .balign 8
message:        .zero SIZEOF_message
ends:           .zero 8                 # of a pipe: two descriptors

        .text
# s0 frame of the parent
        .globl main
main:
        enter 1
        la   a0, ends
        call pipe
        bltz a0, failed
        la   a0, before
        call show
        call flush_all                  # else both would print it
        call fork
        bltz a0, failed
        bnez a0, parent

        la   t0, variable
        li   t1, 2
        sd   t1, 0(t0)
        la   a0, child_word
        call show
        la   t0, message
        sd   a0, message_frame(t0)
        la   t1, variable
        sd   t1, message_address(t0)
        lw   a0, ends + 4
        la   a1, message
        li   a2, SIZEOF_message
        call write
        li   a0, 0
        leave 1

parent: lw   a0, ends
        la   a1, message
        li   a2, SIZEOF_message
        call read_full
        li   a0, 0
        call wait
        la   t0, variable
        ld   t1, 0(t0)
        sd   t1, 0(t0)                  # a store to it, too: now it is certainly the parent's own
        la   a0, parent_word
        call show
        mv   s0, a0
        la   t0, variable
        ld   t1, message + message_address
        la   a1, yes
        beq  t0, t1, 1f
        la   a1, no
1:      la   a0, untold
        bltz s0, 3f
        ld   t1, message + message_frame
        la   a2, yes
        beq  s0, t1, 2f
        la   a2, no
2:      la   a0, verdict
3:      call printf
        li   a0, 0
        leave 1
failed: mv   a1, a0
        li   a0, 0
        li   a2, 1
        call die

# show(who: a0) -> a0 = the frame of `variable`, negative where none is told, after a line about it
show:
        enter 2
        mv   s0, a0
        la   a0, variable
        call frame_of
        mv   s1, a0
        mv   a3, a0
        la   a2, variable
        mv   a1, s0
        ld   a4, variable
        la   a0, line
        bgez s1, 1f
        mv   a3, a4                     # memory that is not made of pages
        la   a0, short_line
1:      call printf
        mv   a0, s1
        leave 2

        .section .rodata
before:         .asciz "before fork:"
child_word:     .asciz "child:"
parent_word:    .asciz "parent:"
line:           .asciz "%-12s address %#lx is frame %ld, holds %ld\n"
short_line:     .asciz "%-12s address %#lx holds %ld\n"
verdict:        .asciz "same address: %s, same frame: %s\n"
untold:         .asciz "same address: %s\n"
yes:            .asciz "yes"
no:             .asciz "no"
