# A system call that touches the program's memory takes the same page faults as the program would: it makes pages, copies
# shared ones, brings in a file's, and grows the stack.
#: only qemu-riscv64 does not grow the stack for a call
#: under bare: fail there is no fork
#: under segments: fail files cannot be mapped to be shared
#: stdout read into untouched memory: 4
#: stdout holds: abcd
#: stdout child reads into memory that it shares: 4
#: stdout child holds: abcd
#: stdout parent holds: mine
#: stdout write from a mapped file: 4
#: stdout came out: file
#: stdout write from behind its end: EFAULT
#: stdout read below the stack: 4
        .include "../show.s"
        .include "../map.s"
        .include "../proc.s"
        string name, "kernel-faults.tmp"
        string letters, "abcd"
        string mine, "mine"
        string file, "file"
        value ends
        value buffer, 16
        .macro feed
        lw a0, ends + 4
        la a1, letters
        li a2, 4
        call write
        .endm
        .macro eat where:req
        mv a1, \where
        lw a0, ends
        li a2, 4
        call read
        .endm
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        la a0, ends
        call pipe
        map 0, 2 * PAGE, RW, MAP_PRIVATE
        mv s0, a0
        feed
        eat s0
        show "read into untouched memory"
        mv a2, s0
        show_string "holds"

        mv a0, s0
        la a1, mine
        call strcpy
        feed
        child reader
        mv a2, s0
        show_string "parent holds"

        la a0, name
        li a1, O_CREAT | O_TRUNC | O_RDWR
        li a2, 0600
        call open
        mv s1, a0
        la a0, name
        call unlink
        mv a0, s1
        la a1, file
        li a2, 4
        call write
        map_file s1, 2 * PAGE, PROT_READ, MAP_SHARED
        mv s2, a0
        lw a0, ends + 4
        mv a1, s2
        li a2, 4
        call write
        show "write from a mapped file"
        la s3, buffer
        eat s3
        show_text "came out", buffer
        lw a0, ends + 4
        li t0, PAGE
        add a1, s2, t0
        li a2, 4
        call write
        show "write from behind its end"

        feed
        li t0, 256 << 10
        sub s3, sp, t0
        eat s3
        show "read below the stack"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

reader:
        addi sp, sp, -16
        sd ra, 8(sp)
        eat s0
        show "child reads into memory that it shares"
        mv a2, s0
        show_string "child holds"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
