# printf: a format and its arguments; the format is used again while arguments are left.

.include "shell.s"

.bss
.balign 8
arguments: .skip 8                      # the next one
status:    .skip 8

.text

# builtin_printf(argc, argv)
.globl builtin_printf
builtin_printf:
    enter 2
    ld    s0, 8(a1)
    beqz  s0, 4f
    addi  t0, a1, 16
    sd    t0, arguments, t1
    sd    zero, status, t1
1:  ld    s1, arguments
    mv    a0, s0
    call  print_format
    beqz  a0, 2f
    ld    t0, arguments
    beq   t0, s1, 2f                    # the format takes none
    ld    t1, (t0)
    bnez  t1, 1b
2:  ld    a0, status
    leave 2
4:  la    a0, bad_usage
    call  report
    li    a0, STATUS_USAGE
    leave 2

# next_argument(): as a text; "" when there are no more.
next_argument:
    ld    t0, arguments
    ld    a0, (t0)
    beqz  a0, 1f
    addi  t0, t0, 8
    sd    t0, arguments, t1
    ret
1:  la    a0, nothing
    ret

# print_format(format): once through it. Returns 0 when \c ended the output.
print_format:
    enter 1
    mv    s0, a0
1:  lbu   a0, (s0)
    beqz  a0, 5f
    addi  s0, s0, 1
    li    t0, '\\'
    beq   a0, t0, 2f
    li    t0, '%'
    beq   a0, t0, 3f
    call  putchar
    j     1b
2:  mv    a0, s0
    li    a1, 1
    call  escape
    mv    s0, a1
    bltz  a0, 6f
    call  putchar
    j     1b
3:  lbu   t1, (s0)
    bne   t1, t0, 4f
    addi  s0, s0, 1
    mv    a0, t0
    call  putchar
    j     1b
4:  mv    a0, s0
    call  print_conversion
    mv    s0, a1
    bnez  a0, 1b
6:  li    a0, 0
    leave 1
5:  li    a0, 1
    leave 1

# print_conversion(position behind the %): returns 0 to end the output; in a1 the position behind.
#   s0 position, s1 the conversion's character, s2 the value; on the stack the specification, for the library's printf
print_conversion:
    enter 3, SIZEOF_builder
    mv    s0, a0
    mv    a0, sp
    call  builder_clear
    mv    a0, sp
    li    a1, '%'
    call  builder_put
1:  lbu   a1, (s0)
    beqz  a1, bad_conversion
    li    t0, '*'
    beq   a1, t0, 2f
    la    a0, specification_characters
    call  strchr
    beqz  a0, 3f
    lbu   a1, (s0)
    addi  s0, s0, 1
    mv    a0, sp
    call  builder_put
    j     1b
2:  addi  s0, s0, 1
    call  next_argument
    call  argument_number
    call  decimal
    mv    a1, a0
    mv    a0, sp
    call  builder_append_string
    j     1b
3:  lbu   s1, (s0)
    addi  s0, s0, 1
    mv    a1, s1
    la    a0, number_conversions
    call  strchr
    bnez  a0, 5f
    li    t0, 's'
    beq   s1, t0, 4f
    li    t0, 'c'
    beq   s1, t0, 6f
    li    t0, 'b'
    bne   s1, t0, bad_conversion
    call  next_argument
    li    a1, 0
    call  print_escaped
    mv    a1, s0
    leave 3, SIZEOF_builder
4:  call  next_argument
    j     7f
6:  call  next_argument
    lbu   a0, (a0)
    beqz  a0, 8f                        # of an empty argument there is no character
    j     7f
5:  mv    a0, sp
    li    a1, 'l'
    call  builder_put
    call  next_argument
    call  argument_number
7:  mv    s2, a0
    mv    a0, sp
    mv    a1, s1
    call  builder_put
    mv    a0, sp
    call  builder_string
    mv    a1, s2
    call  printf
8:  li    a0, 1
    mv    a1, s0
    leave 3, SIZEOF_builder
bad_conversion:
    la    a0, bad_format
    mv    a1, s1
    call  report
    li    t0, STATUS_USAGE
    sd    t0, status, t1
    mv    a1, s0
    li    a0, 0
    leave 3, SIZEOF_builder

# argument_number(text): a number as in C; 'x or "x is the character's. A bad one counts as far as it goes, with status 1.
argument_number:
    enter 2, 8
    mv    s0, a0
    lbu   t0, (a0)
    li    t1, '\''
    beq   t0, t1, 1f
    li    t1, '"'
    beq   t0, t1, 1f
    mv    a1, sp
    li    a2, 0
    call  strtol
    mv    s1, a0
    ld    t0, 0(sp)
    lbu   t1, (t0)
    bnez  t1, 2f
    lbu   t1, (s0)
    beqz  t1, 3f                        # empty: 0
    bne   t0, s0, 3f
2:  la    a0, bad_number
    mv    a1, s0
    call  report
    li    t0, 1
    sd    t0, status, t1
3:  mv    a0, s1
    leave 2, 8
1:  lbu   a0, 1(a0)
    leave 2, 8

.section .rodata
nothing:                  .asciz ""
bad_usage:                .asciz "usage: printf FORMAT [ARGUMENT...]"
bad_format:               .asciz "printf: bad conversion %%%c"
bad_number:               .asciz "printf: %s: bad number"
specification_characters: .asciz "-+ #0123456789."
number_conversions:       .asciz "diouxX"
