# Line input: lines of any length, the last without a newline, NULs, characters, a missing file, small reads.
#: under bare: fail there is no fork
#: stdin first
#: stdin
#: stdin third line
#: stdin x
#: stdout 21 checks passed
        .include "abi.s"
        .include "library.s"
        .include "check.s"

        .text
        .globl main
main:
        addi sp, sp, -16
        li a0, 0
        call reader_open
        mv s0, a0
        call read_line
        mv s1, a1
        text "the first line", "first\n"
        mv a0, s1
        equal "its length", 6
        mv a0, s0
        call read_line
        mv s1, a1
        text "an empty line", "\n"
        mv a0, s1
        equal "its length", 1
        mv a0, s0
        call read_char
        equal "a character", 't'
        mv a0, s0
        call read_line
        mv s2, a0
        call chomp
        equal "chomp's result", 9
        mv a0, s2
        text "the rest of a line, without its newline", "hird line"
        mv a0, s0
        call read_line
        mv a0, s0
        call read_line
        mv s1, a1
        equal "the end", 0
        mv a0, s1
        equal "no error", 0
        mv a0, s0
        call read_char
        equal "a character at the end", -1
        mv a0, s0
        call read_line
        equal "still the end", 0
        mv a0, s0
        call reader_close

        # a line of 100,000 bytes, a NUL in the next, and a last one without a newline, through a pipe
        mv a0, sp
        call pipe
        call fork
        beqz a0, writer
        lw a0, 4(sp)
        call close
        lw a0, 0(sp)
        call reader_open
        mv s0, a0
        li t0, 777
        sd t0, reader_chunk(s0)         # blocks that end anywhere
        mv a0, s0
        call read_line
        mv s1, a1
        li t0, 99999
        add t0, t0, a0
        lbu a0, 0(t0)
        equal "the last character of a long line", 'x'
        mv a0, s1
        li t0, 100001
        sub a0, a0, t0
        equal "a long line's length", 0
        mv a0, s0
        call read_line
        mv s1, a1
        lbu a0, 2(a0)
        equal "what stands behind a NUL", 'b'
        mv a0, s1
        equal "the length of a line with a NUL", 4
        mv a0, s0
        call read_line
        mv s1, a1
        mv s2, a0
        text "a line without a newline", "end"
        mv a0, s1
        equal "its length", 3
        mv a0, s2
        li a1, 3
        call chomp
        equal "chomp without a newline", 3
        mv a0, s0
        call read_line
        equal "and the end", 0

        li a0, 99                       # a descriptor that is not open
        call reader_open
        call read_line
        mv s1, a1
        equal "no line", 0
        mv a0, s1
        equal "but an error", -EBADF
        finish

writer:
        lw s0, 4(sp)
        lw a0, 0(sp)
        call close
        li s1, 100000
1:      mv a0, s0
        string a1, "xxxxxxxxxxxxxxxxxxxx"
        li a2, 20
        call write_all
        addi s1, s1, -20
        bnez s1, 1b
        mv a0, s0
        string a1, "\na\0b\nend"
        li a2, 8
        call write_all
        li a0, 0
        call _exit
