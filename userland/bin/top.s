# top: the processes that use the computer most, again and again.
#
# usage: top [-b] [-d SECONDS] [-n COUNT]
#   -b  page after page instead of one screen that is written over; so also when the output is no terminal
#   -d  time between two looks, 3 unless said; -n how many looks
# keys: q ends, space looks again at once, P sorts by processor time, M by resident memory, F by page faults, N by number
#   VIRT RES SHR    KiB of address space, of them in memory, of these shared with files and other processes
#   S               R runs or could, S sleeps, D sleeps for the disk, T is stopped, Z has ended
#   %CPU            of the time since the look before; at the first look of the time since boot
#   minF majF       page faults since then: those that memory could answer, and those that needed a disk
# exit status: 0; 1 for bad arguments
        .include "abi.s"
        .include "library.s"
        .include "frame.s"
        .equ PAGE_KIB, 4
        .equ TICKS, 100                 # of /proc/PID/stat in a second
        .equ HEADING, 7                 # lines above the processes
        .equ DEFAULT_ROWS, 24
        .equ DEFAULT_COLUMNS, 80
        .equ NAME_AT, 71                # column of the name
        .equ ALL, 1 << 20               # of a name
        .equ STATE, 3                   # fields of /proc/PID/stat: proc(5)
        .equ MINOR, 10
        .equ MAJOR, 12
        .equ UTIME, 14
        .equ STIME, 15
        .equ PRIORITY, 18
        .equ VSIZE, 23
        .equ RSS, 24
        .equ FIELDS, 24

# One process of one look.
        .equ task_pid, 0
        .equ task_name, 8               # malloc
        .equ task_state, 16
        .equ task_priority, 24
        .equ task_virtual, 32           # KiB
        .equ task_resident, 40
        .equ task_shared, 48
        .equ task_ticks, 56             # since it began
        .equ task_minor, 64
        .equ task_major, 72
        .equ task_new_ticks, 80         # since the look before
        .equ task_new_minor, 88
        .equ task_new_major, 96
        .equ task_user, 104             # uid
        .equ SIZEOF_task, 112

        .bss
        .balign 8
batch:          .zero 8                 # 1: -b
delay:          .zero 8                 # seconds
looks:          .zero 8                 # left; 0: without end
compare:        .zero 8                 # the order
tasks:          .zero SIZEOF_vector     # of this look
older:          .zero SIZEOF_vector     # of the look before
pids:           .zero SIZEOF_vector
field:          .zero 8 * (FIELDS + 1)
info:           .zero SIZEOF_sysinfo
now:            .zero 8                 # ticks since boot
then:           .zero 8                 # at the look before
saved:          .zero SIZEOF_termios    # of the terminal, to be put back
size:           .zero SIZEOF_winsize
        .balign 8
name_room:      .zero 8                 # characters that the screen has for a name
clock:          .zero SIZEOF_tm
status:         .zero SIZEOF_stat
restore:        .zero 8                 # 1: `saved` is to be put back

        .text
# s0 argc, s1 argv
        .globl main
main:
        enter 2
        mv   s0, a0
        mv   s1, a1
        la   t0, delay
        li   t1, 3
        sd   t1, 0(t0)
        la   t0, compare
        la   t1, by_processor
        sd   t1, 0(t0)
1:      mv   a0, s0
        mv   a1, s1
        la   a2, letters
        la   a3, usage_text
        li   a4, 1
        call option
        bltz a0, 3f
        li   t0, 'b'
        la   t1, batch
        li   t2, 1
        beq  a0, t0, 2f
        la   t1, looks
        li   t0, 'n'
        beq  a0, t0, 4f
        la   t1, delay
4:      addi sp, sp, -16
        sd   t1, 0(sp)
        call positive
        ld   t1, 0(sp)
        addi sp, sp, 16
        mv   t2, a0
2:      sd   t2, 0(t1)
        j    1b
3:      ld   t0, optind
        bne  t0, s0, bad_usage
        li   a0, STDOUT_FILENO
        call isatty
        bnez a0, 5f
        la   t0, batch
        li   t1, 1
        sd   t1, 0(t0)
5:      ld   t0, batch
        bnez t0, 6f
        call take_keys
6:      call look
        call draw
        call flush_all
        la   t0, looks
        ld   t1, 0(t0)
        beqz t1, 7f
        addi t1, t1, -1
        sd   t1, 0(t0)
        beqz t1, 8f
7:      call pause
        bnez a0, 6b
