# Here-documents: their text comes behind the line that announces them. The parser leaves them in source_heredocs; the lexer
# calls read_heredocs at the end of the line.

.include "shell.s"

.text

# read_heredocs(): after the end of the line that announced them: the bodies, in order.
.globl read_heredocs
read_heredocs:
    enter 2
    la    s0, source
1:  ld    s1, source_heredocs(s0)
    beqz  s1, 2f
    ld    t0, redirection_waiting(s1)
    sd    t0, source_heredocs(s0)
    mv    a0, s1
    call  read_heredoc
    j     1b
2:  leave 2

# read_heredoc(redirection): lines up to the one that is the marker; the text replaces the marker in redirection_word.
read_heredoc:
    enter 4, SIZEOF_builder
    mv    s0, a0
    mv    a0, sp
    call  builder_clear
1:  ld    s1, builder_length(sp)         # the line begins here
    mv    a0, s0
    mv    a1, sp
    call  read_heredoc_line
    mv    s2, a0                        # 0 at the end of the input
    mv    a0, sp
    call  builder_string
    add   a0, a0, s1
    ld    a1, redirection_word(s0)
    call  is_marker_line
    bnez  a0, 2f
    bnez  s2, 1b
    j     3f                            # no marker before the end: all of it is the text
2:  sd    s1, builder_length(sp)
3:  mv    a0, sp
    call  builder_string
    sd    a0, redirection_word(s0)
    leave 4, SIZEOF_builder

# read_heredoc_line(redirection, buffer): appends one line with its newline; returns 0 when the input ends.
read_heredoc_line:
    enter 4
    mv    s0, a0
    mv    s1, a1
    ld    s3, redirection_kind(s0)
    addi  s3, s3, -TOKEN_HEREDOC_TABS   # 0: leading tabs go
1:  call  next_character
    bltz  a0, 4f
    mv    s2, a0
    li    t0, '\t'
    bne   a0, t0, 2f
    beqz  s3, 1b
2:  li    s3, 1
    mv    a0, s1
    mv    a1, s2
    call  builder_put
    li    t0, '\n'
    beq   s2, t0, 3f
    li    t0, '\\'
    bne   s2, t0, 1b
    ld    t0, redirection_quoted(s0)
    bnez  t0, 1b
    call  next_character                # what a backslash hides cannot end the line
    bltz  a0, 4f
    mv    a1, a0
    mv    a0, s1
    call  builder_put
    j     1b
3:  li    a0, 1
    leave 4
4:  li    a0, 0
    leave 4

# is_marker_line(line, marker): 1 when they are equal but for the newline.
is_marker_line:
1:  lbu   t0, (a0)
    lbu   t1, (a1)
    addi  a0, a0, 1
    addi  a1, a1, 1
    beqz  t1, 2f
    beq   t0, t1, 1b
    li    a0, 0
    ret
2:  beqz  t0, 3f
    li    t1, '\n'
    bne   t0, t1, 4f
3:  li    a0, 1
    ret
4:  li    a0, 0
    ret
