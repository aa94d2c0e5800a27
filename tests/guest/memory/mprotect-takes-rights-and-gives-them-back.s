# mprotect of one page of three: reading goes on where writing is forbidden, neighbours notice nothing, and what the page
# holds is there again when the right comes back.
#: under bare segments: fail a part of a mapping has no rights of its own
#: stdout read-only: 0
#: stdout load: 22
#: stdout store: SIGSEGV ACCERR
#: stdout store below: 0
#: stdout store above: 0
#: stdout nothing allowed: 0
#: stdout load: SIGSEGV ACCERR
#: stdout store: SIGSEGV ACCERR
#: stdout all allowed: 0
#: stdout load: 22
#: stdout store: 0
#: stdout load: 33
        .include "../show.s"
        .include "../access.s"
        .include "../map.s"
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        map 0, 3 * PAGE, RW, MAP_PRIVATE
        mv s0, a0
        li t0, PAGE
        add s1, s0, t0
        add s2, s1, t0
        li t0, 22
        sb t0, 0(s1)

        li a2, PROT_READ
        call protect
        show "read-only"
        call load
        call store
        mv a0, s0
        call try_store
        show_access "store below"
        mv a0, s2
        call try_store
        show_access "store above"
        li a2, PROT_NONE
        call protect
        show "nothing allowed"
        call load
        call store
        li a2, RW
        call protect
        show "all allowed"
        call load
        call store
        call load
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

protect:
        mv a0, s1
        li a1, PAGE
        tail mprotect

load:
        addi sp, sp, -16
        sd ra, 8(sp)
        mv a0, s1
        call try_load
        show_access "load"
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

store:
        addi sp, sp, -16
        sd ra, 8(sp)
        mv a0, s1
        li a1, 33
        call try_store
        show_access "store"
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
