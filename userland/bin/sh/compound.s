# The grammar of compound commands. Each parse_ function finds its opening word in the source, and leaves the token after
# its closing word. See parser.s for the rest.

.include "shell.s"

.text

# expect(text): the token must be this reserved word; takes the next one.
expect:
    enter
    call  is_word
    beqz  a0, syntax_error
    call  next_token
    leave

# parse_body(): at least one command.
parse_body:
    enter
    li    a0, 1
    call  parse_list
    beqz  a0, syntax_error
    leave

# parse_subshell(): ( list )
.globl parse_subshell
parse_subshell:
    enter 1
    call  next_token
    call  parse_body
    mv    a1, a0
    ld    t0, source_token + source
    li    t1, TOKEN_CLOSE
    bne   t0, t1, syntax_error
    li    a0, NODE_SUBSHELL
    call  new_node
    mv    s0, a0
    call  next_token
    mv    a0, s0
    leave 1

# parse_group(): { list }
.globl parse_group
parse_group:
    enter 1
    call  next_token
    call  parse_body
    mv    a1, a0
    li    a0, NODE_GROUP
    call  new_node
    mv    s0, a0
    la    a0, text_close
    call  expect
    mv    a0, s0
    leave 1

# parse_if(): if list then list { elif list then list } [ else list ] fi. An `elif` is an `if` in the place of `else`.
.globl parse_if
parse_if:
    enter 1
    call  parse_branches
    mv    s0, a0
    la    a0, text_fi
    call  expect
    mv    a0, s0
    leave 1

# parse_branches(): from `if` or `elif` to before `fi`.
parse_branches:
    enter 3
    call  next_token
    call  parse_body
    mv    s0, a0
    la    a0, text_then
    call  expect
    call  parse_body
    mv    s1, a0
    li    s2, 0
    la    a0, text_elif
    call  is_word
    beqz  a0, 1f
    call  parse_branches
    mv    s2, a0
    j     2f
1:  la    a0, text_else
    call  is_word
    beqz  a0, 2f
    call  next_token
    call  parse_body
    mv    s2, a0
2:  li    a0, NODE_IF
    mv    a1, s0
    mv    a2, s1
    mv    a3, s2
    call  new_node
    leave 3

# parse_while(), parse_until(): while list do list done
.globl parse_while, parse_until
parse_while:
    li    a0, NODE_WHILE
    j     parse_loop
parse_until:
    li    a0, NODE_UNTIL
parse_loop:
    enter 2
    mv    s0, a0
    call  next_token
    call  parse_body
    mv    s1, a0
    call  parse_do_group
    mv    a2, a0
    mv    a1, s1
    mv    a0, s0
    call  new_node
    leave 2

# parse_do_group(): do list done
parse_do_group:
    enter 1
    la    a0, text_do
    call  expect
    call  parse_body
    mv    s0, a0
    la    a0, text_done
    call  expect
    mv    a0, s0
    leave 1

# parse_for(): for name [ in words ] do list done
.globl parse_for
parse_for:
    enter 2, 16
    call  next_token
    call  expect_name
    mv    s0, a0
    call  next_token
    sd    zero, 0(sp)                   # words
    li    s1, 0                         # address of the list's head, once `in` was seen
    ld    t0, source_token + source
    li    t1, TOKEN_SEMICOLON           # `for x;` and newlines before `do` or `in`
    bne   t0, t1, 1f
    call  next_token
1:  call  skip_newlines
    la    a0, word_in
    call  is_word
    beqz  a0, 2f
    call  next_token
    mv    a0, sp
    call  parse_words
    call  end_of_words
    ld    a0, 0(sp)
    call  new_cell                      # one more cell around it: an empty list is not the same as none
    mv    s1, a0
2:  call  parse_do_group
    mv    a3, a0
    mv    a2, s1
    mv    a1, s0
    li    a0, NODE_FOR
    call  new_node
    leave 2, 16

