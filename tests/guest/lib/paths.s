# Paths as text, modes as text, names of users.
#: stdout 24 checks passed
        .include "abi.s"
        .include "check.s"

        .macro base path, index, length
        string s1, "\path"
        mv a0, s1
        call basename
        mv s2, a1
        sub a0, a0, s1
        equal "basename of \path", \index
        mv a0, s2
        equal "its length", \length
        .endm

        .macro mode bits, expected
        li a0, \bits
        la a1, space
        call mode_string
        text "mode \bits", "\expected"
        .endm

        .bss
space:  .zero 16

        .text
        .globl main
main:
        base "/usr/bin/ls", 9, 2
        base "ls", 0, 2
        base "/usr/bin/", 5, 3
        base "a//b///", 3, 1
        base "/", 0, 1
        base "///", 0, 1
        base "", 0, 0
        string a0, "dir"
        string a1, "name"
        call path_join
        text "path_join", "dir/name"
        string a0, "/"
        string a1, "name"
        call path_join
        text "path_join at the root", "/name"
        string a0, ""
        string a1, "name"
        call path_join
        text "path_join of nothing", "name"
        mode 0100644, "-rw-r--r--"
        mode 0040755, "drwxr-xr-x"
        mode 0041777, "drwxrwxrwt"
        mode 0104755, "-rwsr-xr-x"
        mode 0106644, "-rwSr-Sr--"
        mode 0120777, "lrwxrwxrwx"
        li a0, 0
        call user_name
        text "the user with number 0", "root"
        finish
