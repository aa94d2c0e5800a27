# $(( )): C's expressions on 64-bit numbers, by precedence climbing. Names are variables, whose values are numbers.
#
#   assignment   NAME (= += -= *= /= %= <<= >>= &= ^= |=) assignment | conditional
#   conditional  binary [? assignment : conditional]
#   binary       unary { operator binary of higher precedence }         (the table `operators`)
#   unary        (+ - ! ~) unary | ( assignment ) | number | NAME
#
# What && || and ?: leave out is read all the same, with `skipping` above 0: then nothing is assigned or divided.

.include "shell.s"

.bss
.balign 8
position: .skip 8                       # next character of the expression
whole:    .skip 8                       # its first one, for messages
skipping: .skip 8

.text

# arithmetic(text): its value. An error abandons the command.
.globl arithmetic
arithmetic:
    enter 1
    sd    a0, position, t0
    sd    a0, whole, t0
    sd    zero, skipping, t0
    call  peek
    beqz  a0, 1f                        # nothing is 0
    call  parse_assignment
    mv    s0, a0
    call  peek
    bnez  a0, expected_end
    mv    a0, s0
1:  leave 1

# peek(): the next character that is no blank.
peek:
    ld    t0, position
1:  lbu   a0, (t0)
    li    t1, ' '
    beq   a0, t1, 2f
    addi  t1, a0, -'\t'                 # \t \n \v \f \r
    sltiu t1, t1, 5
    beqz  t1, 3f
2:  addi  t0, t0, 1
    j     1b
3:  sd    t0, position, t1
    ret

# parse_assignment()
#   s0 the name, s1 its length, s2 the operator's function or 0 for a plain =
parse_assignment:
    enter 4
    call  peek
    ld    s0, position
    mv    a0, s0
    call  name_length
    beqz  a0, parse_no_assignment
    mv    s1, a0
    add   a0, s0, s1
    call  assignment_operator           # function, and behind it in a1; a1 is 0 when there is none
    beqz  a1, parse_no_assignment
    mv    s2, a0
    sd    a1, position, t0
    call  parse_assignment
    mv    s3, a0
    beqz  s2, 1f
    mv    a0, s0
    mv    a1, s1
    call  variable_number
    mv    a1, s3
    jalr  s2
    mv    s3, a0
1:  ld    t0, skipping
    bnez  t0, 2f
    mv    a0, s3
    call  decimal
    mv    a2, a0
    mv    a0, s0
    mv    a1, s1
    call  set_variable_part
2:  mv    a0, s3
    leave 4
parse_no_assignment:
    sd    s0, position, t0              # the name is still to be read
    call  parse_conditional
    leave 4

# assignment_operator(text): the function of = (0) or of an operator before =; in a1 the position behind it, 0 for none.
assignment_operator:
    enter 2
    sd    a0, position, t0
    call  peek
    ld    s0, position
    li    t0, '='
    beq   a0, t0, 2f
    call  find_operator
    beqz  a0, 3f
    lbu   t0, operator_assigns(a0)
    beqz  t0, 3f
    lbu   t0, operator_length(a0)
    add   s0, s0, t0
    lbu   t1, (s0)
    li    t2, '='
    bne   t1, t2, 3f
    ld    a0, operator_function(a0)
    addi  a1, s0, 1
    leave 2
2:  lbu   t1, 1(s0)
    beq   t1, t0, 3f                    # ==
    li    a0, 0
    addi  a1, s0, 1
    leave 2
3:  li    a1, 0
    leave 2

# parse_conditional(): test ? left : right
parse_conditional:
    enter 3
    li    a0, 1
    call  parse_binary
    mv    s0, a0
    call  peek
    li    t0, '?'
    bne   a0, t0, 1f
    call  advance
    seqz  a0, s0
    call  skip_if
    call  parse_assignment
    mv    s1, a0
    call  peek
    li    t0, ':'
    bne   a0, t0, expected_colon
    call  advance
    seqz  a0, s0
    call  unskip_if
    snez  a0, s0
    call  skip_if
    call  parse_conditional
    mv    s2, a0
    snez  a0, s0
    call  unskip_if
    mv    a0, s1
    bnez  s0, 2f
    mv    a0, s2
2:  leave 3
1:  mv    a0, s0
    leave 3

# advance(): over one character.
advance:
    ld    t0, position
    addi  t0, t0, 1
    sd    t0, position, t1
    ret

