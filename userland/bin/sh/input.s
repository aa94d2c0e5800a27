# Characters for the lexer, from a terminal, a script, a pipe or a string.
#
# (1) Between two commands nothing beyond the last line read is taken from standard input: `read` and other commands
#     find their own input there.
# (2) Every character handed out is appended to source_log; one handed back is taken off again.
# (3) The byte before the first one of source_buffer's contents is the last one of its previous contents, so that a
#     character can be handed back across a refill.

.include "shell.s"

.bss
.balign 8
.globl source
source: .skip SIZEOF_source

.text

# source_from_text(start, end): reads from a string in memory.
.globl source_from_text
source_from_text:
    la    t0, source
    sd    a0, source_position(t0)
    sd    a1, source_end(t0)
    sd    zero, source_buffer(t0)
    li    t1, -1
    sd    t1, source_fd(t0)
    li    t1, 1
    sd    t1, source_line(t0)
    sd    zero, source_flags(t0)
    sd    zero, source_heredocs(t0)
    sd    zero, source_log + builder_data(t0)
    sd    zero, source_log + builder_length(t0)
    sd    zero, source_log + builder_capacity(t0)
    ret

# source_from_descriptor(fd, flags): reads line by line.
.globl source_from_descriptor
source_from_descriptor:
    enter 2
    mv    s0, a0
    mv    s1, a1
    li    a0, 0
    li    a1, 0
    call  source_from_text
    la    t0, source
    sd    s0, source_fd(t0)
    sd    s1, source_flags(t0)
    li    a0, SOURCE_CHUNK
    call  checked_malloc
    la    t0, source
    sd    a0, source_buffer(t0)
    leave 2

# source_save(block): remembers the source in a cleanup block of SIZEOF_saved_source bytes; cleanup_pop puts it back.
.globl source_save
source_save:
    enter 1
    mv    s0, a0
    la    a1, source_restore
    call  cleanup_push
    addi  a0, s0, cleanup_data
    la    a1, source
    li    a2, SIZEOF_source
    call  memcpy
    leave 1

# read_part(start, end, block): lets the lexer read from a part of a text; the block remembers the source, cleanup_pop
# puts it back. Lines are counted from the present one.
.globl read_part
read_part:
    enter 2
    mv    s0, a0
    mv    s1, a1
    mv    a0, a2
    call  source_save
    mv    a0, s0
    mv    a1, s1
    call  source_from_text
    ld    t0, current_line
    sd    t0, source_line + source, t1
    leave 2

# source_restore(block): the cleanup.
source_restore:
    enter 1
    addi  s0, a0, cleanup_data
    ld    a0, source_fd + source        # a file opened for `.` ends with its source
    bltz  a0, 1f
    call  close
    ld    a0, source_buffer + source
    call  free
1:  la    a0, source
    mv    a1, s0
    li    a2, SIZEOF_source
    call  memcpy
    leave 1

# next_character(): the next one, 0 to 255, or -1 at the end.
.globl next_character
next_character:
    enter 1
1:  la    t0, source
    ld    t1, source_position(t0)
    ld    t2, source_end(t0)
    bltu  t1, t2, 2f
    call  read_line
    bnez  a0, 1b
    li    a0, -1
    j     4f
2:  lbu   s0, (t1)
    addi  t1, t1, 1
    sd    t1, source_position(t0)
    li    t2, '\n'
    bne   s0, t2, 3f
    ld    t1, source_line(t0)
    addi  t1, t1, 1
    sd    t1, source_line(t0)
3:  addi  a0, t0, source_log
    mv    a1, s0
    call  builder_put
    mv    a0, s0
4:  leave 1

# put_back(character): undoes one next_character; the end (-1) needs no undoing.
.globl put_back
put_back:
    bltz  a0, 2f
    la    t0, source
    ld    t1, source_position(t0)
    addi  t1, t1, -1
    sd    t1, source_position(t0)
    ld    t1, source_log + builder_length(t0)
    addi  t1, t1, -1
    sd    t1, source_log + builder_length(t0)
    li    t1, '\n'
    bne   a0, t1, 2f
    ld    t1, source_line(t0)
    addi  t1, t1, -1
    sd    t1, source_line(t0)
