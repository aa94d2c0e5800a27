# A line from the terminal.

.include "shell.s"

.text

# edit_line(buffer, size): returns the bytes read, the newline among them; 0 at the end; -EINTR.
.globl edit_line
edit_line:
    enter 1
    mv    a2, a1
    mv    a1, a0
    li    a0, STDIN_FILENO
    call  read
    mv    s0, a0
    li    t0, -EINTR
    bne   a0, t0, 1f
    la    a0, newline                   # Ctrl-C left the cursor in the middle of the line
    li    a1, STDERR_FILENO
    call  fputs
1:  mv    a0, s0
    leave 1

.section .rodata
newline: .asciz "\n"
