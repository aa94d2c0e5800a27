# ulimit: what the shell and the programs that it starts may use at most.
#
#   ulimit [-HS] [-a | -tfdscmlpnvwr] [LIMIT]
#
# Without LIMIT it shows one (-f unless said) or all (-a); LIMIT is a number in the unit that -a names, or "unlimited".
# -H: the hard limit, which only the superuser raises; -S: the soft one, which counts; neither: shows the soft one, sets both.

.include "shell.s"

.equ row_name, 0
.equ row_resource, 8
.equ row_unit, 16                       # bytes (or pieces) of one
.equ row_letter, 24
.equ SIZEOF_row, 32
.equ HARD, 1
.equ SOFT, 2

.text

# builtin_ulimit(argc, argv). s0: next argument, s1: HARD | SOFT, s2: row, or 0 for all.
.globl builtin_ulimit
builtin_ulimit:
    enter 4
    addi  s0, a1, 8
    li    s1, 0
    la    s2, file_size
1:  ld    s3, (s0)
    beqz  s3, 8f
    lbu   t0, (s3)
    li    t1, '-'
    bne   t0, t1, 6f
    addi  s0, s0, 8
2:  addi  s3, s3, 1
    lbu   t0, (s3)
    beqz  t0, 1b
    li    t1, 'H'
    beq   t0, t1, 3f
    li    t1, 'S'
    beq   t0, t1, 4f
    li    s2, 0
    li    t1, 'a'
    beq   t0, t1, 2b
    la    s2, limits
5:  ld    t1, row_letter(s2)
    beq   t1, t0, 2b
    addi  s2, s2, SIZEOF_row
    bnez  t1, 5b
    mv    a1, t0
    la    a0, bad_option
    call  report
    li    a0, STATUS_USAGE
    leave 4
3:  ori   s1, s1, HARD
    j     2b
4:  ori   s1, s1, SOFT
    j     2b
6:  ld    t0, 8(s0)
    bnez  t0, 7f
    beqz  s2, 7f
    mv    a0, s2
    mv    a1, s1
    mv    a2, s3
    call  set_one
    leave 4
7:  la    a0, too_many
    call  report
    li    a0, STATUS_USAGE
    leave 4
8:  bnez  s2, 10f
    la    s2, limits
9:  ld    a1, row_name(s2)
    beqz  a1, 11f
    la    a0, name_format
    call  printf
    mv    a0, s2
    mv    a1, s1
    call  show_one
    addi  s2, s2, SIZEOF_row
    j     9b
10: mv    a0, s2
    mv    a1, s1
    call  show_one
11: li    a0, 0
    leave 4

# show_one(row, HARD | SOFT): the hard limit only when it alone is asked for.
show_one:
    enter 2, SIZEOF_rlimit
    mv    s0, a0
    mv    s1, a1
    ld    a0, row_resource(s0)
    mv    a1, sp
    call  getrlimit
    ld    a1, rlimit_rlim_cur(sp)
    li    t0, HARD
    bne   s1, t0, 1f
    ld    a1, rlimit_rlim_max(sp)
1:  li    t0, -1                        # RLIM_INFINITY
    la    a0, unlimited_line
    beq   a1, t0, 2f
    ld    t0, row_unit(s0)
    divu  a1, a1, t0
    la    a0, number_line
2:  call  printf
    leave 2, SIZEOF_rlimit

# set_one(row, HARD | SOFT or 0 for both, text) -> a0 = status
set_one:
    enter 3, SIZEOF_rlimit
    mv    s0, a0
    mv    s1, a1
    mv    s2, a2
    mv    a0, a2
    la    a1, unlimited
    call  strcmp
    mv    t0, a0
    li    a0, -1
    beqz  t0, 1f
    mv    a0, s2
    call  parse_number
    bnez  a1, 6f
    bltz  a0, 6f
    ld    t0, row_unit(s0)
    mulhu t1, a0, t0
    mul   a0, a0, t0
    beqz  t1, 1f
    li    a0, -1
1:  mv    s2, a0
    ld    a0, row_resource(s0)
    mv    a1, sp
    call  getrlimit
    bnez  s1, 2f
    li    s1, HARD | SOFT
2:  andi  t0, s1, HARD
    beqz  t0, 3f
    sd    s2, rlimit_rlim_max(sp)
3:  andi  t0, s1, SOFT
    beqz  t0, 4f
    sd    s2, rlimit_rlim_cur(sp)
4:  ld    a0, row_resource(s0)
    mv    a1, sp
    call  setrlimit
    beqz  a0, 5f
    call  strerror
    mv    a1, a0
    la    a0, refused
    call  report
    li    a0, STATUS_USAGE
5:  leave 3, SIZEOF_rlimit
6:  la    a0, bad_number
    mv    a1, s2
    call  report
    li    a0, STATUS_USAGE
    leave 3, SIZEOF_rlimit

.macro limit letter, resource, unit, name
    .section .rodata.text, "a"
8:  .asciz "\name"
    .section .rodata
    .dword 8b, \resource, \unit, \letter
.endm

.section .rodata
unlimited:      .asciz "unlimited"
unlimited_line: .asciz "unlimited\n"
number_line:    .asciz "%lu\n"
name_format:    .asciz "%-20s "
bad_option:     .asciz "ulimit: Illegal option -%c"
bad_number:     .asciz "ulimit: Illegal number: %s"
too_many:       .asciz "ulimit: too many arguments"
refused:        .asciz "ulimit: error setting limit (%s)"
.balign 8
limits:
    limit 't', RLIMIT_CPU, 1, "time(seconds)"
file_size:
    limit 'f', RLIMIT_FSIZE, 512, "file(blocks)"
    limit 'd', RLIMIT_DATA, 1024, "data(kbytes)"
    limit 's', RLIMIT_STACK, 1024, "stack(kbytes)"
    limit 'c', RLIMIT_CORE, 512, "coredump(blocks)"
    limit 'm', RLIMIT_RSS, 1024, "memory(kbytes)"
    limit 'l', RLIMIT_MEMLOCK, 1024, "locked memory(kbytes)"
    limit 'p', RLIMIT_NPROC, 1, "process"
    limit 'n', RLIMIT_NOFILE, 1, "nofiles"
    limit 'v', RLIMIT_AS, 1024, "vmemory(kbytes)"
    limit 'w', RLIMIT_LOCKS, 1, "locks"
    limit 'r', RLIMIT_RTPRIO, 1, "rtprio"
    .dword 0, 0, 0, 0
