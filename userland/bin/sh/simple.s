# Simple commands: assignments, words, redirections. The first word says what runs: a special built-in, a function, a
# built-in or a program, in this order. All but programs run in this process.

.include "shell.s"

# What is known of a command that runs in this process.
.equ call_node, 0
.equ call_argv, 8
.equ call_argc, 16
.equ call_builtin, 24                   # its row, or 0
.equ call_function, 32                  # a function's body, or 0
.equ call_special, 40                   # 1: see BUILTIN_SPECIAL
.equ call_flags, 48                     # RUN_*
.equ SIZEOF_call, 56

.text

# execute_simple(node, flags)
.globl execute_simple
execute_simple:
    enter 3, SIZEOF_call
    mv    s0, a0
    mv    s1, a1
    sd    a0, call_node(sp)
    sd    a1, call_flags(sp)
    call  arena_mark
    mv    s2, a0
    sd    zero, substituted, t0
    ld    a0, node_second(s0)
    call  expand_command
    sd    a0, call_argv(sp)
    sd    a1, call_argc(sp)
    lb    t0, option_xtrace
    beqz  t0, 1f
    ld    a1, node_first(s0)
    call  trace_command
1:  mv    a0, sp
    call  find_what_runs
    ld    t0, call_argc(sp)
    beqz  t0, 2f
    ld    t0, call_builtin(sp)
    ld    t1, call_function(sp)
    or    t0, t0, t1
    beqz  t0, 3f
    mv    a0, sp
    call  run_here
    j     4f
2:  mv    a0, s0
    call  only_assign
    j     4f
3:  mv    a0, s0
    mv    a1, s1
    ld    a2, call_argv(sp)
    call  run_program
4:  mv    a0, s2
    call  arena_release
    leave 3, SIZEOF_call

# find_what_runs(call): fills in built-in and function. `command NAME` passes over functions, and nothing is special then.
find_what_runs:
    enter 3
    mv    s0, a0
    li    s1, 0                         # 1 after `command`
    sd    zero, call_builtin(s0)
    sd    zero, call_function(s0)
    sd    zero, call_special(s0)
1:  ld    t0, call_argc(s0)
    beqz  t0, 9f
    ld    t0, call_argv(s0)
    ld    a0, (t0)
    call  find_builtin
    sd    a0, call_builtin(s0)
    beqz  a0, 3f
    ld    t0, builtin_function(a0)
    la    t1, builtin_command
    bne   t0, t1, 2f
    mv    a0, s0
    call  skip_command_word
    beqz  a0, 9f                        # `command -v` is a command itself
    li    s1, 1
    j     1b
2:  bnez  s1, 9f
    ld    t0, builtin_flags(a0)
    andi  t0, t0, BUILTIN_SPECIAL
    sd    t0, call_special(s0)
    bnez  t0, 9f
3:  bnez  s1, 9f
    ld    t0, call_argv(s0)
    ld    a0, (t0)
    call  find_function
    sd    a0, call_function(s0)
9:  leave 3

# skip_command_word(call): drops the word `command` (and a -- or -p behind it) when a command follows; returns 1 then.
skip_command_word:
    enter 2
    mv    s0, a0
    li    s1, 8
    ld    t0, call_argv(s0)
    ld    a0, 8(t0)
    beqz  a0, 2f
    lbu   t1, (a0)
    li    t2, '-'
    bne   t1, t2, 1f
    lbu   t1, 1(a0)
    lbu   t3, 2(a0)
    bnez  t3, 2f
    beq   t1, t2, 3f
    li    t2, 'p'
    bne   t1, t2, 2f
3:  ld    t1, 16(t0)
    beqz  t1, 2f
    li    s1, 16
1:  add   t0, t0, s1
    sd    t0, call_argv(s0)
    srli  s1, s1, 3
    ld    t1, call_argc(s0)
    sub   t1, t1, s1
    sd    t1, call_argc(s0)
    li    a0, 1
    leave 2
2:  li    a0, 0
    leave 2

# expand_command(list of words): the arguments; in a1 how many. As expand_words, but those of `export`, `readonly` and
# `local` that look like assignments are expanded as assignments: neither split nor matched with files.
expand_command:
    beqz  a0, expand_words
    enter 2, SIZEOF_builder
    mv    s0, a0
    li    s1, 0
    ld    a0, cell_item(s0)
    call  find_builtin
    beqz  a0, 1f
    ld    s1, builtin_flags(a0)
    andi  s1, s1, BUILTIN_DECLARES
1:  mv    a0, sp
    call  builder_clear
2:  ld    a0, cell_item(s0)
    beqz  s1, 3f
    call  assignment_length
    beqz  a0, 3f
    mv    a1, a0
    ld    a0, cell_item(s0)
    call  expand_declaration
    mv    a1, a0
    mv    a0, sp
    call  builder_put_pointer
    j     4f
3:  ld    a0, cell_item(s0)
    mv    a1, sp
    call  expand_word
4:  ld    s0, cell_next(s0)
    bnez  s0, 2b
    ld    s0, builder_length(sp)
    mv    a0, sp
    li    a1, 0
    call  builder_put_pointer
    ld    a0, builder_data(sp)
    srli  a1, s0, 3
    leave 2, SIZEOF_builder

