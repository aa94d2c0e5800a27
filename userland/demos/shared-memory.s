# Shared memory between parent and child.
#
# After fork each process has its own memory: what one writes the other does not see. Memory from mmap with MAP_SHARED is
# the exception: parent and child have the same frames mapped, and what one stores the other loads. Nothing else is needed
# to talk to each other, but nothing keeps them apart either: `counter = counter + 1` is a load, an addition and a store,
# and when the other process runs between load and store an increment is lost. An atomic instruction (amoadd) is the cure.
#
#: under bare: fail there is no fork
#: stdout own memory:    the child stored 7, the parent still sees 0
#: stdout shared memory: the child stored 7, the parent sees 7
#: stdout both added 1 to a shared counter 100000 times, atomically: 200000
#: exit 0
        .include "abi.s"
        .equ PAGE, 4096
        .equ TIMES, 100000

# What lies where in the shared page
        .equ value, 0
        .equ counter, 8

        .data
        .balign 8
own_value:      .dword 0

        .text
        .globl main
main:
        li   a0, 0
        li   a1, PAGE
        li   a2, PROT_READ | PROT_WRITE
        li   a3, MAP_SHARED | MAP_ANONYMOUS
        li   a4, -1
        li   a5, 0
        call mmap
        bltz a0, failed
        mv   s0, a0
        call fork
        bltz a0, failed
        bnez a0, parent

        li   t0, 7
        la   t1, own_value
        sd   t0, 0(t1)                  # into the child's own copy
        sd   t0, value(s0)              # into the frame that both have
        call add_many
        li   a0, 0
        call exit

parent: call add_many                   # at the same time as the child
        li   a0, 0
        call wait
        la   a0, own_text
        ld   a1, own_value
        call printf
        la   a0, shared_text
        ld   a1, value(s0)
        call printf
        la   a0, counter_text
        li   a1, TIMES
        ld   a2, counter(s0)
        call printf
        li   a0, 0
        call exit

failed: mv   a1, a0
        li   a0, 0
        li   a2, 1
        call die

# add_many(): adds 1 to the shared counter, many times
add_many:
        li   t0, TIMES
        li   t1, 1
        addi t2, s0, counter
1:      amoadd.d zero, t1, (t2)         # load, add and store, and nobody in between
        addi t0, t0, -1
        bnez t0, 1b
        ret

        .section .rodata
own_text:       .asciz "own memory:    the child stored 7, the parent still sees %ld\n"
shared_text:    .asciz "shared memory: the child stored 7, the parent sees %ld\n"
counter_text:   .asciz "both added 1 to a shared counter %d times, atomically: %ld\n"