8:      call give_keys_back
        li   a0, 0
        leave 2
bad_usage:
        la   a0, usage_text
        li   a1, 1
        call usage

# positive() -> a0 = the option's argument, a number above 0; ends the program otherwise
positive:
        enter 0
        ld   a0, optarg
        call parse_number
        bnez a1, 1f
        blez a0, 1f
        leave 0
1:      ld   a0, optarg
        la   a1, not_positive
        li   a2, 1
        call fail

# take_keys(): keys come one by one and are not shown; give_keys_back(): as it was
take_keys:
        enter 0, SIZEOF_termios
        li   a0, STDIN_FILENO
        li   a1, TCGETS
        la   a2, saved
        call ioctl
        bltz a0, 1f
        mv   a0, sp
        la   a1, saved
        li   a2, SIZEOF_termios
        call memcpy
        lw   t0, termios_c_lflag(sp)
        li   t1, ~(ICANON | ECHO)
        and  t0, t0, t1
        sw   t0, termios_c_lflag(sp)
        li   a0, STDIN_FILENO
        li   a1, TCSETSW
        mv   a2, sp
        call ioctl
        la   t0, restore
        li   t1, 1
        sd   t1, 0(t0)
        li   a0, SIGINT                 # the terminal must not stay like that
        la   a1, interrupted
        call signal
        li   a0, SIGTERM
        la   a1, interrupted
        call signal
1:      leave 0, SIZEOF_termios

give_keys_back:
        enter 0
        ld   t0, restore
        beqz t0, 1f
        li   a0, STDIN_FILENO
        li   a1, TCSETSW
        la   a2, saved
        call ioctl
1:      leave 0

interrupted:
        call give_keys_back
        li   a0, 0
        call exit

# pause() -> a0 = 0: end. Waits for the next look or a key. Only a terminal has keys.
pause:
        enter 0, 48
        ld   t0, restore
        bnez t0, 1f
        ld   a0, delay
        call sleep
        li   a0, 1
        leave 0, 48
1:      sw   zero, 16 + pollfd_fd(sp)   # standard input
        li   t0, POLLIN
        sw   t0, 16 + pollfd_events(sp)
        ld   t0, delay
        sd   t0, timespec_tv_sec(sp)
        sd   zero, timespec_tv_nsec(sp)
        addi a0, sp, 16
        li   a1, 1
        mv   a2, sp
        li   a3, 0
        li   a4, 0
        call ppoll
        blez a0, 9f
        li   a0, STDIN_FILENO
        addi a1, sp, 32
        li   a2, 1
        call read
        blez a0, 8f
        lbu  a0, 32(sp)
        li   t0, 'q'
        beq  a0, t0, 8f
        la   t1, orders                 # pairs: key, function
2:      ld   t0, 0(t1)
        beqz t0, 9f
        ld   t2, 8(t1)
        addi t1, t1, 16
        bne  t0, a0, 2b
        la   t0, compare
        sd   t2, 0(t0)
9:      li   a0, 1
        leave 0, 48
8:      li   a0, 0
        leave 0, 48

# look(): fills `tasks`, with what is new since `older`
# s0 pids, s1 how many are left
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
by_processor:
        ld   t0, task_new_ticks(a0)
        ld   t1, task_new_ticks(a1)
        j    larger
by_memory:
        ld   t0, task_resident(a0)
        ld   t1, task_resident(a1)
        j    larger
by_faults:
        ld   t0, task_new_minor(a0)
        ld   t2, task_new_major(a0)
        add  t0, t0, t2
        ld   t1, task_new_minor(a1)
        ld   t2, task_new_major(a1)
        add  t1, t1, t2
larger: sub  t0, t1, t0
        bnez t0, 1f
by_number:
        ld   t0, task_pid(a0)
        ld   t1, task_pid(a1)
        sub  t0, t0, t1
1:      mv   a0, t0
        ret

# draw(): the page. s0 lines left, s1 tasks, s2 how many are left
draw:
        enter 3
        li   s0, -1                     # as many as there are
        la   t1, name_room
        li   t0, ALL
        sd   t0, 0(t1)
        ld   t0, batch
        bnez t0, 1f
        la   a0, home
        call plain
        li   s0, DEFAULT_ROWS - HEADING
        la   t1, name_room
        li   t0, DEFAULT_COLUMNS - 1 - NAME_AT
        sd   t0, 0(t1)
        li   a0, STDOUT_FILENO
        li   a1, TIOCGWINSZ
        la   a2, size
        call ioctl
        bltz a0, 1f
        lhu  t0, size + winsize_ws_row
        lhu  t1, size + winsize_ws_col
        beqz t0, 1f
        addi s0, t0, -HEADING
        addi t1, t1, -1 - NAME_AT       # a line that ended in the last column would be cleared there
        blez t1, 1f
        la   t2, name_room
        sd   t1, 0(t2)
