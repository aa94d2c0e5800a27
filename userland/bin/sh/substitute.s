# Command substitution: the output of commands as text.

.include "shell.s"

.equ SUBSTITUTE_CHUNK, 512

.bss
.balign 8
.globl substituted
substituted: .skip 8                    # 1 once a command was substituted: `x=$(false)` has its status

.text

# substitute_command(node or 0, flags): runs the tree in a child, appends what it writes, without the newlines at its end.
.globl substitute_command
substitute_command:
    enter 4, 16 + SIZEOF_builder
    mv    s0, a0
    mv    s1, a1
    addi  a0, sp, 16
    call  builder_clear
    mv    a0, sp
    li    a1, O_CLOEXEC
    call  pipe2
    bltz  a0, cannot_pipe
    li    a0, 0
    call  fork_child
    beqz  a0, 1f
    mv    s2, a0
    lw    a0, 4(sp)
    call  close
    lw    a0, 0(sp)
    addi  a1, sp, 16
    call  read_all
    lw    a0, 0(sp)
    call  close
    mv    a0, s2
    call  wait_for_child
    sd    a0, last_status, t0
    li    t0, 1
    sd    t0, substituted, t1
    addi  a0, sp, 16
    call  text_without_newlines
    mv    a1, s1
    call  emit_value
    leave 4, 16 + SIZEOF_builder
1:  lw    a0, 4(sp)                     # the child
    li    a1, STDOUT_FILENO
    call  move_descriptor
    mv    a0, s0
    li    a1, RUN_LAST
    call  execute
    ld    a0, last_status
    tail  exit_shell

cannot_pipe:
    call  strerror
    mv    a2, a0
    la    a0, pipe_failed
    li    a1, STATUS_USAGE
    tail  abandon_with_message

# read_all(fd, builder)
read_all:
    enter 2, SUBSTITUTE_CHUNK
    mv    s0, a0
    mv    s1, a1
1:  mv    a0, s0
    mv    a1, sp
    li    a2, SUBSTITUTE_CHUNK
    call  read
    li    t0, -EINTR
    beq   a0, t0, 1b
    blez  a0, 2f
    mv    a2, a0
    mv    a0, s1
    mv    a1, sp
    call  builder_append
    j     1b
2:  leave 2, SUBSTITUTE_CHUNK

# text_without_newlines(builder): its text as a string; NUL bytes are left out, which no variable can hold.
text_without_newlines:
    enter 1
    mv    s0, a0
    call  builder_string
    ld    t0, builder_length(s0)
    add   t0, t0, a0                    # end
    mv    t1, a0                        # from
    mv    t2, a0                        # to
1:  beq   t1, t0, 2f
    lbu   t3, (t1)
    addi  t1, t1, 1
    beqz  t3, 1b
    sb    t3, (t2)
    addi  t2, t2, 1
    j     1b
2:  beq   t2, a0, 3f
    lbu   t3, -1(t2)
    li    t4, '\n'
    bne   t3, t4, 3f
    addi  t2, t2, -1
    j     2b
3:  sb    zero, (t2)
    leave 1

.section .rodata
pipe_failed: .asciz "cannot make a pipe: %s"
