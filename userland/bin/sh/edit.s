# A line from the terminal, edited as it is typed. Between commands the terminal is as the commands want it; only while a
# line is read does it hand over each key at once, without echo.
#
#   left right Ctrl-B Ctrl-F   move              Backspace Delete Ctrl-H Ctrl-D   delete a character
#   Home End Ctrl-A Ctrl-E     to the ends       Ctrl-W Ctrl-U Ctrl-K             delete the word, to the start, to the end
#   up down Ctrl-P Ctrl-N      earlier lines     Ctrl-L  clear the screen         Ctrl-D  on an empty line: the end
#
# (1) edit_position <= edit_length < EDIT_BYTES; the line has no newline while it is edited.

.include "shell.s"

.equ KEY_DELETE, 0x100                  # keys that send several bytes and have no control character of their own
.equ KEY_UNKNOWN, 0x101
.equ KEY_EOF, -1
.equ ESCAPE, 0x1b
.equ CONTROL, 0x1f                      # Ctrl-A is 'A' & CONTROL
.equ RUBOUT, 0x7f

.bss
.balign 8
.globl edit_line_text, edit_length, edit_position
edit_length:    .skip 8
edit_position:  .skip 8                 # where the cursor is: before this byte
edit_done:      .skip 8                 # 1: the line is complete, 2: it is the end of the input
old_modes:      .skip SIZEOF_termios    # as they were before this line
.balign 8
new_modes:      .skip SIZEOF_termios
.balign 8
edit_line_text: .skip EDIT_BYTES

.text

# edit_line(buffer, size): returns the bytes of the line, its newline among them; 0 at the end; -errno. The size is at
# least EDIT_BYTES.
.globl edit_line
edit_line:
    enter 2
    mv    s0, a0
    mv    s1, a1
    li    a0, STDIN_FILENO
    li    a1, TCGETS
    la    a2, old_modes
    call  ioctl
    bltz  a0, read_plainly              # `sh -i` with its input from elsewhere
    call  key_by_key
    call  edit
    mv    s1, a0
    li    a0, STDIN_FILENO
    li    a1, TCSETSW
    la    a2, old_modes
    call  ioctl
    blez  s1, 1f
    mv    a0, s0
    la    a1, edit_line_text
    mv    a2, s1
    call  memcpy
1:  mv    a0, s1
    leave 2
read_plainly:
    li    a0, STDIN_FILENO
    mv    a1, s0
    mv    a2, s1
    call  read
    leave 2

# key_by_key(): no lines, no echo; Ctrl-C stays a signal, Ctrl-Z and Ctrl-\ mean nothing here.
key_by_key:
    enter
    la    a0, new_modes
    la    a1, old_modes
    li    a2, SIZEOF_termios
    call  memcpy
    la    t0, new_modes
    lw    t1, termios_c_lflag(t0)
    li    t2, ~(ICANON | ECHO | IEXTEN)
    and   t1, t1, t2
    sw    t1, termios_c_lflag(t0)
    li    t1, 1
    sb    t1, termios_c_cc + VMIN(t0)
    sb    zero, termios_c_cc + VTIME(t0)
    li    a0, STDIN_FILENO
    li    a1, TCSETSW
    la    a2, new_modes
    call  ioctl
    leave

# edit(): the line into edit_line_text. Returns as edit_line.
edit:
    enter 1
    sd    zero, edit_length, t0
    sd    zero, edit_position, t0
    sd    zero, edit_done, t0
    sd    zero, window, t0
    call  history_begin
1:  call  read_key
    li    t0, -EINTR
    beq   a0, t0, 4f
    li    t0, KEY_EOF
    beq   a0, t0, 3f
    call  apply_key
    ld    t0, edit_done
    beqz  t0, 1b
    li    t1, 2
    beq   t0, t1, 3f
    call  history_add
    ld    t0, edit_length
    la    t1, edit_line_text
    add   t1, t1, t0
    li    t2, '\n'
    sb    t2, (t1)
    addi  s0, t0, 1
    la    a0, newline
    j     5f
