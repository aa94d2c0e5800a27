# Looking at the processes: what /proc says of them now, what is new since the look before, and their order.
        .include "abi.s"
        .include "library.s"
        .include "frame.s"
        .include "top-task.s"
        .equ PAGE_KIB, 4
        .equ STATE, 3                   # fields of /proc/PID/stat: proc(5)
        .equ MINOR, 10
        .equ MAJOR, 12
        .equ UTIME, 14
        .equ STIME, 15
        .equ PRIORITY, 18
        .equ VSIZE, 23
        .equ RSS, 24
        .equ FIELDS, 24

        .bss
        .balign 8
        .globl tasks
tasks:          .zero SIZEOF_vector     # of this look
older:          .zero SIZEOF_vector     # of the look before
pids:           .zero SIZEOF_vector
field:          .zero 8 * (FIELDS + 1)
        .globl now
now:            .zero 8                 # ticks since boot
        .globl then
then:           .zero 8                 # at the look before
status:         .zero SIZEOF_stat

        .text
# look(): fills `tasks`, with what is new since `older`
# s0 pids, s1 how many are left
        .globl look
look:
        enter 2
        la   a0, older
        call forget
        la   t0, older                  # what was new is old
        la   t1, tasks
        ld   t2, vector_data(t1)
        sd   t2, vector_data(t0)
        ld   t2, vector_count(t1)
        sd   t2, vector_count(t0)
        ld   t2, vector_capacity(t1)
        sd   t2, vector_capacity(t0)
        sd   zero, vector_data(t1)
        sd   zero, vector_count(t1)
        sd   zero, vector_capacity(t1)
        la   t0, now
        ld   t1, 0(t0)
        sd   t1, then - now(t0)
        call uptime_ticks
        la   t0, now
        sd   a0, 0(t0)
        la   a0, pids
        call list_processes
        bltz a0, 9f
        ld   s0, pids + vector_data
        ld   s1, pids + vector_count
1:      beqz s1, 2f
        ld   a0, 0(s0)
        call add_task
        addi s0, s0, 8
        addi s1, s1, -1
        j    1b
2:      la   a0, pids
        call vector_free_all
        ld   a0, tasks + vector_data
        ld   a1, tasks + vector_count
        ld   a2, compare
        call sort_pointers
        leave 2
9:      mv   a1, a0
        la   a0, proc
        li   a2, 1
        call die

# uptime_ticks() -> a0 = hundredths of a second since boot, at least 1: "12.34 ..." of /proc/uptime
uptime_ticks:
        enter 1, 16
        la   a0, uptime
        call read_file
        bltz a0, 9f
        mv   s0, a0
        mv   a1, sp
        li   a2, 10
        call strtol
        li   t0, TICKS
        mul  t0, a0, t0
        sd   t0, 8(sp)
        ld   a0, 0(sp)
        addi a0, a0, 1                  # the point
        call atol
        ld   t0, 8(sp)
        add  t0, t0, a0
        sd   t0, 8(sp)
        mv   a0, s0
        call free
        ld   a0, 8(sp)
        bnez a0, 1f
        li   a0, 1
1:      leave 1, 16
9:      mv   a1, a0
        la   a0, uptime
        li   a2, 1
        call die

# forget(vector of tasks: a0): empties it
forget:
        enter 2
        mv   s0, a0
        ld   s1, vector_count(a0)
1:      beqz s1, 2f
        addi s1, s1, -1
        slli t0, s1, 3
        ld   t1, vector_data(s0)
        add  t0, t0, t1
        ld   t0, 0(t0)
        ld   a0, task_name(t0)
        call free
        j    1b
2:      mv   a0, s0
        call vector_free_all
        leave 2

