# wait: until background commands have ended.

.include "shell.s"

.text

# builtin_wait(argc, argv): wait [process | %job]...: the last one's status; without operands for all, status 0.
.globl builtin_wait
builtin_wait:
    enter 2
    addi  s0, a1, 8
    ld    t0, (s0)
    beqz  t0, 2f
1:  ld    a0, (s0)
    call  wait_for_operand
    addi  s0, s0, 8
    ld    t0, (s0)
    bnez  t0, 1b
    leave 2
2:  call  running_job
    beqz  a0, 3f
    call  wait_once
    beqz  a0, 2b
    leave 2                             # a signal
3:  call  forget_ended
    li    a0, 0
    leave 2

# running_job(): one that runs, or 0.
running_job:
    ld    a0, jobs
1:  beqz  a0, 2f
    ld    t0, job_state(a0)
    beqz  t0, 2f                        # JOB_RUNNING
    ld    a0, job_next(a0)
    j     1b
2:  ret

# forget_ended(): in a script nobody is told of them.
forget_ended:
    enter 1
    ld    s0, jobs
1:  beqz  s0, 2f
    mv    a0, s0
    ld    s0, job_next(s0)
    ld    t0, job_state(a0)
    li    t1, JOB_DONE
    bne   t0, t1, 1b
    call  drop_job
    j     1b
2:  leave 1

# wait_once(): for one child. Returns 0, or 128 and the number of the signal that came instead.
wait_once:
    enter
    li    a0, 0
    call  wait_any
    li    t0, -EINTR
    bne   a0, t0, 3f
    ld    t0, pending_signals
    beqz  t0, 3f
    li    a0, STATUS_SIGNAL             # the number of the lowest bit
1:  andi  t1, t0, 1
    bnez  t1, 2f
    addi  a0, a0, 1
    srli  t0, t0, 1
    j     1b
3:  li    a0, 0
2:  leave

# wait_for_operand(text): returns the status; 127 for what is no child of this shell.
wait_for_operand:
    enter 2
    mv    s0, a0
    lbu   t0, (a0)
    li    t1, '%'
    beq   t0, t1, 1f
    call  number_argument
    call  job_of_process
    bnez  a0, 2f
    li    a0, STATUS_NOT_FOUND
    leave 2
1:  call  find_job
    bnez  a0, 2f
    li    a0, STATUS_NOT_FOUND
    leave 2
2:  mv    s1, a0
3:  ld    t0, job_state(s1)
    bnez  t0, 4f
    call  wait_once
    beqz  a0, 3b
    leave 2
4:  mv    a0, s1
    call  job_status
    call  exit_status
    mv    s0, a0
    ld    t0, job_state(s1)
    li    t1, JOB_DONE
    bne   t0, t1, 5f
    mv    a0, s1
    call  drop_job
5:  mv    a0, s0
    leave 2

# job_of_process(pid): the job that has it, or 0.
job_of_process:
    ld    t0, jobs
1:  beqz  t0, 4f
    ld    t1, job_count(t0)
    addi  t2, t0, job_processes
2:  beqz  t1, 3f
    ld    t3, process_pid(t2)
    beq   t3, a0, 4f
    addi  t2, t2, SIZEOF_process
    addi  t1, t1, -1
    j     2b
3:  ld    t0, job_next(t0)
    j     1b
4:  mv    a0, t0
    ret
