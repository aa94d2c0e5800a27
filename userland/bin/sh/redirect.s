# Redirections. For commands that run in this very process the descriptors are put back afterwards: a block on the stack
# (SIZEOF_redirected bytes, a cleanup) remembers what each one was.

.include "shell.s"

.bss
.balign 8
.globl keep_redirections
keep_redirections: .skip 8              # 1: `exec` wants them to stay

# One remembered descriptor, in the arena: next, fd, its copy or -1 when it was closed.
.equ saved_next, 0
.equ saved_fd, 8
.equ saved_copy, 16
.equ SIZEOF_saved, 24

.text

# redirections_begin(block): nothing remembered yet; cleanup_pop will put back.
.globl redirections_begin
redirections_begin:
    sd    zero, cleanup_data(a0)        # the list
    la    a1, redirections_end
    tail  cleanup_push

# redirections_end(block): the cleanup: newest first.
redirections_end:
    enter 2
    ld    s0, cleanup_data(a0)
    ld    s1, keep_redirections
    sd    zero, keep_redirections, t0
1:  beqz  s0, 4f
    ld    a0, saved_copy(s0)
    bnez  s1, 2f
    ld    a1, saved_fd(s0)
    bltz  a0, 3f
    li    a2, 0
    call  dup3
    ld    a0, saved_copy(s0)
2:  bltz  a0, 5f
    call  close
    j     5f
3:  mv    a0, a1
    call  close
5:  ld    s0, saved_next(s0)
    j     1b
4:  leave 2

# redirect(list, block or 0): carries them out in order. Returns 0, or 1 after a message.
.globl redirect
redirect:
    enter 2
    mv    s0, a0
    mv    s1, a1
1:  li    a0, 0
    beqz  s0, 2f
    mv    a0, s0
    mv    a1, s1
    call  redirect_one
    bnez  a0, 2f
    ld    s0, redirection_next(s0)
    j     1b
2:  leave 2

# remember(fd, block): keeps a copy among the shell's private descriptors, once for each fd.
remember:
    enter 3
    beqz  a1, 3f
    mv    s0, a0
    mv    s1, a1
    ld    t0, cleanup_data(s1)
1:  beqz  t0, 2f
    ld    t1, saved_fd(t0)
    beq   t1, s0, 3f
    ld    t0, saved_next(t0)
    j     1b
2:  mv    a0, s0
    li    a1, F_DUPFD_CLOEXEC
    li    a2, FIRST_PRIVATE_FD
    call  fcntl
    mv    s2, a0                        # negative: it was not open
    li    a0, SIZEOF_saved
    call  allocate
    sd    s0, saved_fd(a0)
    sd    s2, saved_copy(a0)
    ld    t0, cleanup_data(s1)
    sd    t0, saved_next(a0)
    sd    a0, cleanup_data(s1)
3:  leave 3

# redirect_one(redirection, block or 0)
redirect_one:
    enter 3
    mv    s0, a0
    mv    s1, a1
    ld    a0, redirection_fd(s0)
    call  remember
    ld    s2, redirection_kind(s0)
    mv    a0, s0
    li    t0, TOKEN_HEREDOC
    beq   s2, t0, 1f
    li    t0, TOKEN_HEREDOC_TABS
    beq   s2, t0, 1f
    li    t0, TOKEN_DUP_READ
    beq   s2, t0, 2f
    li    t0, TOKEN_DUP_WRITE
    beq   s2, t0, 2f
    call  redirect_to_file
    leave 3
1:  call  redirect_heredoc
    leave 3
2:  call  redirect_to_copy
    leave 3

# redirect_to_file(redirection): < > >> <> >|
redirect_to_file:
    enter 3
    mv    s0, a0
    ld    a0, redirection_word(s0)
    call  expand_string
    mv    s1, a0
    ld    t0, redirection_kind(s0)
    addi  t0, t0, -TOKEN_FIRST_REDIRECTION
    slli  t0, t0, 2
    la    t1, open_flags
    add   t0, t0, t1
    lw    a2, (t0)
    li    a0, AT_FDCWD
    mv    a1, s1
    li    a3, 0666
    call  openat
    bltz  a0, 1f
    ld    a1, redirection_fd(s0)
    call  move_descriptor
    li    a0, 0
    leave 3
1:  mv    a1, s1
    call  redirection_failed
    leave 3

# redirection_failed(-errno, name): the message. Returns 1.
redirection_failed:
    enter 1
    mv    s0, a1
    call  strerror
    mv    a2, a0
    la    a0, failed_format
    mv    a1, s0
    call  report
    li    a0, 1
    leave 1

# redirect_to_copy(redirection): n>&m, n>&-
redirect_to_copy:
    enter 3
    mv    s0, a0
    ld    a0, redirection_word(s0)
    call  expand_string
    mv    s1, a0
    la    a1, minus
    call  strcmp
    beqz  a0, 2f
    mv    a0, s1
    call  parse_number
    bnez  a1, 3f
    mv    s2, a0
    ld    a1, redirection_fd(s0)
    beq   a0, a1, 1f
    li    a2, 0
    call  dup3
    bltz  a0, 4f
    li    a0, 0
    leave 3
1:  li    a1, F_SETFD                   # onto itself: it only must be open
    li    a2, 0
    call  fcntl
    bltz  a0, 4f
    leave 3
2:  ld    a0, redirection_fd(s0)
    call  close                         # it may have been closed before
    li    a0, 0
    leave 3
3:  li    a0, EBADF
4:  mv    a1, s1
    call  redirection_failed
    leave 3

# redirect_heredoc(redirection): the text through a pipe; written by a child of its own when the pipe might not hold it.
redirect_heredoc:
    enter 4, 16
    mv    s0, a0
    ld    a0, redirection_word(s0)
    ld    t0, redirection_quoted(s0)
    bnez  t0, 1f
    call  expand_heredoc
1:  mv    s1, a0
    call  strlen
    mv    s2, a0
    mv    a0, sp
    li    a1, O_CLOEXEC
    call  pipe2
    bltz  a0, 5f
    li    t0, PIPE_BUF
    bgtu  s2, t0, 2f
    lw    a0, 4(sp)
    mv    a1, s1
    mv    a2, s2
    call  write_all
    j     3f
2:  li    a0, 0
    call  fork_child
    bnez  a0, 3f
    lw    a0, 0(sp)
    call  close
    lw    a0, 4(sp)
    mv    a1, s1
    mv    a2, s2
    call  write_all
    li    a0, 0
    call  _exit
3:  lw    a0, 4(sp)
    call  close
    lw    a0, 0(sp)
    ld    a1, redirection_fd(s0)
    call  move_descriptor
    li    a0, 0
    leave 4, 16
5:  la    a1, heredoc_name
    call  redirection_failed
    leave 4, 16

.section .rodata
.balign 4
open_flags:                             # by TOKEN_READ and following; O_CLOEXEC goes when the descriptor is moved
    .word O_RDONLY | O_CLOEXEC, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC
    .word 0, 0, 0, 0, O_RDWR | O_CREAT | O_CLOEXEC, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC
failed_format: .asciz "%s: %s"
heredoc_name:  .asciz "here-document"
minus:         .asciz "-"
