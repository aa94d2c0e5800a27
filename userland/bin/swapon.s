# swapon: lets the kernel put pages on a device, or shows where it does.
#
# usage: swapon [-p PRIORITY] DEVICE...      0 to 32767: higher ones are used first, equal ones take turns
#        swapon [-s]                         the areas in use
# exit status: 0; 1 when an area could not be used; 2 for bad arguments
        .include "abi.s"
        .include "library.s"
        .include "frame.s"
        .equ MOST_PRIORITY, 32767

        .bss
        .balign 8
flags:          .zero 8                 # of swapon(2)

        .text
# s0 argc, then exit status; s1 argv
        .globl main
main:
        enter 2
        mv   s0, a0
        mv   s1, a1
1:      mv   a0, s0
        mv   a1, s1
        la   a2, letters
        la   a3, usage_text
        li   a4, 2
        call option
        bltz a0, 3f
        li   t0, 's'
        beq  a0, t0, 1b                 # shown anyway when nothing else is asked for
        ld   a0, optarg
        call parse_number
        bnez a1, 2f
        li   t0, MOST_PRIORITY
        bgtu a0, t0, 2f
        li   t0, SWAP_FLAG_PREFER
        or   a0, a0, t0
        la   t0, flags
        sd   a0, 0(t0)
        j    1b
2:      ld   a0, optarg
        la   a1, bad_priority
        li   a2, 2
        call fail
3:      ld   t0, optind
        beq  t0, s0, 6f
        slli t0, t0, 3
        add  s1, s1, t0
        li   s0, 0
4:      ld   a0, 0(s1)
        beqz a0, 7f
        ld   a1, flags
        call swapon
        bgez a0, 5f
        mv   a1, a0
        ld   a0, 0(s1)
        call warn
        li   s0, 1
5:      addi s1, s1, 8
        j    4b
6:      call show
        li   s0, 0
7:      mv   a0, s0
        leave 2

# show(): /proc/swaps
show:
        enter 1
        la   a0, swaps
        call read_file
        bltz a0, 1f
        mv   s0, a0
        li   a1, STDOUT_FILENO
        call fputs
        mv   a0, s0
        call free
        leave 1
1:      mv   a1, a0
        la   a0, swaps
        li   a2, 1
        call die

        .section .rodata
letters:        .asciz "p:s"
usage_text:     .asciz "swapon [-p PRIORITY] DEVICE... | swapon [-s]"
bad_priority:   .asciz "a priority is a number from 0 to 32767"
swaps:          .asciz "/proc/swaps"
