# Expansion of a word: quotes, ~, $ and backquotes. The result is a row of units (a character and how it came about, see
# MARK_ in shell.s), from which fields.s makes arguments, strings or patterns.

.include "shell.s"

.bss
.balign 8
.globl expansion, empty_list
expansion:  .skip 8                     # the buffer of units that is being filled
empty_list: .skip 8                     # 1: "$@" without parameters was met, so its quotes make no field

.text

# emit(character, mark)
.globl emit
emit:
    or    a1, a1, a0
    ld    a0, expansion
    tail  builder_put_unit

# emit_value(string, flags): what a substitution gave; EXPAND_QUOTED in flags decides its mark.
.globl emit_value
emit_value:
    enter 2
    mv    s0, a0
    andi  a1, a1, EXPAND_QUOTED
    li    s1, MARK_QUOTED
    bnez  a1, 1f
    li    s1, MARK_SPLIT
1:  lbu   a0, (s0)
    beqz  a0, 2f
    addi  s0, s0, 1
    mv    a1, s1
    call  emit
    j     1b
2:  leave 2

# mark_for(flags): the mark of a plain character.
mark_for:
    andi  t0, a0, EXPAND_QUOTED
    li    t1, MARK_QUOTED
    bnez  t0, 1f
    andi  t0, a0, EXPAND_SPLIT
    li    t1, MARK_SPLIT
    bnez  t0, 1f
    li    t1, MARK_LITERAL
1:  mv    a0, t1
    ret

# expand_text(start, end, flags): appends the text's expansion to `expansion`.
#   s0 next character, s1 end, s2 flags, s3 length of the expansion where the current quotation opened
.globl expand_text
expand_text:
    enter 5
    mv    s0, a0
    mv    s1, a1
    mv    s2, a2
1:  bgeu  s0, s1, 9f
    lbu   s4, (s0)
    addi  s0, s0, 1
    li    t0, '$'
    beq   s4, t0, 2f
    li    t0, '`'
    beq   s4, t0, 3f
    li    t0, '\\'
    beq   s4, t0, 4f
    andi  t1, s2, EXPAND_HEREDOC
    bnez  t1, 8f
    li    t0, '"'
    beq   s4, t0, 5f
    andi  t1, s2, EXPAND_QUOTED
    bnez  t1, 8f
    li    t0, '\''
    beq   s4, t0, 7f
8:  mv    a0, s2
    call  mark_for
    mv    a1, a0
    mv    a0, s4
    call  emit
    li    t0, ':'
    bne   s4, t0, 1b
    andi  t0, s2, EXPAND_COLON_TILDE
    beqz  t0, 1b
    mv    a0, s0
    mv    a1, s1
    call  expand_tilde
    mv    s0, a0
    j     1b
2:  mv    a0, s0
    mv    a1, s1
    mv    a2, s2
    call  expand_dollar
    mv    s0, a0
    j     1b
3:  mv    a0, s0
    mv    a1, s1
    mv    a2, s2
    call  expand_backquotes
    mv    s0, a0
    j     1b
4:  mv    a0, s0
    mv    a1, s1
    mv    a2, s2
    call  expand_backslash
    mv    s0, a0
    j     1b
5:  andi  t0, s2, EXPAND_NESTED
    bnez  t0, 1b                        # "${x-"it stays quoted"}"
    xori  s2, s2, EXPAND_QUOTED         # a double quote: in or out
    andi  t0, s2, EXPAND_QUOTED
    ld    t1, expansion
    ld    t1, builder_length(t1)
    beqz  t0, 6f
    mv    s3, t1
    sd    zero, empty_list, t0
    j     1b
6:  bne   s3, t1, 1b                    # out: if nothing came in between, leave a sign of the quotes
    ld    t0, empty_list
    bnez  t0, 1b
    li    a0, 0
    li    a1, MARK_EMPTY
    call  emit
    j     1b
7:  mv    a0, s0
    mv    a1, s1
    call  expand_single_quoted
    mv    s0, a0
    j     1b
9:  leave 5

# expand_backslash(position, end, flags): after a backslash; returns the position behind what it quotes.
expand_backslash:
    enter 2
    mv    s0, a0
    bgeu  a0, a1, 2f
    lbu   s1, (a0)
    andi  t0, a2, EXPAND_QUOTED
    beqz  t0, 3f
    li    t0, '$'                       # within quotes it hides these only
    beq   s1, t0, 3f
    li    t0, '`'
    beq   s1, t0, 3f
    li    t0, '\\'
    beq   s1, t0, 3f
    li    t0, '\n'
    beq   s1, t0, 4f
    li    t0, '}'
    bne   s1, t0, 1f
    andi  t1, a2, EXPAND_NESTED
    bnez  t1, 3f
1:  andi  t1, a2, EXPAND_HEREDOC
    bnez  t1, 2f
    li    t0, '"'
    beq   s1, t0, 3f
2:  li    a0, '\\'
    li    a1, MARK_QUOTED
    call  emit
    mv    a0, s0
    leave 2
3:  mv    a0, s1
    li    a1, MARK_QUOTED
    call  emit
4:  addi  a0, s0, 1
    leave 2

# expand_single_quoted(position, end): up to the closing quote; returns the position behind it.
expand_single_quoted:
    enter 2
    mv    s0, a0
    mv    s1, a1
    li    a0, 0
    li    a1, MARK_EMPTY
    call  emit
