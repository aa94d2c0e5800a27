# Strings: length, copy, append, compare, search, tokens, copies, case.
#: stdout 85 checks passed
        .include "check.s"

# compare FUNCTION, A, B: calls it, makes its result -1, 0 or 1
        .macro order function, a, b, n=0
        string a0, "\a"
        string a1, "\b"
        li a2, \n
        call \function
        sgtz t0, a0
        sltz a0, a0
        sub a0, t0, a0
        .endm

# at FUNCTION, S, ARGUMENT: its result as an index in S, or -1 for 0
        .macro at function, s, argument:vararg
        string s1, "\s"
        mv a0, s1
        \argument
        call \function
        mv t0, a0
        li a0, -1
        beqz t0, 7f
        sub a0, t0, s1
7:
        .endm

        .bss
        .balign 8
space:  .zero 64

        .text
        .globl main
main:
        string a0, ""
        call strlen
        equal "strlen of nothing", 0
        string a0, "twelve bytes"
        call strlen
        equal "strlen", 12
        string a0, "abc"
        li a1, 2
        call strnlen
        equal "strnlen, limited", 2
        string a0, "abc"
        li a1, 9
        call strnlen
        equal "strnlen, not limited", 3
        string a0, "abc"
        li a1, -1
        call strnlen
        equal "strnlen, without a limit", 3

        la a0, space
        string a1, "hello"
        call strcpy
        text "strcpy", "hello"
        la a0, space
        string a1, " world"
        call strcat
        text "strcat", "hello world"
        la a0, space
        string a1, "!?#"
        li a2, 2
        call strncat
        text "strncat", "hello world!?"
        la a0, space
        string a1, "x"
        li a2, 0
        call strncat
        text "strncat of nothing", "hello world!?"
        la a0, space
        string a1, "ab"
        call stpcpy
        la t0, space
        sub a0, a0, t0
        equal "stpcpy's result", 2
        la a0, space
        li a1, '#'
        li a2, 8
        call memset
        la a0, space
        string a1, "ab"
        li a2, 5
        call strncpy
        lbu a0, 2(a0)
        equal "strncpy fills with NULs", 0
        la a0, space
        lbu a0, 4(a0)
        equal "strncpy fills up to the count", 0
        la a0, space
        lbu a0, 5(a0)
        equal "strncpy leaves the rest", '#'
        la a0, space
        string a1, "wxyz"
        li a2, 2
        call strncpy
        lbu a0, 1(a0)
        equal "strncpy, cut off", 'x'
        la a0, space
        lbu a0, 2(a0)
        equal "strncpy writes no NUL behind a longer string", 0

        order strcmp, "", ""
        equal "strcmp of nothing", 0
        order strcmp, "abc", "abc"
        equal "strcmp, equal", 0
        order strcmp, "abc", "abd"
        equal "strcmp, less", -1
        order strcmp, "abc", "ab"
        equal "strcmp, longer", 1
        order strcmp, "", "a"
        equal "strcmp, empty first", -1
        order strcmp, "a\377", "aa"
        equal "strcmp takes bytes as unsigned", 1
        order strncmp, "abcX", "abcY", 3
        equal "strncmp, equal so far", 0
        order strncmp, "abcX", "abcY", 4
        equal "strncmp, less", -1
        order strncmp, "ab", "ab", 9
        equal "strncmp, beyond the end", 0
        order strncmp, "x", "y", 0
        equal "strncmp of nothing", 0
        order strcasecmp, "HeLLo", "hEllO"
        equal "strcasecmp, equal", 0
        order strcasecmp, "abc", "ABD"
        equal "strcasecmp, less", -1
        order strcasecmp, "[", "{"
        equal "strcasecmp folds letters only", -1
        order strncasecmp, "ABCx", "abcy", 3
        equal "strncasecmp", 0

        at strchr, "banana", li a1, 'n'
        equal "strchr", 2
        at strchr, "banana", li a1, 'x'
        equal "strchr, absent", -1
        at strchr, "banana", li a1, 0
        equal "strchr of the NUL", 6
        at strrchr, "banana", li a1, 'a'
        equal "strrchr", 5
        at strrchr, "banana", li a1, 'x'
        equal "strrchr, absent", -1
        at strrchr, "banana", li a1, 0
        equal "strrchr of the NUL", 6
        at strchrnul, "banana", li a1, 'x'
        equal "strchrnul, absent", 6
        at strchrnul, "banana", li a1, 'n'
        equal "strchrnul", 2
        at strstr, "banana", string a1, "nan"
        equal "strstr", 2
        at strstr, "banana", string a1, ""
        equal "strstr of nothing", 0
        at strstr, "banana", string a1, "nab"
        equal "strstr, absent", -1
        at strstr, "aaab", string a1, "aab"
        equal "strstr starts again behind a false start", 1
        at strstr, "ban", string a1, "banana"
        equal "strstr, longer than the string", -1
        at strstr, "", string a1, ""
        equal "strstr of nothing in nothing", 0
        at strcasestr, "BaNaNa", string a1, "NAN"
        equal "strcasestr", 2
        at strcasestr, "BaNaNa", string a1, "nab"
        equal "strcasestr, absent", -1
        at strpbrk, "banana", string a1, "xn"
        equal "strpbrk", 2
        at strpbrk, "banana", string a1, "xyz"
        equal "strpbrk, absent", -1

        string a0, "aabbcc"
        string a1, "ba"
        call strspn
        equal "strspn", 4
        string a0, "aabbcc"
        string a1, ""
        call strspn
        equal "strspn of an empty set", 0
        string a0, "aaa"
        string a1, "a"
        call strspn
        equal "strspn of all", 3
        string a0, "aabbcc"
        string a1, "xc"
        call strcspn
        equal "strcspn", 4
        string a0, "aabbcc"
        string a1, ""
        call strcspn
        equal "strcspn of an empty set", 6

        la a0, space                    # tokens
        string a1, "  one two,,three "
        call strcpy
        la a0, space
        string a1, " ,"
        la a2, state
        call strtok_r
        text "first token", "one"
        li a0, 0
        string a1, " ,"
        la a2, state
        call strtok_r
        text "second token", "two"
        li a0, 0
        string a1, " ,"
        la a2, state
        call strtok_r
        text "third token", "three"
        li a0, 0
        string a1, " ,"
        la a2, state
        call strtok_r
        equal "no more tokens", 0
        li a0, 0
        string a1, " ,"
        la a2, state
        call strtok_r
        equal "and none after that", 0

        string a0, "copy me"
        call strdup
        text "strdup", "copy me"
        string a0, "copy me"
        li a1, 4
        call strndup
        text "strndup", "copy"
        string a0, "me"
        li a1, 4
        call strndup
        text "strndup of less", "me"

        call bytes
        finish

