# A program that writes to its own code dies by SIGSEGV.
#: under bare: fail nothing is protected
#: stdout before
#: signal SIGSEGV
        .include "../show.s"
        .globl main
main:
        say "before"
        la t0, main
        sw zero, 0(t0)
        say "not reached"
        li a0, 0
        tail exit
