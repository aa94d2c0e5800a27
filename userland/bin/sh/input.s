# Characters for the lexer, from a terminal, a script, a pipe or a string.
#
# (1) Between two commands nothing beyond the last line read is taken from standard input: `read` and other commands
#     find their own input there.
# (2) Every character handed out is appended to reader_log; one handed back is taken off again.

.include "shell.s"

.bss
.balign 8
.globl reader
reader: .skip SIZEOF_reader

.text

# reader_from_text(start, end): reads from a string in memory.
.globl reader_from_text
reader_from_text:
    la    t0, reader
    sd    a0, reader_position(t0)
    sd    a1, reader_end(t0)
    sd    zero, reader_buffer(t0)
    li    t1, -1
    sd    t1, reader_fd(t0)
    li    t1, 1
    sd    t1, reader_line(t0)
    sd    zero, reader_flags(t0)
    sd    zero, reader_heredocs(t0)
    sd    zero, reader_log + buffer_data(t0)
    sd    zero, reader_log + buffer_length(t0)
    sd    zero, reader_log + buffer_capacity(t0)
    ret

# reader_from_descriptor(fd, flags): reads line by line.
.globl reader_from_descriptor
reader_from_descriptor:
    enter 2
    mv    s0, a0
    mv    s1, a1
    li    a0, 0
    li    a1, 0
    call  reader_from_text
    la    t0, reader
    sd    s0, reader_fd(t0)
    sd    s1, reader_flags(t0)
    li    a0, READER_CHUNK
    call  checked_malloc
    la    t0, reader
    sd    a0, reader_buffer(t0)
    leave 2

# reader_save(block): remembers the reader in a cleanup block of SIZEOF_saved_reader bytes; cleanup_pop puts it back.
.globl reader_save
reader_save:
    enter 1
    mv    s0, a0
    la    a1, reader_restore
    call  cleanup_push
    addi  a0, s0, cleanup_data
    la    a1, reader
    li    a2, SIZEOF_reader
    call  memcpy
    leave 1

reader_restore:
    enter 1
    addi  s0, a0, cleanup_data
    ld    a0, reader_fd + reader        # a file opened for `.` ends with its reader
    bltz  a0, 1f
    call  close
    ld    a0, reader_buffer + reader
    call  free
1:  la    a0, reader
    mv    a1, s0
    li    a2, SIZEOF_reader
    call  memcpy
    leave 1

# next_character(): the next one, 0 to 255, or -1 at the end.
.globl next_character
next_character:
    enter 1
1:  la    t0, reader
    ld    t1, reader_position(t0)
    ld    t2, reader_end(t0)
    bltu  t1, t2, 2f
    call  read_line
    bnez  a0, 1b
    li    a0, -1
    j     4f
2:  lbu   s0, (t1)
    addi  t1, t1, 1
    sd    t1, reader_position(t0)
    li    t2, '\n'
    bne   s0, t2, 3f
    ld    t1, reader_line(t0)
    addi  t1, t1, 1
    sd    t1, reader_line(t0)
3:  addi  a0, t0, reader_log
    mv    a1, s0
    call  buffer_put
    mv    a0, s0
4:  leave 1

# put_back(character): undoes one next_character; the end (-1) needs no undoing.
.globl put_back
put_back:
    bltz  a0, 2f
    la    t0, reader
    ld    t1, reader_position(t0)
    addi  t1, t1, -1
    sd    t1, reader_position(t0)
    ld    t1, reader_log + buffer_length(t0)
    addi  t1, t1, -1
    sd    t1, reader_log + buffer_length(t0)
    li    t1, '\n'
    bne   a0, t1, 2f
    ld    t1, reader_line(t0)
    addi  t1, t1, -1
    sd    t1, reader_line(t0)
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

# read_line(): refills the reader. Returns 0 at the end of the input.
read_line:
    enter
    la    t0, reader
    ld    t1, reader_flags(t0)
    andi  t2, t1, READER_ENDED
    bnez  t2, 2f
    ld    t2, reader_fd(t0)
    bltz  t2, 2f
    andi  t2, t1, READER_TERMINAL
    beqz  t2, 1f
    call  prompt
1:  call  fill
    la    t0, reader
    ld    t1, reader_flags(t0)
    ori   t1, t1, READER_CONTINUED
    bgtz  a0, 3f
    ori   t1, t1, READER_ENDED
    sd    t1, reader_flags(t0)
2:  li    a0, 0
    j     4f
3:  sd    t1, reader_flags(t0)
    ld    t1, reader_buffer(t0)
    sd    t1, reader_position(t0)
    add   t1, t1, a0
    sd    t1, reader_end(t0)
4:  leave

# fill(): bytes into reader_buffer; returns how many, 0 at the end. Interrupted by a signal: the command is abandoned.
fill:
    enter 2
1:  la    s0, reader
    ld    t1, reader_flags(s0)
    andi  t2, t1, READER_TERMINAL
    beqz  t2, 2f
    ld    a0, reader_buffer(s0)
    li    a1, READER_CHUNK
    call  edit_line
    j     4f
2:  andi  t2, t1, READER_BYTES
    beqz  t2, 3f
    call  fill_exactly
    j     4f
3:  ld    a0, reader_fd(s0)
    ld    a1, reader_buffer(s0)
    li    a2, READER_CHUNK
    call  read
4:  li    t0, -EINTR
    bne   a0, t0, 5f
    call  check_interrupt
    j     1b
5:  leave 2

# fill_exactly(): one line and no byte more: by single bytes, since a pipe cannot be wound back.
fill_exactly:
    enter 3
    la    s0, reader
    ld    s1, reader_buffer(s0)
    mv    s2, s1
1:  ld    a0, reader_fd(s0)
    mv    a1, s2
    li    a2, 1
    call  read
    blez  a0, 2f
    lbu   t0, (s2)
    addi  s2, s2, 1
    li    t1, '\n'
    beq   t0, t1, 3f
    sub   t0, s2, s1
    li    t1, READER_CHUNK
    bltu  t0, t1, 1b
    j     3f
2:  bne   s2, s1, 3f                    # an end or an interruption in the middle of a line shows at the next call
    j     4f
3:  sub   a0, s2, s1
4:  leave 3

# prompt(): PS1 before a command, PS2 within one.
prompt:
    enter
    ld    t0, reader_flags + reader
    la    a0, name_ps1
    andi  t0, t0, READER_CONTINUED
    beqz  t0, 1f
    la    a0, name_ps2
1:  call  show_prompt
    leave

.section .rodata
name_ps1: .asciz "PS1"
name_ps2: .asciz "PS2"