# skip_if(1 or 0), unskip_if(1 or 0)
skip_if:
    ld    t0, skipping
    add   t0, t0, a0
    sd    t0, skipping, t1
    ret
unskip_if:
    ld    t0, skipping
    sub   t0, t0, a0
    sd    t0, skipping, t1
    ret

# parse_binary(least precedence)
#   s0 value so far, s1 least precedence, s2 the operator's row, s3 1 when the right side is not to count
parse_binary:
    enter 4
    mv    s1, a0
    call  parse_unary
    mv    s0, a0
1:  call  peek
    call  find_operator
    beqz  a0, 4f
    mv    s2, a0
    lbu   t0, operator_precedence(s2)
    bltu  t0, s1, 4f
    lbu   t1, operator_length(s2)
    ld    t2, position
    add   t2, t2, t1
    lbu   t1, operator_assigns(s2)
    beqz  t1, 2f
    lbu   t1, (t2)
    li    t3, '='
    beq   t1, t3, 4f                    # += and the like: whoever reads assignments complains
2:  sd    t2, position, t1
    ld    t1, operator_function(s2)
    li    s3, 0
    la    t2, apply_and
    bne   t1, t2, 3f
    seqz  s3, s0
3:  la    t2, apply_or
    bne   t1, t2, 5f
    snez  s3, s0
5:  mv    a0, s3
    call  skip_if
    lbu   a0, operator_precedence(s2)
    addi  a0, a0, 1
    call  parse_binary
    mv    a1, a0
    mv    a0, s3
    call  unskip_if
    mv    a0, s0
    ld    t0, operator_function(s2)
    jalr  t0
    mv    s0, a0
    j     1b
4:  mv    a0, s0
    leave 4

# find_operator(): the row of the longest binary operator at the position, or 0.
find_operator:
    ld    t0, position
    la    a0, operators
1:  lbu   t1, operator_length(a0)
    beqz  t1, 4f
    lbu   t2, operator_text(a0)
    lbu   t3, (t0)
    bne   t2, t3, 3f
    li    t4, 1
    beq   t1, t4, 5f
    lbu   t2, operator_text+1(a0)
    lbu   t3, 1(t0)
    beq   t2, t3, 5f
3:  addi  a0, a0, SIZEOF_operator
    j     1b
4:  li    a0, 0
5:  ret

# parse_unary()
parse_unary:
    enter 1
    call  peek
    mv    s0, a0
    li    t0, '-'
    beq   a0, t0, 1f
    li    t0, '+'
    beq   a0, t0, 2f
    li    t0, '!'
    beq   a0, t0, 3f
    li    t0, '~'
    beq   a0, t0, 4f
    li    t0, '('
    beq   a0, t0, 5f
    call  is_digit
    bnez  a0, 6f
    ld    a0, position
    call  name_length
    beqz  a0, expected_primary
    mv    a1, a0
    ld    a0, position
    add   t0, a0, a1
    sd    t0, position, t1
    call  variable_number
    leave 1
1:  call  advance
    call  parse_unary
    neg   a0, a0
    leave 1
2:  call  advance
    call  parse_unary
    leave 1
3:  call  advance
    call  parse_unary
    seqz  a0, a0
    leave 1
4:  call  advance
    call  parse_unary
    not   a0, a0
    leave 1
5:  call  advance
    call  parse_assignment
    mv    s0, a0
    call  peek
    li    t0, ')'
    bne   a0, t0, expected_parenthesis
    call  advance
    mv    a0, s0
    leave 1
6:  call  parse_constant
    leave 1

# parse_constant(): 10, 0x1f, 017.
parse_constant:
    enter 1, 8
    ld    a0, position
    mv    a1, sp
    li    a2, 0
    call  strtol
    mv    s0, a0
    ld    t0, 0(sp)
    sd    t0, position, t1
    mv    a0, t0
    lbu   a0, (a0)
    call  isalnum
    bnez  a0, bad_constant
    mv    a0, s0
    leave 1, 8

# variable_number(name, length): its value as a number: 0 when it is empty or not set.
variable_number:
    enter 2, 8
    call  get_variable_part
    beqz  a0, 1f
    mv    s0, a0
    lbu   t0, (a0)
    beqz  t0, 2f
    mv    a1, sp
    li    a2, 0
    call  strtol
    mv    s1, a0
    ld    t0, 0(sp)
3:  lbu   a0, (t0)
    addi  t0, t0, 1
    li    t1, ' '
    beq   a0, t1, 3b
    bnez  a0, not_a_number
    mv    a0, s1
    leave 2, 8
