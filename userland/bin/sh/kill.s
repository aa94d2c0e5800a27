# kill: a signal for processes or jobs.

.include "shell.s"

.text

# builtin_kill(argc, argv): kill [-s SIGNAL | -SIGNAL] process | %job...; kill -l [status]
.globl builtin_kill
builtin_kill:
    enter 3
    addi  s0, a1, 8
    li    s1, SIGTERM
    li    s2, 0                         # status
    ld    a0, (s0)
    beqz  a0, bad_kill
    lbu   t0, (a0)
    li    t1, '-'
    bne   t0, t1, 2f
    addi  a0, a0, 1
    addi  s0, s0, 8
    lbu   t0, (a0)
    beq   t0, t1, 2f                    # --
    lbu   t1, 1(a0)
    bnez  t1, 1f
    li    t1, 'l'
    beq   t0, t1, 4f
    li    t1, 's'
    bne   t0, t1, 1f
    ld    a0, (s0)
    beqz  a0, bad_kill
    addi  s0, s0, 8
1:  mv    s1, a0
    call  number_of_signal
    bltz  a0, 5f
    mv    s1, a0
    ld    t0, (s0)
    beqz  t0, 2f
    lbu   t1, (t0)
    li    t2, '-'
    bne   t1, t2, 2f
    lbu   t1, 1(t0)
    bne   t1, t2, 2f
    lbu   t1, 2(t0)
    bnez  t1, 2f
    addi  s0, s0, 8                     # -s SIGNAL -- ...
2:  ld    t0, (s0)
    beqz  t0, bad_kill
3:  ld    a0, (s0)
    beqz  a0, 6f
    addi  s0, s0, 8
    mv    a1, s1
    call  send_signal
    or    s2, s2, a0
    j     3b
6:  mv    a0, s2
    leave 3
4:  mv    a0, s0
    call  list_signals
    leave 3
5:  la    a0, no_such_signal
    mv    a1, s1
    call  report
    li    a0, 1
    leave 3
bad_kill:
    la    a0, bad_usage
    call  report
    li    a0, STATUS_USAGE
    leave 3

# number_of_signal(text): by name or number; 0, in either writing, only asks whether the process is there.
number_of_signal:
    enter 1
    mv    s0, a0
    call  parse_number
    bnez  a1, 1f
    beqz  a0, 2f
1:  mv    a0, s0
    call  signal_number
2:  leave 1

# send_signal(text, number): returns 1 after a message.
send_signal:
    enter 3
    mv    s0, a0
    mv    s1, a1
    lbu   t0, (a0)
    li    t1, '%'
    beq   t0, t1, 1f
    call  parse_process
    bnez  a1, 3f
    j     2f
1:  call  find_job
    beqz  a0, 4f
    mv    t0, a0
    ld    a0, job_group(t0)
    neg   a0, a0
    bnez  a0, 2f
    ld    a0, job_processes + process_pid(t0)   # without job control it has no group of its own
2:  mv    a1, s1
    call  kill
    bgez  a0, 5f
    call  strerror
    mv    a2, a0
    la    a0, cannot_send
    mv    a1, s0
    call  report
    j     4f
3:  la    a0, no_process
    mv    a1, s0
    call  report
4:  li    a0, 1
    leave 3
5:  li    a0, 0
    leave 3

# parse_process(text): a number, negative for a group; in a1: 0 when it is one.
parse_process:
    enter 0, 8
    lbu   t0, (a0)
    beqz  t0, 1f
    mv    a1, sp
    li    a2, 10
    call  strtol
    ld    t0, 0(sp)
    lbu   a1, (t0)
    leave 0, 8
1:  li    a1, 1
    leave 0, 8

# list_signals(words): all names; with a number, or an exit status above 128, the one meant.
list_signals:
    enter 1
    ld    a0, (a0)
    beqz  a0, 2f
    call  number_argument
    li    t0, STATUS_SIGNAL
    blt   a0, t0, 1f
    sub   a0, a0, t0
1:  call  signal_name
    beqz  a0, 4f
    call  puts
    li    a0, 0
    leave 1
2:  li    s0, 1
3:  mv    a0, s0
    call  signal_name
    beqz  a0, 5f
    call  puts
5:  addi  s0, s0, 1
    li    t0, SIGSYS
    bleu  s0, t0, 3b
    li    a0, 0
    leave 1
4:  la    a0, no_signal
    call  report
    li    a0, 1
    leave 1

.section .rodata
bad_usage:      .asciz "usage: kill [-s SIGNAL | -SIGNAL] PROCESS-OR-JOB... | kill -l [STATUS]"
no_such_signal: .asciz "kill: %s: no such signal"
no_signal:      .asciz "kill: no such signal"
no_process:     .asciz "kill: %s: not a process"
cannot_send:    .asciz "kill: %s: %s"