1:      call draw_uptime
        call draw_tasks
        call draw_memory
        la   a0, columns
        call puts_cleared
        ld   s1, tasks + vector_data
        ld   s2, tasks + vector_count
2:      beqz s2, 3f
        beqz s0, 3f
        ld   a0, 0(s1)
        call row
        addi s1, s1, 8
        addi s2, s2, -1
        addi s0, s0, -1
        j    2b
3:      ld   t0, batch
        bnez t0, 4f
        la   a0, clear_below
        call plain
        leave 3
4:      ld   t0, looks                  # a blank line between two pages
        li   t1, 1
        beq  t0, t1, 5f
        li   a0, '\n'
        call putchar
5:      leave 3

# plain(text: a0): writes it without a newline
plain:
        li   a1, STDOUT_FILENO
        tail fputs

# puts_cleared(text: a0): a line, and nothing of an older one behind it
puts_cleared:
        enter 0
        call plain
        ld   t0, batch
        bnez t0, 1f
        la   a0, clear_line
        call plain
1:      li   a0, '\n'
        call putchar
        leave 0

# draw_uptime(): "top - 14:02:51 up  2:03, load average: 0.12, 0.08, 0.01". s0 the next load, s1 behind the last
draw_uptime:
        enter 2
        call time
        la   a1, clock
        call gmtime
        la   a0, info
        call sysinfo
        la   t0, clock
        ld   a1, tm_hour(t0)
        ld   a2, tm_min(t0)
        ld   a3, tm_sec(t0)
        ld   t1, info + sysinfo_uptime
        li   t2, 3600
        div  a4, t1, t2
        rem  t1, t1, t2
        li   t2, 60
        div  a5, t1, t2
        la   a0, first_line
        call printf
        la   s0, info + sysinfo_loads
        la   s1, info + sysinfo_loads + 24
1:      ld   t0, 0(s0)
        li   t1, (1 << 16) / 200        # fixed point of 16 bits, rounded to the second decimal place
        add  t0, t0, t1
        srli a1, t0, 16
        slli t0, t0, 48
        srli t0, t0, 48
        li   t1, 100
        mul  t0, t0, t1
        srli a2, t0, 16
        addi s0, s0, 8
        la   a0, load
        bltu s0, s1, 2f
        la   a0, last_load
2:      call printf
        bltu s0, s1, 1b
        la   a0, empty
        call puts_cleared
        leave 2

# draw_tasks(): how many there are, by state. s0 tasks, s1 how many are left; counts at sp: running, sleeping, stopped, zombies
draw_tasks:
        enter 2, 32
        sd   zero, 0(sp)
        sd   zero, 8(sp)
        sd   zero, 16(sp)
        sd   zero, 24(sp)
        ld   s0, tasks + vector_data
        ld   s1, tasks + vector_count
1:      beqz s1, 4f
        ld   t0, 0(s0)
        ld   t0, task_state(t0)
        mv   t1, sp
        li   t2, 'R'
        beq  t0, t2, 3f
        addi t1, sp, 16
        li   t2, 'T'
        beq  t0, t2, 3f
        addi t1, sp, 24
        li   t2, 'Z'
        beq  t0, t2, 3f
        addi t1, sp, 8
3:      ld   t2, 0(t1)
        addi t2, t2, 1
        sd   t2, 0(t1)
        addi s0, s0, 8
        addi s1, s1, -1
        j    1b
4:      ld   a1, tasks + vector_count
        ld   a2, 0(sp)
        ld   a3, 8(sp)
        ld   a4, 16(sp)
        ld   a5, 24(sp)
        la   a0, tasks_line
        call printf
        la   a0, empty
        call puts_cleared
        leave 2, 32