# expand_declaration(word, length of the name): NAME=value with the value expanded.
expand_declaration:
    enter 2, SIZEOF_builder
    mv    s0, a0
    addi  s1, a1, 1
    mv    a0, sp
    call  builder_clear
    mv    a0, sp
    mv    a1, s0
    mv    a2, s1
    call  builder_append
    add   a0, s0, s1
    call  expand_assignment
    mv    a1, a0
    mv    a0, sp
    call  builder_append_string
    mv    a0, sp
    call  builder_string
    leave 2, SIZEOF_builder

# trace_command(argv, assignments): `set -x`: $PS4 and the command, on standard error.
trace_command:
    enter 3
    mv    s0, a0
    mv    s1, a1
    la    s2, nothing
    la    a0, name_ps4
    call  show_prompt
1:  beqz  s1, 2f
    ld    a0, cell_item(s1)
    call  expand_assignment
    call  trace_word
    ld    s1, cell_next(s1)
    j     1b
2:  ld    a0, (s0)
    beqz  a0, 3f
    addi  s0, s0, 8
    call  trace_word
    j     2b
3:  la    a0, line_end
    li    a1, STDERR_FILENO
    call  fputs
    leave 3

# trace_word(text): for trace_command, whose s2 is what goes before the word: nothing, or from the second one on a blank.
trace_word:
    mv    a3, a0
    mv    a2, s2
    li    a0, STDERR_FILENO
    la    a1, word_format
    la    s2, blank
    tail  fprintf

# only_assign(node): no command: assignments change this shell; redirections only make files.
only_assign:
    enter 2, SIZEOF_redirected
    mv    s0, a0
    mv    a0, sp
    call  redirections_begin
    ld    a0, node_third(s0)
    mv    a1, sp
    call  redirect
    bnez  a0, 3f
    ld    s1, node_first(s0)
1:  beqz  s1, 2f
    ld    a0, cell_item(s1)
    li    a1, 0
    call  assign
    ld    s1, cell_next(s1)
    j     1b
2:  call  cleanup_pop
    ld    t0, substituted
    bnez  t0, 4f                        # $? is that of the last $( )
    sd    zero, last_status, t0
4:  leave 2, SIZEOF_redirected
3:  call  cleanup_pop
    li    t0, STATUS_USAGE
    sd    t0, last_status, t1
    leave 2, SIZEOF_redirected

# run_here(call): a function or built-in, its redirections and assignments around it.
run_here:
    enter 1, SIZEOF_redirected + SIZEOF_temporary
    mv    s0, a0
    mv    a0, sp
    call  redirections_begin
    ld    t0, call_node(s0)
    ld    a0, node_third(t0)
    mv    a1, sp
    call  redirect
    bnez  a0, 3f
    addi  a0, sp, SIZEOF_redirected
    call  temporary_begin
    mv    a0, s0
    addi  a1, sp, SIZEOF_redirected
    call  assign_for_call
    mv    a0, s0
    call  run_callee
    call  cleanup_pop
    call  cleanup_pop
    leave 1, SIZEOF_redirected + SIZEOF_temporary
3:  call  cleanup_pop
    li    a0, STATUS_USAGE
    ld    t0, call_special(s0)
    bnez  t0, abandon
    sd    a0, last_status, t0
    leave 1, SIZEOF_redirected + SIZEOF_temporary

# assign_for_call(call, temporary): the assignments before a special built-in stay, others last as long as the command.
assign_for_call:
    enter 3
    mv    s1, a0
    mv    s2, a1
    ld    t0, call_node(a0)
    ld    s0, node_first(t0)
1:  beqz  s0, 3f
    ld    t0, call_special(s1)
    li    a1, 0
    bnez  t0, 2f
    ld    a0, cell_item(s0)
    call  assignment_length
    mv    a1, a0
    ld    a0, cell_item(s0)
    mv    a2, s2
    call  remember_variable
    li    a1, VARIABLE_EXPORTED
2:  ld    a0, cell_item(s0)
    call  assign
    ld    s0, cell_next(s0)
    j     1b
3:  leave 3

# run_callee(call)
run_callee:
    enter 1
    mv    s0, a0
    ld    a0, call_function(s0)
    beqz  a0, 1f
    ld    a1, call_argv(s0)
    ld    a2, call_argc(s0)
    ld    a3, call_flags(s0)
    call  call_shell_function
    leave 1
1:  ld    t0, call_builtin(s0)
    ld    a0, call_argc(s0)
    ld    a1, call_argv(s0)
    ld    t0, builtin_function(t0)
    jalr  t0
    mv    s0, a0
    li    a0, STDOUT_FILENO             # before the descriptor changes back
    call  fflush
    bgez  a0, 2f
    bnez  s0, 2f
    call  strerror
    mv    a1, a0
    la    a0, cannot_write
    call  report
    li    s0, 1
2:  sd    s0, last_status, t0
    leave 1

.section .rodata
name_ps4:     .asciz "PS4"
word_format:  .asciz "%s%s"
nothing:      .asciz ""
blank:        .asciz " "
line_end:     .asciz "\n"
cannot_write: .asciz "cannot write: %s"
