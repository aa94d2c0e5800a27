# sh: the shell.
#
# usage: sh [-aefimnsux] [-o OPTION] [FILE [ARGUMENT...]]     the commands of a file, or of standard input
#        sh [-aefimnsux] [-o OPTION] -c TEXT [NAME [ARGUMENT...]]
# exit status: the last command's; 2 syntax error, 126 a command cannot be run, 127 there is none, 128 + n ended by signal n
#
# The language is POSIX's. Text becomes tokens (lexer.s), tokens a tree (parser.s), the tree is walked (execute.s), words
# are expanded on the way (expand.s, fields.s), and a simple command is a function, a built-in or a program (simple.s).

.include "shell.s"

.bss
.balign 8
.globl main_stack, script_name
main_stack:  .skip 8                    # stack pointer of main: where an abandoned command returns to
script_name: .skip 8                    # the file that commands come from, or 0: messages then tell the line
login:       .skip 8                    # 1: a login shell, which reads the profiles

.text

# main(argc, argv, envp): s0 the operands left
.globl main
main:
    addi  sp, sp, -16                   # it never returns
    sd    sp, main_stack, t0
    mv    s0, a1
    mv    a0, a2
    call  set_up_variables
    la    t0, default_name
    ld    t1, (s0)
    beqz  t1, 1f
    mv    t0, t1
    addi  s0, s0, 8
    lbu   t1, (t0)
    addi  t1, t1, -'-'
    seqz  t1, t1
    sd    t1, login, t2
1:  sd    t0, shell_name, t1
    mv    a0, s0
    call  parse_options
    mv    s0, a0
    lb    t0, option_command
    bnez  t0, command_argument
    ld    t0, (s0)
    lb    t1, option_stdin
    bnez  t1, 2f
    bnez  t0, script_argument
2:  mv    a0, s0
    call  set_positional
    call  standard_input
3:  ld    t0, login
    beqz  t0, main_loop
    call  read_profiles
    j     main_loop

# main_loop_again: an interactive shell has abandoned a command: what is left of its line goes too.
.globl main_loop_again
main_loop_again:
    sd    zero, unwinding, t0
    sd    zero, loop_depth, t0
    la    t0, source
    ld    t1, source_end(t0)
    sd    t1, source_position(t0)
    sd    zero, source_heredocs(t0)
    ld    t1, source_flags(t0)
    andi  t1, t1, ~SOURCE_CONTINUED
    sd    t1, source_flags(t0)
main_loop:
    li    a0, 0                         # nothing in the arena outlives a command
    call  arena_finish
    la    a0, arena_finish
    call  run_commands
    sd    zero, unwinding, t0           # a `return` outside of any function
    lb    t0, option_interactive
    beqz  t0, end_of_input
    ld    t0, source_flags + source
    andi  t1, t0, SOURCE_ENDED
    beqz  t1, main_loop
    call  may_leave
    bnez  a0, 1f
    la    t0, source                    # the user shall look at his stopped jobs first
    ld    t1, source_flags(t0)
    andi  t1, t1, ~SOURCE_ENDED
    sd    t1, source_flags(t0)
    j     main_loop
1:  call  say_exit
end_of_input:
    ld    a0, last_status
    tail  exit_shell

# say_exit(): Ctrl-D leaves no trace on the line: the shell completes it.
say_exit:
    la    a0, exit_line
    li    a1, STDERR_FILENO
    tail  fputs

# command_argument: sh -c TEXT [NAME [ARGUMENT...]]
command_argument:
    ld    s1, (s0)
    beqz  s1, no_command
    addi  s0, s0, 8
    ld    t0, (s0)
    beqz  t0, 1f
    sd    t0, shell_name, t1
    addi  s0, s0, 8
1:  mv    a0, s0
    call  set_positional
    lb    t0, option_interactive
    beqz  t0, 2f
    call  become_interactive
    sb    zero, option_interactive, t0  # nobody is asked for another command
2:  mv    a0, s1
    call  strlen
    add   a1, a0, s1
    mv    a0, s1
    call  source_from_text
    j     main_loop
