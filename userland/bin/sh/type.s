# What a name means: type, command -v.

.include "shell.s"

.text

# builtin_type(argc, argv)
.globl builtin_type
builtin_type:
    li    a0, 'V'
    addi  a1, a1, 8
    # continues
# describe_all(how, names): status 127 when one means nothing. how: 'V' a sentence, 'v' as a command would be typed.
describe_all:
    enter 3
    mv    s0, a0
    mv    s1, a1
    li    s2, 0
1:  ld    a0, (s1)
    beqz  a0, 2f
    addi  s1, s1, 8
    mv    a1, s0
    call  describe
    beqz  a0, 1b
    li    s2, STATUS_NOT_FOUND
    j     1b
2:  mv    a0, s2
    leave 3

# builtin_command(argc, argv): command -v NAME, command -V NAME. (`command NAME ARGUMENT...` is execute_simple's.)
.globl builtin_command
builtin_command:
    ld    t0, 8(a1)
    beqz  t0, 1f
    lbu   a0, 1(t0)
    addi  a1, a1, 16
    li    t1, 'v'
    beq   a0, t1, describe_all
    li    t1, 'V'
    beq   a0, t1, describe_all
    li    t1, '-'
    beq   a0, t1, 1f
    enter
    la    a0, bad_option
    mv    a1, t0
    call  report
    li    a0, STATUS_USAGE
    leave
1:  li    a0, 0
    ret

# describe(name, how): returns 1 when it means nothing.
describe:
    enter 3, 8
    mv    s0, a0
    mv    s2, a1
    la    s1, is_keyword
    call  is_reserved
    bnez  a0, 2f
    la    s1, is_special
    mv    a0, s0
    call  find_builtin
    beqz  a0, 1f
    ld    t0, builtin_flags(a0)
    andi  t0, t0, BUILTIN_SPECIAL
    bnez  t0, 2f
1:  la    s1, is_function
    mv    a0, s0
    call  find_function
    bnez  a0, 2f
    la    s1, is_builtin
    mv    a0, s0
    call  find_builtin
    bnez  a0, 2f
    mv    a0, s0
    call  find_program
    beqz  a0, 4f
    la    s1, is_program
    mv    a2, a0
    li    a1, X_OK
    sd    a2, 0(sp)
    call  access
    ld    a2, 0(sp)
    bnez  a0, 4f
    mv    a0, s1
    mv    a1, s0
    li    t0, 'V'
    beq   s2, t0, 3f
    la    a0, just_name
    mv    a1, a2
    j     3f
2:  mv    a0, s1
    mv    a1, s0
    li    t0, 'V'
    beq   s2, t0, 3f
    la    a0, just_name
3:  call  printf
    li    a0, 0
    leave 3, 8
4:  li    t0, 'v'
    beq   s2, t0, 5f
    la    a0, not_found
    mv    a1, s0
    call  report
5:  li    a0, 1
    leave 3, 8

# is_reserved(name): 1 when it belongs to the grammar.
is_reserved:
    enter 2
    mv    s0, a0
    la    s1, reserved
1:  ld    a0, (s1)
    beqz  a0, 2f
    mv    a1, s0
    call  strcmp
    addi  s1, s1, 8
    bnez  a0, 1b
    li    a0, 1
2:  leave 2

.section .rodata
.balign 8
reserved:
    .dword word_if, text_then, text_elif, text_else, text_fi, word_while, word_until, word_for, text_do, text_done
    .dword word_case, text_esac, word_in, word_not, word_open, text_close, 0
word_if:     .asciz "if"
word_while:  .asciz "while"
word_until:  .asciz "until"
word_for:    .asciz "for"
word_case:   .asciz "case"
word_in:     .asciz "in"
word_not:    .asciz "!"
word_open:   .asciz "{"
is_keyword:  .asciz "%s is a shell keyword\n"
is_special:  .asciz "%s is a special shell builtin\n"
is_function: .asciz "%s is a shell function\n"
is_builtin:  .asciz "%s is a shell builtin\n"
is_program:  .asciz "%s is %s\n"
just_name:   .asciz "%s\n"
not_found:   .asciz "%s: not found"
bad_option:  .asciz "command: bad option: %s"
