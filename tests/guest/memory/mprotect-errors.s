# mprotect: what it refuses.
#: under segments: fail files cannot be mapped to be shared
#: under bare: fail there is no mprotect
#: stdout not at a page: EINVAL
#: stdout a right that there is not: EINVAL
#: stdout nothing mapped: ENOMEM
#: stdout write to a shared file opened for reading: EACCES
#: stdout write to a private mapping of it: 0
        .include "../show.s"
        .include "../map.s"
        .equ BASE, 0x30000000
        string name, "mprotect-errors.tmp"
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        map BASE, PAGE, RW, MAP_PRIVATE | MAP_FIXED
        li a0, BASE + 1
        li a1, PAGE
        li a2, PROT_READ
        call mprotect
        show "not at a page"
        li a0, BASE
        li a1, PAGE
        li a2, 0x80
        call mprotect
        show "a right that there is not"
        li a0, BASE + PAGE
        li a1, PAGE
        li a2, PROT_READ
        call mprotect
        show "nothing mapped"
        la a0, name
        li a1, O_CREAT | O_RDONLY
        li a2, 0600
        call open
        mv s0, a0
        la a0, name
        call unlink
        map_file s0, PAGE, PROT_READ, MAP_SHARED
        li a1, PAGE
        li a2, RW
        call mprotect
        show "write to a shared file opened for reading"
        map_file s0, PAGE, PROT_READ, MAP_PRIVATE
        li a1, PAGE
        li a2, RW
        call mprotect
        show "write to a private mapping of it"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
