# Variables: a list of name, value, attributes. Names and values come from malloc; a name stays once it is known.
# A name that ends at another character than NUL (as within "${HOME}") is given with its length.

.include "shell.s"

.bss
.balign 8
variables: .skip 8                      # newest first

.text

# name_length(text): how many of its characters are a name: letters, digits, _, not a digit first.
.globl name_length
name_length:
    mv    t0, a0
    lbu   t1, (t0)
    addi  t2, t1, -'0'
    sltiu t2, t2, 10
    bnez  t2, 3f
1:  lbu   t1, (t0)
    addi  t2, t1, -'0'
    sltiu t2, t2, 10
    bnez  t2, 2f
    li    t2, '_'
    beq   t1, t2, 2f
    ori   t1, t1, 0x20                  # to lower case
    addi  t1, t1, -'a'
    sltiu t1, t1, 26
    beqz  t1, 3f
2:  addi  t0, t0, 1
    j     1b
3:  sub   a0, t0, a0
    ret

# find_variable(name, length): its block or 0.
find_variable:
    enter 3
    mv    s0, a0
    mv    s1, a1
    ld    s2, variables
1:  beqz  s2, 2f
    ld    a0, variable_name(s2)
    mv    a1, s0
    mv    a2, s1
    call  strncmp
    bnez  a0, 3f
    ld    a0, variable_name(s2)
    add   a0, a0, s1
    lbu   a0, (a0)
    beqz  a0, 2f
3:  ld    s2, variable_next(s2)
    j     1b
2:  mv    a0, s2
    leave 3

# known_variable(name, length): its block; a new one without value if need be.
.globl known_variable
known_variable:
    enter 3
    mv    s0, a0
    mv    s1, a1
    call  find_variable
    bnez  a0, 1f
    li    a0, SIZEOF_variable
    call  checked_malloc
    mv    s2, a0
    addi  a0, s1, 1
    call  checked_malloc
    sd    a0, variable_name(s2)
    add   t0, a0, s1
    sb    zero, (t0)
    mv    a1, s0
    mv    a2, s1
    call  memcpy
    sd    zero, variable_value(s2)
    sd    zero, variable_flags(s2)
    lb    t0, option_allexport
    sd    t0, variable_flags(s2)        # VARIABLE_EXPORTED is 1
    ld    t0, variables
    sd    t0, variable_next(s2)
    sd    s2, variables, t0
    mv    a0, s2
1:  leave 3

# get_variable_part(name, length), get_variable(name): the value, or 0 when it is not set.
.globl get_variable_part
get_variable_part:
    enter
    call  find_variable
    beqz  a0, 1f
    ld    a0, variable_value(a0)
1:  leave

.globl get_variable
get_variable:
    enter 1
    mv    s0, a0
    call  strlen
    mv    a1, a0
    mv    a0, s0
    call  get_variable_part
    leave 1

# set_variable_part(name, length, value), set_variable(name, value): keeps a copy. A read-only one is an error that
# abandons the command.
.globl set_variable_part
set_variable_part:
    enter 2
    mv    s1, a2
    call  known_variable
    mv    s0, a0
    ld    t0, variable_flags(s0)
    andi  t0, t0, VARIABLE_READONLY
    bnez  t0, 1f
    mv    a0, s1
    call  keep_text                     # before the old one goes: it may be part of it
    ld    t0, variable_value(s0)
    sd    a0, variable_value(s0)
    mv    a0, t0
    call  free
    leave 2
1:  la    a0, is_readonly
    li    a1, STATUS_USAGE
    ld    a2, variable_name(s0)
    tail  abandon_with_message

.globl set_variable
set_variable:
    enter 2
    mv    s0, a0
    mv    s1, a1
    call  strlen
    mv    a1, a0
    mv    a0, s0
    mv    a2, s1
    call  set_variable_part
    leave 2

# set_number(name, value)
.globl set_number
set_number:
    enter 1
    mv    s0, a0
    mv    a0, a1
    call  decimal
    mv    a1, a0
    mv    a0, s0
    call  set_variable
    leave 1

# decimal(value): its digits, in the arena.
.globl decimal
decimal:
    enter 1
    mv    s0, a0
    li    a0, 24
    call  allocate
    mv    a3, s0
    mv    s0, a0
    li    a1, 24
    la    a2, decimal_format
    call  snprintf
    mv    a0, s0
    leave 1

# mark_variable(name, flags): adds attributes.
.globl mark_variable
mark_variable:
    enter 2
    mv    s0, a0
    mv    s1, a1
    call  strlen
    mv    a1, a0
    mv    a0, s0
    call  known_variable
    ld    t0, variable_flags(a0)
    or    t0, t0, s1
    sd    t0, variable_flags(a0)
    leave 2

# unset_variable(name): neither value nor attributes. Returns 1 when it is read-only and stays.
.globl unset_variable
unset_variable:
    enter 1
    mv    s0, a0
    call  strlen
    mv    a1, a0
    mv    a0, s0
    call  find_variable
    beqz  a0, 1f
    mv    s0, a0
    ld    t0, variable_flags(s0)
    andi  t0, t0, VARIABLE_READONLY
    li    a0, 1
    bnez  t0, 2f
    ld    a0, variable_value(s0)
    sd    zero, variable_value(s0)
    sd    zero, variable_flags(s0)
    call  free
