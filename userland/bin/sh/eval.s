# Commands made from commands: eval, ., exec.

.include "shell.s"

.text

# builtin_eval(argc, argv): the arguments, with blanks between, are commands.
.globl builtin_eval
builtin_eval:
    enter 1, SIZEOF_builder
    addi  s0, a1, 8
    mv    a0, sp
    call  builder_clear
1:  ld    a1, (s0)
    beqz  a1, 2f
    addi  s0, s0, 8
    mv    a0, sp
    call  builder_append_string
    mv    a0, sp
    li    a1, ' '
    call  builder_put
    j     1b
2:  mv    a0, sp
    call  builder_string
    ld    a1, builder_length(sp)
    add   a1, a1, a0
    sd    zero, last_status, t0         # when there is nothing to do
    call  run_text
    ld    a0, last_status
    leave 1, SIZEOF_builder

# builtin_dot(argc, argv): . FILE: its commands run in this shell. Without a slash in its name it is looked for along $PATH.
.globl builtin_dot
builtin_dot:
    enter 2
    ld    s0, 8(a1)
    li    a0, 0
    beqz  s0, 3f
    mv    a0, s0
    call  find_program
    mv    s1, a0
    bnez  a0, 1f
    mv    s1, s0                        # as other shells do: then here
1:  sd    zero, last_status, t0
    mv    a0, s1
    call  run_file
    bltz  a0, 2f
    ld    a0, last_status
    leave 2
2:  call  strerror
    mv    a3, a0
    la    a0, cannot_open
    li    a1, STATUS_USAGE
    mv    a2, s0
    call  abandon_with_message
3:  la    a0, no_file
    li    a1, STATUS_USAGE
    call  abandon_with_message

# builtin_exec(argc, argv): this process becomes the program; without one, only the redirections stay.
.globl builtin_exec
builtin_exec:
    enter 1
    addi  s0, a1, 8
    ld    t0, (s0)
    beqz  t0, 1f
    lb    t0, option_monitor
    beqz  t0, 2f
    call  child_signals
    j     3f
2:  lb    t0, option_interactive
    beqz  t0, 3f
    call  child_signals
3:  mv    a0, s0
    call  become_program
1:  li    t0, 1
    sd    t0, keep_redirections, t1
    li    a0, 0
    leave 1

.section .rodata
cannot_open: .asciz "%s: %s"
no_file:     .asciz ".: which file?"
