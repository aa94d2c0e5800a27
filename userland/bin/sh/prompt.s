# The prompt: $PS1 before a command, $PS2 within one. Parameters in it are expanded each time.

.include "shell.s"

.bss
.balign 8
.globl prompt_name, prompt_columns
prompt_name:    .skip 8                 # the variable shown last
prompt_columns: .skip 8                 # columns that its last line takes

.text

# show_prompt(name of the variable): on standard error.
.globl show_prompt
show_prompt:
    enter 1
    sd    a0, prompt_name, t0
    call  prompt_text
    mv    s0, a0
    call  visible_columns
    sd    a0, prompt_columns, t0
    mv    a0, s0
    li    a1, STDERR_FILENO
    call  fputs
    leave 1

# prompt_text(name of the variable): its value, expanded; "" when it is not set.
prompt_text:
    enter 1
    ld    s0, last_status               # a $( ) in the prompt is nothing that happened to the user
    call  get_variable
    bnez  a0, 1f
    la    a0, nothing
1:  call  expand_quoted
    sd    s0, last_status, t0
    leave 1

# visible_columns(text): those of its last line; what escape sequences (colours) are made of takes none.
visible_columns:
    li    t0, 0
1:  lbu   t1, (a0)
    beqz  t1, 9f
    addi  a0, a0, 1
    li    t2, '\n'
    bne   t1, t2, 2f
    li    t0, 0
    j     1b
2:  li    t2, 0x1b
    beq   t1, t2, 3f
    andi  t1, t1, 0xc0
    li    t2, 0x80                      # a further byte of a UTF-8 character
    beq   t1, t2, 1b
    addi  t0, t0, 1
    j     1b
3:  lbu   t1, (a0)                      # ESC [ ... up to a letter
    beqz  t1, 9f
    addi  a0, a0, 1
    ori   t1, t1, 0x20
    addi  t1, t1, -'a'
    li    t2, 26
    bgeu  t1, t2, 3b
    j     1b
9:  mv    a0, t0
    ret

.section .rodata
nothing:  .asciz ""
