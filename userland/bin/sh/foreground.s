# The job in the foreground: waiting for it, taking the terminal back, telling how it ended; and what is said of the others.

.include "shell.s"

.bss
.balign 8
terminal_modes: .skip SIZEOF_termios    # as the last command left them that ended by itself
.balign 8
modes_known:    .skip 8

.text

# start_job_control(): the terminal is ours, or it is not: then there is no job control.
.globl start_job_control
start_job_control:
    enter 1, 8
    li    a0, STDIN_FILENO
    li    a1, F_DUPFD_CLOEXEC
    li    a2, FIRST_PRIVATE_FD
    call  fcntl
    sd    a0, terminal, t0
1:  ld    a0, terminal
    li    a1, TIOCGPGRP
    mv    a2, sp
    call  ioctl
    bltz  a0, 3f
    li    a0, 0
    call  getpgid
    mv    s0, a0
    lw    t0, 0(sp)
    beq   t0, s0, 2f
    li    a0, 0                         # in the background: stop until somebody brings us to the front
    li    a1, SIGTTIN
    call  kill
    j     1b
2:  call  job_control_signals
    call  getpid
    sd    a0, shell_group, t0
    mv    a1, a0
    li    a0, 0
    call  setpgid                       # a session's leader is in its own group already
    ld    a0, shell_group
    call  give_terminal
    li    t0, 1
    sb    t0, option_monitor, t1
    call  save_modes
    leave 1, 8
3:  la    a0, no_job_control
    call  report
    leave 1, 8

save_modes:
    enter
    ld    a0, terminal
    li    a1, TCGETS
    la    a2, terminal_modes
    call  ioctl
    li    t0, 1
    sd    t0, modes_known, t1
    leave

# restore_modes(): a program that was killed or stopped may have left the terminal without echo.
restore_modes:
    enter
    ld    t0, modes_known
    beqz  t0, 1f
    ld    a0, terminal
    li    a1, TCSETSW
    la    a2, terminal_modes
    call  ioctl
1:  leave

# wait_for_job(job): until it is done or stopped; sets $?.
.globl wait_for_job
wait_for_job:
    enter 3
    mv    s0, a0
1:  ld    t0, job_state(s0)
    bnez  t0, 2f                        # JOB_RUNNING is 0
    li    a0, 0
    call  wait_any
    li    t0, -ECHILD
    bne   a0, t0, 1b
    li    t0, JOB_DONE                  # somebody else has waited for it: it is gone
    sd    t0, job_state(s0)
2:  mv    a0, s0
    call  job_status
    mv    s1, a0
    call  exit_status
    sd    a0, last_status, t0
    lb    t0, option_monitor
    beqz  t0, 4f
    ld    a0, shell_group
    call  give_terminal
    andi  t0, s1, 0x7f
    bnez  t0, 3f
    call  save_modes
    j     4f
3:  call  restore_modes
4:  ld    t0, job_state(s0)
    li    t1, JOB_STOPPED
    beq   t0, t1, 5f
    mv    a0, s0
    call  drop_job
    mv    a0, s1
    call  tell_signal
    leave 3
5:  ld    t0, job_flags(s0)
    ori   t0, t0, JOB_FLAG_NOTED
    sd    t0, job_flags(s0)
    li    a0, STDERR_FILENO
    la    a1, newline
    call  fprintf
    mv    a0, s0
    li    a1, STDERR_FILENO
    call  show_job
    leave 3

# tell_signal(wait status): "Segmentation fault" when a signal ended the foreground job. Ctrl-C ends the whole command.
tell_signal:
    enter 1
    mv    t2, a0
    andi  s0, a0, WTERMSIG_MASK
    beqz  s0, 3f
    li    t0, SIGPIPE
    beq   s0, t0, 3f
    li    t0, SIGINT
    beq   s0, t0, 1f
    mv    a0, t2
    call  death_text
    mv    a2, a0
    li    a0, STDERR_FILENO
    la    a1, line_format
    call  fprintf
    leave 1
1:  lb    t0, option_monitor
    beqz  t0, 3f
    li    a0, STDERR_FILENO
    la    a1, newline
    call  fprintf
    li    a0, STATUS_SIGNAL + SIGINT
    call  abandon
3:  leave 1

# announce_job(job): "[1] 123" when it starts in the background.
.globl announce_job
announce_job:
    lb    t0, option_interactive
    beqz  t0, 1f
    ld    a2, job_number(a0)
    ld    t0, job_count(a0)
    slli  t0, t0, 4
    add   t0, t0, a0
    ld    a3, job_processes + process_pid - SIZEOF_process(t0)
    li    a0, STDERR_FILENO
    la    a1, announce_format
    tail  fprintf
1:  ret

# collect_jobs(): learns what has happened to the children, without waiting.
.globl collect_jobs
collect_jobs:
    enter
