# Where a page is, as /proc/self/pagemap says it: proc(5).
        .include "abi.s"
        .include "frame.s"
        .equ PAGE_BITS, 12
        .equ SWAPPED_BIT, 62
        .equ FRAME_BITS, 55

        .text

# frame_of(address: a0) -> a0 = the number of the frame that the page is in; 0: it is in none (or is not to be told to this
# user), -1: it is in swap; another negative number: -errno
# s0 descriptor, then the result
        .globl frame_of
frame_of:
        enter 1, 16
        sd   a0, 8(sp)
        la   a0, .Lpagemap
        li   a1, O_RDONLY | O_CLOEXEC
        li   a2, 0
        call open
        bltz a0, 2f
        mv   s0, a0
        mv   a1, sp
        li   a2, 8
        ld   a3, 8(sp)
        srli a3, a3, PAGE_BITS
        slli a3, a3, 3
        call pread64
        sd   a0, 8(sp)
        mv   a0, s0
        call close
        ld   a0, 8(sp)
        bltz a0, 2f
        ld   t0, 0(sp)
        srli t1, t0, SWAPPED_BIT
        andi t1, t1, 1
        li   a0, -1
        bnez t1, 2f
        li   a0, 0
        bgez t0, 2f                     # bit 63: present
        slli a0, t0, 64 - FRAME_BITS
        srli a0, a0, 64 - FRAME_BITS
2:      leave 1, 16

        .section .rodata
.Lpagemap:      .asciz "/proc/self/pagemap"
