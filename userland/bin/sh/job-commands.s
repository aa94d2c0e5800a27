# Commands about jobs: jobs, fg, bg; and how a job is named: %1, %%, %-, %sleep, %?part.

.include "shell.s"

.text

# find_job(text or 0): the job it names (none: the current one), or 0 after a message.
.globl find_job
find_job:
    enter 1
    mv    s0, a0
    beqz  a0, 1f
    lbu   t0, (a0)
    li    t1, '%'
    bne   t0, t1, 4f
    lbu   t0, 1(a0)
    beqz  t0, 1f
    li    t1, '%'
    beq   t0, t1, 1f
    li    t1, '+'
    beq   t0, t1, 1f
    li    t1, '-'
    beq   t0, t1, 2f
    addi  a0, a0, 1
    call  search_job
    j     3f
1:  call  current_job
    j     3f
2:  call  previous_job
3:  bnez  a0, 5f
4:  la    a0, no_such_job
    la    a1, current_text
    beqz  s0, 6f
    mv    a1, s0
6:  call  report
    li    a0, 0
5:  leave 1

# search_job(text behind the %): by its number, by the beginning of its command, or with ? by a part of it.
search_job:
    enter 4
    mv    s0, a0
    ld    s1, jobs
    call  parse_number
    mv    s2, a0
    mv    s3, a1
1:  beqz  s1, 5f
    bnez  s3, 2f
    ld    t0, job_number(s1)
    beq   t0, s2, 5f
    j     4f
2:  lbu   t0, (s0)
    li    t1, '?'
    beq   t0, t1, 3f
    mv    a0, s0
    call  strlen
    mv    a2, a0
    ld    a0, job_text(s1)
    mv    a1, s0
    call  strncmp
    beqz  a0, 5f
    j     4f
3:  ld    a0, job_text(s1)
    addi  a1, s0, 1
    call  strstr
    bnez  a0, 5f
4:  ld    s1, job_next(s1)
    j     1b
5:  mv    a0, s1
    leave 4

# builtin_jobs(argc, argv): jobs [-l | -p] [job...]; by number. Ended ones are told of and forgotten.
.globl builtin_jobs
builtin_jobs:
    enter 4
    addi  s0, a1, 8
    la    s1, show_on_output
    ld    t0, (s0)
    beqz  t0, 2f
    lbu   t1, (t0)
    li    t2, '-'
    bne   t1, t2, 2f
    addi  s0, s0, 8
    lbu   t1, 1(t0)
    la    s1, show_process
    li    t2, 'p'
    beq   t1, t2, 2f
    la    s1, show_long
2:  call  collect_jobs
    ld    t0, (s0)
    bnez  t0, 5f
    li    s2, 0
3:  mv    a0, s2
    call  next_job
    beqz  a0, 6f
    mv    s3, a0
    ld    s2, job_number(a0)
    jalr  s1
    mv    a0, s3
    call  forget_if_done
    j     3b
5:  ld    a0, (s0)
    beqz  a0, 6f
    addi  s0, s0, 8
    call  find_job
    beqz  a0, 7f
    mv    s3, a0
    jalr  s1
    mv    a0, s3
    call  forget_if_done
    j     5b
6:  li    a0, 0
    leave 4
7:  li    a0, STATUS_USAGE
    leave 4

# next_job(number): the job with the least number above, or 0.
next_job:
    ld    t0, jobs
    mv    t1, a0
    li    a0, 0
1:  beqz  t0, 3f
    ld    t2, job_number(t0)
    bleu  t2, t1, 2f
    beqz  a0, 4f
    ld    t3, job_number(a0)
    bgeu  t2, t3, 2f
4:  mv    a0, t0
2:  ld    t0, job_next(t0)
    j     1b
3:  ret

forget_if_done:
    ld    t0, job_flags(a0)
    ori   t0, t0, JOB_FLAG_NOTED
    sd    t0, job_flags(a0)
    ld    t0, job_state(a0)
    li    t1, JOB_DONE
    beq   t0, t1, drop_job
    ret