1:  bgeu  s0, s1, 2f
    lbu   a0, (s0)
    addi  s0, s0, 1
    li    t0, '\''
    beq   a0, t0, 2f
    li    a1, MARK_QUOTED
    call  emit
    j     1b
2:  mv    a0, s0
    leave 2

# expand_tilde(position, end): ~ alone or before a slash becomes $HOME; returns the position behind it.
.globl expand_tilde
expand_tilde:
    enter 1
    mv    s0, a0
    bgeu  a0, a1, 2f
    lbu   t0, (a0)
    li    t1, '~'
    bne   t0, t1, 2f
    addi  a0, a0, 1
    bgeu  a0, a1, 1f
    lbu   t0, (a0)
    li    t1, '/'
    beq   t0, t1, 1f
    li    t1, ':'
    bne   t0, t1, 2f
1:  la    a0, name_home
    call  get_variable
    beqz  a0, 2f
    li    a1, EXPAND_QUOTED             # neither split nor a pattern
    call  emit_value
    addi  s0, s0, 1
2:  mv    a0, s0
    leave 1

# expand_dollar(position, end, flags): after a $; returns the position behind the substitution.
expand_dollar:
    enter 3
    mv    s0, a0
    mv    s1, a1
    mv    s2, a2
    bgeu  s0, s1, 3f
    lbu   t0, (s0)
    li    t1, '{'
    beq   t0, t1, 1f
    li    t1, '('
    beq   t0, t1, 2f
    call  parameter_length
    beqz  a0, 3f
    mv    a1, a0
    mv    a0, s0
    add   s0, s0, a1
    mv    a2, s2
    call  expand_parameter
    mv    a0, s0
    leave 3
1:  addi  a0, s0, 1
    call  expand_braces
    leave 3
2:  addi  a0, s0, 1
    call  expand_parentheses
    leave 3
3:  li    a0, '$'                       # nothing to substitute: a plain $
    li    a1, MARK_QUOTED
    call  emit
    mv    a0, s0
    leave 3

# expand_parentheses(position, end, flags): after "$(": a command or an arithmetic expression; returns the position behind.
expand_parentheses:
    enter 3
    mv    s0, a0
    mv    s1, a1
    mv    s2, a2
    lbu   t0, (s0)
    li    t1, '('
    beq   t0, t1, 1f
    call  parse_at                      # the tree, and in a1 where it ended
    mv    s0, a1
    mv    a1, s2
    call  substitute_command
    mv    a0, s0
    leave 3
1:  la    a2, read_arithmetic
    call  extent
    addi  a1, a0, -2                    # before the two closing parentheses
    addi  t0, s0, 1
    mv    s0, a0
    mv    a0, t0
    call  expand_part
    call  arithmetic
    call  decimal
    mv    a1, s2
    call  emit_value
    mv    a0, s0
    leave 3

# extent(start, end, reading): the position behind what a function of the lexer takes from the text.
.globl extent
extent:
    enter 1, SIZEOF_saved_source + SIZEOF_builder
    mv    s0, a2
    mv    a2, sp
    call  read_part
    addi  a0, sp, SIZEOF_saved_source
    call  builder_clear
    addi  a0, sp, SIZEOF_saved_source
    jalr  s0
    ld    s0, source_position + source
    call  cleanup_pop
    mv    a0, s0
    leave 1, SIZEOF_saved_source + SIZEOF_builder

# parse_at(position, end): the commands after "$(". Returns the tree, and in a1 the position behind the parenthesis.
parse_at:
    enter 2, SIZEOF_saved_source
    mv    a2, sp
    call  read_part
    call  parse_substitution
    mv    s0, a0
    ld    s1, source_position + source
    call  cleanup_pop
    mv    a0, s0
    mv    a1, s1
    leave 2, SIZEOF_saved_source

# expand_backquotes(position, end, flags): after a backquote: commands up to the next one, a backslash before $ ` \ goes.
# Returns the position behind.
expand_backquotes:
    enter 4, SIZEOF_builder
    mv    s0, a0
    mv    s1, a1
    mv    s2, a2
    mv    a0, sp
    call  builder_clear
1:  bgeu  s0, s1, 4f
    lbu   s3, (s0)
    addi  s0, s0, 1
    li    t0, '`'
    beq   s3, t0, 4f
    li    t0, '\\'
    bne   s3, t0, 3f
    bgeu  s0, s1, 3f
    lbu   a0, (s0)
    mv    a1, s2
    call  hidden_in_backquotes
    beqz  a0, 3f
    lbu   s3, (s0)
    addi  s0, s0, 1
3:  mv    a0, sp
    mv    a1, s3
    call  builder_put
    j     1b
4:  mv    a0, sp
    call  builder_string
    ld    a1, builder_length(sp)
    add   a1, a1, a0
    call  parse_text
    mv    a1, s2
    call  substitute_command
    mv    a0, s0
    leave 4, SIZEOF_builder

# hidden_in_backquotes(character, flags): 1 when a backslash before it goes.
hidden_in_backquotes:
    li    t0, '$'
    beq   a0, t0, 1f
    li    t0, '`'
    beq   a0, t0, 1f
    li    t0, '\\'
    beq   a0, t0, 1f
    xori  a0, a0, '"'
    seqz  a0, a0
    and   a0, a0, a1                    # EXPAND_QUOTED is 1
    ret
1:  li    a0, 1
    ret

.section .rodata
name_home: .asciz "HOME"
