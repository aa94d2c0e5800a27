# Reading commands and carrying them out, one after the other: the shell's own loop, and the same for `eval`, `.`, traps.

.include "shell.s"

.text

# run_commands(release): all commands of the source, until it ends or something is being returned from. After each command
# `release` (arena_release, or arena_finish for the outermost) gives its memory back.
.globl run_commands
run_commands:
    enter 3
    mv    s0, a0
    call  arena_mark
    mv    s1, a0
1:  ld    t0, unwinding
    bnez  t0, 4f
    ld    t0, source_flags + source
    andi  t0, t0, SOURCE_TERMINAL
    beqz  t0, 2f
    call  notify_jobs
    ld    t0, warned                    # the warning of stopped jobs is good for the next command only
    beqz  t0, 2f
    addi  t0, t0, -1
    sd    t0, warned, t1
2:  call  parse_command_line
    mv    s2, a1
    beqz  a0, 3f
    lb    t0, option_noexec
    bnez  t0, 3f
    li    a1, 0
    call  execute
3:  call  handle_signals
    call  flush_before_prompt
    mv    a0, s1
    jalr  s0
    beqz  s2, 1b
4:  leave 3

# flush_before_prompt(): what built-in commands have printed.
flush_before_prompt:
    li    a0, STDOUT_FILENO
    tail  fflush

# run_text(start, end): the commands of a text in memory. The text is copied: a trap may replace itself while it runs.
.globl run_text
run_text:
    enter 4, SIZEOF_saved_source
    sub   s0, a1, a0
    mv    s1, a0
    ld    s2, pipeline_text             # of the command that is interrupted
    call  arena_mark
    mv    s3, a0
    mv    a0, s1
    mv    a1, s0
    call  copy_text
    add   a1, a0, s0
    mv    a2, sp
    call  read_part
    la    a0, arena_release
    call  run_commands
    call  cleanup_pop
    sd    s2, pipeline_text, t0
    mv    a0, s3
    call  arena_release
    leave 4, SIZEOF_saved_source

# run_file(path): the commands of a file, in this shell. Returns 0, or -errno when it cannot be opened.
.globl run_file
run_file:
    enter 2, SIZEOF_saved_source
    call  open_private
    bltz  a0, 1f
    mv    s0, a0
    ld    s1, pipeline_text
    mv    a0, sp
    call  source_save
    mv    a0, s0
    li    a1, 0
    call  source_from_descriptor
    la    a0, arena_release
    call  run_commands
    call  cleanup_pop                   # closes the file
    sd    s1, pipeline_text, t0
    ld    t0, unwinding                 # `return` ends the file, not what reads it
    li    t1, UNWIND_RETURN
    bne   t0, t1, 2f
    sd    zero, unwinding, t0
2:  li    a0, 0
1:  leave 2, SIZEOF_saved_source

# open_private(path): opens a file for reading at a descriptor that commands do not see. Returns it or -errno.
.globl open_private
open_private:
    enter 1
    li    a1, O_RDONLY | O_CLOEXEC
    li    a2, 0
    call  open
    bltz  a0, 1f
    mv    s0, a0
    li    a1, F_DUPFD_CLOEXEC
    li    a2, FIRST_PRIVATE_FD
    call  fcntl
    mv    t0, s0
    mv    s0, a0
    mv    a0, t0
    call  close
    mv    a0, s0
1:  leave 1
