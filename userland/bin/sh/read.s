# read: one line of standard input into variables.

.include "shell.s"

.text

# builtin_read(argc, argv): read [-r] [-p prompt] name...; status 1 at the end of the input.
#   s0 names, s1 1: a backslash is an ordinary character
.globl builtin_read
builtin_read:
    enter 3, SIZEOF_builder
    addi  s0, a1, 8
    li    s1, 0
1:  ld    t0, (s0)
    beqz  t0, no_names
    lbu   t1, (t0)
    li    t2, '-'
    bne   t1, t2, 3f
    addi  s0, s0, 8
    lbu   t1, 1(t0)
    beq   t1, t2, 3f                    # --
    li    t2, 'r'
    bne   t1, t2, 2f
    li    s1, 1
    j     1b
2:  li    t2, 'p'
    bne   t1, t2, no_names
    ld    a0, (s0)
    beqz  a0, no_names
    addi  s0, s0, 8
    call  ask
    j     1b
3:  ld    t0, (s0)
    beqz  t0, no_names
    mv    a0, sp
    call  builder_clear
    mv    a0, sp
    mv    a1, s1
    call  read_units
    mv    s2, a0
    mv    a0, sp
    mv    a1, s0
    call  assign_fields
    mv    a0, s2
    leave 3, SIZEOF_builder
no_names:
    la    a0, bad_usage
    call  report
    li    a0, STATUS_USAGE
    leave 3, SIZEOF_builder

# ask(text): on standard error, when somebody is there to answer.
ask:
    enter 1
    mv    s0, a0
    li    a0, STDIN_FILENO
    call  isatty
    beqz  a0, 1f
    mv    a0, s0
    li    a1, STDERR_FILENO
    call  fputs
1:  leave 1

# read_units(builder, raw): the characters of the line, as units; those after a backslash are MARK_QUOTED. By single bytes:
# what follows the line is for others. Returns the status.
read_units:
    enter 3, 8
    mv    s0, a0
    mv    s1, a1
    li    s2, MARK_SPLIT
1:  call  read_byte
    bltz  a0, 5f
    bnez  s2, 2f
    li    s2, MARK_SPLIT                # after a backslash
    li    t0, '\n'
    beq   a0, t0, 1b                    # the next line belongs to this one
    ori   a1, a0, MARK_QUOTED
    j     3f
2:  li    t0, '\n'
    beq   a0, t0, 4f
    beqz  a0, 1b                        # no variable can hold it
    or    a1, a0, s2
    bnez  s1, 3f
    li    t0, '\\'
    bne   a0, t0, 3f
    li    s2, 0
    j     1b
3:  mv    a0, s0
    call  builder_put_unit
    j     1b
4:  li    a0, 0
    leave 3, 8
5:  li    a0, 1
    leave 3, 8

# read_byte(): the next byte of standard input, or -1.
read_byte:
    enter 0, 8
1:  li    a0, STDIN_FILENO
    mv    a1, sp
    li    a2, 1
    call  read
    li    t0, -EINTR
    bne   a0, t0, 2f
    call  handle_signals
    j     1b
2:  mv    t0, a0
    li    a0, -1
    blez  t0, 3f
    lbu   a0, 0(sp)
3:  leave 0, 8

# assign_fields(builder of units, names): splits at IFS; the last name gets all that is left.
#   s0 next unit, s1 end, s2 names, s3 IFS
assign_fields:
    enter 5
    mv    s2, a1
    ld    s0, builder_data(a0)
    ld    s1, builder_length(a0)
    add   s1, s1, s0
    call  field_separators
    mv    s3, a0
1:  mv    a0, s0
    mv    a1, s1
    mv    a2, s3
    call  skip_blank_units
    mv    s0, a0
    ld    t0, 8(s2)
    beqz  t0, 4f
    mv    s4, s0                        # the field
2:  beq   s0, s1, 3f
    mv    a0, s0
    mv    a1, s3
    call  is_separator
    bnez  a0, 3f
    addi  s0, s0, 2
    j     2b
3:  ld    a0, (s2)
    mv    a1, s4
    mv    a2, s0
    call  assign_units
    addi  s2, s2, 8
    mv    a0, s0
    mv    a1, s1
    mv    a2, s3
    call  skip_separator
    mv    s0, a0
    j     1b
4:  mv    a0, s0
    mv    a1, s1
    mv    a2, s3
    call  last_field_end
    mv    a2, a0
    ld    a0, (s2)
    mv    a1, s0
    call  assign_units
    leave 5

# is_separator(unit, IFS): 1 for a character of IFS that is blank, 2 for another one of IFS, else 0.
is_separator:
    enter 1
    lhu   t0, (a0)
    andi  s0, t0, 0xff
    srli  t0, t0, 8
    li    t1, MARK_SPLIT >> 8
    li    a0, 0
    bne   t0, t1, 1f
    mv    a0, a1
    mv    a1, s0
    call  strchr
    beqz  a0, 1f
    mv    a0, s0
    call  isspace
    xori  a0, a0, 1
    addi  a0, a0, 1
1:  leave 1

# skip_blank_units(unit, end, IFS): returns the first that is no blank of IFS.
skip_blank_units:
    enter 3
    mv    s0, a0
    mv    s1, a1
    mv    s2, a2
1:  beq   s0, s1, 2f
    mv    a0, s0
    mv    a1, s2
    call  is_separator
    li    t0, 1
    bne   a0, t0, 2f
    addi  s0, s0, 2
    j     1b
2:  mv    a0, s0
    leave 3

# skip_separator(unit, end, IFS): over blanks, and over one other separator.
skip_separator:
    enter 3
    mv    s1, a1
    mv    s2, a2
    call  skip_blank_units
    mv    s0, a0
    beq   s0, s1, 1f
    mv    a1, s2
    call  is_separator
    beqz  a0, 1f
    addi  s0, s0, 2
1:  mv    a0, s0
    leave 3

# last_field_end(unit, end, IFS): the end without blanks; and without one separator when nothing but that ends a single field.
last_field_end:
    enter 5
    mv    s0, a0
    mv    s1, a1
    mv    s2, a2
    call  trim_blank_units
    mv    s3, a0
    beq   s0, s3, 3f
    addi  a0, s3, -2
    mv    a1, s2
    call  is_separator
    li    t0, 2
    bne   a0, t0, 3f
    mv    s4, s0                        # any other separator before?
1:  addi  t0, s3, -2
    beq   s4, t0, 2f
    mv    a0, s4
    mv    a1, s2
    call  is_separator
    bnez  a0, 3f
    addi  s4, s4, 2
    j     1b
2:  mv    a0, s0
    addi  a1, s3, -2
    mv    a2, s2
    call  trim_blank_units
    leave 5
3:  mv    a0, s3
    leave 5

# trim_blank_units(start, end, IFS): the end without the blanks of IFS before it.
trim_blank_units:
    enter 3
    mv    s0, a0
    mv    s1, a1
    mv    s2, a2
1:  beq   s0, s1, 2f
    addi  a0, s1, -2
    mv    a1, s2
    call  is_separator
    li    t0, 1
    bne   a0, t0, 2f
    addi  s1, s1, -2
    j     1b
2:  mv    a0, s1
    leave 3

# assign_units(name, start, end)
assign_units:
    enter 1
    mv    s0, a0
    mv    a0, a1
    mv    a1, a2
    call  units_text
    mv    a1, a0
    mv    a0, s0
    call  set_variable
    leave 1

.section .rodata
bad_usage: .asciz "usage: read [-r] [-p PROMPT] NAME..."
