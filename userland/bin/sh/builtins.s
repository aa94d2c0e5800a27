# The table of built-in commands, and the three that do nothing. Each is called as function(argc, argv) and gives its status.

.include "shell.s"

.text

# find_builtin(name): its row, or 0.
.globl find_builtin
find_builtin:
    enter 2
    mv    s0, a0
    la    s1, builtins
1:  ld    a0, builtin_name(s1)
    beqz  a0, 2f
    mv    a1, s0
    call  strcmp
    beqz  a0, 3f
    addi  s1, s1, SIZEOF_builtin
    j     1b
2:  li    s1, 0
3:  mv    a0, s1
    leave 2

builtin_true:
    li    a0, 0
    ret

builtin_false:
    li    a0, 1
    ret

# builtin_help(argc, argv): a line for each built-in.
builtin_help:
    enter 1
    la    a0, help_head
    call  printf
    la    s0, builtins
1:  ld    a1, builtin_name(s0)
    beqz  a1, 2f
    ld    a2, builtin_synopsis(s0)
    la    a0, help_line
    call  printf
    addi  s0, s0, SIZEOF_builtin
    j     1b
2:  la    a0, help_tail
    call  printf
    li    a0, 0
    leave 1

# number_argument(text): a decimal number that is not negative; anything else abandons the command.
.globl number_argument
number_argument:
    enter 1
    mv    s0, a0
    call  parse_number
    bnez  a1, 1f
    bltz  a0, 1f
    leave 1
1:  la    a0, bad_number
    li    a1, STATUS_USAGE
    mv    a2, s0
    call  abandon_with_message

# Rows: name, function, flags, synopsis.
.macro builtin name, function, flags, synopsis
    .section .rodata.text, "a"
8:  .asciz "\name"
9:  .asciz "\synopsis"
    .section .rodata
    .dword 8b, \function, \flags, 9b
.endm

.section .rodata
bad_number: .asciz "bad number: %s"
help_head:  .asciz "Built into the shell (programs are in /bin: ls /bin):\n"
help_line:  .asciz "  %s %s\n"
help_tail:  .asciz "Also: if, while, until, for, case, functions, pipelines, < > >> 2>&1, $name, ${...}, $(...), $((...)), * ? [...]\n"
.balign 8
builtins:
    builtin ".", builtin_dot, BUILTIN_SPECIAL, "FILE"
    builtin ":", builtin_true, BUILTIN_SPECIAL, "[ARGUMENT...]"
    builtin "[", builtin_test, 0, "EXPRESSION ]"
    builtin "bg", builtin_bg, 0, "[JOB...]"
    builtin "break", builtin_break, BUILTIN_SPECIAL, "[LEVELS]"
    builtin "cd", builtin_cd, 0, "[DIRECTORY | -]"
    builtin "command", builtin_command, 0, "[-v | -V] NAME [ARGUMENT...]"
    builtin "continue", builtin_continue, BUILTIN_SPECIAL, "[LEVELS]"
    builtin "echo", builtin_echo, 0, "[-n] [TEXT...]"
    builtin "eval", builtin_eval, BUILTIN_SPECIAL, "[TEXT...]"
    builtin "exec", builtin_exec, BUILTIN_SPECIAL, "[PROGRAM [ARGUMENT...]]"
    builtin "exit", builtin_exit, BUILTIN_SPECIAL, "[STATUS]"
    builtin "export", builtin_export, BUILTIN_SPECIAL | BUILTIN_DECLARES, "[-p] [NAME[=VALUE]...]"
    builtin "false", builtin_false, 0, ""
    builtin "fg", builtin_fg, 0, "[JOB]"
    builtin "getopts", builtin_getopts, 0, "LETTERS NAME [ARGUMENT...]"
    builtin "help", builtin_help, 0, ""
    builtin "jobs", builtin_jobs, 0, "[-l | -p] [JOB...]"
    builtin "kill", builtin_kill, 0, "[-SIGNAL] PROCESS-OR-JOB... | -l"
    builtin "local", builtin_local, BUILTIN_DECLARES, "[NAME[=VALUE]...]"
    builtin "printf", builtin_printf, 0, "FORMAT [ARGUMENT...]"
    builtin "pwd", builtin_pwd, 0, "[-L | -P]"
    builtin "read", builtin_read, 0, "[-r] [-p PROMPT] NAME..."
    builtin "readonly", builtin_readonly, BUILTIN_SPECIAL | BUILTIN_DECLARES, "[-p] [NAME[=VALUE]...]"
    builtin "return", builtin_return, BUILTIN_SPECIAL, "[STATUS]"
    builtin "set", builtin_set, BUILTIN_SPECIAL, "[-aefmnux] [-o OPTION] [--] [ARGUMENT...]"
    builtin "shift", builtin_shift, BUILTIN_SPECIAL, "[NUMBER]"
    builtin "test", builtin_test, 0, "[EXPRESSION]"
    builtin "times", builtin_times, BUILTIN_SPECIAL, ""
    builtin "trap", builtin_trap, BUILTIN_SPECIAL, "[ACTION SIGNAL...]"
    builtin "true", builtin_true, 0, ""
    builtin "type", builtin_type, 0, "NAME..."
    builtin "ulimit", builtin_ulimit, 0, "[-HS] [-a | -tfdscmlpnvwr] [LIMIT]"
    builtin "umask", builtin_umask, 0, "[-S] [MODE]"
    builtin "unset", builtin_unset, BUILTIN_SPECIAL, "[-f | -v] NAME..."
    builtin "wait", builtin_wait, 0, "[PROCESS-OR-JOB...]"
    .dword 0
