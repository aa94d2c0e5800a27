# Showing the line that is being edited: behind the prompt, on one row of the terminal. A line that is too long for the row
# is seen through a window that moves with the cursor.

.include "shell.s"

.equ USUAL_COLUMNS, 80                  # of a terminal that does not tell

.bss
.balign 8
.globl window
window: .skip 8                         # offset in the line of the first byte shown

.text

# draw_text(text): on standard error.
.globl draw_text
draw_text:
    li    a1, STDERR_FILENO
    tail  fputs

# draw_line(): the row anew, with the cursor in its place: in one write, so that nothing flickers.
#   s0 start of the window, s1 its end, s2 mark of the arena
.globl draw_line
draw_line:
    enter 3, SIZEOF_builder
    call  arena_mark
    mv    s2, a0
    call  place_window
    mv    s0, a0
    mv    s1, a1
    mv    a0, sp
    call  builder_clear
    mv    a0, sp
    ld    a1, prompt_columns
    call  put_column
    mv    a0, sp
    la    a1, edit_line_text
    add   a1, a1, s0
    sub   a2, s1, s0
    call  builder_append
    mv    a0, sp
    la    a1, clear_rest
    call  builder_append_string
    mv    a0, s0
    ld    a1, edit_position
    call  columns_between
    ld    a1, prompt_columns
    add   a1, a1, a0
    mv    a0, sp
    call  put_column
    li    a0, STDERR_FILENO
    ld    a1, builder_data(sp)
    ld    a2, builder_length(sp)
    call  write
    mv    a0, s2
    call  arena_release
    leave 3, SIZEOF_builder

# put_column(builder, column): the sequence that moves the cursor there.
put_column:
    enter 2
    mv    s0, a0
    mv    s1, a1
    li    a1, '\r'
    call  builder_put
    beqz  s1, 1f
    mv    a0, s0
    la    a1, sequence_start
    call  builder_append_string
    mv    a0, s1
    call  decimal
    mv    a1, a0
    mv    a0, s0
    call  builder_append_string
    mv    a0, s0
    li    a1, 'C'
    call  builder_put
1:  leave 2

# place_window(): offsets of its start and (a1) end, such that the cursor is within.
place_window:
    enter 3
    call  room
    mv    s0, a0
    ld    s1, window
    ld    t0, edit_position
    bltu  s1, t0, 1f
    srli  t1, s0, 1                     # the cursor is left of it: show half a row of what is before
    sub   s1, t0, t1
    bgtz  s1, 1f
    li    s1, 0
1:  mv    a0, s1
    ld    a1, edit_position
    call  columns_between
    bltu  a0, s0, 2f
    addi  s1, s1, 1                     # right of it
    j     1b
2:  sd    s1, window, t0
    mv    s2, s1
3:  ld    t0, edit_length               # as much as there is room for
    bgeu  s2, t0, 4f
    mv    a0, s1
    addi  a1, s2, 1
    call  columns_between
    bgtu  a0, s0, 4f
    addi  s2, s2, 1
    j     3b
4:  mv    a0, s1
    mv    a1, s2
    leave 3

# room(): columns behind the prompt, less the last one, which would wrap.
room:
    enter 0, SIZEOF_winsize
    li    a0, STDERR_FILENO
    li    a1, TIOCGWINSZ
    mv    a2, sp
    call  ioctl
    li    t0, USUAL_COLUMNS
    bltz  a0, 1f
    lhu   t1, winsize_ws_col(sp)
    beqz  t1, 1f
    mv    t0, t1
1:  ld    t1, prompt_columns
    sub   a0, t0, t1
    addi  a0, a0, -1
    li    t0, 8                         # a prompt as wide as the terminal: something at least
    bge   a0, t0, 2f
    mv    a0, t0
2:  leave 0, SIZEOF_winsize

# columns_between(from, to): of the line's bytes there: each character takes one, however many bytes it has.
columns_between:
    la    t0, edit_line_text
    li    t3, 0x80
    mv    t1, a0
    li    a0, 0
1:  bgeu  t1, a1, 2f
    add   t2, t0, t1
    lbu   t2, (t2)
    addi  t1, t1, 1
    andi  t2, t2, 0xc0
    beq   t2, t3, 1b
    addi  a0, a0, 1
    j     1b
2:  ret

.section .rodata
sequence_start: .asciz "\033["
clear_rest:     .asciz "\033[K"