# memory: overlapping moves at all alignments, compared byte by byte with a plain loop
        .bss
        .balign 8
state:  .zero 8
area:   .zero 128
model:  .zero 128

        .text
bytes:
        addi sp, sp, -64
        sd ra, 56(sp)
        sd s0, 48(sp)                   # from
        sd s1, 40(sp)                   # to
        sd s2, 32(sp)                   # count
        sd s3, 24(sp)                   # differences
        li s3, 0
        li s0, 0
1:      li s1, 0
2:      li s2, 0
3:      call one_move
        add s3, s3, a0
        addi s2, s2, 7
        li t0, 64
        bltu s2, t0, 3b
        addi s1, s1, 3
        li t0, 40
        bltu s1, t0, 2b
        addi s0, s0, 1
        li t0, 40
        bltu s0, t0, 1b
        mv a0, s3
        equal "memmove differs from a plain loop", 0
        la a0, area
        li a1, 0x1ff
        li a2, 13
        call memset
        lbu a0, 12(a0)
        equal "memset takes the low byte", 255
        la a0, area
        la a1, model
        li a2, 0
        call memcmp
        equal "memcmp of nothing", 0
        string a0, "abc\0d"
        string a1, "abc\0e"
        li a2, 5
        call memcmp
        sltz a0, a0
        equal "memcmp goes beyond NULs", 1
        string s0, "abc"
        mv a0, s0
        li a1, 'c'
        li a2, 3
        call memchr
        sub a0, a0, s0
        equal "memchr", 2
        mv a0, s0
        li a1, 'c'
        li a2, 2
        call memchr
        equal "memchr, limited", 0
        la a0, area
        mv s1, a0
        la a1, model
        li a2, 40
        call memcpy
        sub a0, a0, s1
        equal "memcpy returns its target", 0

        .irp n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64
        li a0, \n
        call one_copy
        equal "memcpy of \n bytes", 0
        .endr
        la a0, area
        li a1, 7
        li a2, 0
        call memset
        la a1, area
        sub a0, a0, a1
        equal "memset of nothing", 0
        ld ra, 56(sp)
        ld s0, 48(sp)
        ld s1, 40(sp)
        ld s2, 32(sp)
        ld s3, 24(sp)
        addi sp, sp, 64
        ret

# fill(): both areas with the numbers of their bytes
fill:
        la t0, area
        la t1, model
        li t2, 0
1:      sb t2, 0(t0)
        sb t2, 0(t1)
        addi t0, t0, 1
        addi t1, t1, 1
        addi t2, t2, 1
        li t3, 128
        bltu t2, t3, 1b
        ret

# one_move() -> a0 = 0 when memmove(area + s1, area + s0, s2) does what bytes moved through a buffer do
one_move:
        addi sp, sp, -80
        sd ra, 72(sp)
        call fill
        mv t0, sp                       # model: out to the stack, back from there
        la t1, model
        add t1, t1, s0
        mv t2, s2
1:      beqz t2, 2f
        lbu t3, 0(t1)
        sb t3, 0(t0)
        addi t0, t0, 1
        addi t1, t1, 1
        addi t2, t2, -1
        j 1b
2:      mv t0, sp
        la t1, model
        add t1, t1, s1
        mv t2, s2
3:      beqz t2, 4f
        lbu t3, 0(t0)
        sb t3, 0(t1)
        addi t0, t0, 1
        addi t1, t1, 1
        addi t2, t2, -1
        j 3b
4:      la a0, area
        add a1, a0, s0
        add a0, a0, s1
        mv a2, s2
        call memmove
        la a0, area
        la a1, model
        li a2, 128
        call memcmp
        snez a0, a0
        ld ra, 72(sp)
        addi sp, sp, 80
        ret

# one_copy(count: a0) -> a0 = 0 when memcpy of that many bytes, misaligned, copies them and nothing else
one_copy:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd s0, 0(sp)
        mv s0, a0
        la a0, area
        li a1, 0
        li a2, 128
        call memset
        la a0, area + 3
        la a1, model + 1
        mv a2, s0
        call memcpy
        la a0, area + 3
        la a1, model + 1
        mv a2, s0
        call memcmp
        la t0, area
        lbu t1, 2(t0)
        or a0, a0, t1
        add t0, t0, s0
        lbu t1, 3(t0)
        or a0, a0, t1
        ld ra, 8(sp)
        ld s0, 0(sp)
        addi sp, sp, 16
        ret
