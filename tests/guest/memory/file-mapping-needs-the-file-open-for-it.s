# What a mapping may do is limited by how its file was opened: every mapping needs reading, a shared one that can be
# written needs writing.
#: under bare segments: fail files cannot be mapped to be shared
#: stdout read-only, shared for reading: 0
#: stdout read-only, shared for writing: EACCES
#: stdout read-only, private for writing: 0
#: stdout write-only, shared for writing: EACCES
#: stdout write-only, private for reading: EACCES
#: stdout both, shared for writing: 0
        .include "../show.s"
        .include "../map.s"
        string name, "mapping-rights.tmp"
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        li a1, O_CREAT | O_RDONLY
        call reopen
        map_file s0, PAGE, PROT_READ, MAP_SHARED
        call forget_address
        show "read-only, shared for reading"
        map_file s0, PAGE, RW, MAP_SHARED
        call forget_address
        show "read-only, shared for writing"
        map_file s0, PAGE, RW, MAP_PRIVATE
        call forget_address
        show "read-only, private for writing"
        li a1, O_WRONLY
        call reopen
        map_file s0, PAGE, PROT_WRITE, MAP_SHARED
        call forget_address
        show "write-only, shared for writing"
        map_file s0, PAGE, PROT_READ, MAP_PRIVATE
        call forget_address
        show "write-only, private for reading"
        li a1, O_RDWR
        call reopen
        map_file s0, PAGE, RW, MAP_SHARED
        call forget_address
        show "both, shared for writing"
        la a0, name
        call unlink
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# reopen(flags: a1) -> s0
reopen:
        addi sp, sp, -16
        sd ra, 8(sp)
        la a0, name
        li a2, 0600
        call open
        mv s0, a0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# a0 = 0 if it is an address; an errno stays
forget_address:
        bltz a0, 1f
        li a0, 0
1:      ret
