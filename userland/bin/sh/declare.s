# Commands that declare variables: export, readonly, local, unset; and the parameters': set, shift.

.include "shell.s"

.text

# builtin_export(argc, argv), builtin_readonly(argc, argv): without names shows those that are.
.globl builtin_export, builtin_readonly
builtin_export:
    li    a0, VARIABLE_EXPORTED
    la    a2, prefix_export
    j     declare_marked
builtin_readonly:
    li    a0, VARIABLE_READONLY
    la    a2, prefix_readonly
declare_marked:
    enter 3
    mv    s0, a0
    mv    s2, a2
    addi  s1, a1, 8
    ld    a0, (s1)
    beqz  a0, 3f
    la    a1, minus_p
    call  strcmp
    beqz  a0, 3f
    ld    a0, (s1)
    la    a1, dashes
    call  strcmp
    bnez  a0, 1f
    addi  s1, s1, 8
1:  ld    a0, (s1)
    beqz  a0, 2f
    addi  s1, s1, 8
    mv    a1, s0
    call  declare
    j     1b
2:  li    a0, 0
    leave 3
3:  mv    a0, s0
    mv    a1, s2
    call  print_variables
    li    a0, 0
    leave 3

# declare(NAME or NAME=value, flags): sets the value, adds the attributes.
declare:
    enter 3
    mv    s0, a0
    mv    s1, a1
    call  declared_name
    mv    s2, a0
    add   t0, s0, s2
    lbu   t1, (t0)
    beqz  t1, 1f
    mv    a0, s0
    mv    a1, s2
    addi  a2, t0, 1
    call  set_variable_part
1:  mv    a0, s0
    mv    a1, s2
    call  known_variable
    ld    t0, variable_flags(a0)
    or    t0, t0, s1
    sd    t0, variable_flags(a0)
    leave 3

# declared_name(NAME or NAME=value): the length of the name; abandons the command when it is none.
declared_name:
    enter 1
    mv    s0, a0
    call  name_length
    beqz  a0, 1f
    add   t0, s0, a0
    lbu   t0, (t0)
    beqz  t0, 2f
    li    t1, '='
    beq   t0, t1, 2f
1:  la    a0, bad_name
    li    a1, STATUS_USAGE
    mv    a2, s0
    call  abandon_with_message
2:  leave 1

# builtin_local(argc, argv): the variables get their old values back when the function ends.
.globl builtin_local
builtin_local:
    enter 2
    addi  s0, a1, 8
    ld    t0, function_locals
    beqz  t0, 3f
1:  ld    s1, (s0)
    beqz  s1, 2f
    addi  s0, s0, 8
    mv    a0, s1
    call  declared_name
    mv    a1, a0
    mv    a0, s1
    ld    a2, function_locals
    call  remember_variable
    mv    a0, s1
    li    a1, 0
    call  declare
    j     1b
2:  li    a0, 0
    leave 2
3:  la    a0, not_in_function
    li    a1, STATUS_USAGE
    call  abandon_with_message

# builtin_unset(argc, argv): unset [-v | -f] name...
.globl builtin_unset
builtin_unset:
    enter 2
    addi  s0, a1, 8
    la    s1, unset_checked
1:  ld    t0, (s0)
    beqz  t0, 4f
    lbu   t1, (t0)
    li    t2, '-'
    bne   t1, t2, 3f
    addi  s0, s0, 8
    lbu   t1, 1(t0)
    li    t2, 'v'
    beq   t1, t2, 1b
    li    t2, '-'
    beq   t1, t2, 3f
    li    t2, 'f'
    bne   t1, t2, bad_unset
    la    s1, forget_function
    j     1b
3:  ld    a0, (s0)
    beqz  a0, 4f
    addi  s0, s0, 8
    jalr  s1
    j     3b
4:  li    a0, 0
    leave 2

bad_unset:
    la    a0, bad_option
    li    a1, STATUS_USAGE
    mv    a2, t0
    call  abandon_with_message

# unset_checked(name)
unset_checked:
    enter 1
    mv    s0, a0
    call  declared_name
    mv    a0, s0
    call  unset_variable
    beqz  a0, 1f
    la    a0, is_readonly
    li    a1, STATUS_USAGE
    mv    a2, s0
    call  abandon_with_message
1:  leave 1

# builtin_set(argc, argv): options; the operands, if there are any (or --), become $1 and following.
.globl builtin_set
builtin_set:
    enter 2
    addi  s0, a1, 8
    ld    t0, (s0)
    beqz  t0, 3f
    lb    s1, option_monitor
    mv    a0, s0
    call  parse_options
    mv    s0, a0
    ld    t0, (s0)
    or    t0, t0, a1
    beqz  t0, 1f
    mv    a0, s0
    call  keep_positional
1:  lb    t0, option_monitor
    beqz  t0, 2f
    bnez  s1, 2f
    sb    zero, option_monitor, t0      # `set -m`: it is on once the terminal has been taken
    call  start_job_control
2:  li    a0, 0
    leave 2
3:  li    a0, 0
    la    a1, nothing
    call  print_variables
    li    a0, 0
    leave 2

# keep_positional(words): $1 and following become copies of them: one block from malloc, first the addresses, then the texts.
keep_positional:
    enter 5
    mv    s0, a0
    li    s1, 0                         # words
    li    s2, 0                         # bytes of their texts
1:  slli  t0, s1, 3
    add   t0, t0, s0
    ld    a0, (t0)
    beqz  a0, 2f
    addi  s1, s1, 1
    call  strlen
    add   s2, s2, a0
    addi  s2, s2, 1
    j     1b
2:  slli  s3, s1, 3
    add   a0, s2, s3
    addi  a0, a0, 1                     # never nothing
    call  checked_malloc
    mv    s2, a0
    mv    s4, a0
    add   s3, s3, a0                    # the next text
3:  ld    a1, (s0)
    beqz  a1, 4f
    addi  s0, s0, 8
    sd    s3, (s4)
    addi  s4, s4, 8
    mv    a0, s3
    call  stpcpy
    addi  s3, a0, 1
    j     3b
4:  ld    a0, positional_block
    sd    s2, positional_block, t0
    sd    s2, positional, t0
    sd    s1, positional_count, t0
    call  free
    leave 5

# builtin_shift(argc, argv): shift [number]
.globl builtin_shift
builtin_shift:
    enter
    ld    a0, 8(a1)
    li    t0, 1
    beqz  a0, 1f
    call  number_argument
    mv    t0, a0
1:  ld    t1, positional_count
    bgtu  t0, t1, 2f
    sub   t1, t1, t0
    sd    t1, positional_count, t2
    ld    t1, positional
    slli  t0, t0, 3
    add   t1, t1, t0
    sd    t1, positional, t2
    li    a0, 0
    leave
2:  la    a0, too_many
    li    a1, STATUS_USAGE
    call  abandon_with_message

.section .rodata
nothing:         .asciz ""
minus_p:         .asciz "-p"
dashes:          .asciz "--"
prefix_export:   .asciz "export "
prefix_readonly: .asciz "readonly "
bad_name:        .asciz "%s: bad variable name"
bad_option:      .asciz "bad option: %s"
is_readonly:     .asciz "%s: is read only"
not_in_function: .asciz "local: not in a function"
too_many:        .asciz "shift: can't shift that many"
