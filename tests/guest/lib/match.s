# fnmatch, glob, directories and paths.
#: stdout 62 checks passed
        .include "abi.s"
        .include "library.s"
        .include "check.s"

        .macro matches pattern, content, flags, expected
        string a0, "\pattern"
        string a1, "\content"
        li a2, \flags
        call fnmatch
        xori a0, a0, 1
        equal "does \pattern match \content", \expected
        .endm

        .bss
        .balign 8
found:  .zero SIZEOF_vector
space:  .zero 16

        .text
        .globl main
main:
        matches "", "", 0, 1
        matches "", "a", 0, 0
        matches "abc", "abc", 0, 1
        matches "abc", "ab", 0, 0
        matches "ab", "abc", 0, 0
        matches "*", "", 0, 1
        matches "*", "anything", 0, 1
        matches "a*c", "abbbc", 0, 1
        matches "a*c", "abbb", 0, 0
        matches "a*b*c", "a-b-b-c", 0, 1
        matches "*.s", "sort.s", 0, 1
        matches "*.s", "sort.st", 0, 0
        matches "**a**", "bab", 0, 1
        matches "*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 0, 0
        matches "?", "a", 0, 1
        matches "?", "", 0, 0
        matches "a?c", "abc", 0, 1
        matches "[abc]", "b", 0, 1
        matches "[abc]", "d", 0, 0
        matches "[a-c]x", "bx", 0, 1
        matches "[!a-c]", "b", 0, 0
        matches "[^a-c]", "d", 0, 1
        matches "[]x]", "]", 0, 1
        matches "[a-]", "-", 0, 1
        matches "[[:digit:]]", "7", 0, 1
        matches "[[:alpha:]_]", "_", 0, 1
        matches "[![:space:]]", " ", 0, 0
        matches "[a", "[a", 0, 1
        matches "x[", "x[", 0, 1
        matches "\\*", "*", 0, 1
        matches "\\*", "a", 0, 0
        matches "\\*", "\\a", FNM_NOESCAPE, 1
        matches "*", ".hidden", FNM_PERIOD, 0
        matches ".*", ".hidden", FNM_PERIOD, 1
        matches "?hidden", ".hidden", FNM_PERIOD, 0
        matches "[.]hidden", ".hidden", FNM_PERIOD, 0
        matches "*", "a/b", 0, 1
        matches "*", "a/b", FNM_PATHNAME, 0
        matches "*/*", "a/b", FNM_PATHNAME, 1
        matches "*/b", "a/.b", FNM_PATHNAME | FNM_PERIOD, 0
        matches "AbC", "aBc", FNM_CASEFOLD, 1
        matches "[a-c]", "B", FNM_CASEFOLD, 1

        string a0, "a\\*b"
        call has_wildcard
        equal "a quoted wildcard", 0
        string a0, "a[b"
        call has_wildcard
        equal "a wildcard", 1

        # a small tree of files to look for
        string a0, "quire-match-test"
        li a1, 0700
        call mkdir
        string a0, "quire-match-test"
        call chdir
        equal "in the new directory", 0
        la s0, names
1:      ld a0, 0(s0)
        beqz a0, 2f
        lbu t0, 0(a0)
        li t1, '/'
        bne t0, t1, 3f
        addi a0, a0, 1
        li a1, 0700
        call mkdir
        j 4f
3:      li a1, 0600
        call creat
        call close
4:      addi s0, s0, 8
        j 1b
2:
        .macro globbed pattern, expected
        string a0, "\pattern"
        call joined
        text "glob \pattern", "\expected"
        .endm
        globbed "*.s", "a.s b.s"
        globbed "*", "a.s b.s c d e*"
        globbed ".*", ".h"
        globbed "d/*", "d/1 d/2"
        globbed "*/1", "c/1 d/1"
        globbed "*/*/x", "d/2/x"
        globbed "[ab].s", "a.s b.s"
        globbed "z*", ""
        globbed "e\\*", "e*"
        globbed "?/", "c/ d/"
        globbed "./d/?", "./d/1 ./d/2"
        string a0, "/dev/nul?"
        call joined
        text "glob of an absolute path", "/dev/null"

        string a0, "d"
        la a1, found
        call list_directory
        equal "list_directory", 0
        ld a0, found+vector_count
        equal "its names", 2
        la a0, found
        call vector_free_all
        string a0, "missing"
        call opendir
        equal "opendir of nothing", -ENOENT
        string a0, ".."
        call chdir
        string a0, "quire-match-test"
        call remove_tree
        equal "remove_tree", 0
        string a0, "quire-match-test"
        la a1, found
        call list_directory
        equal "and it is gone", -ENOENT
        finish

# joined(pattern: a0) -> a0 = the paths that it matches, with blanks between
        .bss
        .balign 8
buffer: .zero SIZEOF_buffer
        .text
joined:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)
        la a1, found
        call glob
        la a0, buffer
        call buffer_clear
        li s0, 0
1:      ld t0, found+vector_count
        bgeu s0, t0, 3f
        beqz s0, 2f
        la a0, buffer
        li a1, ' '
        call buffer_put
2:      ld t0, found+vector_data
        slli t1, s0, 3
        add t0, t0, t1
        ld a1, 0(t0)
        la a0, buffer
        call buffer_append_string
        addi s0, s0, 1
        j 1b
3:      la a0, found
        call vector_free_all
        la a0, buffer
        call buffer_string
        ld ra, 24(sp)
        ld s0, 16(sp)
        addi sp, sp, 32
        ret

        .section .rodata
        .balign 8
names:  .dword 21f, 22f, 23f, 24f, 25f, 26f, 27f, 28f, 29f, 30f, 31f, 0
21:     .asciz "a.s"
22:     .asciz "b.s"
23:     .asciz "/c"
24:     .asciz "/d"
25:     .asciz "c/1"
26:     .asciz "d/1"
27:     .asciz "/d/2"
28:     .asciz "d/2/x"
29:     .asciz ".h"
30:     .asciz "e*"
31:     .asciz "c/y"
