# The prompt: $PS1 before a command, $PS2 within one. Parameters in it are expanded each time.

.include "shell.s"

.text

# show_prompt(name of the variable): on standard error.
.globl show_prompt
show_prompt:
    enter
    call  prompt_text
    mv    a1, a0
    li    a0, STDERR_FILENO
    la    t0, as_it_is
    mv    a2, a1
    mv    a1, t0
    call  fprintf
    leave

# prompt_text(name of the variable): its value, expanded; "" when it is not set.
.globl prompt_text
prompt_text:
    enter 1
    ld    s0, last_status               # a $( ) in the prompt is nothing that happened to the user
    call  get_variable
    bnez  a0, 1f
    la    a0, nothing
1:  call  expand_quoted
    sd    s0, last_status, t0
    leave 1

.section .rodata
as_it_is: .asciz "%s"
nothing:  .asciz ""