3:  li    s0, 0
    j     6f
4:  li    s0, -EINTR
    ld    t0, pending_signals
    andi  t0, t0, 1 << SIGINT
    beqz  t0, 6f
    ld    t0, edit_length               # behind the line, wherever the cursor was
    sd    t0, edit_position, t1
    call  draw_line
    la    a0, control_c
5:  call  draw_text
6:  mv    a0, s0
    leave 1

# read_byte(): or KEY_EOF, or -EINTR.
read_byte:
    enter 0, 8
    li    a0, STDIN_FILENO
    mv    a1, sp
    li    a2, 1
    call  read
    li    t0, -EINTR
    beq   a0, t0, 1f
    mv    t0, a0
    li    a0, KEY_EOF
    blez  t0, 1f
    lbu   a0, 0(sp)
1:  leave 0, 8

# read_key(): a byte, or what an escape sequence stands for: the control character with the same meaning.
read_key:
    enter 2
    call  read_byte
    li    t0, ESCAPE
    bne   a0, t0, 9f
    call  read_byte
    li    t0, '['
    beq   a0, t0, 1f
    li    t0, 'O'
    bne   a0, t0, 8f
1:  li    s0, 0                         # the number in ESC [ 3 ~
2:  call  read_byte
    bltz  a0, 9f
    addi  t0, a0, -'0'
    li    t1, 10
    bgeu  t0, t1, 3f
    li    t2, 10
    mul   s0, s0, t2
    add   s0, s0, t0
    j     2b
3:  li    t1, ';'
    beq   a0, t1, 1b                    # a modifier follows: not told apart
    la    t0, sequences
4:  lbu   t1, (t0)
    beqz  t1, 8f
    lbu   t2, 1(t0)
    lhu   t3, 2(t0)
    addi  t0, t0, 4
    bne   t1, a0, 4b
    bne   t2, s0, 4b
    mv    a0, t3
    leave 2
8:  li    a0, KEY_UNKNOWN
9:  leave 2

# apply_key(key)
apply_key:
    la    t0, keys
1:  ld    t1, (t0)
    beqz  t1, 2f
    ld    t2, 8(t0)
    addi  t0, t0, 16
    bne   t1, a0, 1b
    jr    t2
2:  li    t0, ' '
    bltu  a0, t0, 3f                    # other control characters do nothing
    li    t0, KEY_DELETE
    bltu  a0, t0, insert_character
3:  ret

# insert_character(byte): at the cursor.
insert_character:
    enter 1
    mv    s0, a0
    ld    t0, edit_length
    li    t1, EDIT_BYTES - 2            # room for the newline
    bgeu  t0, t1, 1f
    la    a1, edit_line_text
    ld    t2, edit_position
    add   a1, a1, t2
    sub   a2, t0, t2
    addi  a0, a1, 1
    addi  t0, t0, 1
    sd    t0, edit_length, t1
    addi  t2, t2, 1
    sd    t2, edit_position, t1
    call  memmove
    sb    s0, -1(a0)
    call  draw_line
1:  leave 1

# delete_bytes(from, to): offsets; the cursor is then at `from`.
.globl delete_bytes
delete_bytes:
    enter
    ld    t0, edit_length
    sub   a2, t0, a1
    sub   t1, a1, a0
    sub   t0, t0, t1
    sd    t0, edit_length, t1
    sd    a0, edit_position, t1
    la    t0, edit_line_text
    add   a0, a0, t0
    add   a1, a1, t0
    call  memmove
    call  draw_line
    leave

# before(offset), after(offset): where the character before begins; where the one there ends. UTF-8 stays whole.
before:
    la    t0, edit_line_text
    li    t2, 0x80
1:  beqz  a0, 2f
    addi  a0, a0, -1
    add   t1, t0, a0
    lbu   t1, (t1)
    andi  t1, t1, 0xc0
    beq   t1, t2, 1b
