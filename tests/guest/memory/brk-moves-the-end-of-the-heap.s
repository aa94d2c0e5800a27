# brk: the heap grows by zeroed pages and shrinks; what lies beyond it faults; an impossible end changes nothing.
#: only qemu-riscv64 keeps the pages of a heap that shrinks; Linux 6.1 does as this says
#: stdout grown by: 8192
#: stdout last byte: 0
#: stdout last byte written: 0
#: stdout shrunk by: 8192
#: stdout what was the last byte: SIGSEGV MAPERR
#: stdout grown again, the byte is: 0
#: stdout below where the heap began, moved by: 0
#: under bare: stdout grown by: 8192
#: under bare: stdout last byte: 0
#: under bare: stdout last byte written: 0
#: under bare: stdout shrunk by: 8192
#: under bare: stdout what was the last byte: 7
#: under bare: stdout grown again, the byte is: 7
#: under bare: stdout below where the heap began, moved by: 0
        .include "../show.s"
        .include "../access.s"
        .include "../map.s"
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        li a0, 0                        # no such end: brk says where the heap ends
        call brk
        li t0, PAGE - 1                 # begin at a page of our own
        add a0, a0, t0
        not t0, t0
        and s0, a0, t0
        mv a0, s0
        call brk
        li t0, 2 * PAGE
        add s1, s0, t0
        mv a0, s1
        call brk
        sub a0, a0, s0
        show "grown by"
        addi a0, s1, -1
        call try_load
        show_access "last byte"
        addi a0, s1, -1
        li a1, 7
        call try_store
        show_access "last byte written"
        mv a0, s0
        call brk
        sub a0, s1, a0
        show "shrunk by"
        addi a0, s1, -1
        call try_load
        show_access "what was the last byte"
        mv a0, s1
        call brk
        lbu a0, -1(a0)
        show "grown again, the byte is"
        li a0, PAGE
        call brk
        sub a0, a0, s1
        show "below where the heap began, moved by"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