# expect_name(): the token must be a name; returns its text.
expect_name:
    enter 1
    la    t0, source
    ld    t1, source_token(t0)
    li    t2, TOKEN_WORD
    bne   t1, t2, syntax_error
    ld    s0, source_text(t0)
    mv    a0, s0
    call  name_length
    beqz  a0, syntax_error
    add   t0, s0, a0
    lbu   t0, (t0)
    bnez  t0, syntax_error
    mv    a0, s0
    leave 1

# parse_words(link): words into a list that starts at the address `link`.
parse_words:
    enter 1
    mv    s0, a0
1:  la    t0, source
    ld    t1, source_token(t0)
    li    t2, TOKEN_WORD
    bne   t1, t2, 2f
    ld    a0, source_text(t0)
    call  new_cell
    sd    a0, cell_next(s0)
    mv    s0, a0
    call  next_token
    j     1b
2:  leave 1

# end_of_words(): a semicolon or newline, and more newlines.
end_of_words:
    enter
    ld    t0, source_token + source
    li    t1, TOKEN_SEMICOLON
    beq   t0, t1, 1f
    li    t1, TOKEN_NEWLINE
    bne   t0, t1, syntax_error
1:  call  next_token
    call  skip_newlines
    leave

# parse_case(): case word in { [(] pattern { | pattern } ) [list] ;; } esac
.globl parse_case
parse_case:
    enter 2, 16
    call  next_token
    la    t0, source
    ld    t1, source_token(t0)
    li    t2, TOKEN_WORD
    bne   t1, t2, syntax_error
    ld    s0, source_text(t0)
    call  next_token
    call  skip_newlines
    la    a0, word_in
    call  expect
    sd    zero, 0(sp)                   # arms
    mv    s1, sp
1:  call  skip_newlines
    la    a0, text_esac
    call  is_word
    bnez  a0, 2f
    call  parse_arm
    sd    a0, cell_next(s1)
    mv    s1, a0
    beqz  a1, 1b
    call  skip_newlines
2:  la    a0, text_esac
    call  expect
    li    a0, NODE_CASE
    mv    a1, s0
    ld    a2, 0(sp)
    call  new_node
    leave 2, 16

# parse_arm(): a cell with one arm; in a1: 1 when it had no ;; and so must be the last.
parse_arm:
    enter 3, 16
    ld    t0, source_token + source
    li    t1, TOKEN_OPEN
    bne   t0, t1, 1f
    call  next_token
1:  sd    zero, 0(sp)
    mv    a0, sp
    call  parse_patterns
    ld    t0, source_token + source
    li    t1, TOKEN_CLOSE
    bne   t0, t1, syntax_error
    call  next_token
    li    a0, 1
    call  parse_list
    mv    s0, a0
    li    a0, 16
    call  allocate
    ld    t0, 0(sp)
    sd    t0, arm_patterns(a0)
    sd    s0, arm_body(a0)
    call  new_cell
    mv    s0, a0
    ld    t0, source_token + source
    li    s1, 1
    li    t1, TOKEN_BREAK
    bne   t0, t1, 2f
    li    s1, 0
    call  next_token
2:  mv    a0, s0
    mv    a1, s1
    leave 3, 16

# parse_patterns(link): words with | between them.
parse_patterns:
    enter 1
    mv    s0, a0
1:  la    t0, source
    ld    t1, source_token(t0)
    li    t2, TOKEN_WORD
    bne   t1, t2, syntax_error
    ld    a0, source_text(t0)
    call  new_cell
    sd    a0, cell_next(s0)
    mv    s0, a0
    call  next_token
    ld    t0, source_token + source
    li    t1, TOKEN_PIPE
    bne   t0, t1, 2f
    call  next_token
    j     1b
2:  leave 1

# parse_function(name): at the parenthesis of `name ( ) compound-command`.
.globl parse_function
parse_function:
    enter 1
    mv    s0, a0
    call  next_token
    ld    t0, source_token + source
    li    t1, TOKEN_CLOSE
    bne   t0, t1, syntax_error
    call  next_token
    call  skip_newlines
    call  parse_command
    mv    a2, a0
    mv    a1, s0
    li    a0, NODE_FUNCTION
    call  new_node
    leave 1

.section .rodata
word_in: .asciz "in"
