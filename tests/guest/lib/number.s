# Numbers and kinds of characters.
#: stdout 67 checks passed
        .include "check.s"

# number FUNCTION, TEXT, BASE: its result; where it ended is then the index in s2
        .macro number function, content, base
        string s1, "\content"
        mv a0, s1
        la a1, end
        li a2, \base
        call \function
        ld s2, end
        sub s2, s2, s1
        .endm

# ended what, INDEX
        .macro ended what, index
        mv a0, s2
        equal "\what", \index
        .endm

        .bss
        .balign 8
end:    .zero 8

        .text
        .globl main
main:
        number strtol, "42", 10
        equal "strtol", 42
        ended "strtol's end", 2
        number strtol, " \t\n-17x", 10
        equal "strtol with blanks and sign", -17
        ended "strtol's end before a letter", 6
        number strtol, "+5", 10
        equal "strtol with +", 5
        number strtol, "", 10
        equal "strtol of nothing", 0
        ended "strtol's end, nothing", 0
        number strtol, "  -", 10
        equal "strtol of a sign", 0
        ended "strtol's end, a sign: nothing was read", 0
        number strtol, "0x1F", 0
        equal "strtol, base 0, hexadecimal", 31
        ended "strtol's end, hexadecimal", 4
        number strtol, "017", 0
        equal "strtol, base 0, octal", 15
        number strtol, "19", 0
        equal "strtol, base 0, decimal", 19
        number strtol, "0xg", 0
        equal "strtol of 0x without a digit", 0
        ended "strtol's end, behind the 0", 1
        number strtol, "0x10", 16
        equal "strtol, base 16 with a prefix", 16
        number strtol, "ff", 16
        equal "strtol, base 16", 255
        number strtol, "zZ", 36
        equal "strtol, base 36", 1295
        number strtol, "102", 2
        equal "strtol, base 2", 2
        ended "strtol's end at a digit of another base", 2
        number strtol, "9223372036854775807", 10
        equal "the largest number", 0x7fffffffffffffff
        number strtol, "9223372036854775808", 10
        equal "one more is clamped", 0x7fffffffffffffff
        number strtol, "-9223372036854775808", 10
        equal "the smallest number", 0x8000000000000000
        number strtol, "-9223372036854775809", 10
        equal "one less is clamped", 0x8000000000000000
        number strtol, "99999999999999999999999999x", 10
        equal "far too large is clamped", 0x7fffffffffffffff
        ended "and read to its end", 26
        number strtoul, "18446744073709551615", 10
        equal "strtoul, the largest", -1
        number strtoul, "18446744073709551616", 10
        equal "strtoul, one more is clamped", -1
        number strtoul, "-1", 10
        equal "strtoul takes a sign", -1
        number strtoul, "777", 8
        equal "strtoul, octal", 0777
        string a0, "12"
        li a1, 0
        li a2, 10
        call strtol
        equal "strtol without an end", 12

        string a0, "-12abc"
        call atol
        equal "atol", -12
        string a0, "4294967297"
        call atoi
        equal "atoi is 32 bits wide", 1

        .macro parsed content, value, error
        string a0, "\content"
        call parse_number
        mv s1, a1
        .ifnb \value
        equal "parse_number of \content", \value
        .endif
        mv a0, s1
        equal "parse_number's error of \content", \error
        .endm
        .equ EINVAL, 22
        .equ ERANGE, 34
        parsed "0", 0, 0
        parsed "-0", 0, 0
        parsed "123", 123, 0
        parsed "-9223372036854775808", 0x8000000000000000, 0
        parsed "9223372036854775808", , -ERANGE
        parsed "-9223372036854775809", , -ERANGE
        parsed "12x", , -EINVAL
        parsed "", , -EINVAL
        parsed "x", , -EINVAL
        parsed "1 ", , -EINVAL

# kinds: how many of the 256 characters belong to each, and the sum of those that do
        .macro kind function, count, sum
        la a0, \function
        call survey
        mv s1, a1
        equal "\function: how many", \count
        mv a0, s1
        equal "\function: their sum", \sum
        .endm
        kind isdigit, 10, 525
        kind isupper, 26, 2015
        kind islower, 26, 2847
        kind isalpha, 52, 4862
        la a0, isalnum
        call survey
        equal "isalnum: how many", 62
        la a0, isxdigit
        call survey
        equal "isxdigit: how many", 22
        la a0, isspace
        call survey
        equal "isspace: how many", 6
        la a0, isblank
        call survey
        equal "isblank: how many", 2
        la a0, isprint
        call survey
        equal "isprint: how many", 95
        la a0, isgraph
        call survey
        equal "isgraph: how many", 94
        la a0, ispunct
        call survey
        equal "ispunct: how many", 32
        la a0, iscntrl
        call survey
        equal "iscntrl: how many", 33
        li a0, 'q'
        call toupper
        equal "toupper", 'Q'
        li a0, '{'
        call toupper
        equal "toupper of no letter", '{'
        li a0, 'Q'
        call tolower
        equal "tolower", 'q'
        li a0, '@'
        call tolower
        equal "tolower of no letter", '@'
        finish

# survey(function: a0) -> a0 = for how many of 0 ... 255 it returns 1, a1 = their sum
survey:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s0, 32(sp)
        sd s1, 24(sp)
        sd s2, 16(sp)
        sd s3, 8(sp)
        mv s0, a0
        li s1, 0
        li s2, 0
        li s3, 0
1:      mv a0, s1
        jalr s0
        add s2, s2, a0
        beqz a0, 2f
        add s3, s3, s1
2:      addi s1, s1, 1
        li t0, 256
        bltu s1, t0, 1b
        mv a0, s2
        mv a1, s3
        ld ra, 40(sp)
        ld s0, 32(sp)
        ld s1, 24(sp)
        ld s2, 16(sp)
        ld s3, 8(sp)
        addi sp, sp, 48
        ret
