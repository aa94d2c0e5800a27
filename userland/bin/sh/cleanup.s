# Undoing, and giving up.
#
# A command can be abandoned in the middle (an error, Ctrl-C): then everything on the stack between here and the main
# loop is dropped. What must be put back on the way (descriptors, positional parameters, the source) is announced in a
# list of cleanups whose blocks lie in those very stack frames. The normal way out of a frame goes through the list too,
# so each undoing is written once.
#
# A cleanup block: next, function, then the function's own data (cleanup_data ...). The function gets the block in a0.

.include "shell.s"

.bss
.balign 8
cleanups: .skip 8                       # newest block or 0

.text

# cleanup_push(block, function)
.globl cleanup_push
cleanup_push:
    ld    t0, cleanups
    sd    t0, cleanup_next(a0)
    sd    a1, cleanup_function(a0)
    sd    a0, cleanups, t0
    ret

# cleanup_pop(): takes the newest block off the list and does what it says.
.globl cleanup_pop
cleanup_pop:
    ld    a0, cleanups
    ld    t0, cleanup_next(a0)
    sd    t0, cleanups, t1
    ld    t0, cleanup_function(a0)
    jr    t0

# cleanup_forget(): a child process drops the list: its parent does the undoing.
.globl cleanup_forget
cleanup_forget:
    sd    zero, cleanups, t0
    ret

# abandon(status): gives the command up. An interactive shell goes on with the next one, any other ends. Never returns.
.globl abandon
abandon:
    mv    s0, a0
1:  ld    t0, cleanups
    beqz  t0, 2f
    call  cleanup_pop
    j     1b
2:  sd    s0, last_status, t0
    lb    t0, option_interactive
    bnez  t0, 3f
    mv    a0, s0
    tail  exit_shell
3:  ld    sp, main_stack                # as main_loop left it
    tail  main_loop_again
