# A shared mapping, read, write and a second mapping all see the same bytes of a file at once; the mapping outlives the
# descriptor that it was made from.
#: under bare segments: fail files cannot be mapped to be shared
#: stdout write, then mapping: hello
#: stdout store, then read: Jello
#: stdout store, then the other mapping: Jello
#: stdout store after close, then read: Jelly
        .include "../show.s"
        .include "../map.s"
        string name, "shared-mapping.tmp"
        string hello, "hello"
        value buffer, 16
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        la a0, name
        li a1, O_CREAT | O_TRUNC | O_RDWR
        li a2, 0600
        call open
        mv s0, a0
        li a1, PAGE
        call ftruncate
        map_file s0, PAGE, RW, MAP_SHARED
        mv s1, a0
        map_file s0, PAGE, PROT_READ, MAP_SHARED
        mv s2, a0

        mv a0, s0
        la a1, hello
        li a2, 5
        li a3, 0
        call pwrite64
        mv a2, s1
        show_string "write, then mapping"
        li t0, 'J'
        sb t0, 0(s1)
        call read_back
        show_text "store, then read", buffer
        mv a2, s2
        show_string "store, then the other mapping"

        mv a0, s0
        call close
        li t0, 'y'
        sb t0, 4(s1)
        la a0, name
        li a1, O_RDONLY
        call open
        mv s0, a0
        call read_back
        show_text "store after close, then read", buffer
        la a0, name
        call unlink
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

read_back:
        mv a0, s0
        la a1, buffer
        li a2, 15
        li a3, 0
        tail pread64
