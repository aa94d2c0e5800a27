# The grammar of redirections: [n]< > >> <> >| word, [n]<& >& m or -, [n]<< <<- marker.

.include "shell.s"

.text

# parse_trailing_redirections(node): redirections after a compound command wrap it in a node of their own.
.globl parse_trailing_redirections
parse_trailing_redirections:
    enter 1, 16
    mv    s0, a0
    sd    zero, 0(sp)
    mv    a0, sp
    call  parse_redirections
    ld    a2, 0(sp)
    mv    a0, s0
    beqz  a2, 1f
    li    a0, NODE_REDIRECTED
    mv    a1, s0
    li    a3, 0
    call  new_node
1:  leave 1, 16

# parse_redirections(link): as many as come; linked in at the address `link`. Returns where the next one is to be linked.
.globl parse_redirections
parse_redirections:
    enter 1
    mv    s0, a0
1:  call  parse_redirection
    beqz  a0, 2f
    sd    a0, redirection_next(s0)      # the first link is a plain word: redirection_next is 0
    mv    s0, a0
    j     1b
2:  mv    a0, s0
    leave 1

# parse_redirection(): one, or 0 when the token does not begin any.
parse_redirection:
    enter 3
    la    s1, source
    li    s2, -1                        # descriptor: the operator's own
    ld    t0, source_token(s1)
    li    t1, TOKEN_NUMBER
    bne   t0, t1, 1f
    ld    a0, source_text(s1)
    call  atoi
    mv    s2, a0
    call  next_token
1:  ld    s0, source_token(s1)
    li    t1, TOKEN_FIRST_REDIRECTION
    li    a0, 0
    bltu  s0, t1, 4f
    bgez  s2, 2f
    li    s2, STDIN_FILENO
    li    t1, TOKEN_READ
    beq   s0, t1, 2f
    li    s2, STDOUT_FILENO
    li    t1, TOKEN_APPEND
    bleu  s0, t1, 2f                    # > and >>
    li    t1, TOKEN_DUP_WRITE
    beq   s0, t1, 2f
    li    t1, TOKEN_CLOBBER
    beq   s0, t1, 2f
    li    s2, STDIN_FILENO              # << <& <>
2:  call  next_token
    ld    t0, source_token(s1)
    li    t1, TOKEN_WORD
    beq   t0, t1, 3f
    li    t1, TOKEN_NUMBER              # `<&1>x`: the digits are a word here
    bne   t0, t1, syntax_error
3:  mv    a0, s0
    mv    a1, s2
    call  new_redirection
4:  leave 3

# new_redirection(kind, fd): with the word in hand.
new_redirection:
    enter 3
    mv    s0, a0
    mv    s1, a1
    li    a0, SIZEOF_redirection
    call  allocate
    mv    s2, a0
    sd    zero, redirection_next(s2)
    sd    s0, redirection_kind(s2)
    sd    s1, redirection_fd(s2)
    sd    zero, redirection_quoted(s2)
    ld    t0, source_text + source
    sd    t0, redirection_word(s2)
    addi  t0, s0, -TOKEN_HEREDOC
    li    t1, 1
    bgtu  t0, t1, 1f
    mv    a0, s2
    call  announce_heredoc
1:  call  next_token
    mv    a0, s2
    leave 3

# announce_heredoc(redirection): its text comes after this line. A quoted marker switches expansion off.
announce_heredoc:
    enter 1
    mv    s0, a0
    ld    a0, redirection_word(s0)
    call  remove_quotes
    sd    a0, redirection_word(s0)
    sd    a1, redirection_quoted(s0)
    sd    zero, redirection_waiting(s0)
    la    t0, source + source_heredocs - redirection_waiting
1:  ld    t1, redirection_waiting(t0)   # to the end of the list
    beqz  t1, 2f
    mv    t0, t1
    j     1b
2:  sd    s0, redirection_waiting(t0)
    leave 1