no_command:
    la    a0, text_missing
    li    a1, STATUS_USAGE
    call  abandon_with_message

# script_argument: sh FILE [ARGUMENT...]
script_argument:
    ld    s1, (s0)
    addi  a0, s0, 8
    call  set_positional
    mv    a0, s1
    call  open_private
    bltz  a0, 1f
    sd    s1, shell_name, t0
    sd    s1, script_name, t0
    li    a1, 0
    call  source_from_descriptor
    j     main_loop
1:  li    t0, STATUS_NOT_FOUND
    li    t1, -ENOENT
    beq   a0, t1, 2f
    li    t0, STATUS_CANNOT_RUN
2:  mv    s0, t0
    call  strerror
    mv    a3, a0
    la    a0, cannot_open
    mv    a1, s0
    mv    a2, s1
    call  abandon_with_message

# standard_input(): commands from descriptor 0: somebody types them, or they come from a pipe or file, which the commands
# then share with the shell.
standard_input:
    enter
    li    a0, STDIN_FILENO
    call  isatty
    beqz  a0, 1f
    li    a0, STDERR_FILENO
    call  isatty
    beqz  a0, 1f
    li    t0, 1
    sb    t0, option_interactive, t1
1:  lb    t0, option_interactive
    li    a1, SOURCE_BYTES
    beqz  t0, 2f
    call  become_interactive
    li    a1, SOURCE_TERMINAL
2:  li    a0, STDIN_FILENO
    call  source_from_descriptor
    leave

become_interactive:
    enter
    call  interactive_signals
    call  start_job_control
    leave

# read_profiles(): /etc/profile, then ~/.profile, where they exist.
read_profiles:
    enter 0, SIZEOF_builder
    la    a0, system_profile
    call  run_file
    la    a0, name_home
    call  get_variable
    beqz  a0, 1f
    la    a1, user_profile
    call  path_join
    call  run_file
1:  leave 0, SIZEOF_builder

# set_positional(words): $1 and following are these.
set_positional:
    sd    a0, positional, t0
    li    t0, 0
1:  ld    t1, (a0)
    beqz  t1, 2f
    addi  a0, a0, 8
    addi  t0, t0, 1
    j     1b
2:  sd    t0, positional_count, t1
    ret

# set_up_variables(envp): what the environment says, and what every shell has.
set_up_variables:
    enter 1
    call  import_environment
    call  getpid
    sd    a0, shell_pid, t0
    call  getppid
    mv    a1, a0
    la    a0, name_ppid
    call  set_number
    la    s0, defaults
1:  ld    a0, (s0)
    beqz  a0, 3f
    call  get_variable
    bnez  a0, 2f
    ld    a0, (s0)
    ld    a1, 8(s0)
    call  set_variable
2:  addi  s0, s0, 16
    j     1b
3:  la    a0, name_ifs                  # never from the environment: whoever calls a script could change what it means
    la    a1, value_ifs
    call  set_variable
    call  find_working_directory
    leave 1

.section .rodata
.balign 8
defaults:
    .dword name_ps1, value_ps1, name_ps2, value_ps2, name_ps4, value_ps4, name_path, value_path
    .dword name_optind, value_optind, 0
name_ppid:      .asciz "PPID"
name_ifs:       .asciz "IFS"
name_home:      .asciz "HOME"
name_ps1:       .asciz "PS1"
name_ps2:       .asciz "PS2"
name_ps4:       .asciz "PS4"
name_path:      .asciz "PATH"
name_optind:    .asciz "OPTIND"
value_ifs:      .asciz " \t\n"
value_ps1:      .asciz "# "
value_ps2:      .asciz "> "
value_ps4:      .asciz "+ "
value_path:     .asciz "/bin:/demos"
value_optind:   .asciz "1"
default_name:   .asciz "sh"
system_profile: .asciz "/etc/profile"
user_profile:   .asciz ".profile"
exit_line:      .asciz "exit\n"
text_missing:   .asciz "-c: no commands given"
cannot_open:    .asciz "cannot open %s: %s"
