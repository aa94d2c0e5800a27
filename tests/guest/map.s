# For guest tests: mappings in one line each. Included after show.s.
#
#   map ADDRESS, LENGTH, PROT, FLAGS            anonymous memory -> a0
#   map_file FD, LENGTH, PROT, FLAGS, OFFSET    FD is a register -> a0
#   map_at REGISTER, LENGTH, PROT, FLAGS        anonymous, at the address in a register -> a0

        .equ PAGE, 4096
        .equ RW, PROT_READ | PROT_WRITE

.macro map address:req, length:req, prot:req, flags:req
        li a0, \address
        li a1, \length
        li a2, \prot
        li a3, (\flags) | MAP_ANONYMOUS
        li a4, -1
        li a5, 0
        call mmap
.endm

.macro map_at address:req, length:req, prot:req, flags:req
        mv a0, \address
        li a1, \length
        li a2, \prot
        li a3, (\flags) | MAP_ANONYMOUS
        li a4, -1
        li a5, 0
        call mmap
.endm

.macro map_file fd:req, length:req, prot:req, flags:req, offset=0
        mv a4, \fd
        li a0, 0
        li a1, \length
        li a2, \prot
        li a3, \flags
        li a5, \offset
        call mmap
.endm
