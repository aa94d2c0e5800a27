# What the shell says of itself, on standard error: "sh: foo: not found". In a script the line comes along:
# "setup.sh: line 3: foo: not found".

.include "shell.s"

.text

# report(format, ...): one line. Up to three values for the format in a1 to a3.
.globl report
report:
    enter 4
    mv    s0, a0
    mv    s1, a1
    mv    s2, a2
    mv    s3, a3
    call  print_origin
    li    a0, STDERR_FILENO
    mv    a1, s0
    mv    a2, s1
    mv    a3, s2
    mv    a4, s3
    call  fprintf
    li    a0, STDERR_FILENO
    la    a1, newline
    call  fprintf
    leave 4

# print_origin(): "sh: " or "script: line 3: ".
print_origin:
    enter
    li    a0, STDOUT_FILENO             # keep the order of what was said before
    call  fflush
    li    a0, STDERR_FILENO
    la    a1, origin
    ld    a2, shell_name
    call  fprintf
    ld    t0, script_name
    beqz  t0, 1f
    li    a0, STDERR_FILENO
    la    a1, origin_line
    ld    a2, current_line
    call  fprintf
1:  leave

# abandon_with_message(format, status, value, value): complains, then gives the command up. Never returns.
.globl abandon_with_message
abandon_with_message:
    mv    s0, a1
    mv    a1, a2
    mv    a2, a3
    call  report
    mv    a0, s0
    tail  abandon

# syntax_error(): names the token in hand and the line it is on. Never returns.
.globl syntax_error
syntax_error:
    la    t0, source
    ld    s1, source_line(t0)
    ld    s2, source_text(t0)
    ld    t1, source_token(t0)
    la    s3, near_token
    li    t2, TOKEN_NEWLINE
    bne   t1, t2, 1f
    la    s3, near_newline
    addi  s1, s1, -1                    # the newline has been read: it ended the line before
1:  bnez  t1, 2f
    la    s3, near_end
2:  ld    s0, shell_name
    li    a0, STDERR_FILENO
    la    a1, syntax_origin
    mv    a2, s0
    mv    a3, s1
    call  fprintf
    li    a0, STDERR_FILENO
    mv    a1, s3
    mv    a2, s2
    call  fprintf
    li    a0, STATUS_USAGE
    tail  abandon

# syntax_error_message(text): the same with a sentence of its own, for what ends in the middle of a word. Never returns.
.globl syntax_error_message
syntax_error_message:
    mv    s0, a0
    la    t0, source
    li    a0, STDERR_FILENO
    la    a1, syntax_sentence
    ld    a2, shell_name
    ld    a3, source_line(t0)
    mv    a4, s0
    call  fprintf
    li    a0, STATUS_USAGE
    tail  abandon

.section .rodata
origin:          .asciz "%s: "
origin_line:     .asciz "line %ld: "
newline:         .asciz "\n"
syntax_origin:   .asciz "%s: line %ld: syntax error near "
syntax_sentence: .asciz "%s: line %ld: syntax error: %s\n"
near_token:      .asciz "\"%s\"\n"
near_newline:    .asciz "the end of the line\n"
near_end:        .asciz "the end of the text\n"
