# Parameters: $name, $1, $?, $@ ... and what ${ } can do with them.

.include "shell.s"

.bss
.balign 8
.globl positional, positional_count, positional_block, shell_name, shell_pid, last_status, last_background
positional:       .skip 8               # address of $1, the others follow
positional_count: .skip 8               # $#
positional_block: .skip 8               # what `set` allocated for them, or 0
shell_name:       .skip 8               # $0
shell_pid:        .skip 8               # $$
last_status:      .skip 8               # $?
last_background:  .skip 8               # $!

.text

# parameter_length(text): how many characters are the name of a parameter: a name, one digit, or one of ? $ ! # - @ *; or 0.
.globl parameter_length
parameter_length:
    enter 1
    mv    s0, a0
    call  name_length
    bnez  a0, 2f
    lbu   a1, (s0)
    beqz  a1, 2f
    la    a0, special_parameters
    call  strchr
    snez  a0, a0
2:  leave 1

# parameter_value(name, length): the value as a string, or 0 when it is not set. Not for @ and *.
parameter_value:
    enter
    lbu   t0, (a0)
    addi  t1, t0, -'0'
    sltiu t1, t1, 10
    bnez  t1, 2f
    la    t1, value_rows
1:  lbu   t2, (t1)
    beqz  t2, 3f
    addi  t1, t1, 16
    bne   t2, t0, 1b
    ld    t1, -8(t1)
    ld    a0, (t1)
    call  decimal
    leave
2:  call  positional_value
    leave
3:  li    t1, '-'
    beq   t0, t1, 4f
    li    t1, '!'
    beq   t0, t1, 5f
    call  get_variable_part
    leave
4:  call  option_letters
    leave
5:  ld    a0, last_background
    beqz  a0, 6f
    call  decimal
6:  leave

# positional_value(digits, length): $0, $1 ... or 0.
positional_value:
    enter 1
    call  copy_text
    call  atol
    beqz  a0, 1f
    ld    t0, positional_count
    bgtu  a0, t0, 2f
    ld    t0, positional
    slli  a0, a0, 3
    add   a0, a0, t0
    ld    a0, -8(a0)
    leave 1
1:  ld    a0, shell_name
    leave 1
2:  li    a0, 0
    leave 1

# is_list(name): 1 for @ and *.
is_list:
    lbu   t0, (a0)
    li    a0, 1
    li    t1, '@'
    beq   t0, t1, 1f
    li    t1, '*'
    beq   t0, t1, 1f
    li    a0, 0
1:  ret

# expand_parameter(name, length, flags): appends its value.
.globl expand_parameter
expand_parameter:
    enter 3
    mv    s0, a0
    mv    s1, a1
    mv    s2, a2
    call  is_list
    bnez  a0, 2f
    mv    a0, s0
    mv    a1, s1
    call  parameter_value
    beqz  a0, 1f
    mv    a1, s2
    call  emit_value
    leave 3
1:  lb    t0, option_nounset
    bnez  t0, 3f
    leave 3
2:  lbu   a0, (s0)
    mv    a1, s2
    call  expand_list
    leave 3
3:  mv    a0, s0
    mv    a1, s1
    call  copy_text
    mv    a2, a0
    la    a0, not_set
    li    a1, STATUS_USAGE
    tail  abandon_with_message

# expand_list(character, flags): $@ and $*. In quotes "$@" makes a field of each parameter, "$*" one string with the first
# character of IFS between; unquoted both make fields that are split further.
expand_list:
    enter 5
    mv    s2, a1
    ld    s0, positional
    ld    s1, positional_count
    li    s3, 0                         # "$*": the separator as a unit; else a break
    li    s4, MARK_BREAK
    andi  t0, s2, EXPAND_QUOTED
    beqz  t0, 2f
    li    t0, '*'
    beq   a0, t0, 1f
    li    t0, 1
    bnez  s1, 2f
    sd    t0, empty_list, t1
    j     2f
1:  call  field_separators
    lbu   s3, (a0)
    li    s4, MARK_QUOTED
    bnez  s3, 2f
    li    s4, MARK_EMPTY                # IFS is empty: nothing between
2:  beqz  s1, 5f
3:  andi  t0, s2, EXPAND_QUOTED
    beqz  t0, 4f
    li    a0, 0                         # even an empty parameter is a field
    li    a1, MARK_EMPTY
    call  emit
4:  ld    a0, (s0)
    mv    a1, s2
    call  emit_value
    addi  s0, s0, 8
    addi  s1, s1, -1
    beqz  s1, 5f
    mv    a0, s3
    mv    a1, s4
    call  emit
    j     3b
