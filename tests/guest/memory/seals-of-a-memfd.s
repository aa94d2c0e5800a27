# A memfd that is sealed can be handed over: whoever gets it knows that it neither shrinks under his mapping nor changes.
#: under bare segments: fail files cannot be mapped to be shared
#: stdout made: 3
#: stdout sealed against shrinking: 0
#: stdout shrinks: EPERM
#: stdout grows: 0
#: stdout sealed against writing, while mapped: EBUSY
#: stdout unmapped, then sealed: 0
#: stdout written: EPERM
#: stdout mapped to write: EPERM
#: stdout mapped to read: 5
#: stdout made writable: EACCES
#: stdout seals: 10
#: stdout sealed for good: 0
#: stdout another seal: EPERM
        .include "../show.s"
        .include "../map.s"
        string name, "box"
        .macro seal which:req
        mv a0, s0
        li a1, F_ADD_SEALS
        li a2, \which
        call fcntl
        .endm
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        la a0, name
        li a1, MFD_CLOEXEC | MFD_ALLOW_SEALING
        call memfd_create
        mv s0, a0
        show "made"
        mv a0, s0
        li a1, PAGE
        call ftruncate
        seal F_SEAL_SHRINK
        show "sealed against shrinking"
        mv a0, s0
        li a1, 100
        call ftruncate
        show "shrinks"
        mv a0, s0
        li a1, 2 * PAGE
        call ftruncate
        show "grows"
        map_file s0, PAGE, RW, MAP_SHARED
        mv s1, a0
        li t0, 5
        sb t0, 0(s1)
        seal F_SEAL_WRITE
        show "sealed against writing, while mapped"
        mv a0, s1
        li a1, PAGE
        call munmap
        seal F_SEAL_WRITE
        show "unmapped, then sealed"
        mv a0, s0
        la a1, name
        li a2, 1
        call write
        show "written"
        map_file s0, PAGE, RW, MAP_SHARED
        show "mapped to write"
        map_file s0, PAGE, PROT_READ, MAP_SHARED
        mv s1, a0
        lbu a0, 0(s1)
        show "mapped to read"
        mv a0, s1
        li a1, PAGE
        li a2, RW
        call mprotect
        show "made writable"
        mv a0, s0
        li a1, F_GET_SEALS
        call fcntl
        show "seals"
        seal F_SEAL_SEAL
        show "sealed for good"
        seal F_SEAL_GROW
        show "another seal"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
