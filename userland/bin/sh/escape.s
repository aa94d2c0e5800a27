# Backslash sequences in what echo and printf print: \a \b \f \n \r \t \v \\ and octal numbers; \c ends all output.

.include "shell.s"

.text

# print_escaped(text, style): prints it. Returns 0 when it met \c. style 0: \0ooo or \ooo, as in echo
# and %b; 1: \ooo, as in printf's format.
.globl print_escaped
print_escaped:
    enter 2
    mv    s0, a0
    mv    s1, a1
1:  lbu   a0, (s0)
    beqz  a0, 3f
    addi  s0, s0, 1
    li    t0, '\\'
    bne   a0, t0, 2f
    mv    a0, s0
    mv    a1, s1
    call  escape
    mv    s0, a1
    bltz  a0, 4f
2:  call  putchar
    j     1b
3:  li    a0, 1
    leave 2
4:  li    a0, 0
    leave 2

# escape(position behind a backslash, style): the character meant, -1 for \c; in a1 the position behind the sequence.
.globl escape
escape:
    lbu   t0, (a0)
    la    t1, sequences
1:  lbu   t2, (t1)
    beqz  t2, 2f
    lbu   t3, 1(t1)
    addi  t1, t1, 2
    bne   t2, t0, 1b
    addi  a1, a0, 1
    mv    a0, t3
    ret
2:  li    t2, 'c'
    bne   t0, t2, 3f
    addi  a1, a0, 1
    li    a0, -1
    ret
3:  mv    t1, a0                        # up to three octal digits; style 0: a 0 may stand before them
    li    t4, 3
    addi  t2, t0, -'0'
    sltiu t3, t2, 8
    beqz  t3, 6f
    bnez  a1, 4f
    bnez  t2, 4f
    addi  t1, t1, 1
4:  li    a0, 0
5:  lbu   t0, (t1)
    addi  t2, t0, -'0'
    sltiu t3, t2, 8
    beqz  t3, 7f
    slli  a0, a0, 3
    add   a0, a0, t2
    addi  t1, t1, 1
    addi  t4, t4, -1
    bnez  t4, 5b
7:  andi  a0, a0, 0xff
    mv    a1, t1
    ret
6:  mv    a1, a0                        # no sequence: the backslash is itself
    li    a0, '\\'
    ret

.section .rodata
sequences: .byte 'a', 7, 'b', 8, 'f', 12, 'n', 10, 'r', 13, 't', 9, 'v', 11, '\\', '\\', 0
