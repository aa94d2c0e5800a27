# The grammar of the shell, by recursive descent: tokens to a tree of nodes (see shell.s) in the arena.
#
#   list      and_or { (; | & | newline) and_or }
#   and_or    pipeline { (&& | ||) pipeline }
#   pipeline  [!] command { | command }
#   command   simple | compound { redirection }          (compound.s: if, while, for, case, { }, ( ), functions)
#
# Each parse_ function finds its first token in the source and leaves the source at the first token that is not its own.
# A syntax error never returns (message.s).

.include "shell.s"

.text

# parse_command_line(): the next complete command, up to its newline or the end of input. Returns its node or 0;
# in a1: 1 when the input has ended.
.globl parse_command_line
parse_command_line:
    enter 1
    la    t0, source
    ld    t1, source_flags(t0)
    andi  t1, t1, ~SOURCE_CONTINUED
    sd    t1, source_flags(t0)
    sd    zero, source_heredocs(t0)
    addi  a0, t0, source_log
    call  builder_clear
    call  next_token
    li    a0, 0
    call  parse_list
    mv    s0, a0
    ld    t1, source_token + source
    seqz  a1, t1
    li    t0, TOKEN_NEWLINE
    bgtu  t1, t0, syntax_error          # neither newline nor end
    mv    a0, s0
    leave 1

# parse_substitution(): the commands of $( ), after the parenthesis; up to and including the one that closes it. The
# token in hand is not disturbed. Returns the node or 0.
.globl parse_substitution
parse_substitution:
    enter 1, 40
    la    t0, source
    ld    t1, source_token(t0)
    sd    t1, 0(sp)
    ld    t1, source_text(t0)
    sd    t1, 8(sp)
    ld    t1, source_token_start(t0)
    sd    t1, 16(sp)
    ld    t1, source_token_end(t0)
    sd    t1, 24(sp)
    ld    t1, source_heredocs(t0)
    sd    t1, 32(sp)
    sd    zero, source_heredocs(t0)
    call  next_token
    li    a0, 1
    call  parse_list
    mv    s0, a0
    la    t0, source
    ld    t1, source_token(t0)
    li    t2, TOKEN_CLOSE
    bne   t1, t2, syntax_error
    ld    t1, 0(sp)
    sd    t1, source_token(t0)
    ld    t1, 8(sp)
    sd    t1, source_text(t0)
    ld    t1, 16(sp)
    sd    t1, source_token_start(t0)
    ld    t1, 24(sp)
    sd    t1, source_token_end(t0)
    ld    t1, 32(sp)
    sd    t1, source_heredocs(t0)
    mv    a0, s0
    leave 1, 40

# parse_text(start, end): all the commands of a text in memory. Returns the node or 0.
.globl parse_text
parse_text:
    enter 1, SIZEOF_saved_source
    mv    a2, sp
    call  read_part
    call  next_token
    li    a0, 1
    call  parse_list
    mv    s0, a0
    ld    t0, source_token + source
    li    t1, TOKEN_END
    bne   t0, t1, syntax_error
    call  cleanup_pop
    mv    a0, s0
    leave 1, SIZEOF_saved_source

# new_node(kind, first, second, third)
.globl new_node
new_node:
    enter 4
    mv    s0, a0
    mv    s1, a1
    mv    s2, a2
    mv    s3, a3
    li    a0, SIZEOF_node
    call  allocate
    sd    s0, node_kind(a0)
    sd    s1, node_first(a0)
    sd    s2, node_second(a0)
    sd    s3, node_third(a0)
    ld    t0, source_line + source
    sd    t0, node_line(a0)
    leave 4

# parse_list(lines): commands with ; & and, if `lines` is 1, newlines between them; ends at whatever cannot begin a
# command. Returns a node or 0 for none.
.globl parse_list
parse_list:
    enter 6, 16
    mv    s0, a0
    sd    zero, 0(sp)                   # list of commands
    mv    s1, sp                        # where the next cell is linked in
    li    s2, 0                         # how many
1:  beqz  s0, 2f
    call  skip_newlines