# draw_memory(): two lines from /proc/meminfo, in KiB. s0 the text, s1 total, s2 free
draw_memory:
        enter 4
        la   a0, meminfo
        call read_file
        bltz a0, 9f
        mv   s0, a0
        la   a1, mem_total
        call labelled
        mv   s1, a0
        mv   a0, s0
        la   a1, mem_free
        call labelled
        mv   s2, a0
        mv   a0, s0
        la   a1, mem_available
        call labelled
        mv   s3, a0
        mv   a0, s0
        la   a1, cached
        call labelled
        mv   a4, a0
        mv   a1, s1
        mv   a2, s2
        sub  a3, s1, s3
        la   a0, memory_line
        call printf
        la   a0, empty
        call puts_cleared
        mv   a0, s0
        la   a1, swap_total
        call labelled
        mv   s1, a0
        mv   a0, s0
        la   a1, swap_free
        call labelled
        mv   a2, a0
        mv   a1, s1
        sub  a3, s1, a0
        mv   a4, s3
        la   a0, swap_line
        call printf
        la   a0, empty
        call puts_cleared
        la   a0, empty
        call puts_cleared
        mv   a0, s0
        call free
        leave 4
9:      mv   a1, a0
        la   a0, meminfo
        li   a2, 1
        call die

# row(task: a0). s0 task, s1 tenths of percent of the processor, s2 name of the user
row:
        enter 3, 80
        mv   s0, a0
        ld   t0, now
        ld   t1, then
        sub  t0, t0, t1                 # ticks that passed
        bgtz t0, 1f
        li   t0, 1
1:      ld   t1, task_new_ticks(s0)
        li   t2, 1000
        mul  t1, t1, t2
        div  s1, t1, t0
        ld   a0, task_user(s0)
        call user_name
        mv   s2, a0
        bnez a0, 2f
        mv   a0, sp                     # who has no name has a number
        la   a1, number
        ld   a2, task_user(s0)
        call sprintf
        mv   s2, sp
2:      ld   a1, task_pid(s0)
        mv   a2, s2
        ld   a3, task_priority(s0)
        ld   a4, task_virtual(s0)
        ld   a5, task_resident(s0)
        ld   a6, task_shared(s0)
        la   a0, left_part
        call printf
        ld   a1, task_state(s0)
        li   t0, 10
        div  a2, s1, t0
        rem  a3, s1, t0
        ld   t1, task_ticks(s0)
        li   t2, TICKS * 60
        div  a4, t1, t2
        rem  t1, t1, t2
        li   t2, TICKS
        div  a5, t1, t2
        rem  a6, t1, t2
        la   a0, middle_part
        call printf
        ld   a1, task_new_minor(s0)
        ld   a2, task_new_major(s0)
        ld   a3, name_room
        ld   a4, task_name(s0)
        la   a0, right_part
        call printf
        la   a0, empty
        call puts_cleared
        leave 3, 80

        .section .rodata
        .balign 8
orders:         .dword 'P', by_processor, 'M', by_memory, 'F', by_faults, 'N', by_number, 0
letters:        .asciz "bd:n:"
usage_text:     .asciz "top [-b] [-d SECONDS] [-n COUNT]"
not_positive:   .asciz "a whole number above 0 was expected"
proc:           .asciz "/proc"
folder:         .asciz "/proc/%s"
statm_file:     .asciz "statm"
uptime:         .asciz "/proc/uptime"
meminfo:        .asciz "/proc/meminfo"
home:           .asciz "\033[H"
clear_line:     .asciz "\033[K"
clear_below:    .asciz "\033[J"
empty:          .asciz ""
number:         .asciz "%ld"
first_line:     .asciz "top - %02ld:%02ld:%02ld up %2ld:%02ld, load average:"
load:           .asciz " %ld.%02ld,"
last_load:      .asciz " %ld.%02ld"
tasks_line:     .asciz "Tasks: %3ld total, %3ld running, %3ld sleeping, %3ld stopped, %3ld zombie"
memory_line:    .asciz "KiB Mem : %8ld total, %8ld free, %8ld used, %8ld cached"
swap_line:      .asciz "KiB Swap: %8ld total, %8ld free, %8ld used. %8ld avail Mem"
mem_total:      .asciz "MemTotal:"
mem_free:       .asciz "MemFree:"
mem_available:  .asciz "MemAvailable:"
cached:         .asciz "Cached:"
swap_total:     .asciz "SwapTotal:"
swap_free:      .asciz "SwapFree:"
columns:        .asciz "  PID USER      PR    VIRT    RES    SHR S  %CPU     TIME+  minF  majF COMMAND"
left_part:      .asciz "%5ld %-8.8s %3ld %7ld %6ld %6ld "
middle_part:    .asciz "%c %3ld.%ld %3ld:%02ld.%02ld "
right_part:     .asciz "%5ld %5ld %.*s"
