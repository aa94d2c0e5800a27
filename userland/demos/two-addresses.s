# One memory, two addresses.
#
# Parent and child map the same shared memory, a file in /dev/shm, each at a place of its own. What one stores the other
# loads, though their addresses differ: both addresses lead to the same frame, as /proc/self/pagemap shows.
#
#: only physical addresses are a kernel's own affair
#: under bare: fail there is no fork
#: under segments: fail files cannot be mapped to be shared
#: stdout~ child:  address * is frame *, stores 42
#: stdout~ parent: address * is frame *, loads 42
#: stdout same address: no, same frame: yes
#: exit 0
        .include "abi.s"
        .include "frame.s"
        .equ PAGE, 4096
        .equ ELSEWHERE, 0x20000000      # where the child wants it

# What the child tells the parent, in the shared memory itself
        .equ shared_value, 0
        .equ shared_address, 8
        .equ shared_frame, 16

        .text
# s0 descriptor, s1 the memory, s2 its frame
        .globl main
main:
        enter 3
        la   a0, path
        li   a1, O_RDWR | O_CREAT | O_TRUNC
        li   a2, 0600
        call open
        bltz a0, failed
        mv   s0, a0
        li   a1, PAGE
        call ftruncate
        bltz a0, failed
        call fork
        bltz a0, failed
        bnez a0, parent

        li   a0, ELSEWHERE
        call map
        li   t0, 42
        sd   t0, shared_value(s1)
        sd   s1, shared_address(s1)
        mv   a0, s1
        call frame_of
        sd   a0, shared_frame(s1)
        mv   a2, a0
        mv   a1, s1
        ld   a3, shared_value(s1)
        la   a0, child_line
        call printf
        li   a0, 0
        leave 3

parent: li   a0, 0
        call wait
        li   a0, 0                      # wherever the kernel likes
        call map
        ld   t0, shared_value(s1)       # touches it: until then it has no frame here
        mv   a0, s1
        call frame_of
        mv   s2, a0
        mv   a2, a0
        mv   a1, s1
        ld   a3, shared_value(s1)
        la   a0, parent_line
        call printf
        ld   t0, shared_address(s1)
        la   a1, yes
        beq  t0, s1, 1f
        la   a1, no
1:      ld   t0, shared_frame(s1)
        la   a2, yes
        beq  t0, s2, 2f
        la   a2, no
2:      la   a0, verdict
        call printf
        la   a0, path
        call unlink
        li   a0, 0
        leave 3
failed: mv   a1, a0
        la   a0, path
        li   a2, 1
        call die

# map(where: a0): maps descriptor s0 there; s1 = where it is
map:
        enter 0
        li   a1, PAGE
        li   a2, PROT_READ | PROT_WRITE
        li   a3, MAP_SHARED
        mv   a4, s0
        li   a5, 0
        call mmap
        bltz a0, failed
        mv   s1, a0
        leave 0

        .section .rodata
path:           .asciz "/dev/shm/two-addresses"
child_line:     .asciz "child:  address %#lx is frame %ld, stores %ld\n"
parent_line:    .asciz "parent: address %#lx is frame %ld, loads %ld\n"
verdict:        .asciz "same address: %s, same frame: %s\n"
yes:            .asciz "yes"
no:             .asciz "no"
