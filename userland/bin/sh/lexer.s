# Tokens: next_token() leaves the kind in source_token and, for a word, its text in source_text. The quotes stay in the
# text: only expansion (expand.s), which may run many times over the same word, takes them away.

.include "shell.s"

.bss
.balign 8
.globl within_quotes
within_quotes: .skip 8                  # 1 while reading between double quotes: read_braces wants to know

.text

# next_token(): reads one. The lexer never looks beyond the newline that ends a command.
.globl next_token
next_token:
    enter 2
    sd    zero, within_quotes, t0
    la    s0, source
    ld    t0, source_log + builder_length(s0)
    sd    t0, source_token_end(s0)      # the token before ended here, blanks not counted
1:  call  next_joined
    li    t0, ' '
    beq   a0, t0, 1b
    li    t0, '\t'
    beq   a0, t0, 1b
    li    t0, '#'
    bne   a0, t0, 2f
    call  skip_comment
2:  mv    s1, a0
    ld    t0, source_log + builder_length(s0)
    addi  t0, t0, -1
    sd    t0, source_token_start(s0)
    bltz  s1, 3f
    li    t0, '\n'
    beq   s1, t0, 4f
    call  is_operator
    bnez  a0, 5f
    mv    a0, s1
    call  read_word
    j     6f
3:  li    t0, TOKEN_END
    sd    t0, source_token(s0)
    j     6f
4:  li    t0, TOKEN_NEWLINE
    sd    t0, source_token(s0)
    call  read_heredocs
    j     6f
5:  mv    a0, s1
    call  read_operator
6:  leave 2

# skip_comment(): to the end of the line; returns the character there.
skip_comment:
    enter
1:  call  next_character
    bltz  a0, 2f
    li    t0, '\n'
    bne   a0, t0, 1b
2:  leave

# is_operator(character): 1 when it begins an operator.
is_operator:
    la    t0, operator_characters
1:  lbu   t1, (t0)
    addi  t0, t0, 1
    beqz  t1, 2f
    bne   t1, a0, 1b
    li    a0, 1
    ret
2:  li    a0, 0
    ret

# read_operator(character): the longest operator in the table that begins so.
read_operator:
    enter 3, 8
    sd    zero, 0(sp)                   # the text so far
    sb    a0, 0(sp)
    li    s0, 1                         # its length
1:  mv    a0, sp
    call  find_operator
    mv    s1, a0
    li    t0, 3
    beq   s0, t0, 3f
    call  next_joined
    mv    s2, a0
    bltz  a0, 3f
    add   t0, sp, s0
    sb    a0, (t0)
    mv    a0, sp
    call  find_operator
    beqz  a0, 2f
    addi  s0, s0, 1
    j     1b
2:  add   t0, sp, s0
    sb    zero, (t0)
    mv    a0, s2
    call  put_back
3:  la    t0, source
    lbu   t1, (s1)
    sd    t1, source_token(t0)
    addi  s1, s1, 1
    sd    s1, source_text(t0)
    leave 3, 8

# find_operator(text): its row in the table (kind, then text), or 0.
find_operator:
    enter 2
    mv    s0, a0
    la    s1, operators
1:  lbu   t0, (s1)
    beqz  t0, 2f
    addi  a0, s1, 1
    mv    a1, s0
    call  strcmp
    beqz  a0, 3f
    addi  s1, s1, OPERATOR_BYTES
    j     1b
2:  li    s1, 0
3:  mv    a0, s1
    leave 2

# read_word(character): a word that begins with it, or a number before < or >.
read_word:
    enter 3, SIZEOF_builder
    mv    s0, a0
    mv    a0, sp
    call  builder_clear
    li    s1, 1                         # only digits so far
1:  mv    a0, s0
    call  is_digit
    and   s1, s1, a0
    mv    a0, sp
    mv    a1, s0
    call  read_word_piece
    call  next_joined
    mv    s0, a0
    call  ends_word
    beqz  a0, 1b
    mv    a0, s0
    call  put_back
    la    s2, source
    li    t0, TOKEN_WORD
    beqz  s1, 2f
    li    t1, '<'
    beq   s0, t1, 3f
    li    t1, '>'
    bne   s0, t1, 2f