2:  ret

# next_joined(): as next_character, but a backslash at the end of a line joins it with the next: both vanish.
.globl next_joined
next_joined:
    enter 1
1:  call  next_character
    li    t0, '\\'
    bne   a0, t0, 2f
    call  next_character
    li    t0, '\n'
    beq   a0, t0, 1b
    call  put_back
    li    a0, '\\'
2:  leave 1

# read_line(): refills the source. Returns 0 at the end of the input.
read_line:
    enter
    la    t0, source
    ld    t1, source_flags(t0)
    andi  t2, t1, SOURCE_ENDED
    bnez  t2, 2f
    ld    t2, source_fd(t0)
    bltz  t2, 2f
    andi  t2, t1, SOURCE_TERMINAL
    beqz  t2, 1f
    call  prompt
1:  la    t0, source
    ld    t1, source_end(t0)
    beqz  t1, 5f
    lbu   t1, -1(t1)                    # (3)
    ld    t2, source_buffer(t0)
    sb    t1, (t2)
5:  call  fill
    la    t0, source
    ld    t1, source_flags(t0)
    ori   t1, t1, SOURCE_CONTINUED
    bgtz  a0, 3f
    ori   t1, t1, SOURCE_ENDED
    sd    t1, source_flags(t0)
2:  li    a0, 0
    j     4f
3:  sd    t1, source_flags(t0)
    ld    t1, source_buffer(t0)
    addi  t1, t1, 1
    sd    t1, source_position(t0)
    add   t1, t1, a0
    sd    t1, source_end(t0)
4:  leave

# fill(): bytes into source_buffer, from its second on; returns how many, 0 at the end. Interrupted by a signal: the command is abandoned.
fill:
    enter 2
1:  la    s0, source
    ld    t1, source_flags(s0)
    andi  t2, t1, SOURCE_TERMINAL
    beqz  t2, 2f
    ld    a0, source_buffer(s0)
    addi  a0, a0, 1
    li    a1, SOURCE_CHUNK - 1
    call  edit_line
    j     4f
2:  andi  t2, t1, SOURCE_BYTES
    beqz  t2, 3f
    call  fill_exactly
    j     4f
3:  ld    a0, source_fd(s0)
    ld    a1, source_buffer(s0)
    addi  a1, a1, 1
    li    a2, SOURCE_CHUNK - 1
    call  read
4:  li    t0, -EINTR
    bne   a0, t0, 5f
    call  handle_signals
    ld    t1, source_flags(s0)          # a trap has run: ask again
    andi  t1, t1, SOURCE_TERMINAL
    beqz  t1, 1b
    call  prompt
    j     1b
5:  leave 2

# fill_exactly(): one line and no byte more: by single bytes, since a pipe cannot be wound back.
fill_exactly:
    enter 3
    la    s0, source
    ld    s1, source_buffer(s0)
    addi  s1, s1, 1
    mv    s2, s1
1:  ld    a0, source_fd(s0)
    mv    a1, s2
    li    a2, 1
    call  read
    blez  a0, 2f
    lbu   t0, (s2)
    addi  s2, s2, 1
    li    t1, '\n'
    beq   t0, t1, 3f
    sub   t0, s2, s1
    li    t1, SOURCE_CHUNK - 1
    bltu  t0, t1, 1b
    j     3f
2:  bne   s2, s1, 3f                    # an end or an interruption in the middle of a line shows at the next call
    j     4f
3:  sub   a0, s2, s1
4:  leave 3

# prompt(): PS1 before a command, PS2 within one.
prompt:
    enter
    ld    t0, source_flags + source
    la    a0, name_ps1
    andi  t0, t0, SOURCE_CONTINUED
    beqz  t0, 1f
    la    a0, name_ps2
1:  call  show_prompt
    leave

.section .rodata
name_ps1: .asciz "PS1"
name_ps2: .asciz "PS2"