# add_task(pid as text: a0). s0 pid as text, s1 the task
add_task:
        enter 2, 64
        mv   s0, a0
        la   a1, field
        li   a2, FIELDS
        call read_process_stat
        bltz a0, 9f                     # it has ended meanwhile
        sd   a0, 0(sp)
        li   a0, SIZEOF_task
        call xmalloc
        mv   s1, a0
        la   t0, field
        ld   t1, 0(sp)
        sd   t1, task_name(s1)
        ld   t1, 8(t0)
        sd   t1, task_pid(s1)
        ld   t1, 8 * STATE(t0)
        sd   t1, task_state(s1)
        ld   t1, 8 * PRIORITY(t0)
        sd   t1, task_priority(s1)
        ld   t1, 8 * VSIZE(t0)
        srli t1, t1, 10
        sd   t1, task_virtual(s1)
        ld   t1, 8 * RSS(t0)
        li   t2, PAGE_KIB
        mul  t1, t1, t2
        sd   t1, task_resident(s1)
        ld   t1, 8 * UTIME(t0)
        ld   t2, 8 * STIME(t0)
        add  t1, t1, t2
        sd   t1, task_ticks(s1)
        sd   t1, task_new_ticks(s1)
        ld   t1, 8 * MINOR(t0)
        sd   t1, task_minor(s1)
        sd   t1, task_new_minor(s1)
        ld   t1, 8 * MAJOR(t0)
        sd   t1, task_major(s1)
        sd   t1, task_new_major(s1)
        sd   zero, task_shared(s1)
        mv   a0, s0
        la   a1, statm_file
        call read_process_file
        bltz a0, 1f
        sd   a0, 0(sp)
        addi a1, sp, 8
        li   a2, 10
        call strtol                     # "size resident shared ..."
        ld   a0, 8(sp)
        addi a1, sp, 8
        li   a2, 10
        call strtol
        ld   a0, 8(sp)
        call atol
        li   t0, PAGE_KIB
        mul  a0, a0, t0
        sd   a0, task_shared(s1)
        ld   a0, 0(sp)
        call free
1:      addi a0, sp, 0
        li   a1, 64
        la   a2, folder
        mv   a3, s0
        call snprintf
        addi a0, sp, 0
        la   a1, status
        call stat
        lwu  t0, status + stat_st_uid
        sd   t0, task_user(s1)
        mv   a0, s1
        call difference
        la   a0, tasks
        mv   a1, s1
        call vector_push
9:      leave 2, 64

# difference(task: a0): takes away what the look before has seen of it. The older ones lie in no order that helps.
difference:
        ld   t0, older + vector_data
        ld   t1, older + vector_count
        ld   t2, task_pid(a0)
1:      beqz t1, 2f
        ld   t3, 0(t0)
        addi t0, t0, 8
        addi t1, t1, -1
        ld   t4, task_pid(t3)
        bne  t4, t2, 1b
        ld   t4, task_ticks(t3)
        ld   t5, task_new_ticks(a0)
        sub  t5, t5, t4
        sd   t5, task_new_ticks(a0)
        ld   t4, task_minor(t3)
        ld   t5, task_new_minor(a0)
        sub  t5, t5, t4
        sd   t5, task_new_minor(a0)
        ld   t4, task_major(t3)
        ld   t5, task_new_major(a0)
        sub  t5, t5, t4
        sd   t5, task_new_major(a0)
2:      ret

# by_...(task: a0, task: a1) -> a0 negative, 0, positive: more comes first, then the smaller number
        .globl by_processor
by_processor:
        ld   t0, task_new_ticks(a0)
        ld   t1, task_new_ticks(a1)
        j    larger
        .globl by_memory
by_memory:
        ld   t0, task_resident(a0)
        ld   t1, task_resident(a1)
        j    larger
        .globl by_faults
by_faults:
        ld   t0, task_new_minor(a0)
        ld   t2, task_new_major(a0)
        add  t0, t0, t2
        ld   t1, task_new_minor(a1)
        ld   t2, task_new_major(a1)
        add  t1, t1, t2
larger: sub  t0, t1, t0
        bnez t0, 1f
        .globl by_number
by_number:
        ld   t0, task_pid(a0)
        ld   t1, task_pid(a1)
        sub  t0, t0, t1
1:      mv   a0, t0
        ret

        .section .rodata
        .balign 8
proc:           .asciz "/proc"
folder:         .asciz "/proc/%s"
statm_file:     .asciz "statm"
uptime:         .asciz "/proc/uptime"