2:  ret
after:
    la    t0, edit_line_text
    ld    t3, edit_length
    li    t2, 0x80
1:  bgeu  a0, t3, 2f
    addi  a0, a0, 1
    add   t1, t0, a0
    lbu   t1, (t1)
    andi  t1, t1, 0xc0
    beq   t1, t2, 1b
2:  bleu  a0, t3, 3f
    mv    a0, t3
3:  ret

# The keys' functions.
key_enter:
    li    t0, 1
    sd    t0, edit_done, t1
    ld    t0, edit_length               # so that the newline comes behind the whole line
    sd    t0, edit_position, t1
    tail  draw_line
key_end_of_input:                       # Ctrl-D
    ld    t0, edit_length
    bnez  t0, key_delete
    li    t0, 2
    sd    t0, edit_done, t1
    ret
key_delete:
    enter
    ld    a0, edit_position
    call  after
    mv    a1, a0
    ld    a0, edit_position
    call  delete_bytes
    leave
key_backspace:
    enter
    ld    a0, edit_position
    call  before
    ld    a1, edit_position
    call  delete_bytes
    leave
key_left:
    enter
    ld    a0, edit_position
    call  before
    j     move_to
key_right:
    enter
    ld    a0, edit_position
    call  after
move_to:
    sd    a0, edit_position, t0
    call  draw_line
    leave
key_start:
    enter
    li    a0, 0
    j     move_to
key_end:
    enter
    ld    a0, edit_length
    j     move_to
key_kill_start:
    li    a0, 0
    ld    a1, edit_position
    tail  delete_bytes
key_kill_end:
    ld    a0, edit_position
    ld    a1, edit_length
    tail  delete_bytes
key_kill_word:                          # blanks, then the word before them
    la    t0, edit_line_text
    ld    a1, edit_position
    mv    a0, a1
    li    t2, ' '
1:  beqz  a0, 4f
    add   t1, t0, a0
    lbu   t1, -1(t1)
    bne   t1, t2, 2f
    addi  a0, a0, -1
    j     1b
2:  beqz  a0, 4f
    add   t1, t0, a0
    lbu   t1, -1(t1)
    beq   t1, t2, 4f
    addi  a0, a0, -1
    j     2b
4:  tail  delete_bytes
key_clear:
    enter
    la    a0, clear_screen
    call  draw_text
    ld    a0, prompt_name
    call  show_prompt
    call  draw_line
    leave

.section .rodata
.balign 8
keys:
    .dword '\n', key_enter, '\r', key_enter, 'D' & CONTROL, key_end_of_input, KEY_DELETE, key_delete
    .dword RUBOUT, key_backspace, 'H' & CONTROL, key_backspace, 'B' & CONTROL, key_left, 'F' & CONTROL, key_right
    .dword 'A' & CONTROL, key_start, 'E' & CONTROL, key_end, 'U' & CONTROL, key_kill_start, 'K' & CONTROL, key_kill_end
    .dword 'W' & CONTROL, key_kill_word, 'L' & CONTROL, key_clear
    .dword 'P' & CONTROL, history_earlier, 'N' & CONTROL, history_later, 0
.macro sequence last, number, key
    .byte \last, \number
    .half \key
.endm
sequences:                              # behind ESC [ or ESC O: the last byte, the number before it, the key
    sequence 'A', 0, 'P' & CONTROL
    sequence 'B', 0, 'N' & CONTROL
    sequence 'C', 0, 'F' & CONTROL
    sequence 'D', 0, 'B' & CONTROL
    sequence 'H', 0, 'A' & CONTROL
    sequence 'F', 0, 'E' & CONTROL
    sequence '~', 1, 'A' & CONTROL
    sequence '~', 4, 'E' & CONTROL
    sequence '~', 7, 'A' & CONTROL
    sequence '~', 8, 'E' & CONTROL
    sequence '~', 3, KEY_DELETE
    .byte 0
newline:      .asciz "\n"
control_c:    .asciz "^C"
clear_screen: .asciz "\033[H\033[2J"
