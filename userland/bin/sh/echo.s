# echo: the arguments with blanks between and a newline behind; -n: without the newline. Backslash sequences are carried out.

.include "shell.s"

.text

# builtin_echo(argc, argv)
.globl builtin_echo
builtin_echo:
    enter 2
    addi  s0, a1, 8
    li    s1, 1                         # newline
    ld    a0, (s0)
    beqz  a0, 3f
    la    a1, minus_n
    call  strcmp
    bnez  a0, 1f
    li    s1, 0
    addi  s0, s0, 8
1:  ld    a0, (s0)
    beqz  a0, 3f
    addi  s0, s0, 8
    li    a1, 0
    call  print_escaped
    beqz  a0, 4f
    ld    t0, (s0)
    beqz  t0, 3f
    li    a0, ' '
    call  putchar
    j     1b
3:  beqz  s1, 4f
    li    a0, '\n'
    call  putchar
4:  li    a0, 0
    leave 2

.section .rodata
minus_n: .asciz "-n"