5:  leave 5

# list_value(): the parameters as one string with blanks between, or 0 when there are none.
list_value:
    enter 2, SIZEOF_builder
    mv    a0, sp
    call  builder_clear
    ld    s0, positional
    ld    s1, positional_count
    li    a0, 0
    beqz  s1, 2f
1:  mv    a0, sp
    ld    a1, (s0)
    call  builder_append_string
    addi  s0, s0, 8
    addi  s1, s1, -1
    mv    a0, sp
    li    a1, ' '
    beqz  s1, 3f
    call  builder_put
    j     1b
3:  call  builder_string
2:  leave 2, SIZEOF_builder

# braced_length(text): the length of the parameter's name after "${": as parameter_length, but any number of digits.
braced_length:
    mv    t0, a0
1:  lbu   t1, (t0)
    addi  t1, t1, -'0'
    sltiu t1, t1, 10
    beqz  t1, 2f
    addi  t0, t0, 1
    j     1b
2:  sub   t0, t0, a0
    beqz  t0, parameter_length
    mv    a0, t0
    ret

# expand_braces(position, end, flags): after "${"; returns the position behind the brace.
#   s0 name, s1 its length, s2 flags, s3 the closing brace, s4 the operator, s5 its word, s6 value or 0
.globl expand_braces
expand_braces:
    enter 7
    mv    s0, a0
    mv    s2, a2
    andi  t0, a2, EXPAND_QUOTED
    sd    t0, within_quotes, t1
    la    a2, read_braces
    call  extent
    addi  s3, a0, -1
    lbu   t0, (s0)
    li    t1, '#'
    bne   t0, t1, 1f
    addi  t0, s0, 1
    beq   t0, s3, 1f                    # ${#} is $#
    mv    a0, t0
    mv    a1, s2
    call  expand_length
    j     9f
1:  mv    a0, s0
    call  braced_length
    mv    s1, a0
    beqz  a0, bad_substitution
    add   s4, s0, s1
    bne   s4, s3, 2f
    mv    a0, s0
    mv    a1, s1
    mv    a2, s2
    call  expand_parameter
    j     9f
2:  mv    a0, s0
    mv    a1, s1
    call  any_value
    mv    s6, a0
    mv    s5, s6                        # for the test: 0 when not set, or with a colon when empty
    lbu   t0, (s4)
    li    t1, ':'
    bne   t0, t1, 3f
    addi  s4, s4, 1
    beqz  s6, 3f
    lbu   t1, (s6)
    bnez  t1, 3f
    li    s5, 0
3:  lbu   t0, (s4)
    addi  s4, s4, 1
    li    t1, '-'
    beq   t0, t1, 4f
    li    t1, '+'
    beq   t0, t1, 5f
    li    t1, '='
    beq   t0, t1, 6f
    li    t1, '?'
    beq   t0, t1, 7f
    li    t1, '%'
    beq   t0, t1, 8f
    li    t1, '#'
    bne   t0, t1, bad_substitution
8:  mv    a1, t0
    mv    a0, s6
    mv    a2, s4
    mv    a3, s3
    call  trimmed
    mv    a1, s2
    call  emit_value
    j     9f
4:  bnez  s5, 10f                       # ${x-word}: the value or the word
    j     11f
5:  beqz  s5, 9f                        # ${x+word}: the word or nothing
    j     11f
6:  bnez  s5, 10f                       # ${x=word}: the word becomes the value
    mv    a0, s4
    mv    a1, s3
    call  expand_word_part
    mv    a2, a0
    mv    a0, s0
    mv    a1, s1
    call  set_variable_part
    j     10f
7:  bnez  s5, 10f                       # ${x?word}: the word is the complaint
    mv    a0, s4
    mv    a1, s3
    call  expand_word_part
    mv    s4, a0
    mv    a0, s0
    mv    a1, s1
    call  copy_text
    mv    a1, s4
    call  complain_of_parameter
10: mv    a0, s0
    mv    a1, s1
    mv    a2, s2
    call  expand_parameter
    j     9f
11: ori   s2, s2, EXPAND_NESTED
    andi  t0, s2, EXPAND_QUOTED
    bnez  t0, 12f
    andi  s2, s2, ~EXPAND_NESTED
    mv    a0, s4
    mv    a1, s3
    call  expand_tilde
    mv    s4, a0
