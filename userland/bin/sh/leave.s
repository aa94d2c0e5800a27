# Ways out: exit, return, break, continue.

.include "shell.s"

.bss
.balign 8
.globl warned
warned: .skip 8                         # 2: the user has just been told of stopped jobs; 1: with the command before

.text

# builtin_exit(argc, argv): exit [status]
.globl builtin_exit
builtin_exit:
    enter 1
    call  status_argument
    mv    s0, a0
    lb    t0, option_interactive
    beqz  t0, 1f
    call  may_leave
    beqz  a0, 2f
1:  mv    a0, s0
    call  exit_shell
2:  li    a0, 1
    leave 1

# status_argument(argc, argv): the argument as a number, or $?.
status_argument:
    ld    a0, 8(a1)
    bnez  a0, number_argument
    ld    a0, last_status
    ret

# may_leave(): 0, with a warning, when jobs are stopped and this is the first attempt since the last command.
.globl may_leave
may_leave:
    enter
    ld    t0, jobs
    li    t1, JOB_STOPPED
1:  beqz  t0, 2f
    ld    t2, job_state(t0)
    beq   t2, t1, 3f
    ld    t0, job_next(t0)
    j     1b
3:  ld    t0, warned
    bnez  t0, 2f
    li    t0, 2
    sd    t0, warned, t1
    la    a0, stopped_jobs
    li    a1, STDERR_FILENO
    call  fputs
    li    a0, 0
    leave
2:  li    a0, 1
    leave

# builtin_return(argc, argv): return [status]: from a function or a file read by `.`; elsewhere it ends the script.
.globl builtin_return
builtin_return:
    enter
    call  status_argument
    li    t0, UNWIND_RETURN
    sd    t0, unwinding, t1
    leave

# builtin_break(argc, argv), builtin_continue(argc, argv): out of so many loops; outside of any loop they do nothing.
.globl builtin_break, builtin_continue
builtin_break:
    li    a2, UNWIND_BREAK
    j     unwind_loops
builtin_continue:
    li    a2, UNWIND_CONTINUE
unwind_loops:
    enter 2
    mv    s0, a2
    ld    s1, 8(a1)
    li    a0, 1
    beqz  s1, 1f
    mv    a0, s1
    call  number_argument
    beqz  a0, 3f
1:  ld    t0, loop_depth
    bleu  a0, t0, 2f
    mv    a0, t0
2:  beqz  a0, 4f
    sd    a0, unwind_levels, t1
    sd    s0, unwinding, t1
4:  li    a0, 0
    leave 2
3:  la    a0, bad_levels
    li    a1, STATUS_USAGE
    mv    a2, s1
    call  abandon_with_message

.section .rodata
stopped_jobs: .asciz "You have stopped jobs.\n"
bad_levels:   .asciz "bad number: %s"