1:  li    a0, 0
2:  leave 1

# assign(word, flags): carries out NAME=value, a raw word: expands the value; adds attributes. For `export X=1` too.
.globl assign
assign:
    enter 4
    mv    s0, a0
    mv    s3, a1
    call  assignment_length
    mv    s1, a0
    add   a0, s0, s1
    addi  a0, a0, 1
    call  expand_assignment
    mv    a2, a0
    mv    a0, s0
    mv    a1, s1
    call  set_variable_part
    mv    a0, s0
    mv    a1, s1
    call  find_variable
    ld    t0, variable_flags(a0)
    or    t0, t0, s3
    sd    t0, variable_flags(a0)
    leave 4

# import_environment(envp): every well-formed NAME=value becomes an exported variable.
.globl import_environment
import_environment:
    enter 3
    mv    s0, a0
1:  ld    s1, (s0)
    beqz  s1, 3f
    addi  s0, s0, 8
    mv    a0, s1
    call  assignment_length
    beqz  a0, 1b
    mv    s2, a0
    mv    a0, s1
    mv    a1, s2
    add   a2, s1, s2
    addi  a2, a2, 1
    call  set_variable_part
    mv    a0, s1
    mv    a1, s2
    call  find_variable
    ld    t0, variable_flags(a0)
    ori   t0, t0, VARIABLE_EXPORTED
    sd    t0, variable_flags(a0)
    j     1b
3:  leave 3

# make_environment(): the vector of exported variables for execve, in the arena.
.globl make_environment
make_environment:
    enter 1, SIZEOF_builder
    mv    a0, sp
    call  builder_clear
    ld    s0, variables
1:  beqz  s0, 3f
    ld    t0, variable_flags(s0)
    andi  t0, t0, VARIABLE_EXPORTED
    beqz  t0, 2f
    ld    t0, variable_value(s0)
    beqz  t0, 2f
    mv    a0, s0
    call  environment_string
    mv    a1, a0
    mv    a0, sp
    call  builder_put_pointer
2:  ld    s0, variable_next(s0)
    j     1b
3:  mv    a0, sp
    li    a1, 0
    call  builder_put_pointer
    ld    a0, builder_data(sp)
    leave 1, SIZEOF_builder

# environment_string(variable): "NAME=value" in the arena.
environment_string:
    enter 1, SIZEOF_builder
    mv    s0, a0
    mv    a0, sp
    call  builder_clear
    mv    a0, sp
    ld    a1, variable_name(s0)
    call  builder_append_string
    mv    a0, sp
    li    a1, '='
    call  builder_put
    mv    a0, sp
    ld    a1, variable_value(s0)
    call  builder_append_string
    mv    a0, sp
    call  builder_string
    leave 1, SIZEOF_builder

# print_variables(flags, prefix): all set variables that have every attribute in `flags`, as input for the shell, sorted.
.globl print_variables
print_variables:
    enter 3, SIZEOF_builder
    mv    s1, a0
    mv    s2, a1
    mv    a0, sp
    call  builder_clear
    ld    s0, variables
1:  beqz  s0, 3f
    ld    t0, variable_flags(s0)
    and   t0, t0, s1
    bne   t0, s1, 2f
    ld    t0, variable_value(s0)
    beqz  t0, 2f
    mv    a0, sp
    ld    a1, variable_name(s0)
    call  builder_put_pointer
2:  ld    s0, variable_next(s0)
    j     1b
3:  ld    s0, builder_data(sp)
    ld    s1, builder_length(sp)
    srli  a1, s1, 3
    mv    a0, s0
    la    a2, strcmp
    call  sort_pointers
    add   s1, s1, s0
4:  beq   s0, s1, 5f
    ld    a0, (s0)
    mv    a1, s2
    call  print_variable
    addi  s0, s0, 8
    j     4b
5:  leave 3, SIZEOF_builder

# print_variable(name, prefix): prefix NAME='value'
print_variable:
    enter 2
    mv    s0, a0
    mv    s1, a1
    call  get_variable
    call  quoted
    mv    a3, a0
    la    a0, assignment_format
    mv    a1, s1
    mv    a2, s0
    call  printf
    leave 2

# quoted(text): the text in single quotes, as the shell can read it back, in the arena.
.globl quoted
quoted:
    enter 2, SIZEOF_builder
    mv    s0, a0
    mv    a0, sp
    call  builder_clear
    li    s1, '\''
1:  mv    a0, sp
    mv    a1, s1
    call  builder_put
2:  lbu   a1, (s0)
    beqz  a1, 3f
    addi  s0, s0, 1
    mv    a0, sp
    bne   a1, s1, 4f
    la    a1, quoted_quote              # ' becomes '\''
    call  builder_append_string
    j     2b
4:  call  builder_put
    j     2b
3:  mv    a0, sp
    mv    a1, s1
    call  builder_put
    mv    a0, sp
    call  builder_string
    leave 2, SIZEOF_builder

.section .rodata
is_readonly:       .asciz "%s: is read only"
decimal_format:    .asciz "%ld"
assignment_format: .asciz "%s%s=%s\n"
quoted_quote:      .asciz "'\\''"