1:  li    a0, WNOHANG | WCONTINUED
    call  wait_any
    bgtz  a0, 1b
    leave

# notify_jobs(): before a prompt: tells of jobs that ended or stopped, and drops the ended ones.
.globl notify_jobs
notify_jobs:
    enter 2
    call  collect_jobs
    ld    s0, jobs
1:  beqz  s0, 4f
    ld    s1, job_next(s0)
    ld    t0, job_state(s0)
    beqz  t0, 3f
    ld    t1, job_flags(s0)
    andi  t2, t1, JOB_FLAG_NOTED
    bnez  t2, 2f
    ori   t1, t1, JOB_FLAG_NOTED
    sd    t1, job_flags(s0)
    mv    a0, s0
    li    a1, STDERR_FILENO
    call  show_job
2:  ld    t0, job_state(s0)
    li    t1, JOB_DONE
    bne   t0, t1, 3f
    mv    a0, s0
    call  drop_job
3:  mv    s0, s1
    j     1b
4:  leave 2

# show_job(job, fd): "[1]+  Stopped                 sleep 10"
.globl show_job
show_job:
    enter 3
    mv    s0, a0
    mv    s1, a1
    call  state_text
    mv    s2, a0
    mv    a0, s0
    call  job_mark
    mv    a3, a0
    mv    a0, s1
    la    a1, job_format
    ld    a2, job_number(s0)
    mv    a4, s2
    ld    a5, job_text(s0)
    call  fprintf
    leave 3

# state_text(job): "Running", "Stopped", "Done", "Exit 3", "Terminated"; in the arena or constant.
state_text:
    enter 1
    mv    s0, a0
    ld    t0, job_state(s0)
    la    a0, text_running
    beqz  t0, 1f
    la    a0, text_stopped
    li    t1, JOB_STOPPED
    beq   t0, t1, 1f
    mv    a0, s0
    call  job_status
    mv    s0, a0
    la    a0, text_finished
    beqz  s0, 1f
    andi  a0, s0, 0x7f
    bnez  a0, 2f
    li    a0, 16
    call  allocate
    srli  a3, s0, 8
    andi  a3, a3, 0xff
    mv    s0, a0
    li    a1, 16
    la    a2, text_exit
    call  snprintf
    mv    a0, s0
1:  leave 1
2:  mv    a0, s0
    call  death_text
    leave 1

# death_text(wait status): "Terminated", "Segmentation fault (core dumped)"; in the arena or constant.
death_text:
    enter 2
    mv    s0, a0
    andi  a0, a0, WTERMSIG_MASK
    call  strsignal
    andi  t0, s0, WCOREFLAG
    beqz  t0, 1f
    mv    s1, a0
    li    a0, 64
    call  allocate
    mv    s0, a0
    li    a1, 64
    la    a2, text_dumped
    mv    a3, s1
    call  snprintf
    mv    a0, s0
1:  leave 2

# job_mark(job): '+' for the current job, '-' for the one before, else a blank.
job_mark:
    enter 2
    mv    s0, a0
    call  current_job
    li    s1, '+'
    beq   a0, s0, 1f
    call  previous_job
    li    s1, '-'
    beq   a0, s0, 1f
    li    s1, ' '
1:  mv    a0, s1
    leave 2

# current_job(): the stopped one that comes first, else the first; 0 without jobs. previous_job(): the next in that order.
.globl current_job, previous_job
current_job:
    ld    a0, jobs
    mv    t0, a0
    li    t2, JOB_STOPPED
1:  beqz  t0, 3f
    ld    t1, job_state(t0)
    beq   t1, t2, 2f
    ld    t0, job_next(t0)
    j     1b
2:  mv    a0, t0
3:  ret
previous_job:
    enter
    call  current_job
    mv    t3, a0
    ld    a0, jobs
1:  beqz  a0, 2f
    bne   a0, t3, 2f
    ld    a0, job_next(a0)
    j     1b
2:  mv    t0, a0                        # the first stopped one that is not the current
    li    t2, JOB_STOPPED
3:  beqz  t0, 5f
    ld    t1, job_state(t0)
    bne   t1, t2, 4f
    bne   t0, t3, 6f
4:  ld    t0, job_next(t0)
    j     3b
6:  mv    a0, t0
5:  leave

.section .rodata
newline:         .asciz "\n"
line_format:     .asciz "%s\n"
announce_format: .asciz "[%ld] %ld\n"
job_format:      .asciz "[%ld]%c  %-23s %s\n"
text_running:    .asciz "Running"
text_stopped:    .asciz "Stopped"
text_finished:   .asciz "Done"
text_dumped:     .asciz "%s (core dumped)"
text_exit:       .asciz "Exit %ld"
no_job_control:  .asciz "no terminal to control: job control is off"
