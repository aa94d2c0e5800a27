# Freeing memory twice ends the program.
#: signal SIGABRT
#: stderr~ *free already*
        .globl main
main:
        li a0, 100
        call malloc
        mv s0, a0
        li a0, 100
        call malloc
        mv a0, s0
        call free
        mv a0, s0
        call free
        li a0, 0
        call exit