1:  lb    t0, option_nounset
    bnez  t0, name_not_set
2:  li    a0, 0
    leave 2, 8

# The operators' functions: (left, right), gives the value.
apply_or:
    or    a0, a0, a1
    snez  a0, a0
    ret
apply_and:
    snez  a0, a0
    snez  a1, a1
    and   a0, a0, a1
    ret
apply_bit_or:
    or    a0, a0, a1
    ret
apply_bit_xor:
    xor   a0, a0, a1
    ret
apply_bit_and:
    and   a0, a0, a1
    ret
apply_equal:
    xor   a0, a0, a1
    seqz  a0, a0
    ret
apply_unequal:
    xor   a0, a0, a1
    snez  a0, a0
    ret
apply_less:
    slt   a0, a0, a1
    ret
apply_greater:
    slt   a0, a1, a0
    ret
apply_less_equal:
    slt   a0, a1, a0
    xori  a0, a0, 1
    ret
apply_greater_equal:
    slt   a0, a0, a1
    xori  a0, a0, 1
    ret
apply_left:
    sll   a0, a0, a1
    ret
apply_right:
    sra   a0, a0, a1
    ret
apply_add:
    add   a0, a0, a1
    ret
apply_subtract:
    sub   a0, a0, a1
    ret
apply_multiply:
    mul   a0, a0, a1
    ret
apply_divide:
    beqz  a1, divided_by_zero
    div   a0, a0, a1
    ret
apply_remainder:
    beqz  a1, divided_by_zero
    rem   a0, a0, a1
    ret

divided_by_zero:
    ld    t0, skipping
    beqz  t0, 1f
    li    a0, 0
    ret
1:  la    a2, by_zero
    j     complain
expected_end:
expected_primary:
    la    a2, unexpected
    j     complain
expected_colon:
    la    a2, no_colon
    j     complain
expected_parenthesis:
    la    a2, no_parenthesis
    j     complain
bad_constant:
    la    a2, bad_number
complain:                               # never returns
    la    a0, error_format
    li    a1, STATUS_USAGE
    ld    a3, whole
    tail  abandon_with_message
not_a_number:
    la    a0, bad_value
    li    a1, STATUS_USAGE
    mv    a2, s0
    tail  abandon_with_message
name_not_set:
    la    a0, error_format
    li    a1, STATUS_USAGE
    la    a2, not_set
    ld    a3, whole
    tail  abandon_with_message

.section .rodata
error_format:   .asciz "arithmetic expression: %s: \"%s\""
bad_value:      .asciz "not a number: %s"
by_zero:        .asciz "division by zero"
unexpected:     .asciz "something is missing or too much"
no_colon:       .asciz "a : is missing"
no_parenthesis: .asciz "a ) is missing"
bad_number:     .asciz "bad number"
not_set:        .asciz "a variable is not set"

.equ operator_function, 0
.equ operator_text, 8
.equ operator_length, 10
.equ operator_precedence, 11
.equ operator_assigns, 12               # 1: there is an assignment of this kind: +=
.equ SIZEOF_operator, 16
.macro operator first, second, length, precedence, assigns, function
    .dword \function
    .byte \first, \second, \length, \precedence, \assigns, 0, 0, 0
.endm
.balign 8
operators:                              # longer ones before their beginnings
    operator '|', '|', 2, 1, 0, apply_or
    operator '&', '&', 2, 2, 0, apply_and
    operator '|', 0, 1, 3, 1, apply_bit_or
    operator '^', 0, 1, 4, 1, apply_bit_xor
    operator '&', 0, 1, 5, 1, apply_bit_and
    operator '=', '=', 2, 6, 0, apply_equal
    operator '!', '=', 2, 6, 0, apply_unequal
    operator '<', '<', 2, 8, 1, apply_left
    operator '>', '>', 2, 8, 1, apply_right
    operator '<', '=', 2, 7, 0, apply_less_equal
    operator '>', '=', 2, 7, 0, apply_greater_equal
    operator '<', 0, 1, 7, 0, apply_less
    operator '>', 0, 1, 7, 0, apply_greater
    operator '+', 0, 1, 9, 1, apply_add
    operator '-', 0, 1, 9, 1, apply_subtract
    operator '*', 0, 1, 10, 1, apply_multiply
    operator '/', 0, 1, 10, 1, apply_divide
    operator '%', 0, 1, 10, 1, apply_remainder
    .dword 0, 0
