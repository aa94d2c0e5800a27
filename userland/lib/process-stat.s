# Processes as /proc shows them.
        .include "abi.s"
        .include "library.s"
        .include "frame.s"
        .equ PATH_ROOM, 64              # "/proc/4194304/cmdline"

        .text

# read_process_file(pid as text: a0, file: a1) -> a0 = contents of /proc/PID/FILE (malloc) or -errno, a1 = their length
        .globl read_process_file
read_process_file:
        enter 0, PATH_ROOM
        mv   a4, a1
        mv   a3, a0
        mv   a0, sp
        li   a1, PATH_ROOM
        la   a2, .Lpath
        call snprintf
        mv   a0, sp
        call read_file
        leave 0, PATH_ROOM

# read_process_stat(pid as text: a0, fields: a1, last: a2) -> a0 = the name (malloc), or -errno
# fields[n] is field n of /proc/PID/stat as proc(5) numbers them, from 1 to last: a word each. The state is its character;
# field 2, the name, is left alone.
# s0 fields, s1 last, s2 the line, s3 where its name ends, s4 the next field
        .globl read_process_stat
read_process_stat:
        enter 5, 16
        mv   s0, a1
        mv   s1, a2
        la   a1, .Lstat
        call read_process_file
        bltz a0, 3f
        mv   s2, a0
        li   a1, ')'
        call strrchr                    # the name itself may hold parentheses
        mv   s3, a0
        mv   a0, s2
        call atol
        sd   a0, 8 * 1(s0)
        lbu  t0, 2(s3)
        sd   t0, 8 * 3(s0)
        addi t0, s3, 3
        sd   t0, 0(sp)
        li   s4, 4
1:      bgt  s4, s1, 2f
        ld   a0, 0(sp)
        mv   a1, sp                     # where the number ended
        li   a2, 10
        call strtol
        slli t0, s4, 3
        add  t0, s0, t0
        sd   a0, 0(t0)
        addi s4, s4, 1
        j    1b
2:      sb   zero, 0(s3)
        mv   a0, s2
        li   a1, '('
        call strchr
        addi a0, a0, 1
        call xstrdup
        mv   s3, a0
        mv   a0, s2
        call free
        mv   a0, s3
3:      leave 5, 16

# read_process_command(pid as text: a0, name: a1) -> a0 = its command line with blanks between the arguments, or "[name]" where
# it has none (it has ended); malloc
# s0 name, s1 the text
        .globl read_process_command
read_process_command:
        enter 2
        mv   s0, a1
        la   a1, .Lcmdline
        call read_process_file
        mv   s1, a0
        bltz a0, 3f
        beqz a1, 2f
        li   t1, ' '
        add  a1, a0, a1
        addi a1, a1, -1                 # the last NUL stays
1:      bgeu a0, a1, 4f
        lbu  t0, 0(a0)
        addi a0, a0, 1
        bnez t0, 1b
        sb   t1, -1(a0)
        j    1b
2:      mv   a0, s1
        call free
3:      mv   a0, s0
        call strlen
        addi a0, a0, 3
        call xmalloc
        mv   s1, a0
        la   a1, .Lbracketed
        mv   a2, s0
        call sprintf
4:      mv   a0, s1
        leave 2

# list_processes(vector: a0) -> a0 = 0 or -errno: appends the pids as texts (malloc), upwards
# s0 vector, s1 where to look, s2 where to keep, s3 how many are left to look at
        .globl list_processes
list_processes:
        enter 4
        mv   s0, a0
        mv   a1, a0
        la   a0, .Lproc
        call list_directory
        bltz a0, 4f
        ld   s1, vector_data(s0)
        ld   s3, vector_count(s0)
        mv   s2, s1
1:      beqz s3, 3f
        ld   a0, 0(s1)
        addi s1, s1, 8
        addi s3, s3, -1
        lbu  t0, 0(a0)
        addi t0, t0, -'0'
        sltiu t0, t0, 10
        bnez t0, 2f
        call free                       # not a process
        j    1b
2:      sd   a0, 0(s2)
        addi s2, s2, 8
        j    1b
3:      ld   a0, vector_data(s0)
        sub  a1, s2, a0
        srli a1, a1, 3
        sd   a1, vector_count(s0)
        la   a2, .Lby_number
        call sort_pointers
        li   a0, 0
4:      leave 4

# by_number(pid as text: a0, pid: a1) -> a0 negative, 0, positive
.Lby_number:
        enter 2
        mv   s0, a1
        call atol
        mv   s1, a0
        mv   a0, s0
        call atol
        sub  a0, s1, a0
        leave 2

        .section .rodata
.Lproc:         .asciz "/proc"
.Lpath:         .asciz "/proc/%s/%s"
.Lstat:         .asciz "stat"
.Lcmdline:      .asciz "cmdline"
.Lbracketed:    .asciz "[%s]"
