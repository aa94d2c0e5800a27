# Signals that the shell itself gets: noted by the handler, dealt with between two commands. Traps are set in trap.s.

.include "shell.s"

.bss
.balign 8
.globl pending_signals, traps
pending_signals: .skip 8                # a bit for each signal that came
traps:           .skip 8 * 65           # by signal number (0: when the shell ends): text to run, or 0; "" is ignored

.text

# note_signal(number): the handler.
note_signal:
    li    t0, 1
    sll   t0, t0, a0
    ld    t1, pending_signals
    or    t1, t1, t0
    sd    t1, pending_signals, t0
    ret

# handle_signals(): runs the traps of what came. An interactive shell without a trap gives the command up at Ctrl-C.
.globl handle_signals
handle_signals:
    enter 2
1:  ld    s0, pending_signals
    beqz  s0, 3f
    li    s1, 0
2:  addi  s1, s1, 1                     # the lowest bit
    srl   t0, s0, s1
    andi  t0, t0, 1
    beqz  t0, 2b
    li    t0, 1
    sll   t0, t0, s1
    not   t0, t0
    and   t0, s0, t0
    sd    t0, pending_signals, t1
    li    t0, SIGINT
    bne   s1, t0, 5f
    lb    t0, option_interactive
    beqz  t0, 5f
    la    a0, newline                   # the cursor stands behind a ^C
    li    a1, STDERR_FILENO
    call  fputs
5:  la    t0, traps
    slli  t1, s1, 3
    add   t0, t0, t1
    ld    a0, (t0)
    beqz  a0, 4f
    call  run_trap
    j     1b
4:  li    t0, SIGINT
    bne   s1, t0, 1b
    li    a0, STATUS_SIGNAL + SIGINT
    call  abandon
3:  leave 2

# run_trap(text): runs it; $? is afterwards what it was before.
.globl run_trap
run_trap:
    enter 2
    mv    s0, a0
    ld    s1, last_status
    call  strlen
    add   a1, a0, s0
    mv    a0, s0
    call  run_text
    sd    s1, last_status, t0
    leave 2

# catch_signal(number), ignore_signal(number), default_signal(number)
.globl catch_signal, ignore_signal, default_signal
catch_signal:
    la    a1, note_signal
    j     set_action
ignore_signal:
    li    a1, SIG_IGN
    j     set_action
default_signal:
    li    a1, SIG_DFL
set_action:                             # no SA_RESTART: a read or wait comes back to look at the signal
    enter 0, SIZEOF_sigaction
    sd    a1, sigaction_sa_handler(sp)
    sd    zero, sigaction_sa_flags(sp)
    sd    zero, sigaction_sa_mask(sp)
    mv    a1, sp
    li    a2, 0
    li    a3, 8
    call  rt_sigaction
    leave 0, SIZEOF_sigaction

# interactive_signals(): Ctrl-C gives up the command; nothing else from the keyboard touches the shell.
.globl interactive_signals
interactive_signals:
    enter
    li    a0, SIGINT
    call  catch_signal
    li    a0, SIGQUIT
    call  ignore_signal
    li    a0, SIGTERM
    call  ignore_signal
    leave

# job_control_signals(): the terminal's stop signals are for the jobs.
.globl job_control_signals
job_control_signals:
    enter
    li    a0, SIGTSTP
    call  ignore_signal
    li    a0, SIGTTIN
    call  ignore_signal
    li    a0, SIGTTOU
    call  ignore_signal
    leave

# child_signals(): in a child: everything that the shell caught or ignored for itself is as it was, except what a trap ''
# ignores.
.globl child_signals
child_signals:
    enter 2
    lb    t0, option_interactive
    beqz  t0, 1f
    li    a0, SIGINT
    call  default_signal
    li    a0, SIGQUIT
    call  default_signal
    li    a0, SIGTERM
    call  default_signal
1:  lb    t0, option_monitor
    beqz  t0, 2f
    li    a0, SIGTSTP
    call  default_signal
    li    a0, SIGTTIN
    call  default_signal
    li    a0, SIGTTOU
    call  default_signal
2:  sd    zero, pending_signals, t0
    call  forget_traps
    leave 2

.section .rodata
newline: .asciz "\n"
