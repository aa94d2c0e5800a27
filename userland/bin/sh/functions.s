# Functions of the shell: a name and the tree of its body.

.include "shell.s"

.equ function_next, 0
.equ function_name, 8
.equ function_body, 16
.equ SIZEOF_function, 24

# What a call puts back at its end: a cleanup.
.equ frame_positional, cleanup_data
.equ frame_count, cleanup_data + 8
.equ frame_block, cleanup_data + 16
.equ frame_loops, cleanup_data + 24
.equ frame_locals, cleanup_data + 32
.equ SIZEOF_frame, cleanup_data + 40

.bss
.balign 8
functions:      .skip 8                 # newest first
.globl function_locals
function_locals: .skip 8                # SIZEOF_temporary block of the present call, or 0 outside

.text

# define_function(name, body): the name is copied; the tree is kept.
.globl define_function
define_function:
    enter 2
    mv    s0, a0
    mv    s1, a1
    call  find_record
    bnez  a0, 1f
    mv    a0, s0
    call  keep_text
    mv    s0, a0
    li    a0, SIZEOF_function
    call  checked_malloc
    sd    s0, function_name(a0)
    ld    t0, functions
    sd    t0, function_next(a0)
    sd    a0, functions, t0
1:  sd    s1, function_body(a0)
    leave 2

# find_record(name): or 0.
find_record:
    enter 2
    mv    s0, a0
    ld    s1, functions
1:  beqz  s1, 2f
    ld    a0, function_name(s1)
    mv    a1, s0
    call  strcmp
    beqz  a0, 2f
    ld    s1, function_next(s1)
    j     1b
2:  mv    a0, s1
    leave 2

# find_function(name): its body, or 0.
.globl find_function
find_function:
    enter
    call  find_record
    beqz  a0, 1f
    ld    a0, function_body(a0)
1:  leave

# forget_function(name): `unset -f`. The tree stays: the function may be running.
.globl forget_function
forget_function:
    enter
    call  find_record
    beqz  a0, 1f
    sd    zero, function_body(a0)
1:  leave

# call_shell_function(body, argv, argc, flags): with the arguments as $1 and following, and no loop around it.
.globl call_shell_function
call_shell_function:
    enter 3, SIZEOF_frame + SIZEOF_temporary
    mv    s0, a0
    andi  s1, a3, RUN_TESTED
    addi  a1, a1, 8
    addi  a2, a2, -1
    mv    a0, sp
    call  enter_function
    addi  a0, sp, SIZEOF_frame
    call  temporary_begin
    addi  t0, sp, SIZEOF_frame
    sd    t0, function_locals, t1
    mv    a0, s0
    mv    a1, s1
    call  execute
    ld    t0, unwinding
    li    t1, UNWIND_RETURN
    bne   t0, t1, 1f
    sd    zero, unwinding, t0
1:  call  cleanup_pop
    call  cleanup_pop
    leave 3, SIZEOF_frame + SIZEOF_temporary

# enter_function(block, positional, count)
enter_function:
    ld    t0, positional
    sd    t0, frame_positional(a0)
    ld    t0, positional_count
    sd    t0, frame_count(a0)
    ld    t0, positional_block
    sd    t0, frame_block(a0)
    ld    t0, loop_depth
    sd    t0, frame_loops(a0)
    ld    t0, function_locals
    sd    t0, frame_locals(a0)
    sd    a1, positional, t0
    sd    a2, positional_count, t0
    sd    zero, positional_block, t0
    sd    zero, loop_depth, t0
    la    a1, leave_function
    tail  cleanup_push

# leave_function(block): the cleanup.
leave_function:
    enter 1
    mv    s0, a0
    ld    a0, positional_block          # what `set` made within
    call  free
    ld    t0, frame_positional(s0)
    sd    t0, positional, t1
    ld    t0, frame_count(s0)
    sd    t0, positional_count, t1
    ld    t0, frame_block(s0)
    sd    t0, positional_block, t1
    ld    t0, frame_loops(s0)
    sd    t0, loop_depth, t1
    ld    t0, frame_locals(s0)
    sd    t0, function_locals, t1
    leave 1
