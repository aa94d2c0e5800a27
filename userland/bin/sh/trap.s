# trap: commands to run when a signal comes, or (EXIT) when the shell ends.

.include "shell.s"

.text

# builtin_trap(argc, argv): trap [action] condition...; without arguments shows the traps.
.globl builtin_trap
builtin_trap:
    enter 4
    addi  s0, a1, 8
    ld    a0, (s0)
    beqz  a0, show_traps_and_leave
    la    a1, dashes
    call  strcmp
    bnez  a0, 1f
    addi  s0, s0, 8
1:  ld    s1, (s0)                      # the action
    li    s2, 0                         # status
    beqz  s1, 5f
    ld    t0, 8(s0)
    beqz  t0, 2f                        # `trap INT`: back to the default
    addi  s0, s0, 8
    mv    a0, s1
    la    a1, dash
    call  strcmp
    bnez  a0, 3f
2:  li    s1, 0
3:  ld    a0, (s0)
    beqz  a0, 5f
    call  condition_number
    bltz  a0, 4f
    mv    a1, s1
    call  set_trap
    addi  s0, s0, 8
    j     3b
4:  la    a0, bad_condition
    ld    a1, (s0)
    call  report
    li    s2, 1
5:  mv    a0, s2
    leave 4

show_traps_and_leave:
    call  show_traps
    li    a0, 0
    leave 4

# condition_number(text): EXIT is 0; else a signal's name or number; negative when it is neither.
condition_number:
    enter 1
    mv    s0, a0
    la    a1, exit_condition
    call  strcmp
    beqz  a0, 1f
    mv    a0, s0
    la    a1, zero_condition
    call  strcmp
    beqz  a0, 1f
    mv    a0, s0
    call  signal_number
1:  leave 1

# set_trap(number, text or 0): 0 restores the default, "" ignores.
set_trap:
    enter 3
    mv    s0, a0
    mv    s1, a1
    la    s2, traps
    slli  t0, s0, 3
    add   s2, s2, t0
    ld    a0, (s2)
    call  free
    li    a0, 0
    beqz  s1, 1f
    mv    a0, s1
    call  keep_text
1:  sd    a0, (s2)
    beqz  s0, 4f
    mv    t0, a0
    mv    a0, s0
    beqz  t0, 2f
    lbu   t0, (t0)
    beqz  t0, 3f
    call  catch_signal
    leave 3
2:  lb    t0, option_interactive
    beqz  t0, 5f
    li    t0, SIGINT
    bne   a0, t0, 5f
    call  catch_signal
    leave 3
5:  call  default_signal
    leave 3
3:  call  ignore_signal
4:  leave 3

# show_traps(): as input for the shell.
show_traps:
    enter 2
    li    s0, 0
1:  la    t0, traps
    slli  t1, s0, 3
    add   t0, t0, t1
    ld    a0, (t0)
    beqz  a0, 3f
    call  quoted
    mv    s1, a0
    la    a0, exit_condition
    beqz  s0, 2f
    mv    a0, s0
    call  signal_name
2:  mv    a2, a0
    mv    a1, s1
    la    a0, trap_format
    call  printf
3:  addi  s0, s0, 1
    li    t0, 64
    bleu  s0, t0, 1b
    leave 2

# forget_traps(): in a child: traps go, signals that were to be ignored stay so.
.globl forget_traps
forget_traps:
    enter 2
    li    s0, 0
    la    s1, traps
1:  ld    t0, (s1)
    beqz  t0, 2f
    lbu   t1, (t0)
    beqz  t1, 2f
    sd    zero, (s1)
    mv    a0, s0
    beqz  s0, 2f
    call  default_signal
2:  addi  s1, s1, 8
    addi  s0, s0, 1
    li    t0, 64
    bleu  s0, t0, 1b
    leave 2

# exit_shell(status): runs the EXIT trap, once, and ends this process. Never returns.
.globl exit_shell
exit_shell:
    mv    s0, a0
    sd    a0, last_status, t0
    sd    zero, unwinding, t0
    ld    a0, traps
    beqz  a0, 1f
    sd    zero, traps, t0
    call  run_trap
1:  mv    a0, s0
    andi  a0, a0, 0xff
    tail  exit

.section .rodata
dashes:         .asciz "--"
dash:           .asciz "-"
exit_condition: .asciz "EXIT"
zero_condition: .asciz "0"
bad_condition:  .asciz "trap: %s: bad trap"
trap_format:    .asciz "trap -- %s %s\n"
