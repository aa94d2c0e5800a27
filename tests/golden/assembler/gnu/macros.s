# Macros, repetitions, conditionals.
        .globl _start
_start: nop
        .macro load register, value=7, extra:vararg
        li \register, \value
        .ifnb \extra
        .dword \extra
        .endif
        .endm
        load a0
        load a1, 8
        load value=9, register=a2
        load a3, 1 + 2, 10, 11
        .macro need what:req, count=2
        .rept \count
        .byte \what
        .endr
        .endm
        .data
        need 5
        need 6, 3
        .macro unique
label\@: .byte \@ - \@
        .dword label\@
        .endm
        unique
        unique
        .macro countdown n
        .byte \n
        .if \n
        countdown "(\n - 1)"
        .endif
        .endm
        countdown 4
        .macro quoted text
        .ascii "\text"
        .endm
        quoted "with, comma"
        quoted word
        .macro joined a, b
\a\()_\b: .byte \a\()1
        .endm
        .set x1, 17
        joined x, y
        .dword x_y
        .macro leave n
        .byte 1
        .if \n == 0
        .exitm
        .endif
        .byte 2
        .endm
        leave 0
        leave 1
        .macro outer
        .macro inner
        .byte 33
        .endm
        .endm
        outer
        inner
        .purgem inner
        .macro inner
        .byte 34
        .endm
        inner
        .irp n, 1, 2, (3 + 4)
        .byte \n
        .endr
        .irpc c, 0123
        .byte \c, 0x\c\c
        .endr
        .irp empty
        .byte 0\empty
        .endr
        .rept 2
        .irp n, 8, 9
        .byte \n
        .endr
        .endr
        .rept 0
        .error "never"
        .endr
        .ifdef x1
        .byte 1
        .endif
        .ifndef nowhere
        .byte 2
        .endif
        .ifc a b, a  b
        .byte 3
        .endif
        .ifnc "a","b"
        .byte 4
        .endif
        .ifb
        .byte 5
        .endif
        .ifeq 0
        .byte 6
        .endif
        .ifne 1
        .byte 7
        .endif
        .iflt -1
        .byte 8
        .endif
        .ifge 0
        .byte 9
        .endif
        .ifgt 0
        .byte 10
        .else
        .byte 11
        .endif
        .ifle 0
        .byte 12
        .elseif x1 == 17
        .byte 13
        .elseif 1
        .byte 14
        .else
        .byte 15
        .endif
        .if 0
        .if 1
        this is not read
        .else
        nor this
        .endif
        .endif
        .ifeqs "a", "a"
        .byte 16
        .endif
