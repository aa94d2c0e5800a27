# Programs: found along $PATH, run in a child that this shell waits for.

.include "shell.s"

.text

# run_program(node, flags, argv)
.globl run_program
run_program:
    enter 4
    mv    s0, a0
    mv    s1, a2
    andi  t0, a1, RUN_LAST
    beqz  t0, 1f
    ld    t0, traps                     # an EXIT trap is something to do afterwards
    beqz  t0, 2f
1:  li    a0, 1
    ld    a1, pipeline_text
    call  new_job
    mv    s2, a0
    call  fork_child
    beqz  a0, 2f
    mv    a0, s2
    call  wait_for_job
    leave 4
2:  ld    a0, node_third(s0)
    li    a1, 0
    call  redirect
    bnez  a0, 4f
    ld    s3, node_first(s0)
3:  beqz  s3, 5f
    ld    a0, cell_item(s3)
    li    a1, VARIABLE_EXPORTED
    call  assign
    ld    s3, cell_next(s3)
    j     3b
4:  li    a0, STATUS_USAGE
    tail  exit_shell
5:  mv    a0, s1
    # continues
# become_program(argv): this process becomes the program, or ends with 126 or 127. Never returns.
.globl become_program
become_program:
    mv    s0, a0
    call  flush_all
    call  make_environment
    mv    s1, a0
    ld    a0, (s0)
    call  find_program
    li    s3, -ENOENT
    beqz  a0, 1f
    mv    s2, a0
    mv    a1, s0
    mv    a2, s1
    call  execve
    mv    s3, a0
    li    t0, -ENOEXEC
    bne   a0, t0, 1f
    mv    a0, s0                        # no ELF file and no #!: a script of ours
    mv    a1, s1
    mv    a2, s2
    call  become_shell
    mv    s3, a0
1:  li    t0, -ENOENT
    beq   s3, t0, 2f
    li    t0, -ENOTDIR
    beq   s3, t0, 2f
    mv    a0, s3
    call  strerror
    mv    a2, a0
    ld    a1, (s0)
    la    a0, cannot_run
    call  report
    li    a0, STATUS_CANNOT_RUN
    tail  exit_shell
2:  la    a0, not_found
    ld    a1, (s0)
    call  report
    li    a0, STATUS_NOT_FOUND
    tail  exit_shell

# become_shell(argv, environment, path): sh PATH ARGUMENT... Returns -errno.
become_shell:
    enter 3, SIZEOF_builder
    mv    s0, a0
    mv    s1, a1
    mv    s2, a2
    mv    a0, sp
    call  builder_clear
    mv    a0, sp
    la    a1, name_sh
    call  builder_put_pointer
    mv    a0, sp
    mv    a1, s2
1:  call  builder_put_pointer
    ld    a1, 8(s0)
    addi  s0, s0, 8
    mv    a0, sp
    bnez  a1, 1b
    call  builder_put_pointer           # the 0 at its end
    la    a0, path_sh
    ld    a1, builder_data(sp)
    mv    a2, s1
    call  execve
    leave 3, SIZEOF_builder

# find_program(name): its path, in the arena, or 0. A name with a slash is a path. Of several along $PATH the first that may
# be run; when there is none such, the first of all, whose execve then tells why.
.globl find_program
find_program:
    enter 4
    mv    s0, a0
    li    a1, '/'
    call  strchr
    beqz  a0, 1f
    mv    a0, s0
    leave 4
1:  li    s3, 0                         # one that may not be run
    lbu   t0, (s0)
    beqz  t0, 5f
    la    a0, name_path
    call  get_variable
    mv    s1, a0
    beqz  a0, 5f
2:  mv    a0, s1
    li    a1, ':'
    call  strchrnul
    mv    s2, a0
    sub   a1, a0, s1
    mv    a0, s1
    mv    a2, s0
    call  candidate
    beqz  a0, 4f
    bnez  a1, 6f
    bnez  s3, 4f
    mv    s3, a0
4:  addi  s1, s2, 1
    lbu   t0, (s2)
    bnez  t0, 2b
5:  mv    a0, s3
6:  leave 4

# candidate(directory, its length, name): the path when it is a regular file, else 0; in a1: 1 when it may be run. An empty
# directory is the working directory.
candidate:
    enter 2, SIZEOF_builder + SIZEOF_stat
    mv    s0, a1
    mv    s1, a2
    mv    a2, a1
    mv    a1, a0
    mv    a0, sp
    sd    zero, builder_data(sp)
    sd    zero, builder_length(sp)
    sd    zero, builder_capacity(sp)
    beqz  s0, 1f
    call  builder_append
    mv    a0, sp
    li    a1, '/'
    call  builder_put
1:  mv    a0, sp
    mv    a1, s1
    call  builder_append_string
    mv    a0, sp
    call  builder_string
    mv    s0, a0
    addi  a1, sp, SIZEOF_builder
    call  stat
    bnez  a0, 2f
    lw    t0, SIZEOF_builder + stat_st_mode(sp)
    li    t1, S_IFMT
    and   t0, t0, t1
    li    t1, S_IFREG
    bne   t0, t1, 2f
    mv    a0, s0
    li    a1, X_OK
    call  access
    seqz  a1, a0
    mv    a0, s0
    leave 2, SIZEOF_builder + SIZEOF_stat
2:  li    a0, 0
    leave 2, SIZEOF_builder + SIZEOF_stat

.section .rodata
name_path:  .asciz "PATH"
name_sh:    .asciz "sh"
path_sh:    .asciz "/bin/sh"
not_found:  .asciz "%s: not found"
cannot_run: .asciz "%s: %s"
