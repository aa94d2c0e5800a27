# umask: the permissions that new files do not get. times: the time used by the shell and by its children.

.include "shell.s"

.text

# builtin_umask(argc, argv): umask [-S] [mode]: the mode in octal.
.globl builtin_umask
builtin_umask:
    enter 2
    ld    s0, 8(a1)
    beqz  s0, 3f
    lbu   t0, (s0)
    li    t1, '-'
    beq   t0, t1, 4f
    li    s1, 0
    mv    t2, s0
1:  lbu   t0, (t2)
    beqz  t0, 2f
    addi  t2, t2, 1
    addi  t0, t0, -'0'
    li    t1, 8
    bgeu  t0, t1, 5f
    slli  s1, s1, 3
    add   s1, s1, t0
    li    t1, 0777
    bgtu  s1, t1, 5f
    j     1b
2:  mv    a0, s1
    call  umask
    li    a0, 0
    leave 2
3:  call  present_mask
    mv    a1, a0
    la    a0, octal_format
    call  printf
    li    a0, 0
    leave 2
4:  call  present_mask                  # -S: what they do get
    not   s0, a0
    srli  a1, s0, 6
    la    a0, user_format
    call  print_class
    srli  a1, s0, 3
    la    a0, group_format
    call  print_class
    mv    a1, s0
    la    a0, other_format
    call  print_class
    li    a0, '\n'
    call  putchar
    li    a0, 0
    leave 2
5:  la    a0, bad_mode
    mv    a1, s0
    call  report
    li    a0, STATUS_USAGE
    leave 2

# print_class(format, bits)
print_class:
    andi  a1, a1, 7
    slli  a1, a1, 2
    la    t0, permissions
    add   a1, a1, t0
    tail  printf

# present_mask(): the kernel gives it only in exchange for another.
present_mask:
    enter 1
    li    a0, 077
    call  umask
    mv    s0, a0
    call  umask
    mv    a0, s0
    leave 1

# builtin_times(argc, argv): minutes and seconds of user and system time: the shell's, then its children's.
.globl builtin_times
builtin_times:
    enter 1, SIZEOF_tms
    mv    a0, sp
    call  times
    ld    a0, tms_tms_utime(sp)
    ld    a1, tms_tms_stime(sp)
    call  print_times
    ld    a0, tms_tms_cutime(sp)
    ld    a1, tms_tms_cstime(sp)
    call  print_times
    li    a0, 0
    leave 1, SIZEOF_tms

.equ TICKS, 100                         # of times(2) in a second

# print_times(user ticks, system ticks)
print_times:
    li    t0, TICKS * 60
    divu  t1, a0, t0
    remu  a2, a0, t0
    divu  t2, a1, t0
    remu  a5, a1, t0
    li    t0, TICKS
    remu  a3, a2, t0
    divu  a2, a2, t0
    remu  a6, a5, t0
    divu  a5, a5, t0
    mv    a1, t1
    mv    a4, t2
    la    a0, times_format
    tail  printf

.section .rodata
octal_format: .asciz "%04lo\n"
times_format: .asciz "%ldm%ld.%02lds %ldm%ld.%02lds\n"
user_format:  .asciz "u=%s"
group_format: .asciz ",g=%s"
other_format: .asciz ",o=%s"
bad_mode:     .asciz "umask: %s: bad mode"
permissions:                            # by their bits, four bytes each
    .asciz ""
    .skip 3
    .asciz "x"
    .skip 2
    .asciz "w"
    .skip 2
    .asciz "wx"
    .skip 1
    .asciz "r"
    .skip 2
    .asciz "rx"
    .skip 1
    .asciz "rw"
    .skip 1
    .asciz "rwx"
