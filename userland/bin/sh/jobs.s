# Jobs: the processes of one pipeline, known together by a number. With job control (an interactive shell) each job is a
# process group, and the terminal belongs to the one in the foreground.
#
# (1) A job is in the list from new_job until it was found done and its end has been told or waited for.
# (2) job_state follows from the processes': running if any runs, else stopped if any is stopped, else done.
# (3) The newest job, or the one last stopped or continued, comes first in the list.

.include "shell.s"

.bss
.balign 8
.globl jobs, terminal, shell_group
jobs:        .skip 8
terminal:    .skip 8                    # descriptor of the terminal, private to the shell
shell_group: .skip 8                    # the shell's own process group

.text

# new_job(processes, text or 0): an empty job with room for so many.
.globl new_job
new_job:
    enter 2
    mv    s0, a1
    slli  a0, a0, 4                     # SIZEOF_process
    addi  a0, a0, job_processes
    call  checked_malloc
    mv    s1, a0
    sd    zero, job_group(s1)
    sd    zero, job_count(s1)
    sd    zero, job_flags(s1)
    li    t0, JOB_RUNNING
    sd    t0, job_state(s1)
    mv    a0, s0
    bnez  a0, 1f
    la    a0, no_text
1:  call  keep_text
    sd    a0, job_text(s1)
    li    t0, 0                         # one more than the greatest number in use
    ld    t1, jobs
2:  beqz  t1, 3f
    ld    t2, job_number(t1)
    ld    t1, job_next(t1)
    bleu  t2, t0, 2b
    mv    t0, t2
    j     2b
3:  addi  t0, t0, 1
    sd    t0, job_number(s1)
    ld    t0, jobs
    sd    t0, job_next(s1)
    sd    s1, jobs, t0
    mv    a0, s1
    leave 2

# unlink_job(job): takes it out of the list.
unlink_job:
    la    t0, jobs                      # job_next is 0: the list's head looks like a job
1:  ld    t1, job_next(t0)
    beqz  t1, 2f
    beq   t1, a0, 3f
    mv    t0, t1
    j     1b
3:  ld    t1, job_next(a0)
    sd    t1, job_next(t0)
2:  ret

# drop_job(job)
.globl drop_job
drop_job:
    enter 1
    mv    s0, a0
    call  unlink_job
    ld    a0, job_text(s0)
    call  free
    mv    a0, s0
    call  free
    leave 1

# job_to_front(job): (3)
.globl job_to_front
job_to_front:
    enter 1
    mv    s0, a0
    call  unlink_job
    ld    t0, jobs
    sd    t0, job_next(s0)
    sd    s0, jobs, t0
    leave 1

# fork_child(job or 0): forks; the child belongs to the job. Returns 0 in the child, ready to run commands; else its pid.
.globl fork_child
fork_child:
    enter 2
    mv    s0, a0
    call  flush_all
    call  fork
    mv    s1, a0
    bltz  a0, 3f
    beqz  a0, 2f
    beqz  s0, 1f
    mv    a1, s0
    call  add_process
1:  mv    a0, s1
    leave 2
2:  mv    a0, s0
    call  begin_child
    li    a0, 0
    leave 2
3:  call  strerror
    mv    a2, a0
    la    a0, cannot_fork
    li    a1, STATUS_USAGE
    tail  abandon_with_message

# add_process(pid, job): in the parent.
add_process:
    enter 2
    mv    s0, a1
    mv    s1, a0
    ld    t0, job_count(s0)
    addi  t1, t0, 1
    sd    t1, job_count(s0)
    slli  t0, t0, 4
    add   t0, t0, s0
    sd    s1, job_processes + process_pid(t0)
    li    t1, PROCESS_RUNNING
    sd    t1, job_processes + process_status(t0)
    lb    t0, option_monitor
    beqz  t0, 2f
    ld    a1, job_group(s0)
    bnez  a1, 1f
    mv    a1, s1
    sd    a1, job_group(s0)
1:  mv    a0, s1
    call  setpgid                       # parent and child both do it: whoever runs first
2:  leave 2

# begin_child(job or 0): in the child: its process group, the terminal, signals as they should be; no job is its own.
begin_child:
    enter 2
    mv    s0, a0
    call  cleanup_forget
    lb    s1, option_monitor
    beqz  s0, 3f
    ld    t0, job_flags(s0)
    andi  t0, t0, JOB_FLAG_BACKGROUND
    beqz  s1, 2f
    ld    a1, job_group(s0)
    bnez  a1, 1f
    call  getpid
    mv    a1, a0
    sd    a1, job_group(s0)