show_on_output:
    li    a1, STDOUT_FILENO
    tail  show_job

# show_process(job): `jobs -p`: the process that leads it.
show_process:
    ld    a1, job_processes + process_pid(a0)
    la    a0, number_line
    tail  printf

# show_long(job): `jobs -l`: with its processes.
show_long:
    enter 1
    mv    s0, a0
    ld    a1, job_processes + process_pid(a0)
    la    a0, number_format
    call  printf
    mv    a0, s0
    call  show_on_output
    leave 1

# builtin_fg(argc, argv): brings a job to the foreground and waits for it.
.globl builtin_fg
builtin_fg:
    enter 1
    ld    a0, 8(a1)
    call  controlled_job
    beqz  a0, 1f
    mv    s0, a0
    ld    t0, job_flags(s0)
    andi  t0, t0, ~JOB_FLAG_BACKGROUND
    sd    t0, job_flags(s0)
    ld    a0, job_text(s0)
    call  puts
    call  flush_all
    ld    a0, job_group(s0)
    call  give_terminal
    mv    a0, s0
    call  continue_job
    mv    a0, s0
    call  wait_for_job
    ld    a0, last_status
    leave 1
1:  li    a0, STATUS_USAGE
    leave 1

# builtin_bg(argc, argv): lets stopped jobs go on in the background.
.globl builtin_bg
builtin_bg:
    enter 2
    addi  s0, a1, 8
1:  ld    a0, (s0)
    call  controlled_job
    beqz  a0, 2f
    mv    s1, a0
    ld    t0, job_flags(s1)
    ori   t0, t0, JOB_FLAG_BACKGROUND
    sd    t0, job_flags(s1)
    la    a0, background_line
    ld    a1, job_number(s1)
    ld    a2, job_text(s1)
    call  printf
    mv    a0, s1
    call  continue_job
    ld    t0, (s0)
    beqz  t0, 3f
    addi  s0, s0, 8
    ld    t0, (s0)
    bnez  t0, 1b
3:  li    a0, 0
    leave 2
2:  li    a0, STATUS_USAGE
    leave 2

# controlled_job(text or 0): find_job, where there is job control and the job has not ended yet; else 0 after a message.
controlled_job:
    enter 1
    mv    s0, a0
    lb    t0, option_monitor
    beqz  t0, 1f
    call  collect_jobs
    mv    a0, s0
    call  find_job
    beqz  a0, 3f
    ld    t0, job_state(a0)
    li    t1, JOB_DONE
    bne   t0, t1, 3f
    ld    a1, job_text(a0)
    la    a0, has_ended
    j     2f
1:  la    a0, no_control
2:  call  report
    li    a0, 0
3:  leave 1

# continue_job(job): its stopped processes run again.
continue_job:
    enter 1
    mv    s0, a0
    ld    t0, job_count(s0)
    addi  t1, s0, job_processes
1:  beqz  t0, 3f
    ld    t2, process_status(t1)
    andi  t3, t2, 0xff
    li    t4, 0x7f
    bne   t3, t4, 2f
    li    t2, PROCESS_RUNNING
    sd    t2, process_status(t1)
2:  addi  t1, t1, SIZEOF_process
    addi  t0, t0, -1
    j     1b
3:  li    t0, JOB_RUNNING
    sd    t0, job_state(s0)
    ld    t0, job_flags(s0)
    andi  t0, t0, ~JOB_FLAG_NOTED
    sd    t0, job_flags(s0)
    mv    a0, s0
    call  job_to_front
    ld    a0, job_group(s0)
    neg   a0, a0
    li    a1, SIGCONT
    call  kill
    leave 1

.section .rodata
no_such_job:     .asciz "%s: no such job"
current_text:    .asciz "current"
has_ended:       .asciz "the job has ended: %s"
no_control:      .asciz "no job control"
number_line:     .asciz "%ld\n"
number_format:   .asciz "%ld "
background_line: .asciz "[%ld] %s\n"