12: mv    a0, s4
    mv    a1, s3
    ori   a2, s2, EXPAND_SPLIT
    call  expand_text
9:  addi  a0, s3, 1
    leave 7

# any_value(name, length): as parameter_value, and for @ and * all of them.
any_value:
    enter 2
    mv    s0, a0
    mv    s1, a1
    call  is_list
    bnez  a0, 1f
    mv    a0, s0
    mv    a1, s1
    call  parameter_value
    leave 2
1:  call  list_value
    leave 2

# expand_word_part(start, end): the word after an operator, as one string.
expand_word_part:
    enter
    sub   a1, a1, a0
    call  copy_text
    call  expand_string
    leave

# expand_length(name, flags): ${#name}
expand_length:
    enter 2
    mv    s0, a0
    mv    s1, a1
    call  braced_length
    beqz  a0, bad_substitution
    mv    a1, a0
    mv    a0, s0
    call  is_list
    bnez  a0, 2f
    mv    a0, s0
    call  any_value
    beqz  a0, 1f
    call  strlen
    j     1f
2:  ld    a0, positional_count
1:  call  decimal
    mv    a1, s1
    call  emit_value
    leave 2

# trimmed(value or 0, operator, pattern, end): the value without the part at its start (#) or end (%) that the pattern
# matches; the shortest such part, with a doubled operator the longest.
trimmed:
    enter 5
    mv    s0, a0
    mv    s1, a1
    bnez  a0, 1f
    la    s0, nothing
1:  lbu   t0, (a2)
    li    s2, 0                         # doubled?
    bne   t0, a1, 2f
    li    s2, 1
    addi  a2, a2, 1
2:  mv    a0, a2
    mv    a1, a3
    call  expand_part_pattern
    mv    s3, a0
    mv    a0, s0
    call  strlen
    mv    s4, a0
    mv    a0, s0
    mv    a1, s4
    call  copy_text                     # a copy that may be cut in two for the trial
    mv    a1, s3
    mv    a2, s2
    mv    a3, s4
    li    t0, '#'
    beq   s1, t0, 3f
    call  trim_end
    leave 5
3:  call  trim_start
    leave 5

# trim_start(value, pattern, longest, length): tries its beginnings, the short ones first or the long ones.
trim_start:
    enter 5
    mv    s0, a0
    mv    s1, a1
    li    s2, 0                         # length tried
    li    s3, 1                         # step
    addi  s4, a3, 1                     # stop
    beqz  a2, 1f
    mv    s2, a3
    li    s3, -1
    li    s4, -1
1:  beq   s2, s4, 3f
    mv    a0, s0
    mv    a1, s2
    call  copy_text
    mv    a1, a0
    mv    a0, s1
    li    a2, 0
    call  fnmatch
    beqz  a0, 2f
    add   s2, s2, s3
    j     1b
2:  add   a0, s0, s2
    leave 5
3:  mv    a0, s0
    leave 5

# trim_end(value, pattern, longest, length): tries its ends.
trim_end:
    enter 5
    mv    s0, a0
    mv    s1, a1
    mv    s2, a3                        # the end begins here: from the last place backwards for the shortest
    li    s3, -1
    li    s4, -1
    beqz  a2, 1f
    li    s2, 0
    li    s3, 1
    addi  s4, a3, 1
1:  beq   s2, s4, 3f
    mv    a0, s1
    add   a1, s0, s2
    li    a2, 0
    call  fnmatch
    beqz  a0, 2f
    add   s2, s2, s3
    j     1b
2:  add   t0, s0, s2
    sb    zero, (t0)
3:  mv    a0, s0
    leave 5

bad_substitution:
    la    a0, bad_braces
    li    a1, STATUS_USAGE
    tail  abandon_with_message

# complain_of_parameter(name, message): ${name?message}. Never returns.
complain_of_parameter:
    mv    a3, a1
    lbu   t0, (a1)
    bnez  t0, 1f
    la    a3, not_set_short
1:  mv    a2, a0
    la    a0, parameter_message
    li    a1, STATUS_USAGE
    tail  abandon_with_message

.section .rodata
.balign 8
value_rows:                             # parameters that are numbers: the character, where it is kept
    .dword '?', last_status, '$', shell_pid, '#', positional_count, 0
special_parameters: .asciz "0123456789?$!#-@*"
not_set:            .asciz "%s: parameter not set"
parameter_message:  .asciz "%s: %s"
not_set_short:      .asciz "parameter null or not set"
bad_braces:         .asciz "bad substitution"
nothing:            .asciz ""
