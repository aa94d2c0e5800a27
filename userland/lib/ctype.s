# Kinds of ASCII characters. Each takes a character in a0 and returns 1 or 0, except toupper and tolower.
        .text

# Each test is a range check: c - first is, as an unsigned number, less than the range's length.
        .macro range_test name, first, last
        .globl \name
\name:
        addi a0, a0, -(\first)
        sltiu a0, a0, (\last) - (\first) + 1
        ret
        .endm

        range_test isdigit, '0', '9'
        range_test isupper, 'A', 'Z'
        range_test islower, 'a', 'z'
        range_test isprint, ' ', '~'
        range_test isgraph, '!', '~'

        .globl isalpha
isalpha:
        ori a0, a0, 0x20                # capital letters to small ones
        j islower

        .globl isalnum
isalnum:
        addi t0, a0, -'0'
        sltiu t0, t0, 10
        beqz t0, isalpha
        li a0, 1
        ret

        .globl isxdigit
isxdigit:
        addi t0, a0, -'0'
        sltiu t0, t0, 10
        ori a0, a0, 0x20
        addi a0, a0, -'a'
        sltiu a0, a0, 6
        or a0, a0, t0
        ret

# blank, or one of \t \n \v \f \r
        .globl isspace
isspace:
        addi t0, a0, -'\t'
        sltiu t0, t0, 5
        addi a0, a0, -' '
        seqz a0, a0
        or a0, a0, t0
        ret

        .globl isblank
isblank:
        addi t0, a0, -'\t'
        seqz t0, t0
        addi a0, a0, -' '
        seqz a0, a0
        or a0, a0, t0
        ret

        .globl iscntrl
iscntrl:
        sltiu t0, a0, ' '
        addi a0, a0, -127
        seqz a0, a0
        or a0, a0, t0
        ret

# printable, but neither letter, digit nor blank
        .globl ispunct
ispunct:
        addi t1, a0, -'!'
        sltiu t1, t1, '~' - '!' + 1
        addi t0, a0, -'0'
        sltiu t0, t0, 10
        ori a0, a0, 0x20
        addi a0, a0, -'a'
        sltiu a0, a0, 26
        or a0, a0, t0
        xori a0, a0, 1
        and a0, a0, t1
        ret

# toupper(c: a0) -> a0
        .globl toupper
toupper:
        addi t0, a0, -'a'
        sltiu t0, t0, 26
        slli t0, t0, 5
        sub a0, a0, t0
        ret

# tolower(c: a0) -> a0
        .globl tolower
tolower:
        addi t0, a0, -'A'
        sltiu t0, t0, 26
        slli t0, t0, 5
        add a0, a0, t0
        ret
