# test, [: 0 when the expression is true, 1 when it is false, 2 when it is none.
#
#   or       and { -o and }
#   and      not { -a not }
#   not      ! not | primary
#   primary  ( or ) | -f WORD and the like | WORD OPERATOR WORD | WORD
#
# A word that stands before a binary operator is always a word: [ "$x" = "$y" ] is safe whatever they hold, and so is
# [ ! = x ].

.include "shell.s"

.bss
.balign 8
next: .skip 8                           # address of the next word
last: .skip 8                           # address behind the last one

.text

# builtin_test(argc, argv): an error returns to it from wherever it is found, by the stack pointer kept.
.globl builtin_test
builtin_test:
    enter 3                             # s1 and s2 too: an error returns from the depths
    mv    s0, sp
    sd    s0, test_frame, t0
    addi  t0, a1, 8
    sd    t0, next, t1
    slli  t1, a0, 3
    add   t1, t1, a1
    sd    t1, last, t0
    ld    t0, (a1)
    lbu   t2, (t0)
    li    t3, '['
    bne   t2, t3, 1f
    addi  t1, t1, -8
    sd    t1, last, t2
    ld    a0, (t1)
    la    a1, word_bracket
    call  strcmp
    bnez  a0, no_bracket
1:  call  words_left
    li    t0, 0
    beqz  a0, 2f                        # no expression is false
    call  parse_or
    mv    s0, a0
    call  words_left
    bnez  a0, unexpected_word
    mv    t0, s0
2:  seqz  a0, t0
    leave 3
no_bracket:
    la    a0, bracket_missing
    j     1f
unexpected_word:
    ld    t0, next
    ld    a1, (t0)
    la    a0, word_too_much
    j     1f
missing_word:
    la    a0, word_missing
    j     1f
bad_integer:
    la    a0, not_integer
    mv    a1, s0
1:  call  report
    ld    sp, test_frame
    li    a0, STATUS_USAGE
    leave 3

# words_left()
words_left:
    ld    t0, next
    ld    a0, last
    sub   a0, a0, t0
    srai  a0, a0, 3
    ret

# take_word()
take_word:
    ld    t0, next
    ld    t1, last
    bgeu  t0, t1, missing_word
    ld    a0, (t0)
    addi  t0, t0, 8
    sd    t0, next, t1
    ret

# take_if(text): takes the next word if it is this one; returns 1 then.
take_if:
    enter
    ld    t0, next
    ld    t1, last
    mv    a1, a0
    li    a0, 0
    bgeu  t0, t1, 1f
    ld    a0, (t0)
    call  strcmp
    seqz  a0, a0
    beqz  a0, 1f
    ld    t0, next
    addi  t0, t0, 8
    sd    t0, next, t1
1:  leave

parse_or:
    enter 1
    call  parse_and
    mv    s0, a0
1:  la    a0, word_or
    call  take_if
    beqz  a0, 2f
    call  parse_and
    or    s0, s0, a0
    j     1b
2:  mv    a0, s0
    leave 1

parse_and:
    enter 1
    call  parse_not
    mv    s0, a0
1:  la    a0, word_and
    call  take_if
    beqz  a0, 2f
    call  parse_not
    and   s0, s0, a0
    j     1b
2:  mv    a0, s0
    leave 1

parse_not:
    enter
    call  binary_operator
    bnez  a0, 1f
    call  words_left
    li    t0, 1
    beq   a0, t0, 1f                    # [ ! ] : a word
    la    a0, word_not
    call  take_if
    beqz  a0, 1f
    call  parse_not
    xori  a0, a0, 1
    leave
1:  call  parse_primary
    leave

# binary_operator(): the row of the operator that stands behind the next word with something behind it, or 0.
binary_operator:
    enter 2
    call  words_left
    li    t0, 3
    blt   a0, t0, 2f
    ld    t0, next
    ld    s0, 8(t0)
    la    s1, binary_operators
1:  ld    a0, (s1)
    beqz  a0, 2f
    addi  a0, s1, 16
    mv    a1, s0
    call  strcmp
    mv    t0, a0
    mv    a0, s1
    beqz  t0, 3f
    addi  s1, s1, 24
    j     1b
2:  li    a0, 0
3:  leave 2

