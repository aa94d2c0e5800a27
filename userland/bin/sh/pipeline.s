# Pipelines: each command in a child of its own, the output of one the input of the next.

.include "shell.s"

.bss
.balign 8
.globl pipeline_text
pipeline_text: .skip 8                  # the source of the present pipeline, to name its job

.text

# execute_pipeline(node, flags)
.globl execute_pipeline
execute_pipeline:
    enter 3
    mv    s0, a0
    mv    s1, a1
    ld    t0, node_second(s0)
    sd    t0, pipeline_text, t1
    ld    t0, node_third(s0)
    beqz  t0, 1f
    li    s1, RUN_TESTED                # with ! a failure is no failure, and something remains to be done
1:  ld    s2, node_first(s0)
    ld    t0, cell_next(s2)
    bnez  t0, 2f
    ld    a0, cell_item(s2)
    mv    a1, s1
    call  execute
    j     3f
2:  mv    a0, s2
    call  run_pipeline
3:  ld    t0, node_third(s0)
    beqz  t0, 4f
    ld    t0, last_status
    seqz  t0, t0
    sd    t0, last_status, t1
4:  mv    a0, s2
    mv    a1, s1
    call  check_failure
    leave 3

# check_failure(list of commands, flags): `set -e`: an untested failure ends the shell. Compound commands are left out: what
# failed within them has been judged already.
check_failure:
    ld    t0, last_status
    beqz  t0, 1f
    andi  t1, a1, RUN_TESTED
    bnez  t1, 1f
    lb    t1, option_errexit
    beqz  t1, 1f
    ld    t1, unwinding
    bnez  t1, 1f
    ld    t1, cell_next(a0)
    bnez  t1, 2f
    ld    t1, cell_item(a0)
    ld    t1, node_kind(t1)
    li    t2, NODE_SUBSHELL
    beq   t1, t2, 2f
    bnez  t1, 1f                        # NODE_SIMPLE is 0
2:  mv    a0, t0
    tail  exit_shell
1:  ret

# run_pipeline(list of commands): starts them all, waits for them; the status is the last one's.
#   s0 the commands left, s1 the job, s2 read end of the pipe from the command before or -1
run_pipeline:
    enter 3, 16
    mv    s0, a0
    li    a0, 0
    mv    t0, s0
1:  addi  a0, a0, 1
    ld    t0, cell_next(t0)
    bnez  t0, 1b
    ld    a1, pipeline_text
    call  new_job
    mv    s1, a0
    li    s2, -1
2:  li    t0, -1
    sw    t0, 0(sp)
    sw    t0, 4(sp)
    ld    t0, cell_next(s0)
    beqz  t0, 3f
    mv    a0, sp
    li    a1, O_CLOEXEC
    call  pipe2
    bltz  a0, 6f
3:  mv    a0, s1
    call  fork_child
    beqz  a0, 5f
    mv    a0, s2
    call  close_if_open
    lw    a0, 4(sp)
    call  close_if_open
    lw    s2, 0(sp)
    ld    s0, cell_next(s0)
    bnez  s0, 2b
    mv    a0, s1
    call  wait_for_job
    leave 3, 16
5:  lw    a0, 0(sp)                     # the child
    call  close_if_open
    mv    a0, s2
    li    a1, STDIN_FILENO
    call  move_descriptor
    lw    a0, 4(sp)
    li    a1, STDOUT_FILENO
    call  move_descriptor
    ld    a0, cell_item(s0)
    li    a1, RUN_LAST
    call  execute
    ld    a0, last_status
    tail  exit_shell
6:  call  strerror
    mv    a2, a0
    la    a0, no_pipe
    li    a1, STATUS_USAGE
    tail  abandon_with_message

# close_if_open(fd or -1)
close_if_open:
    bltz  a0, 1f
    tail  close
1:  ret

# move_descriptor(from, to): `to` becomes what `from` was. -1 changes nothing.
.globl move_descriptor
move_descriptor:
    bltz  a0, 1f
    beq   a0, a1, 2f
    enter 1
    mv    s0, a0
    li    a2, 0
    call  dup3
    mv    a0, s0
    call  close
    leave 1
2:  li    a1, F_SETFD                   # in its place already: it only must survive execve
    li    a2, 0
    tail  fcntl
1:  ret

.section .rodata
no_pipe: .asciz "cannot make a pipe: %s"
