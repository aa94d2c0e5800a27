# A private mapping of a file shows the file; what is written to it is seen by nobody else. Writing needs no right to
# write the file.
#: stdout mapping before: hello
#: stdout mapping after a store: Jello
#: stdout file after the store: hello
        .include "../show.s"
        .include "../map.s"
        string name, "private-mapping.tmp"
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
        la a1, hello
        li a2, 6
        call write
        la a0, name
        li a1, O_RDONLY
        call open
        mv s0, a0
        la a0, name
        call unlink
        map_file s0, PAGE, RW, MAP_PRIVATE
        mv s1, a0
        mv a2, s1
        show_string "mapping before"
        li t0, 'J'
        sb t0, 0(s1)
        mv a2, s1
        show_string "mapping after a store"
        mv a0, s0
        la a1, buffer
        li a2, 16
        li a3, 0
        call pread64
        show_text "file after the store", buffer
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
