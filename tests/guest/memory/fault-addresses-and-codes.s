# SIGSEGV tells why in si_code and where in si_addr: MAPERR where nothing is mapped, ACCERR where the mapping forbids it.
#: under segments: fail a program can read and write near address 0
#: under bare: fail nothing is protected
#: stdout load near 0: SIGSEGV MAPERR
#: stdout store near 0: SIGSEGV MAPERR
#: stdout jump to 0: SIGSEGV MAPERR
#: stdout store to a constant: SIGSEGV ACCERR
#: stdout load of a constant: 67
#: stdout store to code: SIGSEGV ACCERR
#: stdout jump into data: SIGSEGV ACCERR
#: stdout load without any right: SIGSEGV ACCERR
#: stdout load above user space: SIGSEGV MAPERR
        .include "../show.s"
        .include "../access.s"
        string constant, "C"
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        li a0, 8
        call try_load
        show_access "load near 0"
        li a0, 9
        call try_store
        show_access "store near 0"
        li a0, 0
        call try_call
        show_access "jump to 0"

        la a0, constant
        li a1, 1
        call try_store
        show_access "store to a constant"
        la a0, constant
        call try_load
        show_access "load of a constant"
        la a0, main
        call try_store
        show_access "store to code"
        la a0, word
        call try_call
        show_access "jump into data"

        li a0, 0                        # a page that is mapped, but for nothing
        li a1, 4096
        li a2, PROT_NONE
        li a3, MAP_PRIVATE | MAP_ANONYMOUS
        li a4, -1
        li a5, 0
        call mmap
        addi a0, a0, 100
        call try_load
        show_access "load without any right"

        li a0, -4096                    # the kernel's half
        call try_load
        show_access "load above user space"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

        .data
        .balign 4
word:   .word 0x8067                    # an instruction, ret, where only data may be
