# Messages: texts and names of errors and signals, warn, complain, die.
#: exit 3
#: stdout 14 checks passed
#: stderr errors: file: No such file or directory
#: stderr errors: Permission denied
#: stderr errors: what: is wrong
#: stderr errors: all is wrong
#: stderr errors: the end: Unknown error 4000
        .include "abi.s"
        .include "check.s"

        .globl main
main:
        li a0, ENOENT
        call strerror
        text "strerror", "No such file or directory"
        li a0, -ENOENT
        call strerror
        text "strerror of the negative", "No such file or directory"
        li a0, 0
        call strerror
        text "strerror of 0", "Success"
        li a0, 12345
        call strerror
        text "strerror of an unknown number", "Unknown error 12345"
        li a0, EAGAIN
        call error_name
        text "error_name", "EAGAIN"
        li a0, 12345
        call error_name
        equal "error_name of an unknown number", 0
        li a0, SIGSEGV
        call strsignal
        text "strsignal", "Segmentation fault"
        li a0, SIGTERM
        call signal_name
        text "signal_name", "TERM"
        li a0, 99
        call signal_name
        equal "signal_name of an unknown number", 0
        string a0, "INT"
        call signal_number
        equal "signal_number", SIGINT
        string a0, "sigkill"
        call signal_number
        equal "signal_number, with SIG and small", SIGKILL
        string a0, "15"
        call signal_number
        equal "signal_number of a number", 15
        string a0, "NOSUCH"
        call signal_number
        equal "signal_number of nothing", -EINVAL
        string a0, "999"
        call signal_number
        equal "signal_number of a number too large", -EINVAL
        ld a1, check_count
        ld t0, check_failures
        bnez t0, 1f
        la a0, counted
        call printf
1:      string a0, "file"
        li a1, -ENOENT
        call warn
        li a0, 0
        li a1, EACCES
        call warn
        string a0, "what"
        string a1, "is wrong"
        call complain
        li a0, 0
        string a1, "all is wrong"
        call complain
        string a0, "the end"
        li a1, 4000
        li a2, 3
        call die

        .section .rodata
counted:        .asciz "%ld checks passed\n"
