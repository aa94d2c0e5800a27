# The lines typed before, for the up and down keys.
#
# (1) history holds up to HISTORY_LINES texts from malloc, oldest first.
# (2) history_shown is the number of the one on the screen, or history_count for the new line, whose text is then kept in
#     new_line.

.include "shell.s"

.equ HISTORY_LINES, 200

.bss
.balign 8
history:       .skip 8 * HISTORY_LINES
history_count: .skip 8
history_shown: .skip 8
new_line:      .skip 8                  # or 0

.text

# history_begin(): a new line is being edited.
.globl history_begin
history_begin:
    ld    t0, history_count
    sd    t0, history_shown, t1
    ret

# history_add(): the line in edit_line_text, unless it is empty or the same as the last one.
.globl history_add
history_add:
    enter 2
    ld    t0, edit_length
    beqz  t0, 3f
    call  copy_of_line
    mv    s0, a0
    ld    s1, history_count
    beqz  s1, 2f
    la    t0, history
    slli  t1, s1, 3
    add   t0, t0, t1
    ld    a1, -8(t0)
    call  strcmp
    bnez  a0, 1f
    mv    a0, s0
    call  free
    leave 2
1:  li    t0, HISTORY_LINES
    bltu  s1, t0, 2f
    la    s1, history                   # the oldest one goes
    ld    a0, (s1)
    call  free
    mv    a0, s1
    addi  a1, s1, 8
    li    a2, 8 * (HISTORY_LINES - 1)
    call  memmove
    li    s1, HISTORY_LINES - 1
2:  la    t0, history
    slli  t1, s1, 3
    add   t0, t0, t1
    sd    s0, (t0)
    addi  s1, s1, 1
    sd    s1, history_count, t0
3:  leave 2

# copy_of_line(): from malloc.
copy_of_line:
    la    t0, edit_line_text
    ld    t1, edit_length
    add   t1, t1, t0
    sb    zero, (t1)
    mv    a0, t0
    tail  keep_text

# history_earlier(), history_later(): the line before or after the one shown.
.globl history_earlier, history_later
history_earlier:
    enter 1
    ld    s0, history_shown
    beqz  s0, 2f
    ld    t0, history_count
    bne   s0, t0, 1f
    ld    a0, new_line                  # leaving the new line: keep it (2)
    call  free
    call  copy_of_line
    sd    a0, new_line, t0
1:  addi  s0, s0, -1
    sd    s0, history_shown, t0
    la    t0, history
    slli  t1, s0, 3
    add   t0, t0, t1
    ld    a0, (t0)
    call  show_text
2:  leave 1
history_later:
    enter 1
    ld    s0, history_shown
    ld    t0, history_count
    bgeu  s0, t0, 2f
    addi  s0, s0, 1
    sd    s0, history_shown, t1
    ld    a0, new_line
    beq   s0, t0, 1f
    la    t0, history
    slli  t1, s0, 3
    add   t0, t0, t1
    ld    a0, (t0)
1:  call  show_text
2:  leave 1

# show_text(text): becomes the line, the cursor at its end.
show_text:
    enter 1
    mv    s0, a0
    call  strlen
    sd    a0, edit_length, t0
    sd    a0, edit_position, t0
    mv    a2, a0
    mv    a1, s0
    la    a0, edit_line_text
    call  memcpy
    call  draw_line
    leave 1