1:  li    a0, 0
    call  setpgid
    ld    t0, job_flags(s0)
    andi  t0, t0, JOB_FLAG_BACKGROUND
    bnez  t0, 3f
    ld    a0, job_group(s0)
    call  give_terminal
    j     3f
2:  call  child_signals
    ld    t0, job_flags(s0)
    andi  t0, t0, JOB_FLAG_BACKGROUND
    beqz  t0, 4f
    call  without_terminal
    j     4f
3:  call  child_signals
4:  sb    zero, option_interactive, t0
    sb    zero, option_monitor, t0
    sd    zero, jobs, t0
    leave 2

# without_terminal(): a background command without job control: no input, and deaf to the keyboard's signals.
without_terminal:
    enter
    li    a0, SIGINT
    call  ignore_signal
    li    a0, SIGQUIT
    call  ignore_signal
    la    a0, null_device
    li    a1, O_RDONLY
    li    a2, 0
    call  open
    li    a1, STDIN_FILENO
    call  move_descriptor
    leave

# give_terminal(group): makes it the foreground group.
.globl give_terminal
give_terminal:
    enter 0, 8
    sw    a0, 0(sp)
    ld    a0, terminal
    li    a1, TIOCSPGRP
    mv    a2, sp
    call  ioctl
    leave 0, 8

# wait_any(options): learns of one child. Returns its pid, 0 when there is nothing to tell now, or -errno.
.globl wait_any
wait_any:
    enter 1, 8
    mv    a2, a0
    lb    t0, option_monitor            # without job control a stopped child is one that still runs
    beqz  t0, 1f
    ori   a2, a2, WUNTRACED
1:  li    a0, -1
    mv    a1, sp
    li    a3, 0
    call  wait4
    mv    s0, a0
    blez  a0, 1f
    lw    a1, 0(sp)
    call  note_status
1:  mv    a0, s0
    leave 1, 8

# note_status(pid, wait status): enters it at the process, and computes the job's state (2).
note_status:
    enter 1
    ld    t0, jobs
1:  beqz  t0, 9f
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
4:  li    t3, 0xffff                    # the status of a continued one
    bne   a1, t3, 5f
    li    a1, PROCESS_RUNNING
5:  sd    a1, process_status(t2)
    mv    a0, t0
    call  compute_state
9:  leave 1

# compute_state(job)
compute_state:
    enter 1
    mv    s0, a0
    ld    t1, job_count(a0)
    addi  t2, a0, job_processes
    li    t0, JOB_DONE
1:  beqz  t1, 3f
    ld    t3, process_status(t2)
    addi  t2, t2, SIZEOF_process
    addi  t1, t1, -1
    li    t4, PROCESS_RUNNING
    beq   t3, t4, 2f
    andi  t3, t3, 0xff
    li    t4, 0x7f
    bne   t3, t4, 1b
    li    t0, JOB_STOPPED
    j     1b
2:  li    t0, JOB_RUNNING
3:  ld    t1, job_state(s0)
    sd    t0, job_state(s0)
    beq   t0, t1, 4f
    ld    t1, job_flags(s0)
    andi  t1, t1, ~JOB_FLAG_NOTED
    sd    t1, job_flags(s0)
    li    t1, JOB_STOPPED
    bne   t0, t1, 4f
    mv    a0, s0
    call  job_to_front
4:  leave 1

# job_status(job): the wait status of its last process.
.globl job_status
job_status:
    ld    t0, job_count(a0)
    addi  t0, t0, -1
    slli  t0, t0, 4
    add   t0, t0, a0
    ld    a0, job_processes + process_status(t0)
    ret

# exit_status(wait status): as $? shows it: the status, or 128 and the signal that killed or stopped it.
.globl exit_status
exit_status:
    andi  t0, a0, 0x7f
    li    t1, 0x7f
    beq   t0, t1, 1f
    bnez  t0, 2f
    srli  a0, a0, 8
    andi  a0, a0, 0xff
    ret
1:  srli  t0, a0, 8
    andi  t0, t0, 0xff
2:  addi  a0, t0, STATUS_SIGNAL
    ret

# wait_for_child(pid): waits for a child that is no job's; returns its exit status.
.globl wait_for_child
wait_for_child:
    enter 1, 8
    mv    s0, a0
1:  mv    a0, s0
    mv    a1, sp
    li    a2, 0
    li    a3, 0
    call  wait4
    li    t0, -EINTR
    beq   a0, t0, 1b
    lw    a0, 0(sp)
    call  exit_status
    leave 1, 8

.section .rodata
no_text:     .asciz ""
null_device: .asciz "/dev/null"
cannot_fork: .asciz "cannot fork: %s"