3:  li    t0, TOKEN_NUMBER
2:  sd    t0, source_token(s2)
    mv    a0, sp
    call  builder_string
    sd    a0, source_text(s2)
    leave 3, SIZEOF_builder

# ends_word(character): 1 for blanks, newline, operators and the end.
ends_word:
    bltz  a0, 1f
    li    t0, ' '
    beq   a0, t0, 1f
    li    t0, '\t'
    beq   a0, t0, 1f
    li    t0, '\n'
    beq   a0, t0, 1f
    tail  is_operator
1:  li    a0, 1
    ret

# is_digit(character)
.globl is_digit
is_digit:
    addi  a0, a0, -'0'
    sltiu a0, a0, 10
    ret

# read_word_piece(builder, character): appends the character, and if it opens a quotation or substitution all of that.
read_word_piece:
    enter 2
    mv    s0, a0
    mv    s1, a1
    call  builder_put
    li    t0, '\\'
    beq   s1, t0, 1f
    li    t0, '\''
    beq   s1, t0, 2f
    li    t0, '"'
    beq   s1, t0, 3f
    li    t0, '`'
    beq   s1, t0, 4f
    li    t0, '$'
    beq   s1, t0, 5f
    leave 2
1:  call  next_character                # the end of a joined line never gets here: next_joined has eaten it
    bltz  a0, 6f
    mv    a1, a0
    mv    a0, s0
    call  builder_put
6:  leave 2
2:  mv    a0, s0
    call  read_single_quoted
    leave 2
3:  mv    a0, s0
    call  read_double_quoted
    leave 2
4:  mv    a0, s0
    call  read_backquoted
    leave 2
5:  mv    a0, s0
    call  read_dollar
    leave 2

# read_single_quoted(builder): up to the next quote, everything literal.
read_single_quoted:
    enter 2
    mv    s0, a0
1:  call  next_character
    bltz  a0, unterminated_quote
    mv    s1, a0
    mv    a1, a0
    mv    a0, s0
    call  builder_put
    li    t0, '\''
    bne   s1, t0, 1b
    leave 2

# read_double_quoted(builder): up to the next double quote that is not within a substitution.
read_double_quoted:
    enter 3
    mv    s0, a0
    ld    s2, within_quotes
    li    t0, 1
    sd    t0, within_quotes, t1
1:  call  next_joined
    bltz  a0, unterminated_quote
    mv    s1, a0
    li    t0, '"'
    beq   a0, t0, 2f
    li    t0, '\''
    beq   a0, t0, 3f                    # an ordinary character here
    mv    a1, a0
    mv    a0, s0
    call  read_word_piece
    j     1b
3:  mv    a1, a0
    mv    a0, s0
    call  builder_put
    j     1b
2:  mv    a1, a0
    mv    a0, s0
    call  builder_put
    sd    s2, within_quotes, t0
    leave 3

# read_backquoted(builder): up to the next backquote; a backslash hides one.
read_backquoted:
    enter 2
    mv    s0, a0
1:  call  next_character
    bltz  a0, unterminated_quote
    mv    s1, a0
    mv    a1, a0
    mv    a0, s0
    call  builder_put
    li    t0, '`'
    beq   s1, t0, 2f
    li    t0, '\\'
    bne   s1, t0, 1b
    call  next_character
    bltz  a0, unterminated_quote
    mv    a1, a0
    mv    a0, s0
    call  builder_put
    j     1b
2:  leave 2

unterminated_quote:
    la    a0, quote_not_closed
    tail  syntax_error_message

# read_dollar(builder): what follows a $: $( ), $(( )), ${ } are taken whole, anything else is left to come.
read_dollar:
    enter 2
    mv    s0, a0
    call  next_joined
    mv    s1, a0
    li    t0, '('
    beq   a0, t0, 1f
    li    t0, '{'
    beq   a0, t0, 2f
    call  put_back
    leave 2
1:  mv    a1, a0
    mv    a0, s0
    call  builder_put
    call  next_joined
    mv    s1, a0
    call  put_back
    mv    a0, s0
    li    t0, '('
    beq   s1, t0, 3f
    call  read_command_substitution
    leave 2
