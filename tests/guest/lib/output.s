# Buffered output: order, long texts, errors, and exit writing what is left.
#: under bare: fail there is no fork
#: stdout abc
#: stdout 1 2
#: stdout words by fwrite
#: stdout 9 checks passed
#: stdout 100000 bytes came
#: stdout last words, without a newline
#: stderr 12 at once
        .include "abi.s"
        .include "check.s"

        .bss
        .balign 8
fds:    .zero 8
block:  .zero 4096
big:    .zero 20000

        .text
        .globl main
main:
        li a0, 'a'
        call putchar
        string a0, "b"
        li a1, 1
        call fputs
        string a0, "c"
        call puts
        string a0, "%d %d\n"
        li a1, 1
        li a2, 2
        call printf
        equal "printf's result", 4
        string a0, "words by fwrite\nnot this"
        li a1, 4
        li a2, 4
        li a3, 1
        call fwrite
        equal "fwrite's result", 4
        li a0, 2
        string a1, "%d at once\n"
        li a2, 12
        call fprintf
        equal "fprintf's result", 11

        string a0, "/dev/full"          # errors show when it is written, and stay until fflush
        li a1, O_WRONLY
        li a2, 0
        call open
        mv s0, a0
        string a0, "lost"
        mv a1, s0
        call fputs
        equal "fputs into a buffer", 0
        mv a0, s0
        call fflush
        equal "fflush tells", -ENOSPC
        mv a0, s0
        call fflush
        equal "once", 0
        la a0, big
        li a1, 1
        li a2, 20000
        mv a3, s0
        call fwrite
        equal "fwrite of more than the buffer tells at once", -ENOSPC
        mv a0, s0
        call fflush
        li a0, 40                       # beyond the table: written by each call
        string a1, "x"
        call fprintf
        equal "a descriptor that is not open", -EBADF
        li a0, 40
        call fflush
        mv a0, s0
        call close
        string a0, "/dev/null"
        li a1, O_WRONLY
        li a2, 0
        call open
        mv s0, a0
        li a1, 40
        call dup2
        li a0, 40
        string a1, "%s"
        la a2, block
        call fprintf
        equal "a high descriptor", 0
        la a0, counted
        ld a1, check_count
        ld t0, check_failures
        bnez t0, 9f
        call printf

        la a0, fds                      # 100,000 bytes in blocks, by a child that just returns from main
        call pipe
        li a0, 1
        call fflush
        call fork
        beqz a0, writer
        lw a0, fds+4
        call close
        li s1, 0
1:      lw a0, fds
        la a1, block
        li a2, 4096
        call read_full
        blez a0, 2f
        add s1, s1, a0
        j 1b
2:      la a0, came
        mv a1, s1
        call printf
        li a0, 0
        call wait
        la a0, last
        call printf
9:      li a0, 0
        call exit

writer: lw a0, fds+4
        li a1, 1
        call dup2
        li s1, 20000
1:      la a0, five
        call printf
        addi s1, s1, -1
        bnez s1, 1b
        li a0, 0
        call exit

        .section .rodata
counted:        .asciz "%d checks passed\n"
came:           .asciz "%d bytes came\n"
last:           .asciz "last words, without a newline"
five:           .asciz "12345"
