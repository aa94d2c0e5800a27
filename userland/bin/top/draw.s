# Drawing the page: a heading of the computer, a row for each process.
        .include "abi.s"
        .include "library.s"
        .include "frame.s"
        .include "top-task.s"
        .equ HEADING, 7                 # lines above the processes
        .equ DEFAULT_ROWS, 24
        .equ DEFAULT_COLUMNS, 80
        .equ NAME_AT, 71                # column of the name
        .equ ALL, 1 << 20               # of a name

        .bss
        .balign 8
info:           .zero SIZEOF_sysinfo
size:           .zero SIZEOF_winsize
        .balign 8
name_room:      .zero 8                 # characters that the screen has for a name
clock:          .zero SIZEOF_tm

        .text
# draw(): the page. s0 lines left, s1 tasks, s2 how many are left
        .globl draw
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
