# The environment and the command line.
#: args one "two words" ""
#: stdout 19 checks passed
        .include "check.s"

        .globl main
main:
        mv s0, a1
        equal "argc", 4
        ld a0, 8(s0)
        text "argv[1]", "one"
        ld a0, 16(s0)
        text "argv[2]", "two words"
        ld a0, 24(s0)
        text "argv[3]", ""
        ld a0, 32(s0)
        equal "argv ends with 0", 0
        ld a0, program_name
        text "the program's name", "environment"

        la t0, environ                  # an environment of our own
        la t1, given
        sd t1, 0(t0)
        string a0, "A"
        call getenv
        text "getenv", "1"
        string a0, "AB"
        call getenv
        text "getenv of a longer name", "2"
        string a0, "EMPTY"
        call getenv
        text "getenv of an empty value", ""
        string a0, "B"
        call getenv
        equal "getenv of a missing name", 0
        string a0, "NOVALUE"
        call getenv
        equal "getenv of a string without =", 0
        string a0, "A"
        string a1, "changed"
        call setenv
        string a0, "NEW"
        string a1, "added"
        call setenv
        string a0, "A"
        call getenv
        text "a changed value", "changed"
        string a0, "NEW"
        call getenv
        text "a new value", "added"
        string a0, "AB"
        call unsetenv
        string a0, "AB"
        call getenv
        equal "a removed name", 0
        string a0, "NEW"
        call getenv
        text "the last is still there", "added"
        string a0, "AB"
        call unsetenv
        string a0, "P=q=r"
        call putenv
        string a0, "P"
        call getenv
        text "putenv", "q=r"
        string a0, "P=2"
        call putenv
        string a0, "P"
        call getenv
        text "putenv again", "2"
        ld t0, environ                  # how many there are
        li a0, 0
1:      ld t1, 0(t0)
        beqz t1, 2f
        addi a0, a0, 1
        addi t0, t0, 8
        j 1b
2:      equal "how many", 5
        la a0, given
        ld a0, 0(a0)
        text "the vector that was given is as it was", "A=1"
        finish

        .section .rodata
        .balign 8
given:  .dword 11f, 12f, 13f, 14f, 0
11:     .asciz "A=1"
12:     .asciz "AB=2"
13:     .asciz "EMPTY="
14:     .asciz "NOVALUE"
