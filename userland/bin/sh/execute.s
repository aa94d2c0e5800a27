# Carrying a command out: a walk over the tree. The result of every command is in last_status ($?).
#
# break, continue and return do not jump: they set `unwinding`, and everything here that runs one command after another
# looks at it and goes home.

.include "shell.s"

.bss
.balign 8
.globl unwinding, unwind_levels, loop_depth, current_line
unwinding:     .skip 8                  # UNWIND_*
unwind_levels: .skip 8                  # how many loops still to leave
loop_depth:    .skip 8                  # loops around the present command
current_line:  .skip 8                  # of the command being run, for messages

.text

# execute(node or 0, flags)
.globl execute
execute:
    beqz  a0, 2f
    ld    t0, pending_signals
    beqz  t0, 1f
    enter 2
    mv    s0, a0
    mv    s1, a1
    call  handle_signals
    mv    a0, s0
    mv    a1, s1
    ld    ra, frame - 8(sp)
    ld    s0, frame - 16(sp)
    ld    s1, frame - 24(sp)
    addi  sp, sp, frame
1:  ld    t1, node_line(a0)
    sd    t1, current_line, t2
    ld    t0, node_kind(a0)
    slli  t0, t0, 3
    la    t1, kinds
    add   t0, t0, t1
    ld    t0, (t0)
    jr    t0
2:  sd    zero, last_status, t0
    ret

# execute_sequence(node, flags): one after the other.
execute_sequence:
    enter 2
    mv    s1, a1
    ld    s0, node_first(a0)
1:  ld    a0, cell_item(s0)
    ld    s0, cell_next(s0)
    mv    a1, s1
    beqz  s0, 2f
    andi  a1, a1, ~RUN_LAST
2:  call  execute
    ld    t0, unwinding
    bnez  t0, 3f
    bnez  s0, 1b
3:  leave 2

# execute_and(node, flags), execute_or(node, flags): the right command, if the left one succeeded, or failed.
execute_and:
    enter 3
    li    s2, 0
    j     1f
execute_or:
    enter 3
    li    s2, 1
1:  mv    s0, a0
    mv    s1, a1
    ld    a0, node_first(s0)
    li    a1, RUN_TESTED
    call  execute
    ld    t0, unwinding
    bnez  t0, 2f
    ld    t0, last_status
    snez  t0, t0
    bne   t0, s2, 2f
    ld    a0, node_second(s0)
    mv    a1, s1
    call  execute
2:  leave 3

# execute_group(node, flags)
execute_group:
    ld    a0, node_first(a0)
    tail  execute

# execute_if(node, flags)
execute_if:
    enter 2
    mv    s0, a0
    mv    s1, a1
    ld    a0, node_first(s0)
    li    a1, RUN_TESTED
    call  execute
    ld    t0, unwinding
    bnez  t0, 2f
    ld    t0, last_status
    ld    a0, node_second(s0)
    beqz  t0, 1f
    ld    a0, node_third(s0)            # 0 when there is no else: status 0
1:  mv    a1, s1
    call  execute
2:  leave 2

# execute_while(node, flags), execute_until(node, flags): s2 is the condition's truth that ends the loop.
execute_until:
    enter 4
    li    s2, 1
    j     1f
execute_while:
    enter 4
    li    s2, 0
1:  mv    s0, a0
    andi  s1, a1, RUN_TESTED
    li    s3, 0                         # status of the body when it last ran
    call  enter_loop
2:  ld    a0, node_first(s0)
    li    a1, RUN_TESTED
    call  execute
    call  loop_goes_on
    beqz  a0, 4f
    bltz  a0, 2b
    ld    t0, last_status
    seqz  t0, t0
    beq   t0, s2, 3f
    ld    a0, node_second(s0)
    mv    a1, s1
    call  execute
    ld    s3, last_status
    call  loop_goes_on
    bnez  a0, 2b
    j     4f
3:  sd    s3, last_status, t0
4:  call  leave_loop
    leave 4

enter_loop:
    ld    t0, loop_depth
    addi  t0, t0, 1
    sd    t0, loop_depth, t1
    ret

leave_loop:
    ld    t0, loop_depth
    addi  t0, t0, -1
    sd    t0, loop_depth, t1
    ret

# loop_goes_on(): after a part of a loop: 1 go on, 0 leave the loop, -1 begin the next round.
loop_goes_on:
    ld    t0, unwinding
    li    a0, 1
    beqz  t0, 2f
    li    t1, UNWIND_RETURN
    li    a0, 0
    beq   t0, t1, 2f
    ld    t1, unwind_levels
    addi  t1, t1, -1
    sd    t1, unwind_levels, t2
    bnez  t1, 2f                        # meant for a loop further out
    sd    zero, unwinding, t2
    li    t1, UNWIND_BREAK
    beq   t0, t1, 2f
    li    a0, -1