# parse_primary()
parse_primary:
    enter 3
    call  binary_operator
    bnez  a0, 3f
    call  words_left
    li    t0, 1
    beq   a0, t0, 2f                    # the last word stands for itself, whatever it looks like
    la    a0, word_open
    call  take_if
    bnez  a0, 4f
    ld    t0, next
    ld    t1, last
    bgeu  t0, t1, missing_word
    ld    t0, (t0)
    lbu   t1, (t0)
    li    t2, '-'
    bne   t1, t2, 2f
    lbu   t1, 1(t0)
    beqz  t1, 2f
    lbu   t2, 2(t0)
    bnez  t2, 2f
    mv    a0, t1
    call  unary_operator
    beqz  a0, 2f
    mv    s0, a0
    call  take_word
    call  take_word
    ld    a1, 8(s0)
    ld    t0, (s0)
    jalr  t0
    leave 3
2:  call  take_word
    lbu   a0, (a0)
    snez  a0, a0
    leave 3
3:  mv    s0, a0
    call  take_word
    mv    s1, a0
    call  take_word
    call  take_word
    mv    a1, a0
    mv    a0, s1
    ld    a2, 8(s0)
    ld    t0, (s0)
    jalr  t0
    leave 3
4:  call  parse_or
    mv    s0, a0
    la    a0, word_close
    call  take_if
    beqz  a0, missing_word
    mv    a0, s0
    leave 3

# unary_operator(letter): its row, or 0.
unary_operator:
    la    t0, unary_operators
1:  ld    t1, (t0)
    beqz  t1, 2f
    ld    t1, 16(t0)
    beq   t1, a0, 2f
    addi  t0, t0, 24
    j     1b
2:  mv    a0, t0
    ld    t1, (t0)
    bnez  t1, 3f
    li    a0, 0
3:  ret

# The unary operators' functions: (word, datum), give 1 or 0.
is_empty:
    lbu   a0, (a0)
    seqz  a0, a0
    ret
is_not_empty:
    lbu   a0, (a0)
    snez  a0, a0
    ret
is_terminal:
    enter
    call  integer
    call  isatty
    leave
may_access:                             # datum: R_OK, W_OK, X_OK, F_OK
    enter
    call  access
    seqz  a0, a0
    leave
has_type:                               # datum: S_IF...
    enter 1, SIZEOF_stat
    mv    s0, a1
    mv    a1, sp
    call  stat
    bnez  a0, 1f
    lw    t0, stat_st_mode(sp)
    li    t1, S_IFMT
    and   t0, t0, t1
    xor   t0, t0, s0
    seqz  a0, t0
    leave 1, SIZEOF_stat
1:  li    a0, 0
    leave 1, SIZEOF_stat
is_link:
    enter 0, SIZEOF_stat
    mv    a1, sp
    call  lstat
    bnez  a0, 1f
    lw    t0, stat_st_mode(sp)
    li    t1, S_IFMT
    and   t0, t0, t1
    li    t1, S_IFLNK
    xor   t0, t0, t1
    seqz  a0, t0
    leave 0, SIZEOF_stat
1:  li    a0, 0
    leave 0, SIZEOF_stat
has_mode:                               # datum: S_ISUID, S_ISGID, S_ISVTX
    enter 1, SIZEOF_stat
    mv    s0, a1
    mv    a1, sp
    call  stat
    bnez  a0, 1f
    lw    t0, stat_st_mode(sp)
    and   t0, t0, s0
    snez  a0, t0
    leave 1, SIZEOF_stat
1:  li    a0, 0
    leave 1, SIZEOF_stat
has_size:
    enter 0, SIZEOF_stat
    mv    a1, sp
    call  stat
    bnez  a0, 1f
    ld    t0, stat_st_size(sp)
    snez  a0, t0
    leave 0, SIZEOF_stat
1:  li    a0, 0
    leave 0, SIZEOF_stat

# integer(word): its value; a word that is no number ends the test.
integer:
    enter 1
    mv    s0, a0
    call  parse_integer
    bnez  a1, bad_integer
    leave 1

# parse_integer(word): blanks around the digits do not matter. In a1: 0, or not when it is no number.
parse_integer:
    enter 1, 8
    mv    s0, a0
    mv    a1, sp
    li    a2, 10
    call  strtol
    ld    t0, 0(sp)
    sub   t1, t0, s0
    li    a1, 1
    beqz  t1, 2f
1:  lbu   a1, (t0)
    addi  t0, t0, 1
    li    t1, ' '
    beq   a1, t1, 1b
2:  leave 1, 8

# The binary operators' functions: (left, right, datum), give 1 or 0.
compare_texts:                          # datum: 0 =, 1 !=, 2 <, 3 >
    enter 1
    mv    s0, a2
    call  strcmp
    mv    a1, s0
    call  compare_with_zero
    leave 1