2:  call  ends_list
    bnez  a0, 5f
    ld    s3, source_token_start + source
    call  parse_and_or
    mv    s4, a0
    ld    s5, source_token + source
    li    t0, TOKEN_BACKGROUND
    bne   s5, t0, 3f
    mv    a0, s3
    call  command_text
    mv    a2, a0
    li    a0, NODE_BACKGROUND
    mv    a1, s4
    li    a3, 0
    call  new_node
    mv    s4, a0
3:  mv    a0, s4
    call  new_cell
    sd    a0, cell_next(s1)
    mv    s1, a0
    addi  s2, s2, 1
    li    t0, TOKEN_NEWLINE
    beq   s5, t0, 4f
    li    t0, TOKEN_SEMICOLON
    beq   s5, t0, 6f
    li    t0, TOKEN_BACKGROUND
    bne   s5, t0, 5f
6:  call  next_token
    j     1b
4:  bnez  s0, 1b
5:  ld    a1, 0(sp)
    mv    a0, s4
    li    t0, 1
    beq   s2, t0, 7f                    # one command stands for itself
    li    a0, 0
    beqz  s2, 7f
    li    a0, NODE_SEQUENCE
    call  new_node
7:  leave 6, 16

# skip_newlines(): to the first token that is not a newline.
.globl skip_newlines
skip_newlines:
    enter
1:  ld    t0, source_token + source
    li    t1, TOKEN_NEWLINE
    bne   t0, t1, 2f
    call  next_token
    j     1b
2:  leave

# ends_list(): 1 when no command can begin at the token: the end, a newline, ) ;; or the word that closes a compound.
ends_list:
    enter
    ld    t0, source_token + source
    li    a0, 1
    li    t1, TOKEN_NEWLINE
    bleu  t0, t1, 1f
    li    t1, TOKEN_CLOSE
    beq   t0, t1, 1f
    li    t1, TOKEN_BREAK
    beq   t0, t1, 1f
    la    a0, closing_words
    call  reserved_word
1:  leave

# reserved_word(table): the value that the table gives for the token, 0 for none. A row is a text and a dword; a NUL ends.
.globl reserved_word
reserved_word:
    enter 2
    mv    s0, a0
    la    t0, source
    ld    t1, source_token(t0)
    li    t2, TOKEN_WORD
    bne   t1, t2, 2f
    ld    s1, source_text(t0)
1:  ld    a0, (s0)
    beqz  a0, 3f
    mv    a1, s1
    call  strcmp
    addi  s0, s0, 16
    bnez  a0, 1b
    ld    a0, -8(s0)
    leave 2
2:  li    a0, 0
3:  leave 2

# is_word(text): 1 when the token is the (unquoted) word.
.globl is_word
is_word:
    enter
    la    t0, source
    ld    t1, source_token(t0)
    addi  t1, t1, -TOKEN_WORD
    mv    a1, a0
    li    a0, 0
    bnez  t1, 1f
    ld    a0, source_text(t0)
    call  strcmp
    seqz  a0, a0
1:  leave

# command_text(start): the source from that place of the log to the end of the last token, newlines shown as blanks.
command_text:
    enter
    la    t0, source
    ld    t1, source_token_end(t0)
    ld    t2, source_log + builder_data(t0)
    sub   a1, t1, a0
    add   a0, a0, t2
    bgez  a1, 1f
    li    a1, 0
1:  call  copy_text
    mv    t0, a0
    li    t2, '\n'
2:  lbu   t1, (t0)
    addi  t0, t0, 1
    beqz  t1, 3f
    bne   t1, t2, 2b
    li    t1, ' '
    sb    t1, -1(t0)
    j     2b
3:  leave

# parse_and_or()
parse_and_or:
    enter 3
    call  parse_pipeline
    mv    s0, a0
1:  ld    t0, source_token + source
    li    s1, NODE_AND
    li    t1, TOKEN_AND
    beq   t0, t1, 2f
    li    s1, NODE_OR
    li    t1, TOKEN_OR
    bne   t0, t1, 3f
2:  call  next_token
    call  skip_newlines
    call  parse_pipeline
    mv    a2, a0
    mv    a1, s0
    mv    a0, s1
    li    a3, 0
    call  new_node
    mv    s0, a0
    j     1b
3:  mv    a0, s0
    leave 3

# parse_pipeline()
parse_pipeline:
    enter 4, 16
    ld    s0, source_token_start + source
    sd    zero, 0(sp)                   # list of commands
    mv    s1, sp
    li    s2, 0                         # negated