3:  call  read_arithmetic
    leave 2
2:  mv    a1, a0
    mv    a0, s0
    call  builder_put
    mv    a0, s0
    call  read_braces
    leave 2

# read_command_substitution(builder): after "$(": the commands up to the closing parenthesis. Only the parser knows which
# one that is (`case` has unpaired ones), so it reads them; the tree is thrown away, the text goes into the buffer.
read_command_substitution:
    enter 3
    mv    s0, a0
    ld    s2, within_quotes             # the commands have quotes of their own
    la    t0, source
    ld    s1, source_log + builder_length(t0)
    call  parse_substitution
    sd    s2, within_quotes, t0
    la    t0, source
    ld    a1, source_log + builder_data(t0)
    add   a1, a1, s1
    ld    a2, source_log + builder_length(t0)
    sub   a2, a2, s1
    mv    a0, s0
    call  builder_append
    leave 3

# read_arithmetic(builder): after "$(": an expression in double parentheses.
.globl read_arithmetic
read_arithmetic:
    enter 3
    mv    s0, a0
    li    s1, 1                         # open parentheses
1:  call  next_joined
    bltz  a0, unterminated_quote
    mv    s2, a0
    mv    a1, a0
    mv    a0, s0
    call  read_word_piece
    li    t0, '('
    bne   s2, t0, 2f
    addi  s1, s1, 1
2:  li    t0, ')'
    bne   s2, t0, 1b
    addi  s1, s1, -1
    bnez  s1, 1b
    leave 3

# read_braces(builder): after "${": up to the matching brace. Between double quotes a single quote is an ordinary character
# ("${x-it's}"), but not in a pattern ("${x%'*'}").
.globl read_braces
read_braces:
    enter 3
    mv    s0, a0
    li    s2, 0                         # the operator, once it is known
    call  next_joined                   # the name, or the # of a length
    j     2f
1:  call  next_joined
    bnez  s2, 2f
    mv    s1, a0
    call  is_name_character
    mv    t0, a0
    mv    a0, s1
    bnez  t0, 2f
    mv    s2, a0
2:  bltz  a0, unterminated_quote
    mv    s1, a0
    mv    a1, a0
    mv    a0, s0
    li    t0, '\''
    bne   s1, t0, 3f
    ld    t0, within_quotes
    beqz  t0, 3f
    li    t0, '#'
    beq   s2, t0, 3f
    li    t0, '%'
    beq   s2, t0, 3f
    call  builder_put
    j     1b
3:  call  read_word_piece
    li    t0, '}'
    bne   s1, t0, 1b
    leave 3

# is_name_character(character): letters, digits, _
is_name_character:
    li    t0, '_'
    beq   a0, t0, 1f
    bltz  a0, 2f
    tail  isalnum
1:  li    a0, 1
    ret
2:  li    a0, 0
    ret

.section .rodata
quote_not_closed:    .asciz "unterminated quotation or substitution"
operator_characters: .asciz ";&|<>()"

.equ OPERATOR_BYTES, 5                  # kind, and up to three characters with their NUL
.macro operator kind, text
    .byte \kind
9:  .asciz "\text"
    .skip OPERATOR_BYTES - 1 - (. - 9b)
.endm
operators:
    operator TOKEN_AND, "&&"
    operator TOKEN_OR, "||"
    operator TOKEN_BREAK, ";;"
    operator TOKEN_SEMICOLON, ";"
    operator TOKEN_BACKGROUND, "&"
    operator TOKEN_PIPE, "|"
    operator TOKEN_OPEN, "("
    operator TOKEN_CLOSE, ")"
    operator TOKEN_HEREDOC_TABS, "<<-"
    operator TOKEN_HEREDOC, "<<"
    operator TOKEN_DUP_READ, "<&"
    operator TOKEN_READ_WRITE, "<>"
    operator TOKEN_READ, "<"
    operator TOKEN_APPEND, ">>"
    operator TOKEN_DUP_WRITE, ">&"
    operator TOKEN_CLOBBER, ">|"
    operator TOKEN_WRITE, ">"
    .byte 0
