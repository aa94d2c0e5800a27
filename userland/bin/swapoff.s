# swapoff: brings everything that is on a swap device back into memory, and uses it no longer.
#
# usage: swapoff DEVICE...
#        swapoff -a           all areas
# exit status: 0; 1 when an area stays in use (there is not enough memory for what it holds, ...); 2 for bad arguments
        .include "abi.s"
        .include "library.s"
        .include "frame.s"

        .bss
        .balign 8
all:            .zero 8                 # 1: -a
status:         .zero 8

        .text
# s0 argc, s1 argv
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
        bltz a0, 2f
        la   t0, all
        li   t1, 1
        sd   t1, 0(t0)
        j    1b
2:      ld   t0, optind
        ld   t1, all
        beqz t1, 3f
        bne  t0, s0, bad_usage
        call everything
        j    5f
3:      beq  t0, s0, bad_usage
        slli t0, t0, 3
        add  s1, s1, t0
4:      ld   a0, 0(s1)
        beqz a0, 5f
        call leave_area
        addi s1, s1, 8
        j    4b
5:      ld   a0, status
        leave 2
bad_usage:
        la   a0, usage_text
        li   a1, 2
        call usage

# leave_area(device: a0)
leave_area:
        enter 1
        mv   s0, a0
        call swapoff
        bgez a0, 1f
        mv   a1, a0
        mv   a0, s0
        call warn
        la   t0, status
        li   t1, 1
        sd   t1, 0(t0)
1:      leave 1

# everything(): each line of /proc/swaps but its heading begins with a device. s0 the next line
everything:
        enter 3
        la   a0, swaps
        call read_file
        bltz a0, 3f
        mv   s0, a0
1:      mv   a0, s0                     # behind the end of the line
        li   a1, '\n'
        call strchr
        beqz a0, 2f
        addi s0, a0, 1
        lbu  t0, 0(s0)
        beqz t0, 2f
        mv   a0, s0
        la   a1, blanks
        call strcspn
        add  s1, s0, a0
        lbu  s2, 0(s1)
        sb   zero, 0(s1)
        mv   a0, s0
        call leave_area
        sb   s2, 0(s1)
        j    1b
2:      leave 3
3:      mv   a1, a0
        la   a0, swaps
        li   a2, 1
        call die

        .section .rodata
letters:        .asciz "a"
usage_text:     .asciz "swapoff DEVICE... | swapoff -a"
swaps:          .asciz "/proc/swaps"
blanks:         .asciz " \t"