1:  la    a0, word_not
    call  is_word
    beqz  a0, 2f
    xori  s2, s2, 1
    call  next_token
    j     1b
2:  call  parse_command
    call  new_cell
    sd    a0, cell_next(s1)
    mv    s1, a0
    ld    t0, source_token + source
    li    t1, TOKEN_PIPE
    bne   t0, t1, 3f
    call  next_token
    call  skip_newlines
    j     2b
3:  mv    a0, s0
    call  command_text
    mv    a2, a0
    li    a0, NODE_PIPELINE
    ld    a1, 0(sp)
    mv    a3, s2
    call  new_node
    leave 4, 16

# parse_command(): compound, function definition or simple.
.globl parse_command
parse_command:
    enter 1
    ld    t0, source_token + source
    li    t1, TOKEN_OPEN
    beq   t0, t1, 1f
    la    a0, opening_words
    call  reserved_word
    beqz  a0, 2f
    jalr  a0                            # leaves the token after the compound
    j     3f
1:  call  parse_subshell
3:  call  parse_trailing_redirections
    leave 1
2:  call  ends_list
    bnez  a0, syntax_error
    call  parse_simple
    leave 1

# parse_simple(): assignments, words and redirections in any order; `name (` begins a function.
parse_simple:
    enter 4, 32
    sd    zero, 0(sp)                   # assignments
    mv    s0, sp
    sd    zero, 8(sp)                   # words
    addi  s1, sp, 8
    sd    zero, 16(sp)                  # redirections
    addi  s2, sp, 16
1:  mv    a0, s2
    call  parse_redirections
    mv    s2, a0
    ld    t0, source_token + source
    li    t1, TOKEN_WORD
    beq   t0, t1, 2f
    li    t1, TOKEN_OPEN
    bne   t0, t1, 5f
    ld    a0, 8(sp)                     # name ( ) : one word and nothing else before
    beqz  a0, syntax_error
    ld    t0, cell_next(a0)
    bnez  t0, syntax_error
    ld    a0, cell_item(a0)
    call  parse_function
    leave 4, 32
2:  ld    s3, source_text + source
    ld    t0, 8(sp)
    bnez  t0, 3f
    mv    a0, s3
    call  assignment_length
    bnez  a0, 4f
3:  mv    a0, s3
    call  new_cell
    sd    a0, cell_next(s1)
    mv    s1, a0
    call  next_token
    j     1b
4:  mv    a0, s3
    call  new_cell
    sd    a0, cell_next(s0)
    mv    s0, a0
    call  next_token
    j     1b
5:  ld    a1, 0(sp)
    ld    a2, 8(sp)
    ld    a3, 16(sp)
    or    t0, a1, a2
    or    t0, t0, a3
    beqz  t0, syntax_error              # nothing at all
    li    a0, NODE_SIMPLE
    call  new_node
    leave 4, 32

# assignment_length(word): the length of the name in NAME=..., or 0 when the word is no assignment.
.globl assignment_length
assignment_length:
    enter 1
    mv    s0, a0
    call  name_length
    add   t0, s0, a0
    lbu   t0, (t0)
    li    t1, '='
    beq   t0, t1, 1f
    li    a0, 0
1:  leave 1

.section .rodata
.balign 8
opening_words:
    .dword text_if, parse_if, text_while, parse_while, text_until, parse_until
    .dword text_for, parse_for, text_case, parse_case, text_brace, parse_group, 0
closing_words:
    .dword text_then, 1, text_elif, 1, text_else, 1, text_fi, 1, text_do, 1, text_done, 1, text_esac, 1, text_close, 1, 0

word_not:   .asciz "!"
text_if:    .asciz "if"
text_while: .asciz "while"
text_until: .asciz "until"
text_for:   .asciz "for"
text_case:  .asciz "case"
text_brace: .asciz "{"
text_close: .asciz "}"
text_then:  .asciz "then"
text_elif:  .asciz "elif"
text_else:  .asciz "else"
text_fi:    .asciz "fi"
text_do:    .asciz "do"
text_done:  .asciz "done"
text_esac:  .asciz "esac"
.globl text_then, text_elif, text_else, text_fi, text_do, text_done, text_esac, text_close