2:  ret

# execute_for(node, flags)
execute_for:
    enter 5
    mv    s0, a0
    andi  s1, a1, RUN_TESTED
    call  arena_mark
    mv    s4, a0
    la    a0, all_parameters
    ld    t0, node_second(s0)
    beqz  t0, 1f
    ld    a0, cell_item(t0)
1:  call  expand_words
    mv    s2, a0
    sd    zero, last_status, t0
    call  enter_loop
2:  ld    a1, (s2)
    beqz  a1, 3f
    addi  s2, s2, 8
    ld    a0, node_first(s0)
    call  set_variable
    ld    a0, node_third(s0)
    mv    a1, s1
    call  execute
    call  loop_goes_on
    bnez  a0, 2b
3:  call  leave_loop
    mv    a0, s4
    call  arena_release
    leave 5

# execute_case(node, flags): the first arm with a pattern that matches.
execute_case:
    enter 6
    mv    s0, a0
    mv    s1, a1
    call  arena_mark
    mv    s5, a0
    sd    zero, last_status, t0
    ld    a0, node_first(s0)
    call  expand_string
    mv    s2, a0
    ld    s3, node_second(s0)
1:  beqz  s3, 5f
    ld    t0, cell_item(s3)
    ld    s4, arm_patterns(t0)
2:  beqz  s4, 3f
    ld    a0, cell_item(s4)
    call  expand_pattern
    mv    a1, s2
    li    a2, 0
    call  fnmatch
    beqz  a0, 4f
    ld    s4, cell_next(s4)
    j     2b
3:  ld    s3, cell_next(s3)
    j     1b
4:  ld    a0, cell_item(s3)
    ld    a0, arm_body(a0)
    mv    a1, s1
    call  execute
5:  mv    a0, s5
    call  arena_release
    leave 6

# execute_redirected(node, flags): a compound command with redirections around it.
execute_redirected:
    enter 2, SIZEOF_redirected
    mv    s0, a0
    andi  s1, a1, RUN_TESTED
    mv    a0, sp
    call  redirections_begin
    ld    a0, node_second(s0)
    mv    a1, sp
    call  redirect
    li    t0, STATUS_USAGE
    bnez  a0, 1f
    ld    a0, node_first(s0)
    mv    a1, s1
    call  execute
    call  cleanup_pop
    leave 2, SIZEOF_redirected
1:  sd    t0, last_status, t1
    call  cleanup_pop
    leave 2, SIZEOF_redirected

# execute_subshell(node, flags): in a child, whose changes to variables and directory die with it.
execute_subshell:
    enter 3
    mv    s0, a0
    mv    s1, a1
    andi  t0, a1, RUN_LAST
    bnez  t0, 2f                        # this process is such a child already, with nothing else to do
    li    a0, 1
    ld    a1, pipeline_text
    call  new_job
    mv    s2, a0
    call  fork_child
    beqz  a0, 1f
    mv    a0, s2
    call  wait_for_job
    leave 3
1:  ld    a0, node_first(s0)
    li    a1, RUN_LAST
    call  execute
    ld    a0, last_status
    tail  exit_shell
2:  ld    a0, node_first(s0)
    mv    a1, s1
    call  execute
    leave 3

# execute_background(node, flags): in a child that nobody waits for.
execute_background:
    enter 2
    mv    s0, a0
    li    a0, 1
    ld    a1, node_second(s0)
    call  new_job
    mv    s1, a0
    ld    t0, job_flags(s1)
    ori   t0, t0, JOB_FLAG_BACKGROUND
    sd    t0, job_flags(s1)
    call  fork_child
    beqz  a0, 1f
    sd    a0, last_background, t0
    mv    a0, s1
    call  announce_job
    sd    zero, last_status, t0
    leave 2
1:  ld    a0, node_first(s0)
    li    a1, RUN_LAST
    call  execute
    ld    a0, last_status
    tail  exit_shell

# execute_function(node, flags): a definition. The tree lives on.
execute_function:
    enter
    li    t0, 1
    sd    t0, arena_pinned, t1
    ld    t0, node_first(a0)
    ld    a1, node_second(a0)
    mv    a0, t0
    call  define_function
    sd    zero, last_status, t0
    leave

.section .rodata
.balign 8
kinds:                                  # by NODE_*
    .dword execute_simple, execute_pipeline, execute_and, execute_or, execute_sequence, execute_background
    .dword execute_subshell, execute_group, execute_if, execute_while, execute_until, execute_for, execute_case
    .dword execute_function, execute_redirected
all_parameters:                         # a list of one word: what `for name` without `in` goes through
    .dword 0, quoted_all
quoted_all: .asciz "\"$@\""
