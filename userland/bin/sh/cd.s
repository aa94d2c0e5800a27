# The working directory: cd, pwd. $PWD is the way there as the user has taken it: symbolic links in it stay, and `cd ..`
# goes back along it.

.include "shell.s"

.text

# find_working_directory(): $PWD from the environment when it names the directory we are in; else what the kernel says.
.globl find_working_directory
find_working_directory:
    enter 1, 2 * SIZEOF_stat
    la    a0, name_pwd
    call  get_variable
    beqz  a0, 1f
    mv    s0, a0
    lbu   t0, (a0)
    li    t1, '/'
    bne   t0, t1, 1f
    mv    a1, sp
    call  stat
    bnez  a0, 1f
    la    a0, dot
    addi  a1, sp, SIZEOF_stat
    call  stat
    bnez  a0, 1f
    ld    t0, stat_st_ino(sp)
    ld    t1, SIZEOF_stat + stat_st_ino(sp)
    bne   t0, t1, 1f
    ld    t0, stat_st_dev(sp)
    ld    t1, SIZEOF_stat + stat_st_dev(sp)
    beq   t0, t1, 2f
1:  call  physical_directory
    beqz  a0, 2f
    mv    a1, a0
    la    a0, name_pwd
    call  set_variable
2:  leave 1, 2 * SIZEOF_stat

# physical_directory(): what getcwd says, in the arena; 0 when it fails.
physical_directory:
    enter 1
    li    a0, PATH_MAX
    call  allocate
    mv    s0, a0
    li    a1, PATH_MAX
    call  getcwd
    bgtz  a0, 1f
    li    s0, 0
1:  mv    a0, s0
    leave 1

# builtin_pwd(argc, argv): pwd [-L | -P]
.globl builtin_pwd
builtin_pwd:
    enter
    ld    t0, 8(a1)
    beqz  t0, 1f
    lbu   t1, (t0)
    li    t2, '-'
    bne   t1, t2, 1f
    lbu   t1, 1(t0)
    li    t2, 'P'
    beq   t1, t2, 2f
1:  la    a0, name_pwd
    call  get_variable
    bnez  a0, 3f
2:  call  physical_directory
    beqz  a0, 4f
3:  call  puts
    li    a0, 0
    leave
4:  la    a0, no_directory
    call  report
    li    a0, 1
    leave

# builtin_cd(argc, argv): cd [-L | -P] [directory | -]; $HOME without one.
#   s0 operand, s1 the new path, s2 1: -P, s3 1: say where we are now
.globl builtin_cd
builtin_cd:
    enter 4
    addi  s0, a1, 8
    li    s2, 0
    li    s3, 0
1:  ld    t0, (s0)
    beqz  t0, 2f
    lbu   t1, (t0)
    li    t2, '-'
    bne   t1, t2, 3f
    lbu   t1, 1(t0)
    beqz  t1, 4f
    addi  s0, s0, 8
    beq   t1, t2, 5f
    addi  t1, t1, -'P'
    seqz  s2, t1
    j     1b
5:  ld    t0, (s0)
    bnez  t0, 3f
2:  la    a0, name_home
    la    s0, no_home
    j     6f
4:  li    s3, 1
    la    a0, name_oldpwd
    la    s0, no_oldpwd
6:  call  get_variable
    mv    t0, a0
    mv    a0, s0
    beqz  t0, 8f
3:  mv    s0, t0
    mv    a0, t0
    bnez  s2, 7f
    call  logical_path
7:  mv    s1, a0
    call  chdir
    bltz  a0, 9f
    mv    a0, s1
    mv    a1, s2
    call  note_directory
    li    a0, 0
    beqz  s3, 10f
    la    a0, name_pwd
    call  get_variable
    call  puts
    li    a0, 0
10: leave 4
8:  call  report
    li    a0, STATUS_USAGE
    leave 4
9:  call  strerror
    mv    a2, a0
    mv    a1, s0
    la    a0, cannot_enter
    call  report
    li    a0, STATUS_USAGE
    leave 4

# note_directory(path, physical): $OLDPWD and $PWD after a change.
note_directory:
    enter 1
    mv    s0, a0
    beqz  a1, 1f
    call  physical_directory
    mv    s0, a0
1:  la    a0, name_pwd
    call  get_variable
    beqz  a0, 2f
    mv    a1, a0
    la    a0, name_oldpwd
    call  set_variable
2:  beqz  s0, 3f
    la    a0, name_pwd
    mv    a1, s0
    call  set_variable
3:  leave 1

# logical_path(path): seen from $PWD, without . and .. in it; in the arena.
logical_path:
    enter 3, SIZEOF_builder
    mv    s0, a0
    mv    a0, sp
    call  builder_clear
    lbu   t0, (s0)
    li    t1, '/'
    beq   t0, t1, 1f
    la    a0, name_pwd
    call  get_variable
    beqz  a0, 4f
    mv    a1, a0
    mv    a0, sp
    call  append_parts
1:  mv    a0, sp
    mv    a1, s0
    call  append_parts
    ld    t0, builder_length(sp)
    mv    a0, sp
    bnez  t0, 3f
    li    a1, '/'
    call  builder_put
    mv    a0, sp
3:  call  builder_string
    leave 3, SIZEOF_builder
4:  mv    a0, s0
    leave 3, SIZEOF_builder

# append_parts(builder, path): each part with a / before it; . adds nothing, .. takes the last one away.
append_parts:
    enter 3
    mv    s0, a0
    mv    s1, a1
1:  lbu   t0, (s1)
    beqz  t0, 9f
    addi  s1, s1, 1
    li    t1, '/'
    beq   t0, t1, 1b
    addi  s1, s1, -1
    mv    a0, s1
    li    a1, '/'
    call  strchrnul
    sub   s2, a0, s1                    # length of the part
    li    t1, '.'
    lbu   t0, (s1)
    bne   t0, t1, 3f
    li    t2, 1
    beq   s2, t2, 4f
    li    t2, 2
    bne   s2, t2, 3f
    lbu   t0, 1(s1)
    bne   t0, t1, 3f
    mv    a0, s0
    call  drop_part
    j     4f
3:  mv    a0, s0
    li    a1, '/'
    call  builder_put
    mv    a0, s0
    mv    a1, s1
    mv    a2, s2
    call  builder_append
4:  add   s1, s1, s2
    j     1b
9:  leave 3

# drop_part(builder): back to before the last slash.
drop_part:
    ld    t0, builder_length(a0)
    ld    t1, builder_data(a0)
    li    t3, '/'
1:  beqz  t0, 2f
    addi  t0, t0, -1
    add   t2, t1, t0
    lbu   t2, (t2)
    bne   t2, t3, 1b
2:  sd    t0, builder_length(a0)
    ret

.section .rodata
name_pwd:     .asciz "PWD"
name_oldpwd:  .asciz "OLDPWD"
name_home:    .asciz "HOME"
dot:          .asciz "."
no_home:      .asciz "cd: HOME is not set"
no_oldpwd:    .asciz "cd: OLDPWD is not set"
no_directory: .asciz "pwd: the directory is gone"
cannot_enter: .asciz "cd: can't cd to %s: %s"