compare_integers:                       # datum: 0 -eq, 1 -ne, 2 -lt, 3 -gt, 4 -ge, 5 -le
    enter 3
    mv    s1, a1
    mv    s2, a2
    call  integer
    mv    s0, a0
    mv    a0, s1
    call  integer
    slt   t0, a0, s0                    # 1 when left > right
    slt   t1, s0, a0
    sub   a0, t0, t1
    mv    a1, s2
    call  compare_with_zero
    leave 3

# compare_with_zero(difference, which)
compare_with_zero:
    sltz  t0, a0
    sgtz  t1, a0
    seqz  a0, a0
    beqz  a1, 9f
    xori  a0, a0, 1
    li    t2, 1
    beq   a1, t2, 9f
    mv    a0, t0
    li    t2, 2
    beq   a1, t2, 9f
    mv    a0, t1
    li    t2, 3
    beq   a1, t2, 9f
    xori  a0, t0, 1
    li    t2, 4
    beq   a1, t2, 9f
    xori  a0, t1, 1
9:  ret

compare_files:                          # datum: 0 -ef, 2 -ot, 3 -nt
    enter 2, 2 * SIZEOF_stat
    mv    s0, a1
    mv    s1, a2
    mv    a1, sp
    call  stat
    bnez  a0, 2f
    mv    a0, s0
    addi  a1, sp, SIZEOF_stat
    call  stat
    bnez  a0, 2f
    bnez  s1, 1f
    ld    t0, stat_st_ino(sp)
    ld    t1, SIZEOF_stat + stat_st_ino(sp)
    bne   t0, t1, 2f
    ld    t0, stat_st_dev(sp)
    ld    t1, SIZEOF_stat + stat_st_dev(sp)
    sub   a0, t0, t1
    seqz  a0, a0
    leave 2, 2 * SIZEOF_stat
1:  ld    t0, stat_st_mtime(sp)
    ld    t1, SIZEOF_stat + stat_st_mtime(sp)
    sub   a0, t0, t1
    bnez  a0, 3f
    ld    t0, stat_st_mtime_nsec(sp)
    ld    t1, SIZEOF_stat + stat_st_mtime_nsec(sp)
    sub   a0, t0, t1
3:  mv    a1, s1
    call  compare_with_zero
    leave 2, 2 * SIZEOF_stat
2:  li    a0, 0
    leave 2, 2 * SIZEOF_stat

.bss
.balign 8
test_frame: .skip 8                     # stack pointer of builtin_test, for errors

.section .rodata
.balign 8
unary_operators:                        # function, datum, letter
    .dword may_access, F_OK, 'e', has_type, S_IFREG, 'f', has_type, S_IFDIR, 'd', has_type, S_IFCHR, 'c'
    .dword has_type, S_IFBLK, 'b', has_type, S_IFIFO, 'p', has_type, S_IFSOCK, 'S', is_link, 0, 'L', is_link, 0, 'h'
    .dword may_access, R_OK, 'r', may_access, W_OK, 'w', may_access, X_OK, 'x', has_size, 0, 's'
    .dword has_mode, S_ISUID, 'u', has_mode, S_ISGID, 'g', has_mode, S_ISVTX, 'k'
    .dword is_empty, 0, 'z', is_not_empty, 0, 'n', is_terminal, 0, 't', 0
.macro binary function, datum, text    # function, datum, text
    .dword \function, \datum
7:  .asciz "\text"
    .skip 8 - (. - 7b)
.endm
binary_operators:
    binary compare_texts, 0, "="
    binary compare_texts, 1, "!="
    binary compare_texts, 2, "<"
    binary compare_texts, 3, ">"
    binary compare_integers, 0, "-eq"
    binary compare_integers, 1, "-ne"
    binary compare_integers, 2, "-lt"
    binary compare_integers, 3, "-gt"
    binary compare_integers, 4, "-ge"
    binary compare_integers, 5, "-le"
    binary compare_files, 0, "-ef"
    binary compare_files, 2, "-ot"
    binary compare_files, 3, "-nt"
    .dword 0
word_open:       .asciz "("
word_close:      .asciz ")"
word_not:        .asciz "!"
word_and:        .asciz "-a"
word_or:         .asciz "-o"
word_bracket:    .asciz "]"
bracket_missing: .asciz "[: the ] is missing"
word_too_much:   .asciz "test: %s: unexpected"
word_missing:    .asciz "test: an argument is missing"
not_integer:     .asciz "test: %s: not a number"
